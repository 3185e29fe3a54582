import * as l10n from '@vscode/l10n';
import { basename } from 'node:path/posix';
import * as z from 'zod/mini';
import { defined } from '../base/defined.ts';
import { fits, isEncoded, PartFile, rangeHeaders, receive } from '../base/download.ts';
import { isUserError, UserError } from '../base/errors.ts';
import {
  followRedirects,
  type HttpAnswer,
  type HttpRequest,
  type Located,
  type SizeRule,
} from '../base/http.ts';
import { failed, retry, succeeded } from '../base/retry.ts';
import { readAnswer, readRefusal } from './answer.ts';
import type { Connection } from './connection.ts';
import { type Attempt, retryRule } from './failure.ts';
import type { About } from './translate-error.ts';
import { UnzipError, unzipSingle } from './unzip.ts';

/** What is wanted of a file, wherever it is. */
export interface FileWish {
  /** As Kaggle lists it, or the most that such a file may have. */
  readonly size: SizeRule;
  readonly path: string;
  /** Told all bytes so far. */
  readonly onBytes: (bytes: number) => void;
  /** What came stays beside the path when it breaks off, for the next try to go on with. */
  readonly keep?: boolean;
}

export interface Download extends FileWish {
  /** A call of Kaggle's that redirects to the file store, or the store's own link. */
  readonly request: () => Promise<HttpRequest>;
  /** Whether `request` goes to Kaggle: then its failures are Kaggle's words. */
  readonly fromKaggle: boolean;
  /** The file's name as asked for. */
  readonly name: string;
  readonly about: About;
}

/**
 * Downloads one file: under a temporary name until it is whole, going on where a broken connection left off, checked
 * by its listed size and by the store's md5. (kaggle-api 1.4)
 * @throws UserError `kaggle-…`, `checksum-mismatch`, `disk-full`; CancelledError. Nothing is left behind then, except
 * what is to be kept.
 */
export async function download(connection: Connection, wanted: Download, signal: AbortSignal): Promise<void> {
  const part = await begin(wanted, signal);
  const left = part.bytes;
  try {
    await downloadInto(part, connection, wanted, signal);
  } catch (error) {
    // What an earlier try left was of another file.
    if (left === 0 || !isUserError(error, 'checksum-mismatch')) throw error;
    await downloadInto(await PartFile.create(wanted.path), connection, wanted, signal);
  }
}

async function downloadInto(
  part: PartFile,
  connection: Connection,
  wanted: Download,
  signal: AbortSignal,
): Promise<void> {
  try {
    const state: Progress = { part, isZip: false };
    const { transport, pace } = connection;
    const fetchRest = (): Promise<Attempt<undefined>> => downloadRest(connection, wanted, state, signal);
    const fetchAll = (): Promise<Attempt<undefined>> => retry(fetchRest, retryRule('safe'), pace, signal);
    const result = await transport.withRenewal(fetchAll, signal);
    if (!result.ok) throw transport.translate(result.failure, wanted.about);
    if (state.isZip) await unpack(part, wanted, signal);
    else await part.commit();
  } catch (error) {
    // What is not the file will not become it.
    if (
      wanted.keep === true &&
      !isUserError(error, 'checksum-mismatch') &&
      !isUserError(error, 'kaggle-answer')
    )
      await part.close();
    else await part.discard();
    throw error;
  }
}

/** With what an earlier try left, less its last byte: a server answers a range of no bytes without the file's md5. */
function begin({ path, size, keep = false }: Download, signal: AbortSignal): Promise<PartFile> {
  if (!keep || !('exactly' in size)) return PartFile.create(path);
  return PartFile.resume(path, 'md5', signal, Math.max(0, size.exactly - 1));
}

interface Progress {
  readonly part: PartFile;
  /** Kaggle sends the file in a zip archive of its own making. */
  isZip: boolean;
}

async function downloadRest(
  connection: Connection,
  wanted: Download,
  progress: Progress,
  signal: AbortSignal,
): Promise<Attempt<undefined>> {
  const { transport } = connection;
  const { part } = progress;
  const opened = await followRedirects(
    (request) => transport.send(request, signal),
    await wanted.request(),
    rangeHeaders(part),
  );
  if (!opened.ok) return opened;
  const { answer, url, hops } = opened.value;
  try {
    if (answer.status >= 300 && answer.status !== 416) return await refusal(connection, wanted, opened.value);
    if (hops === 0 && wanted.fromKaggle && isJson(answer))
      return await takeWords(connection, part, answer, wanted.size);
    progress.isZip = hops > 0 && isZipOf(url, wanted);
    const received = await receive(
      answer,
      part,
      progress.isZip ? packed(wanted.size) : wanted.size,
      wanted.onBytes,
    );
    if (received.ok) checkMd5(answer, part, wanted);
    return received;
  } finally {
    await answer.close();
  }
}

/** An archive of one file is hardly larger than the file; how much smaller it is, nobody knows before. */
function packed(size: SizeRule): SizeRule {
  const unpacked = 'exactly' in size ? size.exactly : size.atMost;
  return { atMost: Math.ceil(unpacked * 1.001) + 65_536 };
}

async function refusal(
  { transport }: Connection,
  { fromKaggle }: Download,
  { answer, hops }: Located,
): Promise<Attempt<undefined>> {
  if (!fromKaggle || hops > 0) return failed({ kind: 'storage', status: answer.status });
  const read = await transport.read(answer);
  return read.ok ? failed(readRefusal(read.value)) : read;
}

function isJson({ headers }: HttpAnswer): boolean {
  return (headers.get('Content-Type') ?? '').includes('json');
}

/** Without a redirect it is Kaggle's own words, which may be a failure in a 200. (kaggle-api 0.5) */
async function takeWords(
  { transport }: Connection,
  part: PartFile,
  answer: HttpAnswer,
  size: SizeRule,
): Promise<Attempt<undefined>> {
  const read = await transport.read(answer);
  if (!read.ok) return read;
  const attempt = readAnswer(read.value, z.unknown());
  if (!attempt.ok) return attempt;
  const bytes = Buffer.from(read.value.body, 'utf8');
  if (!fits(size, bytes.length)) return failed({ kind: 'size', size, got: bytes.length });
  await part.restart();
  await part.write(bytes);
  return succeeded(undefined);
}

/** `X-Goog-Hash: crc32c=…,md5=<base64>`. (kaggle-api 1.4) */
function checkMd5(answer: HttpAnswer, part: PartFile, wanted: Download): void {
  const md5 = /\bmd5=([A-Za-z0-9+/=]+)/.exec(answer.headers.get('X-Goog-Hash') ?? '')?.[1];
  if (md5 === undefined || isEncoded(answer) || md5 === part.digest('base64')) return;
  throw new UserError({
    code: 'checksum-mismatch',
    title: l10n.t("{0} arrived damaged: its md5 is not the one that Kaggle's file store names.", wanted.name),
    actions: [{ title: l10n.t('Run again; it is downloaded anew.') }],
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

async function unpack(part: PartFile, { name, size, about }: Download, signal: AbortSignal): Promise<void> {
  try {
    await part.commitUnpacked((archive, target) => unzipSingle(archive, target, name, size, signal));
  } catch (error) {
    if (!(error instanceof UnzipError)) throw error;
    throw new UserError({
      code: 'kaggle-answer',
      title: l10n.t('Kaggle sends {0} as a zip archive, which could not be unpacked.', name),
      detail: error.message,
      actions: [
        {
          title: l10n.t(
            'Download it in the browser, unpack it, and name its folder under [data] in JuliaKaggle.toml.',
          ),
          ...defined({ url: about.url }),
        },
      ],
      cause: error,
    });
  }
}
