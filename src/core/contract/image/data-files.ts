import * as l10n from '@vscode/l10n';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { cancellable } from '../../../base/abort.ts';
import { UserError } from '../../../base/errors.ts';
import { FileHashes } from '../../../base/file-hashes.ts';
import { sha256OfHandle } from '../../../base/hash.ts';
import type { ReadablePlaces } from '../../../base/readable-places.ts';
import { Turns } from '../../../base/turns.ts';
import type { DataFile } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';

/** So many files are read at once. */
const READ_AT_ONCE = 4;

/**
 * The files of a data folder, sorted by name, with what earlier runs read of them; asked to work anew, a stage believes
 * none of that. A link to a file counts as that file, a link to a folder is passed over.
 * @param doing what is said meanwhile.
 * @param isLeftOut by its path: a file that is none of the data.
 * @throws UserError `file-changed`, and as `ReadablePlaces`; CancelledError.
 */
export async function readFiles(
  folder: string,
  places: ReadablePlaces,
  { ports, signal, progress, anew }: Pick<StageContext, 'ports' | 'signal' | 'progress' | 'anew'>,
  doing: string,
  isLeftOut: (name: string) => boolean = () => false,
): Promise<DataFile[]> {
  const { hashesFile } = ports;
  const hashes =
    hashesFile === undefined ? undefined : await FileHashes.open(hashesFile, () => Date.now(), { anew });
  let done = 0;
  const onBytes = (more: number): void => progress(doing, (done += more));
  try {
    return await listFiles(folder, places, { hashes, signal, onBytes, isLeftOut });
  } finally {
    await hashes?.save();
  }
}

interface Reading {
  /** What earlier runs read. Without it, each file is read. */
  readonly hashes: FileHashes | undefined;
  /** Hears how many more bytes were read. */
  readonly onBytes: (more: number) => void;
  readonly signal: AbortSignal;
  readonly isLeftOut: (name: string) => boolean;
}

async function listFiles(folder: string, places: ReadablePlaces, reading: Reading): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const turns = new Turns(READ_AT_ONCE);
  for (const folders = ['']; folders.length > 0;) {
    const at = folders.pop() ?? '';
    const real = await places.resolve(join(folder, at));
    const entries = real === undefined ? [] : ((await places.list(real)) ?? []);
    folders.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${at}${name}/`));
    const found = entries.map((entry) =>
      turns.take(async () => {
        if (reading.isLeftOut(`${at}${entry.name}`)) return [];
        const path = join(real ?? folder, entry.name);
        const isLink = !entry.isFile();
        if (isLink && (await places.lookAnywhere(path))?.isFile() !== true) return [];
        const source = isLink ? await places.resolve(path) : path;
        const content = source && (await contentOf(source, places, reading));
        return content ? [{ name: `${at}${entry.name}`, ...content, ...(isLink && { source }) }] : [];
      }),
    );
    files.push(...(await Promise.all(found)).flat());
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Size and sha256 of a plain file, by its path without links. Nothing is read through a link that took its place. */
async function contentOf(
  path: string,
  places: ReadablePlaces,
  { hashes, onBytes, signal }: Reading,
): Promise<Pick<DataFile, 'bytes' | 'sha256'> | undefined> {
  const seen = await lstat(path, { bigint: true }).catch(() => undefined);
  if (seen?.isFile() !== true) return undefined;
  const known = hashes?.recall(path, seen);
  if (known !== undefined) return { bytes: Number(seen.size), sha256: known };
  const handle = await places.open(path);
  if (handle === undefined) return undefined;
  try {
    const before = await handle.stat({ bigint: true });
    const sha256 = await cancellable(signal, () =>
      sha256OfHandle(handle, {
        signal,
        bytes: Number(before.size),
        onPiece: (piece) => onBytes(piece.length),
      }),
    );
    const after = await handle.stat({ bigint: true });
    if (before.size !== after.size || before.mtimeNs !== after.mtimeNs) throw changed(path);
    hashes?.remember(path, after, sha256);
    return { bytes: Number(after.size), sha256 };
  } finally {
    await handle.close();
  }
}

function changed(path: string): UserError {
  return new UserError({
    code: 'file-changed',
    title: l10n.t('{0} changed while it was being read.', path),
    actions: [{ title: l10n.t('Run again when whatever writes it is done.') }],
  });
}
