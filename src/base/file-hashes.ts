import type { BigIntStats } from 'node:fs';
import * as z from 'zod/mini';
import { readTextIfPresent, writeOwn } from './files.ts';
import { readJson } from './json.ts';

/** By its path, how a file looked, its sha256, and what else was found out: one text, since there may be 60,000. */
const hashFile = z.object({ format: z.literal(2), files: z.record(z.string(), z.string()) });

/** What was found out of a file when it was read. */
interface Known {
  readonly sha256: string;
  readonly finding?: string | undefined;
}

/** So many files are kept, those that were asked for last; of one project all, for the next run asks for them again. */
const MOST_FILES = 10_000;
/** A file that changed so shortly ago could change once more within what its file system tells apart of time. */
const SETTLED_MS = 2_000;

/**
 * Remembers the sha256 of large files by their paths and looks, in one file: what did not change need not be read again.
 * A help and no more: what cannot be read counts as nothing known, and what cannot be written is not kept.
 */
export class FileHashes {
  readonly #file: string;
  readonly #now: () => number;
  readonly #files: Map<string, string>;
  readonly #asked = new Set<string>();
  #changed = false;

  private constructor(
    file: string,
    now: () => number,
    files: Readonly<Record<string, string>>,
    private readonly anew: boolean,
  ) {
    this.#file = file;
    this.#now = now;
    this.#files = new Map(Object.entries(files));
  }

  /** @param now milliseconds since 1970. @param options `anew`: nothing is recalled, so that each file is read. */
  static async open(file: string, now: () => number, { anew = false } = {}): Promise<FileHashes> {
    const kept = readJson(hashFile, await readTextIfPresent(file).catch(() => undefined));
    return new FileHashes(file, now, kept?.files ?? {}, anew);
  }

  /** The sha256 of the file that looks like this, when it was read before. */
  recall(path: string, stats: BigIntStats): string | undefined {
    return this.known(path, stats)?.sha256;
  }

  /** The same, with what else was found out about it then. */
  known(path: string, stats: BigIntStats): Known | undefined {
    this.#asked.add(path);
    const entry = this.anew ? undefined : this.#files.get(path);
    const look = entry === undefined ? '' : lookOf(stats);
    if (entry?.startsWith(look) !== true) return undefined;
    const sha256 = entry.slice(look.length, look.length + SHA256_CHARACTERS);
    if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    const finding = entry.slice(look.length + SHA256_CHARACTERS + 1);
    return { sha256, ...(finding !== '' && { finding }) };
  }

  /**
   * @param stats taken before the file was read, and the same afterwards.
   * @param finding what else its content says, for `recallFinding`.
   */
  remember(path: string, stats: BigIntStats, sha256: string, finding?: string): void {
    if (this.#now() - Number(stats.ctimeMs) < SETTLED_MS) return;
    // Anew, so that it is the last one to be dropped.
    this.#files.delete(path);
    this.#files.set(path, `${lookOf(stats)}${sha256} ${finding ?? ''}`);
    this.#changed = true;
  }

  async save(): Promise<void> {
    if (!this.#changed) return;
    const others = [...this.#files].filter(([path]) => !this.#asked.has(path));
    const asked = [...this.#files].filter(([path]) => this.#asked.has(path));
    const room = Math.max(0, MOST_FILES - asked.length);
    const files = Object.fromEntries([
      ...others.slice(others.length - Math.min(room, others.length)),
      ...asked,
    ]);
    await writeOwn(this.#file, `${JSON.stringify({ format: 2, files })}\n`).catch(() => undefined);
    this.#changed = false;
  }
}

const SHA256_CHARACTERS = 64;

/**
 * How a file looks from outside: one that was written, replaced or renamed to looks different afterwards. The inode's own
 * time is among it, which a program that sets back the other one cannot set back.
 */
function lookOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} `;
}
