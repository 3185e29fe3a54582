import { formatBytes } from '../base/format.ts';
import { UserError } from '../base/errors.ts';
import type { HttpFailure } from '../base/http.ts';
import type { JuliaRelease } from './versions-index.ts';

/** Environment variable by which a person names a mirror of julialang-s3.julialang.org. */
const SERVER_VARIABLE = 'JULIA_KAGGLE_JULIA_SERVER';

/** A request that got no good answer. */
export function downloadFailed(url: string, failure: HttpFailure, folder: string): UserError {
  const host = hostOf(url);
  const cause = failure.kind === 'network' ? failure.cause : undefined;
  return new UserError({
    code: 'julia-download-failed',
    title: `Julia could not be fetched from ${host}: ${reasonOf(failure)}.`,
    detail: url,
    actions: [
      { title: `Check that this machine reaches ${host}, and run again; what has arrived so far is kept.` },
      { title: `Without a network: copy ${folder} from a machine that has fetched this version.` },
      { title: `Behind a firewall: set ${SERVER_VARIABLE} to a mirror that has bin/versions.json.` },
    ],
    cause,
  });
}

/** Completes the sentence "... could not be fetched from <host>: ", and stands in the log. */
export function reasonOf(failure: HttpFailure): string {
  switch (failure.kind) {
    case 'network':
      return failure.code === undefined || failure.code.startsWith('UND_')
        ? 'the connection broke'
        : failure.code;
    case 'status':
      return `HTTP ${failure.status}`;
    case 'unreadable':
      return failure.text.replace(/\.$/, '');
    case 'size':
      return `${failure.got} bytes`;
  }
}

/** The server's index has no such version. `nearest`: one that it has, to be offered. */
export function versionUnknown(version: string, nearest: string | undefined, server: string): UserError {
  const remedy = nearest === undefined ? 'Set' : `The nearest is ${nearest}: set`;
  const example = nearest ?? '<x.y.z>';
  return new UserError({
    code: 'julia-version-unknown',
    title: `Julia ${version} for Linux x86-64 is not among the versions that ${hostOf(server)} offers.`,
    actions: [
      {
        title: `${remedy} julia = "${example}" in JuliaKaggle.toml, and resolve the Manifest with that Julia.`,
      },
    ],
  });
}

/** The text is no channel, or the server has no release of it. */
export function channelUnknown(text: string, server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: `julia = "${text}" stands for no version that ${hostOf(server)} offers for Linux x86-64.`,
    actions: [
      { title: 'Write "release", "lts", a series such as "1.10", or an exact version such as "1.10.5".' },
    ],
  });
}

/** A mirror without juliaup's files. */
export function ltsUnknown(server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: `${hostOf(server)} does not say which Julia has long-term support: it has no version database of juliaup.`,
    actions: [{ title: 'Write the series in place of "lts", e.g. julia = "1.10", or an exact version.' }],
  });
}

/** The server says of this version what the product knows to be wrong. */
export function otherThanPublished(release: JuliaRelease, published: string, server: string): UserError {
  return new UserError({
    code: 'checksum-mismatch',
    title: `${hostOf(server)} offers another file as Julia ${release.version} than was published; it was not downloaded.`,
    detail: `published sha256 ${published}\noffered sha256   ${release.sha256}\nfrom ${release.url}`,
    actions: [{ title: `Tell who keeps ${hostOf(server)}, or set ${SERVER_VARIABLE} to another mirror.` }],
  });
}

/** A mirror offers a version that the product does not know, so that nobody but the mirror vouches for it. */
export function unvouched({ version }: JuliaRelease, server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: `Nobody but ${hostOf(server)} vouches for its Julia ${version}: it is newer than this program.`,
    actions: [
      { title: 'Update Julia on Kaggle: it comes with the checksums of the versions known at its release.' },
      { title: `Without ${SERVER_VARIABLE}, Julia's own site is asked, and believed.` },
    ],
  });
}

/** The tarball has `got` bytes and not those of the index: it was cut off, or it is another file. */
export function wrongSize({ fileName, bytes, url }: JuliaRelease, got: number): UserError {
  return mismatch(fileName, url, `expected ${bytes} bytes (${formatBytes(bytes)}), got ${got} bytes`);
}

/** The tarball has the right size and another content. `got`: its sha256 in lower-case hex. */
export function wrongChecksum({ fileName, sha256, url }: JuliaRelease, got: string): UserError {
  return mismatch(fileName, url, `expected sha256 ${sha256}\ngot sha256      ${got}`);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function mismatch(fileName: string, url: string, detail: string): UserError {
  return new UserError({
    code: 'checksum-mismatch',
    title: `${fileName} arrived with another content than was published; it was removed.`,
    detail: `${detail}\nfrom ${url}`,
    actions: [{ title: 'Run again. If it stays so, a proxy or mirror on the way changes the file.' }],
  });
}
