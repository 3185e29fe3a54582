import { basename } from 'node:path/posix';
import * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';
import { type Attempt, failed, succeeded } from './failure.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { PartFile } from './part-file.ts';
import type { Connection } from './connection.ts';
import { readAnswer, readRefusal } from './answer.ts';
import { followRedirects, type Located } from './redirects.ts';
import { retry } from './retry.ts';
import type { About } from './translate-error.ts';
import { UnzipError, unzipSingle } from './unzip.ts';

export interface Download {
  /** A call of Kaggle's that redirects to the file store, or the store's own link. */
  readonly request: () => Promise<HttpRequest>;
  /** Whether `request` goes to Kaggle: then its failures are Kaggle's words. */
  readonly fromKaggle: boolean;
  /** The file's name as asked for. */
  readonly name: string;
  readonly path: string;
  readonly about: About;
  /** Told all bytes so far. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Downloads one file: under a temporary name until it is whole, going on where a broken connection left off, checked
 * by length and by the store's md5. (kaggle-api 1.4)
 * @throws UserError `kaggle-…`, `checksum-mismatch`, `disk-full`; CancelledError. Nothing is left behind then.
 */
export async function download(connection: Connection, wanted: Download, signal: AbortSignal): Promise<void> {
  const part = await PartFile.create(wanted.path);
  try {
    const state: Progress = { part, etag: undefined, isZip: false };
    const { transport, pace } = connection;
    const fetchRest = (): Promise<Attempt<undefined>> => downloadRest(connection, wanted, state, signal);
    const result = await transport.withRenewal(() => retry(fetchRest, 'safe', pace, signal), signal);
    if (!result.ok) throw transport.translate(result.failure, wanted.about);
    if (state.isZip) await unpack(part, wanted, signal);
    else await part.commit();
  } catch (error) {
    await part.discard();
    throw error;
  }
}

interface Progress {
  readonly part: PartFile;
  /** Names the content that the part is of. */
  etag: string | undefined;
  /** Kaggle sends the file in a zip archive of its own making. */
  isZip: boolean;
}

async function downloadRest(
  connection: Connection,
  wanted: Download,
  progress: Progress,
  signal: AbortSignal,
): Promise<Attempt<undefined>> {
  const request = await wanted.request();
  const opened = await followRedirects(connection.transport, request, rangeOf(progress), signal);
  if (!opened.ok) return opened;
  const { answer, url, hops } = opened.value;
  try {
    if (answer.status >= 300) return await refusal(connection, wanted, progress, opened.value);
    if (hops === 0 && wanted.fromKaggle && isJson(answer))
      return await takeWords(connection, progress, answer);
    progress.isZip = hops > 0 && isZipOf(url, wanted);
    return await receive(answer, wanted, progress);
  } finally {
    await answer.close();
  }
}

/** Go on from where we are, if it is still the same content; otherwise the store sends the whole. */
function rangeOf({ part, etag }: Progress): Record<string, string> {
  if (part.bytes === 0) return {};
  const range = { Range: `bytes=${part.bytes}-` };
  return etag === undefined ? range : { ...range, 'If-Range': etag };
}

async function refusal(
  connection: Connection,
  wanted: Download,
  { part }: Progress,
  { answer, hops }: Located,
): Promise<Attempt<undefined>> {
  if (answer.status === 416 && part.bytes > 0) {
    await part.restart();
    return cutOff('no such range');
  }
  if (!wanted.fromKaggle || hops > 0) return failed({ kind: 'storage', status: answer.status });
  const read = await connection.transport.read(answer);
  return read.ok ? failed(readRefusal(read.value)) : read;
}

function isJson({ headers }: HttpAnswer): boolean {
  return (headers.get('Content-Type') ?? '').includes('json');
}

/** Without a redirect it is Kaggle's own words, which may be a failure in a 200. (kaggle-api 0.5) */
async function takeWords(
  { transport }: Connection,
  { part }: Progress,
  answer: HttpAnswer,
): Promise<Attempt<undefined>> {
  const read = await transport.read(answer);
  if (!read.ok) return read;
  const attempt = readAnswer(read.value, z.unknown());
  if (!attempt.ok) return attempt;
  await part.restart();
  await part.write(Buffer.from(read.value.body, 'utf8'));
  return succeeded(undefined);
}

async function receive(
  answer: HttpAnswer,
  wanted: Download,
  progress: Progress,
): Promise<Attempt<undefined>> {
  const { part } = progress;
  if (answer.status !== 206 || startOf(answer) !== part.bytes) await part.restart();
  if (answer.status === 206 && startOf(answer) !== part.bytes) return cutOff('another range than asked for');
  progress.etag = strongEtag(answer);
  const total = lengthOf(answer, part.bytes);
  for (;;) {
    const piece = await answer.read();
    if (!piece.ok) return piece;
    if (piece.value === undefined) break;
    await part.write(piece.value);
    wanted.onBytes(part.bytes);
  }
  if (total !== undefined && part.bytes !== total) return cutOff(`${part.bytes} of ${total} bytes`);
  checkMd5(answer, part, wanted);
  return succeeded(undefined);
}

function cutOff(what: string): Attempt<undefined> {
  return failed({ kind: 'network', code: undefined, cause: new Error(`The file store sent ${what}.`) });
}

function startOf(answer: HttpAnswer): number | undefined {
  const start = /^bytes (\d{1,15})-/.exec(answer.headers.get('Content-Range') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Length of the whole file; undefined when not said, or when it is that of a compressed form. */
function lengthOf(answer: HttpAnswer, have: number): number | undefined {
  const length = answer.headers.get('Content-Length');
  return length === null || isEncoded(answer) ? undefined : have + Number(length);
}

function isEncoded({ headers }: HttpAnswer): boolean {
  const encodings = ['Content-Encoding', 'X-Goog-Stored-Content-Encoding'].map((name) => headers.get(name));
  return encodings.some((encoding) => encoding !== null && encoding !== 'identity');
}

function strongEtag({ headers }: HttpAnswer): string | undefined {
  const etag = headers.get('ETag');
  return etag === null || etag.startsWith('W/') ? undefined : etag;
}

/** `X-Goog-Hash: crc32c=…,md5=<base64>`. (kaggle-api 1.4) */
function checkMd5(answer: HttpAnswer, part: PartFile, wanted: Download): void {
  const md5 = /\bmd5=([A-Za-z0-9+/=]+)/.exec(answer.headers.get('X-Goog-Hash') ?? '')?.[1];
  if (md5 === undefined || isEncoded(answer) || md5 === part.md5()) return;
  throw new UserError({
    code: 'checksum-mismatch',
    title: `${wanted.name} arrived damaged: its md5 is not the one that Kaggle's file store names.`,
    actions: [{ title: 'Run again; it is downloaded anew.' }],
  });
}

/** Kaggle packs some big files into a zip of its own and redirects to `<name>.zip`. (kaggle-api 1.4) */
function isZipOf(url: string, wanted: Download): boolean {
  return basename(decoded(new URL(url).pathname)) === `${basename(wanted.name)}.zip`;
}

/** As it is when it is not well-formed: the store's path is not ours to judge. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function unpack(part: PartFile, wanted: Download, signal: AbortSignal): Promise<void> {
  try {
    await part.commitUnpacked((packed, unpacked) => unzipSingle(packed, unpacked, wanted.name, signal));
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error;
    throw new UserError({
      code: 'kaggle-answer',
      title: `Kaggle sends ${wanted.name} as a zip archive, which could not be unpacked.`,
      detail: error.message,
      actions: [
        {
          title:
            'Download it in the browser, unpack it, and name its folder under [data] in JuliaKaggle.toml.',
          ...(wanted.about.url === undefined ? {} : { url: wanted.about.url }),
        },
      ],
      cause: error,
    });
  }
}
