import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, prepareJulia } from '../../scripts/lib/steps.mjs';
import { JULIA_VERSION } from '../../scripts/lib/test-julia.mjs';

const execute = promisify(execFile);
const [MINOR] = /^\d+\.\d+/.exec(JULIA_VERSION) ?? [''];
const OFFICIAL = `https://julialang-s3.julialang.org/bin/linux/x64/${MINOR}/julia-${JULIA_VERSION}-linux-x86_64.tar.gz`;

/** The tests' Julia on this machine, unpacked once for all checkouts: the path of its program. */
export async function juliaHere(): Promise<string> {
  const tarball = await juliaTarball();
  const sum = await readFile(`${tarball}.sha256`, 'utf8').catch(() => 'official');
  const place = join(CACHE, 'here', `${JULIA_VERSION}-${sum.slice(0, 12)}`);
  const program = join(place, 'bin', 'julia');
  if (existsSync(program)) return program;
  await mkdir(join(CACHE, 'here'), { recursive: true });
  const folder = await mkdtemp(`${place}-`);
  await execute('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  // Another one may have been quicker.
  await rename(folder, place).catch(() => rm(folder, { recursive: true }));
  return program;
}

async function juliaTarball(): Promise<string> {
  const name = `julia-${JULIA_VERSION}-linux-x86_64.tar.gz`;
  const folder = await prepareJulia();
  if (folder !== undefined) return join(folder, name);
  const path = join(CACHE, name);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const archive = await fetch(OFFICIAL);
  await writeFile(`${path}-${process.pid}`, Buffer.from(await archive.arrayBuffer()));
  await rename(`${path}-${process.pid}`, path);
  return path;
}

/**
 * A Python with what Kaggle's evaluation needs (polars, pandas, pyarrow, NumPy, gRPC): this machine's own, else one that is made
 * once for all checkouts with packages from PyPI.
 */
export async function pythonWithFrames(): Promise<string> {
  const own = join(CACHE, 'python');
  for (const python of ['python3', join(own, 'bin', 'python')]) if (await hasFrames(python)) return python;
  await execute('python3', ['-m', 'venv', own]);
  const python = join(own, 'bin', 'python');
  const packages = ['polars', 'pyarrow', 'pandas', 'numpy', 'grpcio'];
  await execute(python, ['-m', 'pip', 'install', '--quiet', '--retries', '1', ...packages]);
  return python;
}

async function hasFrames(python: string): Promise<boolean> {
  return execute(python, ['-c', 'import polars, pyarrow, pandas, numpy, grpc']).then(
    () => true,
    () => false,
  );
}
