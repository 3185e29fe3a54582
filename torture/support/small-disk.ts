import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '../../src/base/errors.ts';

const execute = promisify(execFile);
const KEPT_BYTES = 2_000_000;

/** A small file system of its own, in a file of this one (a loopback device, or in memory where there is none). */
export class SmallDisk {
  readonly folder: string;
  readonly kind: 'loopback' | 'memory';

  private constructor(folder: string, kind: 'loopback' | 'memory') {
    this.folder = folder;
    this.kind = kind;
  }

  /** Mounts it at `folder`, which is made; needs root. */
  static async mount(folder: string, megabytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true });
    const image = `${folder}.img`;
    try {
      await execute('truncate', ['-s', `${megabytes}M`, image]);
      await execute('mkfs.ext4', ['-q', '-m', '0', image]);
      await execute('mount', ['-o', 'loop', image, folder]);
      return new SmallDisk(folder, 'loopback');
    } catch {
      await execute('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
      return new SmallDisk(folder, 'memory');
    }
  }

  /** Fills it but for so many bytes, about. */
  async fill(leftBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    // What the file system itself takes for so large a file counts too, so the last bytes are filled in smaller pieces.
    const bytes = bavail * bsize - leftBytes - KEPT_BYTES;
    if (bytes > 0) await execute('fallocate', ['-l', String(bytes), this.#filler]);
    for (const piece of [256, 16, 4]) await this.#fillWith(piece * 1024, leftBytes);
  }

  /** Makes the filler longer by such pieces until no more of them is to be had. */
  async #fillWith(piece: number, leftBytes: number): Promise<void> {
    const file = await open(this.#filler, 'a');
    try {
      for (;;) {
        const { bavail, bsize } = await statfs(this.folder);
        if (bavail * bsize - leftBytes < piece) return;
        await file.write(Buffer.alloc(piece, 1));
        await file.sync();
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    await execute('umount', ['--lazy', this.folder]);
    await rm(`${this.folder}.img`, { force: true });
  }

  get #filler(): string {
    return join(this.folder, 'filler');
  }
}
