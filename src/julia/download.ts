import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReadableStreamDefaultReader } from 'node:stream/web';
import { cancellable } from '../base/abort.ts';
import { isUserError } from '../base/errors.ts';
import { fileError, makeFolder } from '../base/files.ts';
import { sha256OfFile } from '../base/hash.ts';
import { wrongChecksum, wrongSize } from './download-errors.ts';
import { get, type HttpPorts, Interrupted, retrying } from './http.ts';
import type { JuliaRelease } from './versions-index.ts';

export type OnBytes = (done: number, total: number) => void;

/**
 * Downloads the release to `file`, by way of `<file>.part`: a part left by an earlier call is continued. The file has
 * its final name only when its size and sha256 are right.
 * @throws UserError `julia-download-failed`, `checksum-mismatch`, `disk-full`; CancelledError, which keeps the part.
 */
export async function download(
  release: JuliaRelease,
  file: string,
  ports: HttpPorts,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<void> {
  const part = `${file}.part`;
  await makeFolder(dirname(file));
  const leftover = (await sizeOf(part)) > 0;
  try {
    await retrying(release.url, ports, signal, () => fetchRest(release, part, ports, onBytes, signal));
    await verify(release, part, signal);
  } catch (error) {
    if (!isUserError(error, 'checksum-mismatch')) throw error;
    await rm(part, { force: true });
    // The leftover may be of another file than the one that is offered now.
    if (!leftover) throw error;
    ports.logger.warn(`${part} does not fit; the file is downloaded anew.`);
    await download(release, file, ports, onBytes, signal);
    return;
  }
  await rename(part, file);
}

/** Brings what the part lacks; a part that is complete costs no request. */
async function fetchRest(
  release: JuliaRelease,
  part: string,
  ports: HttpPorts,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<void> {
  const have = await sizeOf(part);
  if (have > release.bytes) throw wrongSize(release, have);
  if (have === release.bytes) return;
  const range = have > 0 ? { Range: `bytes=${have}-` } : {};
  const response = await get(release.url, { 'Accept-Encoding': 'identity', ...range }, ports, signal);
  if (response.status === 416) throw wrongSize(release, have);
  // A server that knows no ranges gives the whole file: begin again.
  const start = response.status === 206 ? have : 0;
  await append(response, part, start, release, onBytes);
}

/**
 * Writes the body behind the first `start` bytes of the part. Each chunk is on disk before the next is asked for, so
 * that after a cut the part's size says where to go on.
 */
async function append(
  response: Response,
  part: string,
  start: number,
  release: JuliaRelease,
  onBytes: OnBytes,
): Promise<void> {
  let done = start;
  const file = await open(part, start === 0 ? 'w' : 'a').catch((error: unknown) => {
    throw fileError(error, part);
  });
  try {
    for await (const chunk of bodyOf(response, () => `${done} of ${release.bytes} bytes`)) {
      done += chunk.length;
      if (done > release.bytes) throw wrongSize(release, done);
      await file.appendFile(chunk);
      onBytes(done, release.bytes);
    }
  } catch (error) {
    throw fileError(error, part);
  } finally {
    await file.close();
  }
}

/** The chunks of an answer; a broken connection is Interrupted. */
async function* bodyOf(response: Response, position: () => string): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader: ReadableStreamDefaultReader<unknown> = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new Interrupted(`the connection broke after ${position()}`, { cause: error });
      });
      if (done || !(value instanceof Uint8Array)) return;
      yield value;
    }
  } finally {
    // Closes the connection when the reader has had enough.
    await reader.cancel().catch(() => undefined);
  }
}

async function verify(release: JuliaRelease, part: string, signal: AbortSignal): Promise<void> {
  const bytes = await sizeOf(part);
  if (bytes !== release.bytes) throw wrongSize(release, bytes);
  const sha256 = await cancellable(signal, () => sha256OfFile(part, signal));
  if (sha256 !== release.sha256) throw wrongChecksum(release, sha256);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
