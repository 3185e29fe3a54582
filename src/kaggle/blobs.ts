import * as l10n from '@vscode/l10n';
import { posix } from 'node:path';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/errors.ts';
import { formatBytes } from '../base/format.ts';
import { readRetryAfter } from '../base/http.ts';
import { mayLeadTo } from '../base/addresses.ts';
import { backoffMs, LONGEST_RETRY_AFTER_MS } from '../base/retry.ts';
import { BlobReader, type BlobSource } from './blob-reader.ts';
import type { Connection } from './connection.ts';
import { openJournal, type UploadJournal } from './upload-journal.ts';
import { startedUpload } from './schemas.ts';
import {
  afterAnswer,
  nextStep,
  readUploadAnswer,
  resumeUpload,
  startUpload,
  type UploadAnswer,
  type UploadFailure,
  type UploadState,
  type UploadStep,
} from './upload-state.ts';

/** Told how many bytes of a file are there, and how many crossed the line by this call. */
export type OnBlobBytes = (there: number, crossed: number) => void;

/** What a file is uploaded for. */
export interface BlobPurpose {
  /** What tells its sessions from those of the same file for something else; empty for a dataset. */
  readonly id: string;
  /** The call that opens a session. */
  readonly method: string;
  /** What the call is told. `contentLength` is left out where it is 0, as a field that has its default value. */
  body(file: {
    readonly name: string;
    readonly contentLength: number | undefined;
    readonly lastModifiedEpochSeconds: number;
  }): object;
  /** What did not come of an upload that failed, in a sentence. */
  loss(): string;
}

/** A file of a dataset. The folders that it lies in are told with the version. (kaggle-api 2.2, 2.4) */
const DATASET: BlobPurpose = {
  id: '',
  method: 'blobs.BlobApiService/StartBlobUpload',
  body: (file) => ({ type: 'DATASET', ...file }),
  loss: () => l10n.t('No dataset version was made without it.'),
};

/** A file of a model. (kaggle-api 3) */
export const MODEL: BlobPurpose = {
  id: 'model',
  method: DATASET.method,
  body: (file) => ({ type: 'MODEL', ...file }),
  loss: () => l10n.t('No version of the model was made without it.'),
};

/** Uploads a file, and returns the token that stands for it. (kaggle-api 2.2, 2.3) */
export async function uploadBlob(
  connection: Connection,
  file: BlobSource,
  onBytes: OnBlobBytes,
  signal: AbortSignal,
  purpose: BlobPurpose = DATASET,
): Promise<string> {
  const reader = await BlobReader.open(file);
  try {
    const journal = await openJournal(
      connection,
      { ...file, purpose: purpose.id },
      reader.modifiedMs,
      signal,
    );
    return await new Upload(connection, { file, purpose, reader, journal, onBytes, signal }).run();
  } finally {
    await reader.close();
  }
}

interface Task {
  readonly file: BlobSource;
  readonly purpose: BlobPurpose;
  readonly reader: BlobReader;
  readonly journal: UploadJournal;
  readonly onBytes: OnBlobBytes;
  readonly signal: AbortSignal;
}

/** Carries out what upload-state decides. */
class Upload {
  readonly #connection: Connection;
  readonly #task: Task;
  #token = '';
  #sessionUrl = '';
  /** Bytes that this process sent and the store acknowledged, sent again ones included. */
  #crossed = 0;
  /** What the last answer asked to wait, in milliseconds. */
  #askedWaitMs = 0;
  #lastTrouble: unknown;

  constructor(connection: Connection, task: Task) {
    this.#connection = connection;
    this.#task = task;
  }

  /** @returns the blob's token. */
  async run(): Promise<string> {
    let state = this.#begin();
    for (;;) {
      const step = nextStep(state);
      if (step.do === 'done') {
        await this.#task.reader.verify(this.#task.signal);
        return this.#token;
      }
      if (step.do === 'fail') throw this.#incomplete(step.reason, state.confirmed);
      await this.#pause(step.pause);
      const next = afterAnswer(state, await this.#perform(step));
      this.#tell(state, next);
      state = next;
    }
  }

  #begin(): UploadState {
    const { file, journal } = this.#task;
    const { chunkBytes } = this.#connection;
    if (journal.earlier === undefined) return startUpload(file.bytes, chunkBytes);
    this.#token = journal.earlier.token;
    this.#sessionUrl = journal.earlier.createUrl;
    return resumeUpload(file.bytes, chunkBytes);
  }

  /** What an earlier process sent is told as done, but did not cross the line now. */
  #tell(before: UploadState, now: UploadState): void {
    if (now.confirmed === before.confirmed) return;
    if (!now.resumed) this.#crossed += Math.max(0, now.confirmed - before.confirmed);
    this.#task.onBytes(now.confirmed, this.#crossed);
  }

  async #pause(troubles: number): Promise<void> {
    const { clock, random } = this.#connection.pace;
    if (troubles > 0)
      await clock.sleep(Math.max(this.#askedWaitMs, backoffMs(troubles, random)), this.#task.signal);
    this.#askedWaitMs = 0;
  }

  async #perform(step: Exclude<UploadStep, { do: 'done' | 'fail' }>): Promise<UploadAnswer> {
    switch (step.do) {
      case 'open':
        return this.#openSession();
      case 'ask':
        return this.#put(new Uint8Array(), `bytes */${this.#task.file.bytes}`);
      case 'send':
        return this.#put(
          await this.#task.reader.read(step.from, step.to, this.#task.signal),
          rangeOf(step.from, step.to, this.#task.file.bytes),
        );
    }
  }

  async #openSession(): Promise<UploadAnswer> {
    const { file, purpose, reader } = this.#task;
    const { name, bytes } = file;
    const about = { thing: l10n.t('the upload of {0} ({1})', name, formatBytes(bytes)) };
    const { token, createUrl } = await this.#connection.transport.call(
      {
        method: purpose.method,
        body: purpose.body({
          name: posix.basename(name),
          contentLength: bytes === 0 ? undefined : bytes,
          lastModifiedEpochSeconds: Math.floor(reader.modifiedMs / 1000),
        }),
        answer: startedUpload,
        about,
      },
      this.#task.signal,
    );
    if (!token || !createUrl || !mayLeadTo(this.#connection.transport.apiUrl, createUrl)) {
      const failure = { kind: 'unreadable', text: l10n.t('It names no place to send the file to.') } as const;
      throw this.#connection.transport.translate(failure, about);
    }
    this.#token = token;
    this.#sessionUrl = createUrl;
    await this.#task.journal.opened({ token, createUrl });
    return { kind: 'session' };
  }

  /** The session's URL is its own credential: Kaggle's must not go there. (kaggle-api 2.3) */
  async #put(body: Uint8Array, contentRange: string | undefined): Promise<UploadAnswer> {
    const { transport, userAgent, storageSilenceMs, pace } = this.#connection;
    const sent = await transport.send(
      {
        method: 'PUT',
        url: this.#sessionUrl,
        headers: {
          'User-Agent': userAgent,
          ...defined({ 'Content-Range': contentRange }),
        },
        body,
        silenceMs: storageSilenceMs,
      },
      this.#task.signal,
    );
    if (!sent.ok) {
      this.#lastTrouble = 'cause' in sent.failure ? sent.failure.cause : undefined;
      return { kind: 'trouble' };
    }
    const { status, headers } = sent.value;
    await sent.value.close();
    const asked = readRetryAfter(headers.get('Retry-After'), pace.clock.now()) ?? 0;
    this.#askedWaitMs = Math.min(asked, LONGEST_RETRY_AFTER_MS);
    if (status >= 400) this.#lastTrouble = new Error(`The file store answered ${status}.`);
    return readUploadAnswer(status, headers.get('Range'));
  }

  #incomplete(reason: UploadFailure, confirmed: number): UserError {
    const { name, bytes } = this.#task.file;
    const why =
      typeof reason === 'number'
        ? l10n.t('The file store refused it with status {0}.', reason)
        : reason === 'sessions'
          ? l10n.t('The file store ended the upload again and again.')
          : l10n.t('The file store cannot be reached, or takes nothing more.');
    const loss = this.#task.purpose.loss();
    const isKept = this.#connection.sessions !== undefined;
    const again = isKept
      ? l10n.t('Run again; what arrived is kept. {0}', loss)
      : l10n.t('Run again. {0}', loss);
    return new UserError({
      code: 'upload-incomplete',
      title: l10n.t(
        '{0} was not uploaded: {1} of {2} arrived.',
        name,
        formatBytes(confirmed),
        formatBytes(bytes),
      ),
      detail: why,
      actions: [
        {
          title:
            typeof reason === 'number'
              ? l10n.t('Wait some minutes. {0}', again)
              : l10n.t('Check the internet connection. {0}', again),
        },
      ],
      cause: this.#lastTrouble,
    });
  }
}

/** An empty file has no range: it goes as a whole. (kaggle-api 2.3) */
function rangeOf(from: number, to: number, size: number): string | undefined {
  return size === 0 ? undefined : `bytes ${from}-${to - 1}/${size}`;
}
