import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from '../../src/core/artefacts.ts';
import { startWorld, type World } from '../support/world.ts';

interface Result {
  readonly artefacts: Pick<Artefacts, 'project' | 'rehearse' | 'upload' | 'submit'>;
}

/** The rehearsal fails where anything is compiled or downloaded: that a run comes to its end shows that nothing was. */
describe('projects that are no package', function () {
  this.timeout(600_000);
  let world: World;
  let project: string;

  before(async () => {
    world = await startWorld();
    project = join(world.examples, 'tide-script');
  });
  after(() => world.close());

  async function run(...args: string[]): Promise<Result['artefacts']> {
    const { code, stdout, stderr } = await world.julia([
      ...['run', project, '--image', world.image, '--allow-outside', world.examples, '--json'],
      ...args,
    ]);
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result).artefacts;
  }

  async function edit(path: string, change: (text: string) => string): Promise<void> {
    const file = join(project, path);
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  it('an environment with a script comes to a score, with what it includes and the table beside it', async () => {
    const { project: made, submit } = await run();
    assert.deepEqual([made.name, made.run.target], ['tide-script', 'predict.jl']);
    assert.deepEqual(
      made.packages.map(({ name }) => name),
      ['TideFeatures'],
    );
    assert.equal(submit.state, 'complete');
    assert.ok(Number(submit.publicScore) < 1, submit.publicScore);
  });

  it('an edit of the script sends the script', async () => {
    await edit('predict.jl', (text) => text.replace('digits=3', 'digits=4'));
    const { upload, submit } = await run();
    assert.ok(upload.uploadedBytes > 0 && upload.uploadedBytes < 50_000, String(upload.uploadedBytes));
    assert.equal(submit.state, 'complete');
  });

  it('a name without a uuid, with a module of that name, is a package whose cache is made before', async () => {
    await mkdir(join(project, 'src'));
    await writeFile(join(project, 'src', 'TideScript.jl'), 'module TideScript\ndigits() = 3\nend\n');
    await edit('Project.toml', (text) => `name = "TideScript"\n\n${text}`);
    await edit('predict.jl', (text) =>
      text
        .replace('using Dates, TideFeatures', 'using Dates, TideFeatures, TideScript')
        .replace('digits=4', 'digits=TideScript.digits()'),
    );
    const { project: made, rehearse } = await run('--until', 'rehearse');
    assert.ok(made.packages.some(({ name, uuid }) => name === 'TideScript' && uuid === made.uuid));
    assert.equal(rehearse.rows, 60);
    assert.doesNotMatch(await readFile(join(project, 'Project.toml'), 'utf8'), /uuid = .*\n\n\[deps\]/);
  });
});
