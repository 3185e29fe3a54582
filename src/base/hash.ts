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

/** As `sha256OfFile`, of a file that is open, from its beginning; it stays open. */
export function sha256OfHandle(
  handle: FileHandle,
  signal?: AbortSignal,
  onPiece?: (piece: Buffer) => void,
): Promise<string> {
  const stream = handle.createReadStream({ highWaterMark: PIECE_BYTES, start: 0, autoClose: false });
  return sha256OfStream(stream, signal, onPiece);
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
