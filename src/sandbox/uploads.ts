import { randomBytes } from 'node:crypto';
import { open, stat, truncate } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/abort.ts';
import { send, sendJson } from './answers.ts';
import { invalid } from './api-error.ts';
import type { UploadFault } from './faults/fault.ts';
import type { Faults } from './faults/faults.ts';
import { Injected } from './faults/injected.ts';
import { makePrivateFile, privateStream, removeFile } from './private-files.ts';
import type { StoredFile, Upload } from './records.ts';
import { partFile, type Store, UPLOAD_LIFE_MS } from './store.ts';

/** What is kept of an unfinished upload ends at a multiple of this (kaggle-api 2.3). */
const GRANULE_BYTES = 256 * 1024;

/** Upload sessions with the protocol of Google Cloud Storage's resumable uploads (kaggle-api 2.3). */
export class Uploads {
  /** Requests that are sending bytes now, by upload id. */
  readonly #receiving = new Map<string, { request: IncomingMessage; done: Promise<void> }>();
  /** Sessions that a fault has ended, and the status that they answer from then on. */
  readonly #ended = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly faults: Faults,
  ) {}

  /** Begins an upload; gives the token for CreateDataset and the path to send the bytes to. */
  async start(owner: string, name: string, contentLength: number): Promise<{ token: string; path: string }> {
    const id = randomBytes(12).toString('hex');
    const token = randomBytes(24).toString('base64url');
    const createdAt = new Date(this.clock.now()).toISOString();
    await makePrivateFile(partFile(this.store, id), true);
    await this.store.uploads.put(id, { id, token, owner, name, contentLength, createdAt });
    return { token, path: `/upload/kaggle-sandbox/o?uploadType=resumable&upload_id=${id}` };
  }

  /** The file that a token stands for. @throws ApiError 400 for an unknown token or one whose bytes are not all there */
  finished(owner: string, token: string): StoredFile {
    const upload = this.store.uploads.find(
      (candidate) => candidate.token === token && candidate.owner === owner,
    );
    if (upload === undefined || this.#hasExpired(upload)) throw invalid('Invalid blob token');
    if (upload.sha256 === undefined) throw invalid(`The upload of '${upload.name}' is not complete`);
    return { name: upload.name, bytes: upload.contentLength, sha256: upload.sha256 };
  }

  /** Answers a PUT to an upload path. @throws Injected */
  async receive(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const id = url.searchParams.get('upload_id') ?? '';
    const done = this.#inTurn(id, () => this.#answer(id, request, response));
    const turn = { request, done: done.catch(() => undefined) };
    this.#receiving.set(id, turn);
    try {
      await done;
    } finally {
      if (this.#receiving.get(id) === turn) this.#receiving.delete(id);
    }
  }

  /** A second request for the same upload means that the first one's connection is dead, noticed here or not. */
  async #inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const earlier = this.#receiving.get(id);
    earlier?.request.destroy();
    await earlier?.done;
    await work();
  }

  async #answer(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const upload = this.store.uploads.get(id);
    if (upload === undefined) refuse(response, this.#ended.get(id) ?? 404, 'Not Found');
    else if (this.#hasExpired(upload)) refuse(response, 410, 'The upload session has expired.');
    else await this.#answerFor(upload, request, response);
  }

  async #answerFor(upload: Upload, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const range = rangeOfUpload(request.headers['content-range'], upload.contentLength);
    if (range === 'malformed') refuse(response, 400, 'Invalid Content-Range or size');
    else if (upload.sha256 !== undefined) complete(response, upload, upload.sha256);
    else if (range === 'query') await this.#conclude(response, upload);
    else await this.#append(request, response, upload, range);
  }

  async #append(
    request: IncomingMessage,
    response: ServerResponse,
    upload: Upload,
    range: ByteRange,
  ): Promise<void> {
    const path = partFile(this.store, upload.id);
    const kept = range.whole ? 0 : (await stat(path)).size;
    if (range.start > kept) {
      refuse(response, 503, gapText(range.start, kept));
      return;
    }
    await truncate(path, range.start);
    const strike = this.#faultIn(range.start, Number(request.headers['content-length'] ?? Infinity));
    try {
      if (strike === undefined) await store(request, path, range.start);
      else await storeUntil(request, path, range.start, strike);
    } finally {
      await this.#trim(upload);
    }
    if (strike !== undefined) await this.#fail(upload, strike.effect);
    await this.#conclude(response, upload);
  }

  /** What is to go wrong in a request with this many bytes from `start` on, and before which byte. */
  #faultIn(start: number, length: number): Strike | undefined {
    const place = ({ after, byte = start }: UploadFault): number | undefined =>
      !after && byte >= start && byte < Math.max(start + length, start + 1) ? byte : undefined;
    const fault = this.faults.take('upload', place);
    return fault && { effect: fault.effect, byte: fault.byte ?? start };
  }

  async #fail(upload: Upload, effect: UploadFault['effect']): Promise<void> {
    if (effect.kind === 'unfinished') {
      if (!effect.range) await truncate(partFile(this.store, upload.id), 0);
      return;
    }
    if (effect.kind === 'answer' && (effect.status === 404 || effect.status === 410)) {
      this.#ended.set(upload.id, effect.status);
      await this.store.uploads.delete(upload.id);
      await removeFile(partFile(this.store, upload.id));
    }
    throw new Injected(effect);
  }

  /** Bytes behind the last whole granule are not kept, unless they are the end of the file. */
  async #trim(upload: Upload): Promise<void> {
    const path = partFile(this.store, upload.id);
    const { size } = await stat(path);
    if (size < upload.contentLength) await truncate(path, size - (size % GRANULE_BYTES));
  }

  async #conclude(response: ServerResponse, upload: Upload): Promise<void> {
    const path = partFile(this.store, upload.id);
    const { size } = await stat(path);
    if (size > upload.contentLength) {
      await truncate(path, 0);
      refuse(response, 400, `More bytes than the announced ${upload.contentLength}.`);
    } else if (size < upload.contentLength) {
      response.writeHead(308, { 'Content-Length': 0, ...(size > 0 ? { Range: `bytes=0-${size - 1}` } : {}) });
      response.end();
    } else {
      const sha256 = await this.store.blobs.adopt(path);
      await this.store.uploads.update(upload.id, (record) => ({ ...record, sha256 }));
      const lost = this.faults.take('upload', ({ after }) => (after ? 0 : undefined));
      if (lost !== undefined) await this.#fail(upload, lost.effect);
      complete(response, upload, sha256);
    }
  }

  #hasExpired(upload: Upload): boolean {
    return this.clock.now() > Date.parse(upload.createdAt) + UPLOAD_LIFE_MS;
  }
}

interface Strike {
  readonly effect: UploadFault['effect'];
  /** The first byte that is not taken. */
  readonly byte: number;
}

/** The fast way, in constant memory. */
async function store(request: IncomingMessage, path: string, start: number): Promise<void> {
  await pipeline(request, privateStream(path, { flags: 'r+', start }));
}

/** Takes the bytes before the strike's one. A cut ends it there, otherwise the rest is read and thrown away. */
async function storeUntil(
  request: IncomingMessage,
  path: string,
  start: number,
  { byte: end, effect }: Strike,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    let position = start;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(0, end - position);
      await file.write(wanted, 0, wanted.length, position);
      position += wanted.length;
      if (effect.kind === 'cut' && position >= end) return;
    }
  } finally {
    await file.close();
  }
}

function complete(response: ServerResponse, upload: Upload, sha256: string): void {
  response.setHeader('ETag', `"${sha256.slice(0, 32)}"`);
  sendJson(response, 200, {
    kind: 'storage#object',
    name: upload.name,
    bucket: 'kaggle-sandbox',
    size: String(upload.contentLength),
  });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', text);
}

/** As Google Cloud Storage words it; it answers 503. */
function gapText(start: number, kept: number): string {
  return (
    `Invalid request.  According to the Content-Range header, the upload offset is ${start} byte(s), ` +
    `which exceeds already uploaded size of ${kept} byte(s).`
  );
}

/** Where the bytes of a PUT belong. */
interface ByteRange {
  readonly start: number;
  /** The file anew, whatever was there before. */
  readonly whole: boolean;
}

/**
 * What a PUT of a resumable upload means by its `Content-Range` (kaggle-api 2.3): absent, the whole file;
 * `bytes 0-99/500`, that part; a star instead of the part, the question how much is there.
 */
function rangeOfUpload(header: string | undefined, contentLength: number): ByteRange | 'query' | 'malformed' {
  if (header === undefined) return { start: 0, whole: true };
  const [, part = '', first, last, total = ''] = /^bytes (\*|(\d+)-(\d+))\/(\d+|\*)$/.exec(header) ?? [];
  if (total === '' || (total !== '*' && Number(total) !== contentLength)) return 'malformed';
  if (part === '*') return 'query';
  if (Number(first) > Number(last) || Number(last) >= contentLength) return 'malformed';
  return { start: Number(first), whole: false };
}
