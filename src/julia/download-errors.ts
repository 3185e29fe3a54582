import * as l10n from '@vscode/l10n';
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
    title: l10n.t('Julia could not be fetched from {0}: {1}.', host, reasonOf(failure)),
    detail: url,
    actions: [
      {
        title: l10n.t(
          'Check that this machine reaches {0}, and run again; what has arrived so far is kept.',
          host,
        ),
      },
      { title: l10n.t('Without a network: copy {0} from a machine that has fetched this version.', folder) },
      {
        title: l10n.t('Behind a firewall: set {0} to a mirror that has bin/versions.json.', SERVER_VARIABLE),
      },
    ],
    cause,
  });
}

/** Completes the sentence "... could not be fetched from <host>: ", and stands in the log. */
export function reasonOf(failure: HttpFailure): string {
  switch (failure.kind) {
    case 'network':
      return failure.code === undefined || failure.code.startsWith('UND_')
        ? l10n.t('the connection broke')
        : failure.code;
    case 'status':
      return `HTTP ${failure.status}`;
    case 'unreadable':
      return failure.text.replace(/\.$/, '');
    case 'size':
      return l10n.t('{0} bytes', failure.got);
  }
}

/** The server's index has no such version. `nearest`: one that it has, to be offered. */
export function versionUnknown(version: string, nearest: string | undefined, server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: l10n.t(
      'Julia {0} for Linux x86-64 is not among the versions that {1} offers.',
      version,
      hostOf(server),
    ),
    actions: [
      {
        title:
          nearest === undefined
            ? l10n.t('Set julia = "<x.y.z>" in JuliaKaggle.toml, and resolve the Manifest with that Julia.')
            : l10n.t(
                'The nearest is {0}: set julia = "{0}" in JuliaKaggle.toml, and resolve the Manifest with that Julia.',
                nearest,
              ),
      },
    ],
  });
}

/** The text is no channel, or the server has no release of it. */
export function channelUnknown(text: string, server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: l10n.t(
      'julia = "{0}" stands for no version that {1} offers for Linux x86-64.',
      text,
      hostOf(server),
    ),
    actions: [
      {
        title: l10n.t(
          'Write "release", "lts", a series such as "1.10", or an exact version such as "1.10.5".',
        ),
      },
    ],
  });
}

/** A mirror without juliaup's files. */
export function ltsUnknown(server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: l10n.t(
      '{0} does not say which Julia has long-term support: it has no version database of juliaup.',
      hostOf(server),
    ),
    actions: [
      { title: l10n.t('Write the series in place of "lts", e.g. julia = "1.10", or an exact version.') },
    ],
  });
}

/** The server says of this version what the product knows to be wrong. */
export function otherThanPublished(release: JuliaRelease, published: string, server: string): UserError {
  return new UserError({
    code: 'checksum-mismatch',
    title: l10n.t(
      '{0} offers another file as Julia {1} than was published; it was not downloaded.',
      hostOf(server),
      release.version,
    ),
    detail: l10n.t(
      'published sha256 {0}\noffered sha256   {1}\nfrom {2}',
      published,
      release.sha256,
      release.url,
    ),
    actions: [
      { title: l10n.t('Tell who keeps {0}, or set {1} to another mirror.', hostOf(server), SERVER_VARIABLE) },
    ],
  });
}

/** A mirror offers a version that the product does not know, so that nobody but the mirror vouches for it. */
export function unvouched({ version }: JuliaRelease, server: string): UserError {
  return new UserError({
    code: 'julia-version-unknown',
    title: l10n.t(
      'Nobody but {0} vouches for its Julia {1}: it is newer than this program.',
      hostOf(server),
      version,
    ),
    actions: [
      {
        title: l10n.t(
          'Update Julia on Kaggle: it comes with the checksums of the versions known at its release.',
        ),
      },
      { title: l10n.t("Without {0}, Julia's own site is asked, and believed.", SERVER_VARIABLE) },
    ],
  });
}

/** The tarball has `got` bytes and not those of the index: it was cut off, or it is another file. */
export function wrongSize({ fileName, bytes, url }: JuliaRelease, got: number): UserError {
  return mismatch(
    fileName,
    url,
    l10n.t('expected {0} bytes ({1}), got {2} bytes', bytes, formatBytes(bytes), got),
  );
}

/** The tarball has the right size and another content. `got`: its sha256 in lower-case hex. */
export function wrongChecksum({ fileName, sha256, url }: JuliaRelease, got: string): UserError {
  return mismatch(fileName, url, l10n.t('expected sha256 {0}\ngot sha256      {1}', sha256, got));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function mismatch(fileName: string, url: string, detail: string): UserError {
  return new UserError({
    code: 'checksum-mismatch',
    title: l10n.t('{0} arrived with another content than was published; it was removed.', fileName),
    detail: l10n.t('{0}\nfrom {1}', detail, url),
    actions: [{ title: l10n.t('Run again. If it stays so, a proxy or mirror on the way changes the file.') }],
  });
}
