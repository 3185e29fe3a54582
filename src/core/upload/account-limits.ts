import * as l10n from '@vscode/l10n';
import { isUserError, UserError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import type { DatasetSummary, KaggleClient } from '../../kaggle/client.ts';
import type { DatasetPlan } from '../contract/datasets.ts';
import type { StageContext } from '../stage.ts';
import { bytesOf } from './transfer.ts';

/** Private datasets of one account (kaggle-api 2.5). Whether old versions count is not documented: they are not counted. */
const PRIVATE_BYTES = 200e9;
/** Files and folders at the top of one dataset, the marker included (kaggle-api 2.5). */
const MOST_AT_TOP = 50;

/**
 * Looks before the first byte whether Kaggle will take what is to be sent.
 * @throws UserError `bundle-refused`. When Kaggle does not tell what the account has, the upload goes on.
 */
export async function checkLimits(
  kaggle: KaggleClient,
  plans: readonly DatasetPlan[],
  context: StageContext,
): Promise<void> {
  if (plans.length === 0) return;
  const error = overLimits(plans, await ownDatasets(kaggle, context));
  if (error !== undefined) throw error;
}

async function ownDatasets(
  kaggle: KaggleClient,
  { signal, log }: StageContext,
): Promise<readonly DatasetSummary[]> {
  try {
    return await kaggle.datasets.list('', signal);
  } catch (error) {
    if (!isUserError(error)) throw error;
    log('note', `The account's storage could not be looked at: ${error.title}`);
    return [];
  }
}

/** Pure: why Kaggle would not take these datasets beside those that the account has; undefined: it will. */
function overLimits(plans: readonly DatasetPlan[], own: readonly DatasetSummary[]): UserError | undefined {
  const crowded = plans.find((plan) => topLevelCount(plan) > MOST_AT_TOP);
  if (crowded !== undefined)
    return refused(
      l10n.t(
        'The dataset {0} would have {1} files and folders; Kaggle takes {2}.',
        crowded.slug,
        topLevelCount(crowded),
        MOST_AT_TOP,
      ),
      l10n.t(
        'Put the model files into a folder and name that in [models] files, or map the parts to several datasets: [datasets] in JuliaKaggle.toml.',
      ),
    );
  const slugs = new Set(plans.map(({ slug }) => slug));
  const others = own.filter(({ slug, isPrivate }) => isPrivate && !slugs.has(slug));
  const used = others.reduce((sum, { bytes }) => sum + bytes, 0);
  const wanted = plans.reduce((sum, plan) => sum + bytesOf(plan), 0);
  if (used + wanted <= PRIVATE_BYTES) return undefined;
  return refused(
    l10n.t(
      'Your private datasets on Kaggle have {0}; with these {1} they exceed the {2} of an account.',
      formatBytes(used),
      formatBytes(wanted),
      formatBytes(PRIVATE_BYTES),
    ),
    l10n.t('Delete private datasets that you do not need any more, then run again.'),
  );
}

/** Pure: with the marker. */
function topLevelCount({ files }: DatasetPlan): number {
  return new Set(files.map(({ name }) => name.split('/')[0])).size + 1;
}

function refused(title: string, remedy: string): UserError {
  return new UserError({ code: 'bundle-refused', title, actions: [{ title: remedy }] });
}
