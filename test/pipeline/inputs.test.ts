import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from '../../src/core/artefacts.ts';
import { type Outcome, startWorld, type World } from '../support/world.ts';

const REF = 'port-authority/harbour-stations';

/** What somebody else published is fetched once, mounted in test and rehearsal, and attached in the version that was rehearsed. */
describe('a project that reads the dataset of somebody else', function () {
  this.timeout(600_000);
  let world: World;
  let project: string;

  before(async () => {
    world = await startWorld();
    project = join(world.examples, 'tide-inputs');
  });
  after(() => world.close());

  const run = (...args: string[]): Promise<Outcome> =>
    world.julia(['run', project, '--image', world.image, '--allow-outside', world.examples, ...args]);

  async function artefacts(...args: string[]): Promise<Artefacts> {
    const { code, stdout, stderr } = await run('--json', ...args);
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { artefacts: Artefacts }).artefacts;
  }

  async function edit(change: (text: string) => string): Promise<void> {
    const file = join(project, 'JuliaKaggle.toml');
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  async function fetched(file = 'stations.csv'): Promise<string[]> {
    const folder = join(world.environment['JULIA_KAGGLE_CACHE'] ?? '', 'inputs');
    const names = await readdir(folder, { recursive: true });
    return names.filter((name) => name.endsWith(file));
  }

  it('is refused before anything is built where there is no such dataset or version', async () => {
    const before = await readFile(join(project, 'JuliaKaggle.toml'), 'utf8');
    await edit((text) => text.replace(REF, 'port-authority/harbor-stations'));
    const unknown = await run('--until', 'build');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /port-authority\/harbor-stations/);
    await edit(() => before.replace(REF, `${REF}/9`));
    const deleted = await run('--until', 'build');
    assert.equal(deleted.code, 1);
    assert.match(deleted.stderr, /harbour-stations has no version 9/);
    await edit(() => before.replace('linear/1', 'linear/7'));
    const model = await run('--until', 'build');
    assert.match(model.stderr, /tide-weights\/other\/linear has no version 7/);
    await edit(() => before);
  });

  it('comes to a score, with the version that was rehearsed attached', async () => {
    const { project: read, submit } = await artefacts();
    assert.deepEqual(
      read.inputs?.map(({ name, ref, version, files }) => ({ name, ref, version, files })),
      [
        { name: 'stations', ref: REF, version: 1, files: 1 },
        { name: 'weights', ref: 'port-authority/tide-weights/other/linear', version: 1, files: 1 },
      ],
    );
    assert.equal(submit.state, 'complete', submit.errorDescription);
    assert.ok(Number(submit.publicScore) < 0.2, submit.publicScore);
    assert.deepEqual((await fetched('weights.csv')).length, 1);
  });

  it('fetches nothing again, and says so when there is a newer version, which is not taken by itself', async () => {
    const [name = '', ...others] = await fetched();
    assert.deepEqual(others, []);
    const path = join(world.environment['JULIA_KAGGLE_CACHE'] ?? '', 'inputs', name);
    const { ctimeMs, ino } = await stat(path);
    await world.changeKaggle(async () => {
      const published = join(world.examples, 'datasets', ...REF.split('/'), 'stations.csv');
      await appendFile(published, 'IVR,Ivarness,2.02,1.11,7.00\n');
    });
    const { code, stderr, stdout } = await run('--until', 'rehearse');
    assert.equal(code, 0, stderr);
    assert.match(`${stdout}${stderr}`, /has version 2 now; 1 is used/);
    const after = await stat(path);
    assert.deepEqual([after.ctimeMs, after.ino], [ctimeMs, ino]);
  });

  it('takes the newer version where JuliaKaggle.toml names it, and proves it again', async () => {
    await edit((text) => text.replace(REF, `${REF}/2`));
    const { project: read, rehearse } = await artefacts('--until', 'rehearse');
    assert.equal(read.inputs?.[0]?.version, 2);
    assert.ok(rehearse.steps.length > 0);
    assert.equal((await fetched()).length, 2);
  });
});
