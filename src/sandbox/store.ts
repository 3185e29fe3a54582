import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Clock } from '../base/abort.ts';
import { exists } from '../base/files.ts';
import { BlobStore } from './blob-store.ts';
import { Collection, readRecord, writeRecord } from './collection.ts';
import { makePrivateFile, makePrivateFolder, removeFile } from './private-files.ts';
import { account, dataset, kernel, model, submission, token, upload } from './records.ts';
import type { Account, Dataset, Kernel, Model, Submission, Token, Upload } from './records.ts';

/** Everything the sandbox remembers, below one folder. */
export interface Store {
  readonly account: Account;
  readonly blobs: BlobStore;
  readonly uploads: Collection<Upload>;
  /** Where bytes of unfinished uploads lie. */
  readonly uploadFolder: string;
  readonly datasets: Collection<Dataset>;
  readonly kernels: Collection<Kernel>;
  readonly models: Collection<Model>;
  readonly submissions: Collection<Submission>;
  /** By their sha256. */
  readonly tokens: Collection<Token>;
  /** Where the logs of unfinished runs lie. */
  readonly logFolder: string;
  /** A number that was never given before. */
  nextId(): Promise<number>;
}

const DEFAULT_USER = 'sandbox-user';
const FIRST_ID = 100_001;
/** An upload session lives a week (kaggle-api 2.3); so does the token it gave. */
export const UPLOAD_LIFE_MS = 7 * 24 * 3600 * 1000;

/**
 * Opens the folder, which must be there, and deletes contents that nothing refers to any more. `username`: the user's
 * name in a new folder.
 */
export async function openStore(
  folder: string,
  clock: Clock,
  username: string = DEFAULT_USER,
): Promise<Store> {
  const store: Store = {
    account: await openAccount(join(folder, 'account.json'), username),
    blobs: await BlobStore.open(join(folder, 'blobs')),
    uploads: await Collection.open(join(folder, 'uploads'), upload),
    uploadFolder: join(folder, 'uploads'),
    datasets: await Collection.open(join(folder, 'datasets'), dataset),
    kernels: await Collection.open(join(folder, 'kernels'), kernel),
    models: await Collection.open(join(folder, 'models'), model),
    submissions: await Collection.open(join(folder, 'submissions'), submission),
    tokens: await Collection.open(join(folder, 'tokens'), token),
    logFolder: join(folder, 'logs'),
    nextId: await openCounter(join(folder, 'counters')),
  };
  await makePrivateFolder(store.logFolder);
  await tidyUploads(store, clock.now() - UPLOAD_LIFE_MS);
  await tidyTokens(store, clock.now());
  await store.blobs.sweep(new Set(referencedBlobs(store)));
  return store;
}

async function openAccount(path: string, username: string): Promise<Account> {
  if (!(await exists(path))) {
    const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
    const user = { username, userId: 1, key: hex(16), token: `KGAT_${hex(16)}` };
    const fresh: Account = { instance: randomUUID(), signingSecret: hex(32), users: [user] };
    await writeRecord(path, fresh);
  }
  return await readRecord(path, account);
}

async function openCounter(folder: string): Promise<() => Promise<number>> {
  const counters = await Collection.open(folder, z.object({ next: z.number() }));
  if (counters.get('ids') === undefined) await counters.put('ids', { next: FIRST_ID });
  return async () => {
    let id = 0;
    await counters.update('ids', ({ next }) => {
      id = next;
      return { next: next + 1 };
    });
    return id;
  };
}

/** Where the bytes of an unfinished upload are. */
export function partFile(store: Store, id: string): string {
  return join(store.uploadFolder, `${id}.part`);
}

/** Forgets expired uploads; one whose bytes were taken away by a killed process begins again with none. */
async function tidyUploads(store: Store, oldest: number): Promise<void> {
  for (const { id, createdAt, sha256 } of store.uploads.values()) {
    const part = partFile(store, id);
    if (Date.parse(createdAt) < oldest) {
      await removeFile(part);
      await store.uploads.delete(id);
    } else if (sha256 === undefined) {
      await makePrivateFile(part, false);
    }
  }
}

async function tidyTokens(store: Store, now: number): Promise<void> {
  for (const { sha256, expiresAt } of store.tokens.values())
    if (Date.parse(expiresAt) < now) await store.tokens.delete(sha256);
}

function* referencedBlobs(store: Store): Generator<string> {
  for (const { sha256 } of store.uploads.values()) if (sha256 !== undefined) yield sha256;
  for (const { versions } of store.datasets.values())
    for (const { uploads, files } of versions) for (const { sha256 } of [...uploads, ...files]) yield sha256;
  for (const { versions } of store.kernels.values())
    for (const version of versions) yield* kernelBlobs(version);
  yield* modelBlobs(store);
  for (const { file, rerunLog } of store.submissions.values()) {
    if (file !== undefined) yield file.sha256;
    if (rerunLog !== undefined) yield rerunLog;
  }
}

function* modelBlobs({ models }: Pick<Store, 'models'>): Generator<string> {
  for (const { variations } of models.values())
    for (const { versions } of variations)
      for (const { files } of versions) for (const { sha256 } of files) yield sha256;
}

function* kernelBlobs(version: Kernel['versions'][number]): Generator<string> {
  yield version.source;
  if (version.log !== undefined) yield version.log;
  if (version.interruptedLog !== undefined) yield version.interruptedLog;
  for (const { sha256 } of version.outputs) yield sha256;
}
