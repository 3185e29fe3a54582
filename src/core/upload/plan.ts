import * as l10n from '@vscode/l10n';
import { formatBytes, plural } from '../../base/format.ts';
import type { Artefacts, Project, UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, planDatasets, planOf } from '../contract/datasets.ts';
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
    (plan) => !known.some(({ slug, bundleId }) => slug === plan.slug && bundleId === plan.bundleId),
  );
  const bytes = changed.reduce((sum, plan) => sum + bytesOf(plan), 0);
  if (doubt !== undefined) {
    const most = planDatasets(project, pack).reduce((sum, plan) => sum + bytesOf(plan), 0);
    return l10n.t('look at the datasets on Kaggle and upload what they lack, up to {0}', formatBytes(most));
  }
  if (changed.length === 0) return l10n.t('verify the datasets; nothing changed');
  return [
    l10n.t(
      'upload {0} ({1}) as private datasets',
      changed.map((plan) => plan.slug).join(', '),
      formatBytes(bytes),
    ),
    ...ignoredFiles(project, changed),
    ...largestFiles(project, changed, known),
  ].join('; ');
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
