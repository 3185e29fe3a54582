import * as l10n from '@vscode/l10n';
import ignore from 'ignore';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { fileError, makeFolder } from '../../../base/files.ts';
import { formatBytes } from '../../../base/format.ts';
import { GuardedFolder } from '../../../base/guarded-folder.ts';
import { fingerprint } from '../../../base/hash.ts';
import { readJson } from '../../../base/json.ts';
import { ReadablePlaces } from '../../../base/readable-places.ts';
import type { KaggleClient } from '../../../kaggle/client.ts';
import type { DataFile, Project } from '../../artefacts.ts';
import type { ProjectInput } from '../../project-artefact.ts';
import type { StageContext } from '../../stage.ts';
import { readFiles } from './data-files.ts';
import { datasetInput } from './paths.ts';

// What `[inputs]` names: made by others, attached to the notebook, and fetched to this machine for test and rehearsal.

/** An input whose version is known: a run has asked for it. */
export type KnownInput = ProjectInput & { readonly version: number };

/** Pure: the inputs of a project that is run. @throws Error for one that nobody asked Kaggle about, which a run does. */
export function knownInputs({ inputs = [] }: Pick<Project, 'inputs'>): KnownInput[] {
  return inputs.map((input) => {
    if (input.version === undefined) throw new Error(`The version of ${input.ref} was not asked for.`);
    return { ...input, version: input.version };
  });
}

/** Pure: how a pushed notebook names them: `owner/slug/3` (kaggle-api 4.1). */
export function inputSources(project: Pick<Project, 'inputs'>): string[] {
  return knownInputs(project).map(({ ref, version }) => `${ref}/${version}`);
}

/** Pure: the owner's name and the slug. */
export function partsOf({ ref }: Pick<ProjectInput, 'ref'>): {
  readonly owner: string;
  readonly slug: string;
} {
  const [owner = '', slug = ''] = ref.split('/');
  return { owner, slug };
}

/** Pure: where each is found, by its short name, in the present layout of Kaggle's mounts. */
export function inputFolders({ inputs = [] }: Pick<Project, 'inputs'>): Record<string, string> {
  return Object.fromEntries(
    inputs.map((input) => {
      const { owner, slug } = partsOf(input);
      return [input.name, datasetInput(owner, slug)];
    }),
  );
}

/** Pure: the variables that name the same folders: `JULIA_KAGGLE_INPUT_GLOVE`, ... */
export function inputEnvironment(folders: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(folders).map(([name, folder]) => [inputVariable(name), folder]));
}

/** Pure: the variable of an input: its name in capitals, `_` for `-`. */
export function inputVariable(name: string): string {
  return `JULIA_KAGGLE_INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Pure: of the files of an input those that are fetched. @param only patterns as in a .gitignore; absent: all. */
export function wantedFiles<T extends { readonly name: string }>(
  files: readonly T[],
  only: ProjectInput['only'],
): T[] {
  if (only === undefined) return [...files];
  const matcher = ignore().add([...only]);
  return files.filter(({ name }) => matcher.ignores(name));
}

/** What is known of a version's files, which never change on Kaggle; beside the folder that has them. */
const keptFile = z.object({
  format: z.literal(1),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.optional(z.string()) })),
});
type Listing = z.infer<typeof keptFile>['files'];

/** Of millions of files too. */
const MOST_LISTING_BYTES = 500_000_000;

/**
 * The files of an input on this machine: downloaded once for all projects, what is missing or no longer the bytes that
 * came. Where all are here, Kaggle is not asked.
 * @throws UserError `kaggle-…`, `checksum-mismatch`, `disk-full`; CancelledError.
 */
export async function fetchInput(
  input: KnownInput,
  context: StageContext,
): Promise<{ readonly folder: string; readonly files: DataFile[] }> {
  const { ports, signal } = context;
  const kaggle = await ports.kaggle();
  const { owner, slug } = partsOf(input);
  const cache = ports.inputsFolder ?? join(context.folder, 'inputs');
  // Another Kaggle may have another dataset of the same name.
  const site = fingerprint({ site: kaggle.siteUrl }).slice(0, 12);
  const folder = join(cache, site, 'datasets', owner, slug, String(input.version));
  await makeFolder(cache);
  const guarded = new GuardedFolder(cache);
  const kept = readJson(keptFile, await guarded.readText(`${folder}.json`, MOST_LISTING_BYTES));
  const listing: Listing =
    kept?.files ??
    (await kaggle.datasets.listFiles(owner, slug, signal, input.version)).map(({ name, bytes }) => ({
      name,
      bytes,
    }));
  await guarded.makeFolder(folder);
  const places = await ReadablePlaces.around(folder);
  const read = async (): Promise<Map<string, DataFile>> => {
    const files = await readFiles(folder, places, context, l10n.t('Reading {0}', input.ref));
    return new Map(files.map((file) => [file.name, file]));
  };
  const wanted = wantedFiles(listing, input.only);
  const before = await read();
  const missing = wanted.filter(({ name, bytes, sha256 }) => {
    const found = before.get(name);
    return found?.bytes !== bytes || (sha256 !== undefined && found.sha256 !== sha256);
  });
  if (missing.length > 0) await fetchAll(kaggle, input, missing, { folder, files: guarded }, context);
  const after = missing.length === 0 ? before : await read();
  if (wanted.some(({ sha256 }) => sha256 === undefined) || kept === undefined) {
    const names = new Set(wanted.map(({ name }) => name));
    const files = listing.map((file) =>
      names.has(file.name) ? { ...file, sha256: after.get(file.name)?.sha256 } : file,
    );
    await guarded.write(`${folder}.json`, JSON.stringify({ format: 1, files }));
  }
  return { folder, files: wanted.flatMap(({ name }) => after.get(name) ?? []) };
}

async function fetchAll(
  kaggle: KaggleClient,
  input: KnownInput,
  missing: Listing,
  { folder, files }: { readonly folder: string; readonly files: GuardedFolder },
  { signal, progress }: StageContext,
): Promise<void> {
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  const { owner, slug } = partsOf(input);
  const text = l10n.t('Downloading {0} version {1} ({2})', input.ref, input.version, formatBytes(total));
  let done = 0;
  for (const { name, bytes } of missing) {
    const path = join(folder, ...name.split('/'));
    const before = done;
    const onBytes = (here: number): void => progress(text, before + here, total);
    try {
      await files.lend(path, (safe) =>
        kaggle.datasets.downloadFile(owner, slug, name, safe, signal, {
          version: input.version,
          bytes,
          onBytes,
        }),
      );
    } catch (error) {
      throw fileError(error, path);
    }
    done += bytes;
  }
}
