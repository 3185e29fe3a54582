import { formatBytes } from '../../base/format.ts';
import type { Artefacts } from '../../core/artefacts.ts';
import type { DatasetPlan } from '../../core/contract/datasets.ts';

/** What Kaggle said of a dataset when it was asked last. */
export interface RemoteDataset {
  readonly currentVersion: number;
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

/** `packed-anew`, `not-packed`: it is stale, and why. `elsewhere`: Kaggle has a version that we did not make. */
export type DatasetState =
  'up-to-date' | 'not-uploaded' | 'packed-anew' | 'not-packed' | 'elsewhere' | 'missing';

/** A dataset as the tree shows it. */
export interface DatasetItem {
  readonly slug: string;
  readonly owner: string | undefined;
  readonly state: DatasetState;
  /** The version that the last upload made or found; undefined before. */
  readonly version: number | undefined;
  readonly bytes: number;
  readonly files: readonly { readonly name: string; readonly size: string }[];
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

export interface DatasetFacts {
  readonly plans: readonly DatasetPlan[];
  readonly uploaded: Artefacts['upload'] | undefined;
  /** The package, its environment or its models changed since they were packed. */
  readonly isPackStale: boolean;
  /** What Kaggle said, by slug; `missing`: it has none of that name. */
  readonly remote: ReadonlyMap<string, RemoteDataset | 'missing'>;
}

/** Pure: the datasets of the last bundle, each with its files and with what is stale about it. */
export function datasetItems({ plans, uploaded, isPackStale, remote }: DatasetFacts): DatasetItem[] {
  return plans.map((plan) => {
    const known = uploaded?.datasets.find(({ slug }) => slug === plan.slug);
    const there = remote.get(plan.slug);
    return {
      slug: plan.slug,
      owner: uploaded?.owner,
      state: stateOf(plan, known, there, isPackStale),
      version: known?.version,
      bytes: plan.files.reduce((sum, { bytes }) => sum + bytes, 0),
      files: plan.files.map(({ name, bytes }) => ({ name, size: formatBytes(bytes) })),
      versions: there === undefined || there === 'missing' ? [] : newestFirst(there.versions),
    };
  });
}

function stateOf(
  plan: DatasetPlan,
  known: Artefacts['upload']['datasets'][number] | undefined,
  remote: RemoteDataset | 'missing' | undefined,
  isPackStale: boolean,
): DatasetState {
  if (known === undefined) return 'not-uploaded';
  if (remote === 'missing') return 'missing';
  if (remote !== undefined && remote.currentVersion !== known.version) return 'elsewhere';
  if (known.bundleId !== plan.bundleId) return 'packed-anew';
  return isPackStale && !plan.kinds.every((kind) => kind === 'julia') ? 'not-packed' : 'up-to-date';
}

function newestFirst<T extends { readonly version: number }>(versions: readonly T[]): T[] {
  return versions.toSorted((a, b) => b.version - a.version);
}
