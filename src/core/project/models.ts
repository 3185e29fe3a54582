import * as l10n from '@vscode/l10n';
import { basename, join, resolve } from 'node:path';
import { throwIfAborted } from '../../base/abort.ts';
import { UserError } from '../../base/errors.ts';
import { FileHashes } from '../../base/file-hashes.ts';
import { isWithin } from '../../base/files.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import type { ModelFile } from '../artefacts.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { MARKER_FILE } from '../contract/datasets.ts';
import { PART_KINDS, PARTS } from '../packing.ts';
import { configInvalid } from './config.ts';
import type { SecretGuard } from './secrets.ts';
import { readFacts } from './stage-files.ts';
import { isSkipped, refusedLink } from './walk.ts';

/** Kaggle unpacks these (kaggle-api 2.6): the file itself would not be there. */
const UNPACKED = /\.(zip|tar|tgz|gz|7z|whl)$/i;
/** The program's own files, which may share a dataset with the models. */
const RESERVED: readonly string[] = [
  ...PART_KINDS.filter((kind) => PARTS[kind].unpackTo !== undefined),
  MARKER_FILE,
];
/** A change of this size is worth telling; more often costs more than it tells. */
const TELL_BYTES = 64 * 1024 * 1024;

export interface ReadModelsOptions {
  readonly places: ReadablePlaces;
  /** Where the hashes of earlier runs are; absent: each file is read. */
  readonly hashesFile?: string | undefined;
  /** Hears how far all files together are read. */
  readonly onBytes?: ((done: number, total: number) => void) | undefined;
  /** Looks at each file. */
  readonly guard: SecretGuard;
  readonly signal: AbortSignal;
}

/** A model file that was found: `name` is its path in the dataset. */
interface FoundFile {
  readonly name: string;
  readonly source: string;
  readonly bytes: number;
}

/**
 * The model files of `[models] files`, folders with all that they hold. Each is read for its sha256 unless an earlier
 * run did and it looks the same. A link is followed where it stays in what may be read.
 * @param folder The one with JuliaKaggle.toml.
 * @throws UserError `model-missing`, `config-invalid`, `bundle-refused`, `file-changed`, and as `ReadablePlaces`;
 * CancelledError.
 */
export async function readModels(
  files: readonly string[],
  folder: string,
  { places, hashesFile, onBytes, guard, signal }: ReadModelsOptions,
): Promise<ModelFile[]> {
  files.forEach((file, i) => checkName(file, i, files));
  const found: FoundFile[] = [];
  const scope = { folder, places, signal };
  for (const [index, file] of files.entries()) found.push(...(await findModel(file, index, scope)));
  if (found.length === 0) return [];
  const hashes = hashesFile === undefined ? undefined : await FileHashes.open(hashesFile, () => Date.now());
  const told = teller(found, onBytes);
  const models: ModelFile[] = [];
  try {
    for (const { name, source: path } of found) {
      const facts = await readFacts(path, places, signal, { ...(hashes && { hashes }), onBytes: told });
      guard.lookAt(path, facts);
      const { source, bytes, sha256 } = facts;
      models.push({ name, source, bytes, sha256 });
    }
  } finally {
    await hashes?.save();
  }
  return models;
}

function teller(found: readonly FoundFile[], onBytes: ReadModelsOptions['onBytes']): (more: number) => void {
  const total = found.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let told = 0;
  return (more) => {
    done += more;
    if (done - told < TELL_BYTES) return;
    told = done;
    onBytes?.(done, total);
  };
}

/** Pure: in its dataset a model has the file's or folder's own name only. */
function checkName(file: string, index: number, files: readonly string[]): void {
  const key = `models.files[${index}]`;
  const name = basename(file);
  if (files.slice(0, index).some((other) => basename(other) === name)) {
    throw configInvalid(
      key,
      l10n.t('has the name "{0}" a second time', name),
      l10n.t('Rename one of the two files.'),
    );
  }
  refuseUnpacked(key, name);
  if (RESERVED.includes(name)) {
    throw configInvalid(
      key,
      l10n.t('has the name "{0}", which the program uses itself', name),
      l10n.t('Rename the file.'),
    );
  }
}

interface Scope {
  /** The one with JuliaKaggle.toml. */
  readonly folder: string;
  readonly places: ReadablePlaces;
  readonly signal: AbortSignal;
}

async function findModel(
  file: string,
  index: number,
  { folder, places, signal }: Scope,
): Promise<FoundFile[]> {
  const key = `models.files[${index}]`;
  const source = resolve(folder, file);
  const facts = await places.look(source);
  const model = { name: basename(source), source };
  if (facts?.isFile() === true) return [{ ...model, bytes: facts.size }];
  if (facts?.isDirectory() !== true)
    throw missing(
      facts === undefined
        ? l10n.t('The model {0} is missing: there is no {1}.', file, source)
        : l10n.t('The model {0} is neither a file nor a folder: {1}.', file, source),
    );
  if (isWithin(source, folder)) {
    throw configInvalid(
      key,
      l10n.t('is "{0}", which holds the project itself', file),
      l10n.t('Name the model’s folder only.'),
    );
  }
  const files: FoundFile[] = [];
  for await (const one of filesOf(model, [], places)) {
    throwIfAborted(signal);
    refuseUnpacked(key, one.name);
    files.push(one);
  }
  if (files.length === 0)
    throw missing(l10n.t('The model {0} is a folder without a file: {1}.', file, source));
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The files below a folder. `trail` has the real paths of the folders that it lies in. */
async function* filesOf(
  folder: Omit<FoundFile, 'bytes'>,
  trail: readonly string[],
  places: ReadablePlaces,
): AsyncGenerator<FoundFile> {
  const real = (await places.resolve(folder.source)) ?? folder.source;
  if (trail.includes(real))
    throw refusedLink(
      l10n.t('{0} is a link to {1}, the folder that it lies in: it has no end.', folder.source, real),
    );
  for (const { name: entry } of (await places.list(folder.source)) ?? []) {
    if (isSkipped(entry)) continue;
    const inner = { name: `${folder.name}/${entry}`, source: join(folder.source, entry) };
    const facts = await places.look(inner.source);
    if (facts === undefined) throw refusedLink(l10n.t('{0} is a link that leads nowhere.', inner.source));
    if (facts.isDirectory()) yield* filesOf(inner, [...trail, real], places);
    if (!facts.isFile()) continue;
    yield { ...inner, bytes: facts.size };
  }
}

function refuseUnpacked(key: string, name: string): void {
  if (!UNPACKED.test(name)) return;
  throw configInvalid(
    key,
    l10n.t('is "{0}", which Kaggle would unpack on arrival', name),
    l10n.t(
      'Rename it to "{0}", and let the program tell the format by the content.',
      name.replace(UNPACKED, ''),
    ),
  );
}

function missing(title: string): UserError {
  return new UserError({
    code: 'model-missing',
    title,
    actions: [{ title: l10n.t('Train the model, or correct [models] files in {0}.', CONFIG_FILE) }],
  });
}
