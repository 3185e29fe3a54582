import { fingerprint } from '../base/hash.ts';
import type { Labels } from '../docker/engine.ts';
import type { Competitions } from './competition.ts';
import { filesFromBlobs, filesFromDisk, type Input } from './inputs.ts';
import type { Kernel, KernelVersion, Source } from './records.ts';
import type { Store } from './store.ts';

/**
 * The contents of a notebook version's data sources, as they were fixed when it was pushed.
 * `rerun`: the competition whose hidden files take the place of the public ones.
 * @throws Error when one of them was deleted since.
 */
export async function inputsOf(
  { store, competitions }: { readonly store: Store; readonly competitions: Competitions },
  sources: readonly Source[],
  rerun: string | undefined,
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const source of sources) inputs.push(await inputOf({ store, competitions }, source, rerun));
  return inputs;
}

function inputOf(
  { store, competitions }: { readonly store: Store; readonly competitions: Competitions },
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
  }
}

async function competitionInput(competitions: Competitions, slug: string, hidden: boolean): Promise<Input> {
  const competition = competitions.get(slug);
  if (competition === undefined) throw new Error(`There is no competition ${slug} any more.`);
  const files = await (hidden ? competition.rerunFiles() : competition.publicFiles());
  const edition = fingerprint(files.map(({ name, bytes, modified }) => [name, bytes, modified])).slice(0, 12);
  const key = `competition-${slug}-${hidden ? 'rerun' : 'public'}-${edition}`;
  return { kind: 'competition', ref: slug, key, files: filesFromDisk(files), labels: {} };
}

function datasetInput(store: Store, { ref, id, version }: Source & { kind: 'dataset' }): Input {
  const found = store.datasets.get(id)?.versions.find((candidate) => candidate.version === version);
  if (found === undefined) throw new Error(`Version ${version} of the dataset ${ref} was deleted.`);
  const key = `dataset-${id}-v${version}`;
  const files = filesFromBlobs(store.blobs, found.files);
  return { kind: 'dataset', ref, key, files, labels: datasetLabels(id, version) };
}

function notebookInput(store: Store, { ref, id, version }: Source & { kind: 'notebook' }): Input {
  const files = filesFromBlobs(store.blobs, findVersion(store, id, version).version.outputs);
  return { kind: 'notebook', ref, key: `notebook-${id}-v${version}`, files, labels: {} };
}

const DATASET_LABEL = 'julia-kaggle.sandbox.dataset';
const VERSION_LABEL = 'julia-kaggle.sandbox.version';

function datasetLabels(id: number, version: number): Labels {
  return { [DATASET_LABEL]: String(id), [VERSION_LABEL]: String(version) };
}

/** Whether a volume with these labels may still be needed: not when it holds a dataset version that was deleted. */
export function isStillThere({ datasets }: Store, labels: Labels): boolean {
  const id = labels[DATASET_LABEL];
  if (id === undefined) return true;
  const versions = datasets.get(id)?.versions ?? [];
  return versions.some(({ version }) => String(version) === labels[VERSION_LABEL]);
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
