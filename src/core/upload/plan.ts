import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import { formatBytes, plural } from '../../base/format.ts';
import type { Artefacts, Project, UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, planDatasets, planOf } from '../contract/datasets.ts';
import type { PartKind } from '../packing.ts';
import type { Doubt } from '../stage.ts';
import { bytesOf } from './transfer.ts';

/** So many of the package's files are named before its first upload. */
const LARGEST_FILES = 5;

/** Pure: what is uploaded and how much of it, with what a user may want to leave out. */
export function planInWords(
  { project, pack }: Pick<Artefacts, 'project' | 'pack'>,
  previous: Artefacts['upload'] | undefined,
  doubt?: Doubt,
): string {
  const known = previous?.datasets ?? [];
  const changed = planDatasets(project, pack).filter(
    (plan) =>
      !known.some(
        ({ slug, on, bundleId }) => slug === plan.slug && on === plan.on && bundleId === plan.bundleId,
      ),
  );
  if (doubt !== undefined) {
    const most = planDatasets(project, pack).reduce((sum, plan) => sum + bytesOf(plan), 0);
    return l10n.t('look at the datasets on Kaggle and upload what they lack, up to {0}', formatBytes(most));
  }
  if (changed.length === 0) return l10n.t('verify the datasets; nothing changed');
  const kept = planDatasets(project, pack).filter((plan) => !changed.some(({ slug }) => slug === plan.slug));
  return [
    ...sentInWords(changed),
    ...keptInWords(kept.map((plan) => ({ kinds: plan.kinds, bytes: bytesOf(plan) }))),
    ...ignoredFiles(project, changed),
    ...largestFiles(project, changed, known),
  ].join('; ');
}

/** Pure: what is sent, a clause for datasets and one for a model. */
function sentInWords(plans: readonly DatasetPlan[]): string[] {
  const clauses = [
    [plans.filter(({ on }) => on === undefined), 'datasets'],
    [plans.filter(({ on }) => on === 'model'), 'model'],
  ] as const;
  return clauses.flatMap(([sent, as]) => {
    if (sent.length === 0) return [];
    const names = sent.map(({ slug }) => slug).join(', ');
    const bytes = formatBytes(sent.reduce((total, plan) => total + bytesOf(plan), 0));
    return as === 'model'
      ? [l10n.t('upload {0} ({1}) as a private model', names, bytes)]
      : [l10n.t('upload {0} ({1}) as private datasets', names, bytes)];
  });
}

/** Pure: what Kaggle has and is not sent again, in a clause. */
function keptInWords(
  parts: readonly { readonly kinds: readonly PartKind[]; readonly bytes: number }[],
): string[] {
  if (parts.length === 0) return [];
  const names = parts.flatMap(({ kinds }) => kinds).join(', ');
  return [l10n.t('not uploaded again: {0} ({1})', names, formatBytes(sum(parts)))];
}

/**
 * Pure: what an upload is expected to send while stages before it are still to be done, by what the last one sent: an
 * edit leaves Julia, the depot and the models as they are. Undefined where more than the package is another.
 */
export function foreseeUpload(
  project: Project,
  { build, pack, upload }: Partial<Artefacts>,
): string | undefined {
  if (build === undefined || pack === undefined || upload === undefined) return undefined;
  const isSameEnvironment = build.environmentFingerprint === project.environmentFingerprint;
  if (!isSameEnvironment || (project.packMode ?? 'depot') !== 'depot') return undefined;
  const kinds = new Set(upload.datasets.flatMap((dataset) => dataset.kinds));
  const there = pack.parts.filter((part) => kinds.has(part.kind));
  const app = there.find(({ kind }) => kind === 'inferenceapp');
  if (app === undefined || !isDeepStrictEqual(modelHashes(pack), hashes(project.models))) return undefined;
  return [
    l10n.t('about {0} as a private dataset (inferenceapp)', formatBytes(sum(app.files))),
    ...keptInWords(
      there.filter((part) => part !== app).map(({ kind, files }) => ({ kinds: [kind], bytes: sum(files) })),
    ),
  ].join('; ');
}

function modelHashes({ parts }: Artefacts['pack']): string[] {
  return hashes(parts.find(({ kind }) => kind === 'models')?.files ?? []);
}

function hashes(files: readonly { readonly name: string; readonly sha256: string }[]): string[] {
  return files.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
}

function sum(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

/** Before the package goes up for the first time: what of it is large, in case something should not go. */
function largestFiles(
  { files }: Project,
  changed: readonly DatasetPlan[],
  known: readonly UploadedDataset[],
): string[] {
  const app = planOf(changed, 'inferenceapp');
  if (app === undefined || known.some(({ slug }) => slug === app.slug)) return [];
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, LARGEST_FILES);
  if (largest.length === 0) return [];
  const named = largest.map(({ place, bytes }) => `${place} (${formatBytes(bytes)})`);
  return [l10n.t('the largest of the package’s {0}: {1}', plural(files.length, 'file'), named.join(', '))];
}

/** What of the package goes although git ignores it, which may be because it is private. */
function ignoredFiles({ ignored = [] }: Project, changed: readonly DatasetPlan[]): string[] {
  if (ignored.length === 0 || planOf(changed, 'inferenceapp') === undefined) return [];
  return [l10n.t('although git ignores them: {0}', ignored.join(', '))];
}
