import { UserError } from '../base/errors.ts';
import { formatBytes } from '../base/format.ts';
import { BlobReader } from './blob-reader.ts';
import type { BlobSource, KaggleClient } from './client.ts';
import type { Connection } from './connection.ts';
import { backoffMs, readRetryAfter } from './pace.ts';
import { startedUpload } from './schemas.ts';
import { readUploadAnswer } from './upload-answer.ts';
import {
  afterAnswer,
  nextStep,
  startUpload,
  type UploadAnswer,
  type UploadFailure,
  type UploadStep,
} from './upload-state.ts';

/** The longest wait that the file store can ask for, in milliseconds. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Uploads of files. (kaggle-api 2.2, 2.3) */
export function blobCalls(connection: Connection): Pick<KaggleClient, 'uploadBlob'> {
  return {
    uploadBlob: async (file, onBytes, signal) => {
      const reader = await BlobReader.open(file);
      try {
        return await new Upload(connection, file, reader, onBytes, signal).run();
      } finally {
        await reader.close();
      }
    },
  };
}

/** Carries out what upload-state decides. */
class Upload {
  readonly #connection: Connection;
  readonly #file: BlobSource;
  readonly #reader: BlobReader;
  readonly #onBytes: (sent: number) => void;
  readonly #signal: AbortSignal;
  #token = '';
  #sessionUrl = '';
  /** What the last answer asked to wait, in milliseconds. */
  #askedWaitMs = 0;
  #lastTrouble: unknown;

  constructor(
    connection: Connection,
    file: BlobSource,
    reader: BlobReader,
    onBytes: (sent: number) => void,
    signal: AbortSignal,
  ) {
    this.#connection = connection;
    this.#file = file;
    this.#reader = reader;
    this.#onBytes = onBytes;
    this.#signal = signal;
  }

  /** @returns the blob's token. */
  async run(): Promise<string> {
    let state = startUpload(this.#file.bytes, this.#connection.chunkBytes);
    for (;;) {
      const step = nextStep(state);
      if (step.do === 'done') {
        this.#reader.verify();
        return this.#token;
      }
      if (step.do === 'fail') throw this.#incomplete(step.reason, state.confirmed);
      await this.#pause(step.pause);
      const next = afterAnswer(state, await this.#perform(step));
      if (next.confirmed !== state.confirmed) this.#onBytes(next.confirmed);
      state = next;
    }
  }

  async #pause(troubles: number): Promise<void> {
    const { clock, random } = this.#connection.pace;
    if (troubles > 0)
      await clock.sleep(Math.max(this.#askedWaitMs, backoffMs(troubles, random)), this.#signal);
    this.#askedWaitMs = 0;
  }

  async #perform(step: Exclude<UploadStep, { do: 'done' | 'fail' }>): Promise<UploadAnswer> {
    switch (step.do) {
      case 'open':
        return this.#openSession();
      case 'ask':
        return this.#put(new Uint8Array(), `bytes */${this.#file.bytes}`);
      case 'send':
        return this.#put(
          await this.#reader.read(step.from, step.to),
          rangeOf(step.from, step.to, this.#file.bytes),
        );
    }
  }

  async #openSession(): Promise<UploadAnswer> {
    const { name, bytes } = this.#file;
    const about = { thing: `the upload of ${name}` };
    const { token, createUrl } = await this.#connection.transport.call(
      {
        method: 'blobs.BlobApiService/StartBlobUpload',
        body: {
          type: 'DATASET',
          name,
          // A field that has its default value is left out. (kaggle-api 2.2)
          contentLength: bytes === 0 ? undefined : bytes,
          lastModifiedEpochSeconds: this.#reader.modifiedSeconds,
        },
        answer: startedUpload,
        about,
      },
      this.#signal,
    );
    if (token === '' || !URL.canParse(createUrl)) {
      const failure = { kind: 'unreadable', text: 'It names no place to send the file to.' } as const;
      throw this.#connection.transport.translate(failure, about);
    }
    this.#token = token;
    this.#sessionUrl = createUrl;
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
          ...(contentRange === undefined ? {} : { 'Content-Range': contentRange }),
        },
        body,
        silenceMs: storageSilenceMs,
      },
      this.#signal,
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
    const { name, bytes } = this.#file;
    const why =
      typeof reason === 'number'
        ? `The file store refused it with status ${reason}.`
        : reason === 'sessions'
          ? 'The file store ended the upload again and again.'
          : 'The file store cannot be reached, or takes nothing more.';
    return new UserError({
      code: 'upload-incomplete',
      title: `${name} was not uploaded: ${formatBytes(confirmed)} of ${formatBytes(bytes)} arrived.`,
      detail: why,
      actions: [
        { title: 'Check the internet connection and run again. No dataset version was made without it.' },
      ],
      cause: this.#lastTrouble,
    });
  }
}

/** An empty file has no range: it goes as a whole. (kaggle-api 2.3) */
function rangeOf(from: number, to: number, size: number): string | undefined {
  return size === 0 ? undefined : `bytes ${from}-${to - 1}/${size}`;
}
