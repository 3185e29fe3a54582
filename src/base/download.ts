import * as l10n from '@vscode/l10n';
import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defined } from './defined.ts';
import { fileError, makeFolder } from './files.ts';
import { untilFree } from './in-use.ts';
import type { HttpAnswer, HttpFailure, SizeRule } from './http.ts';
import { type Attempt, failed, succeeded } from './retry.ts';

/** The temporary name is the program's own: it is no link that leads elsewhere. (Windows has no such flag.) */
const OWN = constants.O_RDWR | constants.O_CREAT | ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/** A file on its way in: it has a temporary name beside the final one until it is whole. */
export class PartFile {
  bytes = 0;
  /** Names the content that the part is of, where the server said one. */
  etag: string | undefined;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #algorithm: 'md5' | 'sha256';
  #hash: Hash;

  private constructor(path: string, handle: FileHandle, algorithm: 'md5' | 'sha256') {
    this.#path = path;
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** Begins with nothing, whatever an earlier call left. @throws UserError `disk-full`, `file-unreadable`. */
  static async create(path: string, algorithm: 'md5' | 'sha256' = 'md5'): Promise<PartFile> {
    await translated(path, () => untilFree(() => rm(partOf(path), { force: true })));
    return PartFile.#open(path, OWN | constants.O_EXCL, algorithm);
  }

  /** Goes on with what an earlier call left. @param most so many bytes of it. @throws UserError `disk-full`, `file-unreadable`; CancelledError. */
  static async resume(
    path: string,
    algorithm: 'md5' | 'sha256',
    signal: AbortSignal,
    most = Infinity,
  ): Promise<PartFile> {
    const left = await lstat(partOf(path)).catch(() => undefined);
    if (left?.isFile() === false) return PartFile.create(path, algorithm);
    const part = await PartFile.#open(path, OWN, algorithm);
    try {
      if (left !== undefined && left.size > most) await part.#handle.truncate(most);
      const there = createReadStream('', { fd: part.#handle, start: 0, autoClose: false, signal });
      for await (const piece of there as AsyncIterable<Buffer>) part.#count(piece);
      return part;
    } catch (error) {
      await part.close();
      throw fileError(error, path);
    }
  }

  static async #open(path: string, flags: number, algorithm: 'md5' | 'sha256'): Promise<PartFile> {
    return translated(path, async () => {
      await makeFolder(dirname(path));
      return new PartFile(path, await untilFree(() => open(partOf(path), flags, 0o666)), algorithm);
    });
  }

  /** Each piece is on disk before the next is asked for, so that after a cut the part says where to go on. */
  async write(bytes: Uint8Array): Promise<void> {
    await translated(this.#path, async () => {
      for (let written = 0; written < bytes.length;) {
        const at = this.bytes + written;
        written += (await this.#handle.write(bytes, written, bytes.length - written, at)).bytesWritten;
      }
    });
    this.#count(bytes);
  }

  #count(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
  }

  /** Forgets what was written so far. */
  async restart(): Promise<void> {
    await translated(this.#path, () => this.#handle.truncate(0));
    this.#hash = createHash(this.#algorithm);
    this.bytes = 0;
    this.etag = undefined;
  }

  /** Hash of what was written. */
  digest(encoding: 'base64' | 'hex'): string {
    return this.#hash.copy().digest(encoding);
  }

  /** Gives the file its final name. */
  async commit(): Promise<void> {
    await translated(this.#path, async () => {
      await this.#handle.close();
      await untilFree(() => rename(partOf(this.#path), this.#path));
    });
  }

  /**
   * Gives the final name to what `unpack` makes of the file.
   * @param unpack reads the one path and writes the other, where nothing is.
   */
  async commitUnpacked(unpack: (packed: string, unpacked: string) => Promise<void>): Promise<void> {
    await translated(this.#path, async () => {
      await this.#handle.close();
      await rm(unpackedOf(this.#path), { force: true });
    });
    await unpack(partOf(this.#path), unpackedOf(this.#path));
    await translated(this.#path, () => untilFree(() => rename(unpackedOf(this.#path), this.#path)));
    await this.discard();
  }

  /** Leaves the part where it is, for a later `resume`. */
  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(partOf(this.#path), { force: true });
    await rm(unpackedOf(this.#path), { force: true });
  }
}

/** Headers that ask for what the part lacks, if it is still the same content; otherwise for the whole. */
export function rangeHeaders({ bytes, etag }: PartFile): Record<string, string> {
  const plain = { 'Accept-Encoding': 'identity' };
  if (bytes === 0) return plain;
  return { ...plain, Range: `bytes=${bytes}-`, ...defined({ 'If-Range': etag }) };
}

/**
 * Takes a file's answer into the part, behind what is there if the answer goes on from there, else from the start. Never
 * writes a byte beyond the size that the file may have.
 * @param onBytes gets the number of bytes so far.
 * @returns a failure of kind `size` for a file that has another size or says that it will.
 * @throws UserError `disk-full`, `file-unreadable`; CancelledError.
 */
export async function receive(
  answer: HttpAnswer,
  part: PartFile,
  size: SizeRule,
  onBytes: (bytes: number) => void,
): Promise<Attempt<undefined, HttpFailure>> {
  if (!(await goesOn(answer, part))) return cutOff(l10n.t('another range than asked for'));
  part.etag = strongEtag(answer);
  const total = lengthOf(answer, part.bytes);
  if (total !== undefined && !fits(size, total)) return failed({ kind: 'size', size, got: total });
  const taken = await takeBody(answer, part, size, onBytes);
  if (!taken.ok) return taken;
  if (total !== undefined && part.bytes !== total)
    return cutOff(l10n.t('{0} of {1} bytes', part.bytes, total));
  return fits(size, part.bytes) ? taken : failed({ kind: 'size', size, got: part.bytes });
}

/** Whether the answer's first byte follows the part's last one; the part is emptied where that is needed for it. */
async function goesOn(answer: HttpAnswer, part: PartFile): Promise<boolean> {
  const start = [206, 416].includes(answer.status) ? startOf(answer) : 0;
  if (start !== part.bytes) await part.restart();
  return start === part.bytes;
}

async function takeBody(
  answer: HttpAnswer,
  part: PartFile,
  size: SizeRule,
  onBytes: (bytes: number) => void,
): Promise<Attempt<undefined, HttpFailure>> {
  for (;;) {
    const piece = await answer.read();
    if (!piece.ok) return piece;
    if (piece.value === undefined) return succeeded(undefined);
    const got = part.bytes + piece.value.length;
    if (got > ('exactly' in size ? size.exactly : size.atMost)) return failed({ kind: 'size', size, got });
    await part.write(piece.value);
    onBytes(part.bytes);
  }
}

/** Whether a file of so many bytes is what the list says. */
export function fits(size: SizeRule, bytes: number): boolean {
  return 'exactly' in size ? bytes === size.exactly : bytes <= size.atMost;
}

/** Whether the answer's bytes are not those of the stored file as they are, so that its sizes and hashes say nothing. */
export function isEncoded({ headers }: HttpAnswer): boolean {
  const encodings = ['Content-Encoding', 'X-Goog-Stored-Content-Encoding'].map((name) => headers.get(name));
  return encodings.some((encoding) => encoding !== null && encoding !== 'identity');
}

function cutOff(what: string): Attempt<undefined, HttpFailure> {
  return failed({ kind: 'network', code: undefined, cause: new Error(`The server sent ${what}.`) });
}

/** Where a part of the file begins; undefined when it is none, or says it not. */
function startOf(answer: HttpAnswer): number | undefined {
  if (answer.status !== 206) return undefined;
  const start = /^bytes (\d{1,15})-/.exec(answer.headers.get('Content-Range') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Length of the whole file; undefined when not said, or when it is that of a compressed form. */
function lengthOf(answer: HttpAnswer, have: number): number | undefined {
  const length = answer.headers.get('Content-Length');
  return length === null || isEncoded(answer) ? undefined : have + Number(length);
}

function strongEtag({ headers }: HttpAnswer): string | undefined {
  const etag = headers.get('ETag');
  return etag === null || etag.startsWith('W/') ? undefined : etag;
}

function partOf(path: string): string {
  return `${path}.part`;
}

function unpackedOf(path: string): string {
  return `${path}.unpacked`;
}

async function translated<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}
