import * as l10n from '@vscode/l10n';
import { UserError } from '../../../base/errors.ts';
import type { Container } from '../../../docker/engine.ts';
import { tarHashes } from '../../../docker/tar-files.ts';
import type { Depot, Project } from '../../artefacts.ts';
import { DEV } from '../image/paths.ts';

const SECONDS_FROM = Date.UTC(2001, 0, 1) / 1000;
const SECONDS_UNTIL = Date.UTC(2018, 0, 1) / 1000;
/** 48 bits: as much as a number holds exactly, with room to spare. */
const HEX_DIGITS = 12;

/**
 * The modification time that a staged file gets, from the hex sha256 of its content: whole seconds since 1970, in the
 * years 2001 to 2017. Equal content has the same time on every machine and other content another one, which is all
 * that Julia up to 1.10 compares (julia-facts section 3). Whole seconds survive every archive, and none is ever in
 * the future.
 * @throws RangeError when the text is no sha256.
 */
export function stagedMtimeSeconds(sha256: string): number {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a sha256: ${sha256}`);
  const start = Number.parseInt(sha256.slice(0, HEX_DIGITS), 16);
  return SECONDS_FROM + (start % (SECONDS_UNTIL - SECONDS_FROM));
}

/** What a depot that is mounted has below `dev`, by place: the sha256 of each file. The container need not run. */
export async function stagedHashes(container: Pick<Container, 'getArchive'>): Promise<Map<string, string>> {
  return tarHashes(await container.getArchive(DEV), DEV.slice(DEV.lastIndexOf('/') + 1));
}

/**
 * Pure: which of the project's files a depot has with another content, with what it has of them; empty for one that is
 * gone. A build script may write what it likes beside them.
 */
export function differingFiles(
  { files }: Pick<Project, 'files'>,
  staged: ReadonlyMap<string, string>,
): Record<string, string> {
  const differing = files.filter(({ place, sha256 }) => staged.get(place) !== sha256);
  return Object.fromEntries(differing.map(({ place }) => [place, staged.get(place) ?? '']));
}

/**
 * Pure: proves that the depot has the project's files as they were read, but for what the build itself changed.
 * @throws UserError `file-changed`.
 */
export function proveStaged(
  project: Pick<Project, 'name' | 'files'>,
  { changedFiles = {} }: Pick<Depot, 'changedFiles'>,
  staged: ReadonlyMap<string, string>,
): void {
  const others = Object.entries(differingFiles(project, staged)).filter(
    ([place, sha256]) => changedFiles[place] !== sha256,
  );
  const [first] = others;
  if (first === undefined) return;
  throw new UserError({
    code: 'file-changed',
    title: l10n.t('{0} in the depot is not what the build put there, so the depot is not packed.', first[0]),
    detail: others.map(([place]) => place).join('\n'),
    actions: [
      {
        title: l10n.t(
          'Build anew: julia-kaggle run --fresh build. If the program of {0} writes into its own folder, let it write below /kaggle/working.',
          project.name,
        ),
        command: 'run --fresh build',
      },
    ],
  });
}
