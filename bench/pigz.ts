import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from '../src/base/files.ts';

const run = promisify(execFile);

/** The program pigz for containers, out of Debian's package; fetched once. */
export async function fetchPigz(cache: string): Promise<string> {
  const folder = join(cache, 'pigz');
  const program = join(folder, 'usr', 'bin', 'pigz');
  if (await exists(program)) return program;
  await mkdir(folder, { recursive: true });
  await run('apt-get', ['download', 'pigz'], { cwd: folder });
  const [packed] = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  if (packed === undefined) throw new Error('apt-get fetched no package pigz.');
  await run('dpkg', ['-x', packed, '.'], { cwd: folder });
  return program;
}
