import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { recordOf } from '../../../src/core/pipeline/record.ts';
import { readToResolve, type ResolveRequest } from '../../../src/core/scaffold/resolve-input.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { refusalOf } from '../project/temp-project.ts';

const OWN = '38b52996-7ba5-4620-b93e-c2ea39b26e32';
const CONFIG = 'competition = "titanic"\njulia = "1.10.5"\n';
const HEAD = 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n';
const own = (path: string): string =>
  `${HEAD}\n[[deps.Own]]\npath = "${path}"\nuuid = "${OWN}"\nversion = "0.1.0"\n`;
const PACKAGE = { 'Project.toml': `name = "Own"\nuuid = "${OWN}"\n`, 'src/Own.jl': 'module Own end\n' };

/** What a resolve of `at` begins with, by paths below the top. */
async function begun(
  files: Readonly<Record<string, string>>,
  at: string,
  more: Partial<Pick<ResolveRequest, 'add' | 'develop' | 'without'>> = {},
) {
  const root = await tempFolder({ '.git/HEAD': '', ...files });
  const folder = join(root, at);
  const { ports, signal } = keptContext({}).context;
  const quiet = { progress: () => undefined, log: () => undefined };
  const request = { folder, ports, signal, record: recordOf(folder), ...quiet, ...more };
  const {
    developed,
    kept,
    files: sent,
  } = await readToResolve(folder, await ReadablePlaces.around(folder), request);
  return {
    developed: developed.map(({ name, path }) => `${name} ${path}`),
    kept: kept?.entries.map(({ name }) => name),
    sent: sent.map(({ file }) => file.slice(root.length + 1).replaceAll('\\', '/')).sort(),
  };
}

describe('what a resolve begins with', () => {
  const elsewhere = {
    'work/JuliaKaggle.toml': CONFIG,
    'work/Project.toml': `[deps]\nOwn = "${OWN}"\n`,
    'work/Manifest.toml': own('/home/somebody/Own'),
  };
  const example = {
    ...PACKAGE,
    'examples/JuliaKaggle.toml': CONFIG,
    'examples/Project.toml': `[deps]\nOwn = "${OWN}"\n`,
  };

  it('is no Manifest that points at a folder of another machine, unless it is said what is meant', async () => {
    const error = await refusalOf(() => begun(elsewhere, 'work'), 'path-dependency-missing');
    assert.deepEqual(
      error.actions.map(({ command }) => command),
      [undefined, 'resolve without Own'],
    );
    const without = await begun(elsewhere, 'work', { without: ['Own'] });
    assert.deepEqual(without, { developed: [], kept: [], sent: ['work/Project.toml'] });
    const here = { ...elsewhere, 'lib/Own/Project.toml': PACKAGE['Project.toml'] };
    const developed = await begun(here, 'work', { develop: ['../lib/Own'] });
    assert.deepEqual(developed, {
      developed: ['Own ../lib/Own'],
      kept: [],
      sent: ['lib/Own/Project.toml', 'lib/Own/src/Own.jl', 'work/Project.toml'],
    });
  });

  it('is the package that the environment lies in, where it names it and no Manifest has it', async () => {
    const sent = ['Project.toml', 'examples/Project.toml', 'src/Own.jl'];
    assert.deepEqual(await begun(example, 'examples'), { developed: ['Own ..'], kept: undefined, sent });
    const known = await begun({ ...example, 'examples/Manifest.toml': own('..') }, 'examples');
    assert.deepEqual(known, { developed: [], kept: ['Own'], sent });
    const other = { ...example, 'examples/Project.toml': '[deps]\n' };
    assert.deepEqual((await begun(other, 'examples')).developed, []);
    assert.deepEqual((await begun(other, 'examples', { add: ['Own', 'CSV'] })).developed, ['Own ..']);
  });

  it('is no folder without a package', async () => {
    const error = await refusalOf(() => begun(example, 'examples', { develop: ['../src'] }), 'wrong-usage');
    assert.match(error.title, /src is no folder with a package/);
  });
});
