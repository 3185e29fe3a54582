import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const START_UP_BYTES = 300_000;
const PAGE_BYTES = 250_000;

/** In the editor's place: whatever is asked of it is there, and does nothing. */
const EDITOR = `const anything = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : anything),
  apply: () => anything,
});
module.exports = anything;`;

describe('the built extension', function () {
  this.timeout(60_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    await promisify(execFile)('node', ['esbuild.mjs', '--minify', `--outdir=${folder}`], { cwd: ROOT });
  });
  after(() => rm(folder, { recursive: true }));

  const bytesOf = async (name: string): Promise<number> => (await stat(join(folder, name))).size;

  it('starts with less than 300 kB', async () => {
    assert.ok((await bytesOf('extension.cjs')) < START_UP_BYTES);
  });

  it('has a page of less than 250 kB', async () => {
    assert.ok((await bytesOf('webview/panel.js')) < PAGE_BYTES);
  });

  it('has the engine library in a file of its own', async () => {
    const has = async (name: string): Promise<boolean> =>
      (await readFile(join(folder, name), 'utf8')).includes('DOCKER_CLIENT_TIMEOUT');
    assert.deepEqual(await Promise.all(['extension.cjs', 'core.cjs', 'packages.cjs'].map(has)), [
      false,
      false,
      true,
    ]);
  });

  it('has in each file what the one before imports of it', async () => {
    await mkdir(join(folder, 'node_modules'));
    await writeFile(join(folder, 'node_modules', 'vscode.js'), EDITOR);
    const require = createRequire(join(folder, 'extension.cjs'));
    for (const [from, to] of [
      ['extension', 'core'],
      ['core', 'packages'],
    ] as const) {
      const text = await readFile(join(folder, `${from}.cjs`), 'utf8');
      const wanted = [...text.matchAll(new RegExp(`require\\("\\./${to}\\.cjs"\\)\\.(\\w+)`, 'g'))];
      assert.ok(wanted.length > 0);
      const given = require(`./${to}.cjs`) as Readonly<Record<string, unknown>>;
      assert.deepEqual(
        wanted.flatMap(([, name = '']) => (given[name] === undefined ? [name] : [])),
        [],
      );
    }
  });
});
