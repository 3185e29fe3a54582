import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { fileError } from '../../../base/files.ts';
import { formatBytes } from '../../../base/format.ts';
import { ReadablePlaces } from '../../../base/readable-places.ts';
import type { KaggleClient } from '../../../kaggle/client.ts';
import type { DataFile } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';
import { readFiles } from './data-files.ts';
import { agreeToFetch, FetchProgress, isPart } from './fetch-files.ts';
import { InputCache, type Listing } from './input-cache.ts';
import { type KnownInput, wantedFiles } from './other-inputs.ts';
import { inputInWords, REMOTE } from './remote-inputs.ts';

/** By such names Kaggle takes a file for an archive (kaggle-api 2.6). */
const ARCHIVE = /\.(zip|tar|tar\.gz|tgz|gz|7z|whl|tar\.bz2|tar\.xz|rar)$/i;

/**
 * The files of an input on this machine: downloaded once for all projects, what is missing or no longer the bytes that
 * came. Where all are here, Kaggle is not asked.
 * @throws UserError `kaggle-…`, `checksum-mismatch`, `disk-full`, `download-declined`; CancelledError.
 */
export async function fetchInput(
  input: KnownInput,
  context: StageContext,
): Promise<{ readonly folder: string; readonly files: DataFile[] }> {
  const { ports, signal } = context;
  const kaggle = await ports.kaggle();
  const cache = await InputCache.open(ports.inputsFolder ?? join(context.folder, 'inputs'), kaggle);
  const folder = cache.folderOf(input);
  const kept = await cache.listing(folder);
  const listing: Listing =
    kept ??
    (await REMOTE[input.kind].files(kaggle, input, signal)).map(({ name, bytes }) => ({ name, bytes }));
  await cache.files.makeFolder(folder);
  const places = await ReadablePlaces.around(folder);
  const read = async (): Promise<Map<string, DataFile>> => {
    const files = await readFiles(folder, places, context, l10n.t('Reading {0}', input.ref), isPart);
    return new Map(files.map((file) => [file.name, file]));
  };
  const wanted = wantedFiles(listing, input.only);
  const before = await read();
  const missing = wanted.filter(({ name, bytes, sha256 }) => {
    const found = before.get(name);
    return found?.bytes !== bytes || (sha256 !== undefined && found.sha256 !== sha256);
  });
  if (missing.length > 0) await fetchAll(kaggle, input, missing, { folder, cache }, context);
  const after = missing.length === 0 ? before : await read();
  if (wanted.some(({ sha256 }) => sha256 === undefined) || kept === undefined) {
    const names = new Set(wanted.map(({ name }) => name));
    const files = listing.map((file) =>
      names.has(file.name) ? { ...file, sha256: after.get(file.name)?.sha256 } : file,
    );
    await cache.note(folder, files);
  }
  warnOfArchives(input, listing, context);
  return { folder, files: wanted.flatMap(({ name }) => after.get(name) ?? []) };
}

async function fetchAll(
  kaggle: KaggleClient,
  input: KnownInput,
  missing: Listing,
  { folder, cache }: { readonly folder: string; readonly cache: InputCache },
  context: StageContext,
): Promise<void> {
  const bytes = missing.reduce((sum, file) => sum + file.bytes, 0);
  const what = inputInWords(input);
  await agreeToFetch({ what, files: missing.length, bytes, folder }, context);
  const text = l10n.t('Downloading {0} ({1})', what, formatBytes(bytes));
  const progress = new FetchProgress(text, bytes, context);
  for (const file of missing) {
    const path = join(folder, ...file.name.split('/'));
    const wish = { size: { exactly: file.bytes }, onBytes: progress.onBytes, keep: true };
    try {
      await cache.files.lend(path, (safe) =>
        REMOTE[input.kind].download(kaggle, input, file, { ...wish, path: safe }, context.signal),
      );
    } catch (error) {
      throw fileError(error, path);
    }
    progress.next(file.bytes);
  }
}

/** Whether Kaggle mounts it as a file or unpacked is not told before a run there. */
function warnOfArchives(
  input: KnownInput,
  listing: readonly { readonly name: string }[],
  { warn }: StageContext,
): void {
  const names = listing.map(({ name }) => name).filter((name) => ARCHIVE.test(name));
  const [first] = names;
  if (first === undefined) return;
  warn(
    l10n.t(
      '{0} holds an archive, {1}: Kaggle may mount it unpacked, as a folder. Let the program take either.',
      inputInWords(input),
      names.length === 1 ? first : l10n.t('{0} and {1} more', first, names.length - 1),
    ),
  );
}
