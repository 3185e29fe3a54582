import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { defined } from './defined.ts';

/** sha256 in lower-case hex; of a text the bytes in UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** How much of a file is read at once. */
const PIECE_BYTES = 1024 * 1024;

/** sha256 of a file's bytes, in constant memory. `onPiece` gets them as they are read, in order. */
export async function sha256OfFile(
  path: string,
  signal?: AbortSignal,
  onPiece?: (piece: Buffer) => void,
): Promise<string> {
  return sha256OfStream(createReadStream(path, { highWaterMark: PIECE_BYTES }), signal, onPiece);
}

/**
 * As `sha256OfFile`, of a file that is open, from its beginning; it stays open. Read by hand: a stream takes longer to be
 * made than most files to be read.
 * @param bytes how many it is expected to have.
 */
export async function sha256OfHandle(
  handle: FileHandle,
  { signal, onPiece, bytes = PIECE_BYTES }: HandleReading = {},
): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    // Whoever hears of the pieces may keep them. One byte more than there should be tells the end.
    const left = bytes + 1 - at;
    const buffer = Buffer.allocUnsafe(left > 0 ? Math.min(PIECE_BYTES, left) : PIECE_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return hash.digest('hex');
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    onPiece?.(piece);
    at += bytesRead;
  }
}

interface HandleReading {
  readonly signal?: AbortSignal | undefined;
  readonly onPiece?: ((piece: Buffer) => void) | undefined;
  readonly bytes?: number | undefined;
}

async function sha256OfStream(
  source: Readable,
  signal: AbortSignal | undefined,
  onPiece: ((piece: Buffer) => void) | undefined,
): Promise<string> {
  const hash = createHash('sha256');
  const take = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      hash.update(piece);
      onPiece?.(piece);
    }
  };
  await pipeline(source, take, defined({ signal }));
  return hash.digest('hex');
}

/** JSON with sorted keys: the same value always gives the same text. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The fingerprint of a stage's inputs (docs/architecture.md, "One way through"). */
export function fingerprint(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** A pass-through stream that counts and hashes what flows through it. */
export class Meter extends Transform {
  bytes = 0;
  readonly #hash = createHash('sha256');

  constructor(private readonly onBytes?: (total: number) => void) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error: null, chunk: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    this.onBytes?.(this.bytes);
    done(null, chunk);
  }

  /** Hex sha256 of all bytes; call it once, after the stream has ended. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
