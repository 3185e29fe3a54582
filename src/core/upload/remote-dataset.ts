import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { type DatasetPlan, MARKER_FILE } from '../contract/datasets.ts';
import { poll } from '../contract/poll.ts';
import type { StageContext } from '../stage.ts';
import type { RemoteDataset } from './decide.ts';
import type { Store } from './store.ts';

/** A `bundle.json` of ours lists files with a hash each; of the most that a dataset can hold it is smaller. */
const MOST_MARKER_BYTES = 16 * 1024 * 1024;

/** A fresh dataset may answer "forbidden" for some seconds (kaggle-api 2.4); after this it is a failure. */
const APPEARS_WITHIN_MS = 120_000;

/** The text of its `bundle.json`; undefined when it has none, or one that is too large to be ours. */
export async function remoteMarker(
  store: Store,
  { slug }: Pick<DatasetPlan, 'slug'>,
  remote: RemoteDataset,
  context: StageContext,
): Promise<string | undefined> {
  const listed = remote.files.find(({ name }) => name === MARKER_FILE);
  if (listed === undefined || listed.bytes > MOST_MARKER_BYTES) return undefined;
  const path = join(context.folder, 'bundle', `${slug}.remote.${MARKER_FILE}`);
  try {
    await context.files.lend(path, (safe) => store.download(remote, MARKER_FILE, safe, context.signal));
    return await context.files.readText(path, MOST_MARKER_BYTES);
  } finally {
    await context.files.remove(path);
  }
}

/**
 * Waits until Kaggle has taken in the newest version.
 * @param after the version that was there before it.
 * @throws UserError `dataset-failed`.
 */
export async function waitUntilReady(
  store: Store,
  { slug }: Pick<DatasetPlan, 'slug'>,
  after: number,
  context: StageContext,
): Promise<void> {
  const { clock } = context.ports;
  const started = clock.now();
  context.progress(l10n.t('Waiting for Kaggle to take in {0}', slug));
  await poll(
    async () => {
      const status = await store.status(after, context.signal);
      if (status === 'ready') return true;
      const gone = status === 'missing' && clock.now() - started > APPEARS_WITHIN_MS;
      if (status === 'failed' || status === 'deleted' || gone) throw notReady(store, status);
      return undefined;
    },
    clock,
    context.signal,
  );
}

function notReady({ thing, page }: Store, status: string): UserError {
  return new UserError({
    code: 'dataset-failed',
    title: l10n.t('Kaggle could not take in {0}: its state is "{1}".', thing, status),
    actions: [{ title: l10n.t('Look at its page, then run again.'), url: page }],
  });
}
