import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import type { RemoteFile } from '../../kaggle/client.ts';
import type { Datasets, UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, isJuliaAlone, MARKER_FILE } from '../contract/datasets.ts';

/** What is to be done with one dataset. */
export type UploadDecision =
  | { readonly do: 'keep'; readonly dataset: UploadedDataset }
  | { readonly do: 'create' }
  | { readonly do: 'version' };

/** A version that an interrupted run was about to make: it may have been made without our hearing of it. */
export interface Sending {
  readonly slug: string;
  readonly on?: DatasetPlan['on'] | undefined;
  readonly bundleId: string;
  /** The version that Kaggle had before. */
  readonly after: number;
}

export interface RemoteDataset {
  readonly id?: number | undefined;
  readonly currentVersion: number;
  readonly files: readonly RemoteFile[];
}

/**
 * Pure: a dataset is kept when we made its current version from this very bundle and its files are all there, even if
 * we were interrupted before we heard so; or when it is the one with Julia, which all projects share and whose content
 * its name and exact size tell.
 */
export function decide(
  plan: DatasetPlan,
  remote: RemoteDataset | undefined,
  known: readonly UploadedDataset[],
  sending?: Sending,
): UploadDecision {
  if (remote === undefined) return { do: 'create' };
  if (differences(plan, remote.files).length > 0) return { do: 'version' };
  const ours = known.find((dataset) => isOf(plan, dataset) && isVersion(dataset, plan, remote));
  if (ours !== undefined) return { do: 'keep', dataset: { ...ours, uploadedBytes: 0 } };
  const arrived = sending !== undefined && isOf(plan, sending) && remote.currentVersion > sending.after;
  if (arrived || isJuliaAlone(plan)) return { do: 'keep', dataset: uploaded(plan, remote, 0) };
  return { do: 'version' };
}

/** Pure: whether a known version of a plan's dataset is the one that Kaggle has now, and not that of a later dataset of its name. */
export function isVersion(
  { id, slug, on, version }: Pick<UploadedDataset, 'id' | 'slug' | 'on' | 'version'>,
  plan: Pick<DatasetPlan, 'slug' | 'on'>,
  remote: Pick<RemoteDataset, 'id' | 'currentVersion'>,
): boolean {
  const isOther = id !== undefined && remote.id !== undefined && id !== remote.id;
  return slug === plan.slug && on === plan.on && version === remote.currentVersion && !isOther;
}

function isOf(plan: DatasetPlan, known: Pick<Sending, 'slug' | 'on' | 'bundleId'>): boolean {
  return known.slug === plan.slug && known.on === plan.on && known.bundleId === plan.bundleId;
}

/** Pure: how a dataset on Kaggle differs from what it should hold, one sentence each; empty when it does not. */
export function differences(plan: DatasetPlan, files: readonly RemoteFile[]): string[] {
  const expected = new Map(plan.files.map((file) => [file.name, file.bytes]));
  expected.set(MARKER_FILE, Buffer.byteLength(plan.marker));
  const remote = new Map(files.map((file) => [file.name, file.bytes]));
  const missing = [...expected].flatMap(([name, bytes]) => {
    const found = remote.get(name);
    if (found === undefined) return [l10n.t('{0} is missing', name)];
    return found === bytes ? [] : [l10n.t('{0} has {1} bytes instead of {2}', name, found, bytes)];
  });
  const extra = [...remote.keys()]
    .filter((name) => !expected.has(name))
    .map((name) => l10n.t('{0} should not be there', name));
  return [...missing, ...extra];
}

/** Pure: what the upload stage gives for a dataset whose version `version` is the one of this plan. */
export function uploaded(
  plan: DatasetPlan,
  { id, currentVersion: version }: Pick<RemoteDataset, 'id' | 'currentVersion'>,
  uploadedBytes: number,
): UploadedDataset {
  const { slug, on, bundleId, kinds } = plan;
  return { ...defined({ id, on }), slug, version, bundleId, kinds: [...kinds], uploadedBytes };
}

/** Pure: the versions that a run knows of: those it saved before it was interrupted, then those of the last result. */
export function knownDatasets(
  pending: readonly UploadedDataset[],
  previous: Datasets | undefined,
): UploadedDataset[] {
  return [...pending, ...(previous?.datasets ?? [])];
}
