import { newestVersion } from './dataset-versions.ts';
import type { Dataset, DatasetVersion, Source, User } from './records.ts';
import { findModel, findVariation, modelRef } from './models.ts';
import type { Services } from './services.ts';

export interface RequestedSources {
  readonly datasetDataSources: readonly string[];
  readonly competitionDataSources: readonly string[];
  readonly kernelDataSources: readonly string[];
  readonly modelDataSources: readonly string[];
}

export interface ResolvedSources {
  /** Fixed to a version each. */
  readonly sources: readonly Source[];
  /** The lists of SaveKernel's answer: what is missing or not ready is dropped, and the run goes on without it. */
  readonly invalid: {
    readonly invalidDatasetSources: readonly string[];
    readonly invalidCompetitionSources: readonly string[];
    readonly invalidKernelSources: readonly string[];
    readonly invalidModelSources: readonly string[];
  };
}

/** Looks up the data sources of a notebook to be saved (kaggle-api 4.1). */
export function resolveSources(services: Services, requested: RequestedSources, user: User): ResolvedSources {
  const datasets = split(requested.datasetDataSources, (ref) => datasetSource(services, ref, user));
  const competitions = split(requested.competitionDataSources, (ref) => competitionSource(services, ref));
  const kernels = split(requested.kernelDataSources, (ref) => kernelSource(services, ref, user));
  const models = split(requested.modelDataSources, (ref) => modelSource(services, ref, user));
  return {
    sources: withoutRepeats([...datasets.found, ...competitions.found, ...kernels.found, ...models.found]),
    invalid: {
      invalidDatasetSources: datasets.missing,
      invalidCompetitionSources: competitions.missing,
      invalidKernelSources: kernels.missing,
      invalidModelSources: models.missing,
    },
  };
}

function split(refs: readonly string[], find: (ref: string) => Source | undefined) {
  const found: Source[] = [];
  const missing: string[] = [];
  for (const ref of refs) {
    const source = find(ref);
    if (source === undefined) missing.push(ref);
    else found.push(source);
  }
  return { found, missing };
}

/** `owner/slug`, or `owner/slug/N` for one version. */
function datasetSource({ store, versions, faults }: Services, ref: string, user: User): Source | undefined {
  const [owner = '', slug = '', number] = ref.split('/');
  const dataset = store.datasets.find((candidate) => candidate.owner === owner && candidate.slug === slug);
  if (dataset === undefined || (dataset.isPrivate && owner !== user.username)) return undefined;
  const version =
    number === undefined
      ? (versionBefore(dataset, faults) ?? newestVersion(dataset))
      : dataset.versions.find((candidate) => String(candidate.version) === number);
  if (version === undefined || versions.status(version) !== 'READY') return undefined;
  return { kind: 'dataset', ref: `${owner}/${slug}`, id: dataset.id, version: version.version };
}

/** What the fault `stale` attaches in place of the latest; undefined without it, or when there is no earlier one. */
function versionBefore(dataset: Dataset, faults: Services['faults']): DatasetVersion | undefined {
  const place = ({ slug }: { readonly slug: string }): number | undefined =>
    slug === dataset.slug ? 0 : undefined;
  return faults.take('stale', place) && dataset.versions.at(-2);
}

function competitionSource({ competitions }: Services, ref: string): Source | undefined {
  return competitions.get(ref)?.facts.userHasEntered === true ? { kind: 'competition', ref } : undefined;
}

function kernelSource({ store }: Services, ref: string, user: User): Source | undefined {
  const kernel = store.kernels.find(({ owner, slug }) => `${owner}/${slug}` === ref);
  if (kernel === undefined || (kernel.isPrivate && kernel.owner !== user.username)) return undefined;
  const complete = kernel.versions.findLast(({ status }) => status === 'COMPLETE');
  return complete && { kind: 'notebook', ref, id: kernel.id, version: complete.version };
}

/** `owner/model/framework/variation`, the newest version then, or with `/N` for one. */
function modelSource({ store }: Services, ref: string, user: User): Source | undefined {
  const [owner = '', slug = '', framework = '', variation = '', number] = ref.split('/');
  const model = findModel(store, owner, slug, user);
  const found = model && findVariation(model, framework, variation);
  const version =
    number === undefined
      ? found?.versions.at(-1)
      : found?.versions.find((candidate) => String(candidate.version) === number);
  if (model === undefined || found === undefined || version === undefined) return undefined;
  const full = `${modelRef(model, found)}/${version.version}`;
  return { kind: 'model', ref: full, id: found.id, version: version.version };
}

function withoutRepeats(sources: readonly Source[]): Source[] {
  const keyOf = ({ kind, ref }: Source): string => `${kind} ${ref}`;
  return sources.filter(
    (source, index) => sources.findIndex((other) => keyOf(other) === keyOf(source)) === index,
  );
}
