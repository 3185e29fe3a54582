import { UserError } from '../base/errors.ts';
import type { Dataset, DatasetInit, DatasetVersionInit, UploadedBlob } from './client.ts';
import type { Connection } from './connection.ts';
import { aboutDataset, getDataset, getDatasetStatus } from './read-dataset.ts';
import { savedDataset } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { spendTokens } from './spend-tokens.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'datasets.DatasetApiService';

/** Private packs are nobody's to copy; of the names that Kaggle takes, `other` says so. (kaggle-api 2.5) */
const LICENSE = 'other';

/** Creates a private dataset, once. @throws UserError `kaggle-conflict` when there is one by that name. */
export async function createDataset(
  connection: Connection,
  init: DatasetInit,
  signal: AbortSignal,
): Promise<void> {
  const { owner, slug } = init;
  const look = async (): Promise<Look<undefined>> => {
    const status = await getDatasetStatus(connection, owner, slug, signal);
    return status === 'missing' || status === 'deleted' ? 'absent' : { found: undefined };
  };
  // Without this a lost answer would leave open whose dataset it is that exists afterwards.
  if ((await look()) !== 'absent') throw alreadyThere(connection, owner, slug);
  const send = async (): Promise<undefined> => {
    await save(
      connection,
      'CreateDataset',
      {
        ownerSlug: owner,
        slug,
        title: init.title,
        subtitle: init.subtitle,
        licenseName: LICENSE,
        // Left out, it would mean public. (kaggle-api 2.4)
        isPrivate: true,
        ...contentOf(init.files),
      },
      aboutDataset(connection, owner, slug),
      signal,
    );
  };
  await spendTokens(connection, tokensOf(init.files), () =>
    sendOnce({ what: `the dataset ${owner}/${slug}`, send, look }, connection.pace, signal),
  );
}

/** What is in a dataset, or in one of its folders, as Kaggle takes it. */
interface Content {
  readonly files: readonly { readonly token: string }[];
  readonly directories?: readonly ({ readonly name: string } & Content)[];
}

/** Pure: files by their paths as folders in folders. (kaggle-api 2.4, `directories`) */
function contentOf(files: readonly UploadedBlob[]): Content {
  const folders = new Map<string, UploadedBlob[]>();
  const here: { token: string }[] = [];
  for (const { name, token } of files) {
    const [folder = '', ...rest] = name.split('/');
    if (rest.length === 0) here.push({ token });
    else folders.set(folder, [...(folders.get(folder) ?? []), { name: rest.join('/'), token }]);
  }
  const directories = [...folders].map(([name, inner]) => ({ name, ...contentOf(inner) }));
  return { files: here, ...(directories.length > 0 && { directories }) };
}

function tokensOf(files: readonly UploadedBlob[]): string[] {
  return files.map(({ token }) => token);
}

function alreadyThere(connection: Connection, owner: string, slug: string): UserError {
  return new UserError({
    code: 'kaggle-conflict',
    title: `The dataset ${owner}/${slug} exists already.`,
    actions: [
      { title: 'Run again: it is found, and gets a new version.' },
      { title: 'Open it on Kaggle', url: connection.site.dataset(owner, slug) },
    ],
  });
}

/** Makes a version of exactly the given files, once. The notes must tell it from every other. */
export async function createVersion(
  connection: Connection,
  init: DatasetVersionInit,
  signal: AbortSignal,
): Promise<void> {
  const { owner, slug, notes } = init;
  const before = (await getDataset(connection, owner, slug, signal)).currentVersion;
  const send = async (): Promise<undefined> => {
    await save(
      connection,
      'CreateDatasetVersion',
      {
        ownerSlug: owner,
        datasetSlug: slug,
        body: { versionNotes: notes, ...contentOf(init.files) },
      },
      aboutDataset(connection, owner, slug),
      signal,
    );
  };
  const look = async (): Promise<Look<undefined>> => {
    const now = await getDataset(connection, owner, slug, signal);
    if (hasOurs(now, before, notes)) return { found: undefined };
    return (await getDatasetStatus(connection, owner, slug, signal)) === 'processing' ? 'unclear' : 'absent';
  };
  await spendTokens(connection, tokensOf(init.files), () =>
    sendOnce({ what: `the new version of ${owner}/${slug}`, send, look }, connection.pace, signal),
  );
}

/** A version made since `before` that has our notes; where the answer lists no versions, any made since. */
function hasOurs({ currentVersion, versions }: Dataset, before: number, notes: string): boolean {
  if (versions.length === 0) return currentVersion > before;
  return versions.some((each) => each.version > before && each.notes.trim() === notes.trim());
}

/** Success is a status of `ok`, in any case; a filled `error` was refused before this. (kaggle-api 2.4) */
async function save(
  { transport }: Connection,
  method: string,
  body: object,
  subject: About,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await transport.call(
    { method: `${SERVICE}/${method}`, body, answer: savedDataset, about: subject, repeat: 'once' },
    signal,
  );
  if (status.toLowerCase() === 'ok') return;
  throw transport.translate({ kind: 'refused', text: `Its status is ${JSON.stringify(status)}.` }, subject);
}
