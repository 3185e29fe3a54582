import { execFile } from 'node:child_process';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

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
    const bytes = bavail * bsize - leftBytes;
    if (bytes > 0) await execute('fallocate', ['-l', String(bytes), this.#filler]);
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
