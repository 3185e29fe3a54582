import { fingerprint } from '../base/hash.ts';
import type { Competition, Competitions } from './competition.ts';
import { filesFromBlobs, filesFromDisk, type Input } from './inputs.ts';
import type { Kernel, KernelVersion, Source } from './records.ts';
import { variationOf } from './models.ts';
import type { Store } from './store.ts';

interface Holders {
  readonly store: Store;
  readonly competitions: Competitions;
}

/**
 * The contents of a notebook version's data sources, as they were fixed when it was pushed.
 * `rerun`: the competition whose hidden files take the place of the public ones.
 * @throws Error when one of them was deleted since.
 */
export async function inputsOf(
  holders: Holders,
  sources: readonly Source[],
  rerun: string | undefined,
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const source of sources) inputs.push(await inputOf(holders, source, rerun));
  return inputs;
}

function inputOf(
  { store, competitions }: Holders,
  source: Source,
  rerun: string | undefined,
): Input | Promise<Input> {
  switch (source.kind) {
    case 'competition':
      return competitionInput(competitions, source.ref, source.ref === rerun);
    case 'dataset':
      return datasetInput(store, source);
    case 'notebook':
      return notebookInput(store, source);
    case 'model':
      return modelInput(store, source);
  }
}

async function competitionInput(competitions: Competitions, slug: string, hidden: boolean): Promise<Input> {
  const competition = competitions.get(slug);
  if (competition === undefined) throw new Error(`There is no competition ${slug} any more.`);
  const files = await competitionFiles(competition, hidden);
  const key = competitionKey(slug, files, hidden);
  return { kind: 'competition', ref: slug, key, files: filesFromDisk(files) };
}

type Files = Awaited<ReturnType<Competition['publicFiles']>>;

function competitionFiles(competition: Competition, hidden: boolean): Promise<Files> {
  return hidden ? competition.rerunFiles() : competition.publicFiles();
}

function competitionKey(slug: string, files: Files, hidden: boolean): string {
  const edition = fingerprint(files.map(({ name, bytes, modified }) => [name, bytes, modified])).slice(0, 12);
  return `competition-${slug}-${hidden ? 'rerun' : 'public'}-${edition}`;
}

function datasetInput(store: Store, source: Source & { kind: 'dataset' }): Input {
  const { ref, id, version } = source;
  const found = store.datasets.get(id)?.versions.find((candidate) => candidate.version === version);
  if (found === undefined) throw new Error(`Version ${version} of the dataset ${ref} was deleted.`);
  return { kind: 'dataset', ref, key: versionKey(source), files: filesFromBlobs(store.blobs, found.files) };
}

function notebookInput(store: Store, source: Source & { kind: 'notebook' }): Input {
  const { outputs } = findVersion(store, source.id, source.version).version;
  return {
    kind: 'notebook',
    ref: source.ref,
    key: versionKey(source),
    files: filesFromBlobs(store.blobs, outputs),
  };
}

function modelInput(store: Store, source: Source & { kind: 'model' }): Input {
  const { ref, id, version } = source;
  const found = variationOf(store, id)?.versions.find((candidate) => candidate.version === version);
  if (found === undefined) throw new Error(`The model ${ref} was deleted.`);
  return { kind: 'model', ref, key: versionKey(source), files: filesFromBlobs(store.blobs, found.files) };
}

function versionKey({ kind, id, version }: { kind: string; id: number; version: number }): string {
  return `${kind}-${id}-v${version}`;
}

/**
 * The keys of all inputs that are still wanted in the engine: the versions that a notebook pushed now would get, what
 * unfinished runs and submissions use, and the competitions' files as they are.
 */
export async function wantedKeys(
  { store, competitions }: Holders,
  currentVersion: (datasetId: number) => number | undefined,
): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const { id } of store.datasets.values()) {
    const version = currentVersion(id);
    if (version !== undefined) keys.add(versionKey({ kind: 'dataset', id, version }));
  }
  for (const { id, versions } of store.kernels.values()) {
    const complete = versions.findLast(({ status }) => status === 'COMPLETE');
    if (complete) keys.add(versionKey({ kind: 'notebook', id, version: complete.version }));
  }
  for (const { variations } of store.models.values())
    for (const { id, versions } of variations)
      for (const { version } of versions) keys.add(versionKey({ kind: 'model', id, version }));
  for (const source of sourcesInUse(store)) if (source.kind !== 'competition') keys.add(versionKey(source));
  for (const [slug, competition] of competitions)
    for (const hidden of [false, true])
      keys.add(competitionKey(slug, await competitionFiles(competition, hidden), hidden));
  return keys;
}

function sourcesInUse(store: Store): Source[] {
  const running = store.kernels
    .values()
    .flatMap(({ versions }) => versions.filter(({ status }) => status === 'QUEUED' || status === 'RUNNING'));
  const submitted = store.submissions
    .values()
    .filter(({ status }) => status === 'PENDING')
    .flatMap(({ kernelId, kernelVersion }) =>
      (store.kernels.get(kernelId ?? 0)?.versions ?? []).filter(({ version }) => version === kernelVersion),
    );
  return [...running, ...submitted].flatMap(({ sources }) => sources);
}

/** @throws Error when there is no such version. */
export function findVersion(
  store: Store,
  kernelId: number,
  number: number,
): { readonly kernel: Kernel; readonly version: KernelVersion } {
  const kernel = store.kernels.get(kernelId);
  const version = kernel?.versions.find((candidate) => candidate.version === number);
  if (kernel === undefined || version === undefined)
    throw new Error(`Version ${number} of the notebook ${kernelId} was deleted.`);
  return { kernel, version };
}
