import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { isUserError, UserError } from '../../base/errors.ts';
import type { KaggleClient, RemoteFile } from '../../kaggle/client.ts';
import { MARKER_FILE } from '../contract/datasets.ts';
import { poll } from '../contract/poll.ts';
import type { StageContext } from '../stage.ts';
import type { RemoteDataset } from './decide.ts';

/** A `bundle.json` of ours lists files with a hash each; of the most that a dataset can hold it is smaller. */
const MOST_MARKER_BYTES = 16 * 1024 * 1024;

/** A fresh dataset may answer "forbidden" for some seconds (kaggle-api 2.4); after this it is a failure. */
const APPEARS_WITHIN_MS = 120_000;

/** What Kaggle has of a dataset; undefined: there is none. */
export async function look(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  context: StageContext,
): Promise<RemoteDataset | undefined> {
  const dataset = await kaggle.datasets.find(owner, slug, context.signal);
  if (dataset === undefined) return undefined;
  return {
    id: dataset.id,
    currentVersion: dataset.currentVersion,
    files: await filesOf(kaggle, owner, slug, context),
  };
}

/** The files of the current version; none when Kaggle could not take it in, which it says in their place. */
async function filesOf(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  { signal }: StageContext,
): Promise<readonly RemoteFile[]> {
  try {
    return await kaggle.datasets.listFiles(owner, slug, signal);
  } catch (error) {
    if (!isUserError(error, 'kaggle-refused')) throw error;
    if ((await kaggle.datasets.status(owner, slug, signal)) !== 'failed') throw error;
    return [];
  }
}

/** The text of the dataset's `bundle.json`; undefined when it has none, or one that is too large to be ours. */
export async function remoteMarker(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  { files }: RemoteDataset,
  context: StageContext,
): Promise<string | undefined> {
  const listed = files.find(({ name }) => name === MARKER_FILE);
  if (listed === undefined || listed.bytes > MOST_MARKER_BYTES) return undefined;
  const path = join(context.folder, 'bundle', `${slug}.remote.${MARKER_FILE}`);
  try {
    await context.files.lend(path, (safe) =>
      kaggle.datasets.downloadFile(owner, slug, MARKER_FILE, safe, context.signal),
    );
    return await context.files.readText(path, MOST_MARKER_BYTES);
  } finally {
    await context.files.remove(path);
  }
}

/** Waits until Kaggle has taken in the newest version. @throws UserError `dataset-failed`. */
export async function waitUntilReady(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  context: StageContext,
): Promise<void> {
  const { clock } = context.ports;
  const started = clock.now();
  context.progress(l10n.t('Waiting for Kaggle to take in {0}', slug));
  await poll(
    async () => {
      const status = await kaggle.datasets.status(owner, slug, context.signal);
      if (status === 'ready') return true;
      const gone = status === 'missing' && clock.now() - started > APPEARS_WITHIN_MS;
      if (status === 'failed' || status === 'deleted' || gone) throw notReady(kaggle, owner, slug, status);
      return undefined;
    },
    clock,
    context.signal,
  );
}

/** The address of a dataset's page. */
export function pageOf(kaggle: KaggleClient, owner: string, slug: string): string {
  return `${kaggle.siteUrl}/datasets/${owner}/${slug}`;
}

function notReady(kaggle: KaggleClient, owner: string, slug: string, status: string): UserError {
  return new UserError({
    code: 'dataset-failed',
    title: l10n.t('Kaggle could not take in the dataset {0}: its state is "{1}".', slug, status),
    actions: [{ title: l10n.t('Look at its page, then run again.'), url: pageOf(kaggle, owner, slug) }],
  });
}
