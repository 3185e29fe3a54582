// Which Julia the demo, the pipeline suite and the bench run: 1.5.3, which can be had everywhere, or the one of a tarball
// that JULIA_KAGGLE_TEST_JULIA names (docs/recipes.md). Nothing here needs an installed package.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';

/** The one that the examples name, and their Manifests were made with. */
const USUAL = '1.5.3';

/** A tarball as the Julia site has them, under any name; undefined where none is named. */
const GIVEN = process.env.JULIA_KAGGLE_TEST_JULIA || undefined;

/** The version that runs. */
export const JULIA_VERSION = GIVEN === undefined ? USUAL : versionIn(GIVEN);

/** Its folder of caches below `compiled`, e.g. `v1.5`. */
export const JULIA_CACHES = `v${JULIA_VERSION.split('.').slice(0, 2).join('.')}`;

/** The version of the only folder at the top of a tarball, `julia-1.12.5/`. */
export function versionIn(tarball) {
  const start = Buffer.alloc(64 * 1024);
  const file = openSync(tarball, 'r');
  const read = readSync(file, start);
  closeSync(file);
  const header = gunzipSync(start.subarray(0, read), { finishFlush: constants.Z_SYNC_FLUSH });
  const version = /^(?:\.\/)?julia-(\d+\.\d+\.\d+(?:-[\dA-Za-z.]+)?)\//.exec(
    header.toString('latin1', 0, 100),
  )?.[1];
  if (version !== undefined) return version;
  throw new Error(`JULIA_KAGGLE_TEST_JULIA: ${tarball} does not begin with a folder such as julia-1.12.5/`);
}

/**
 * A folder with the named tarball as a mirror wants it, below `cache`; undefined where none is named.
 * It is told by its content: another build of the same version is not taken for it.
 */
export async function folderOfGivenJulia(cache) {
  if (GIVEN === undefined) return undefined;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(GIVEN)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const folder = join(cache, 'given', sha256);
  const name = `julia-${JULIA_VERSION}-linux-x86_64.tar.gz`;
  await mkdir(folder, { recursive: true });
  await rm(join(folder, name), { force: true });
  await symlink(resolve(GIVEN), join(folder, name));
  await writeFile(join(folder, `${name}.sha256`), `${sha256}  ${name}\n`);
  return folder;
}

/** Lets the examples in a copy of `examples/` be run with this Julia. */
export async function useTestJulia(examples) {
  if (JULIA_VERSION === USUAL) return;
  for (const name of readdirSync(examples)) {
    const file = join(examples, name, 'JuliaKaggle.toml');
    if (!existsSync(file)) continue;
    await writeFile(
      file,
      readFileSync(file, 'utf8').replace(`julia = "${USUAL}"`, `julia = "${JULIA_VERSION}"`),
    );
  }
}

/** The examples as this Julia runs them: those of the repository, or a copy that names the given one. */
export async function examplesFor(root) {
  const own = join(root, 'examples');
  if (JULIA_VERSION === USUAL) return own;
  const copy = join(root, '.demo', `julia-${JULIA_VERSION}`, 'examples');
  await cp(own, copy, { recursive: true, filter: (source) => !source.split(sep).includes('.julia-kaggle') });
  await useTestJulia(copy);
  // As in a checkout: git ignores .demo, and the examples are not meant.
  await mkdir(join(copy, '.git'), { recursive: true });
  return copy;
}
