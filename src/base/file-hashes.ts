import type { BigIntStats } from 'node:fs';
import * as z from 'zod/mini';
import { readTextIfPresent, writeOwn } from './files.ts';
import { readJson } from './json.ts';

/** How a file looks from outside. A file that was written, replaced or renamed to looks different afterwards. */
const fileLook = z.object({
  bytes: z.string(),
  modified: z.string(),
  /** The inode's own time, which a program that sets back the other one cannot set back. */
  changed: z.string(),
  inode: z.string(),
});
type FileLook = z.infer<typeof fileLook>;

const known = z.object({
  ...fileLook.shape,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** What else its reader found out by its content. */
  finding: z.optional(z.string()),
});
const hashFile = z.object({ format: z.literal(1), files: z.record(z.string(), known) });

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
  readonly #files: Map<string, z.infer<typeof known>>;
  readonly #asked = new Set<string>();
  #changed = false;

  private constructor(
    file: string,
    now: () => number,
    files: Record<string, z.infer<typeof known>>,
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
    return this.#entry(path, stats)?.sha256;
  }

  /** What else was found out about it then. */
  recallFinding(path: string, stats: BigIntStats): string | undefined {
    return this.#entry(path, stats)?.finding;
  }

  #entry(path: string, stats: BigIntStats): z.infer<typeof known> | undefined {
    this.#asked.add(path);
    const entry = this.anew ? undefined : this.#files.get(path);
    return entry !== undefined && isSame(entry, lookOf(stats)) ? entry : undefined;
  }

  /**
   * @param stats taken before the file was read, and the same afterwards.
   * @param finding what else its content says, for `recallFinding`.
   */
  remember(path: string, stats: BigIntStats, sha256: string, finding?: string): void {
    if (this.#now() - Number(stats.ctimeMs) < SETTLED_MS) return;
    // Anew, so that it is the last one to be dropped.
    this.#files.delete(path);
    this.#files.set(path, { ...lookOf(stats), sha256, ...(finding !== undefined && { finding }) });
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
    await writeOwn(this.#file, `${JSON.stringify({ format: 1, files })}\n`).catch(() => undefined);
    this.#changed = false;
  }
}

function lookOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): FileLook {
  return { bytes: `${size}`, modified: `${mtimeNs}`, changed: `${ctimeNs}`, inode: `${ino}` };
}

function isSame(one: FileLook, other: FileLook): boolean {
  return (
    one.bytes === other.bytes &&
    one.modified === other.modified &&
    one.changed === other.changed &&
    one.inode === other.inode
  );
}
