import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from '../../torture/support/kaggle-state.ts';
import { startWorld, type World } from '../support/world.ts';

describe('a competition that takes files', function () {
  this.timeout(600_000);
  let world: World;
  before(async () => (world = await startWorld({ route: 'file' })));
  after(() => world.close());

  const run = (...args: string[]) => world.julia(['run', world.project, '--image', world.image, ...args]);
  const submissions = async (): Promise<number> => {
    const body = { competitionName: world.competition };
    const { submissions: all = [] } = await ask(
      world,
      'competitions.CompetitionApiService/ListSubmissions',
      body,
    );
    return all.length;
  };
  const history = async () =>
    (
      JSON.parse((await world.julia(['history', world.project, '--json'])).stdout) as {
        submissions: { publicScore?: string; privateScore?: string; file?: { name: string } }[];
      }
    ).submissions;

  it('is taken to a score in four stages, and only the file leaves', async () => {
    const { code, stdout, stderr } = await run();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      [...stdout.matchAll(/^(\w+) +done/gm)].map(([, stage]) => stage),
      ['project', 'build', 'test', 'submit'],
    );
    assert.match(stdout, /takes files and notebooks: a file is submitted/);
    const { datasets = [] } = await ask(world, 'datasets.DatasetApiService/ListDatasets', {
      group: 'DATASET_SELECTION_GROUP_MY',
    });
    const { kernels = [] } = await ask(world, 'kernels.KernelsApiService/ListKernels', { group: 'PROFILE' });
    assert.deepEqual([datasets.length, kernels.length, await submissions()], [0, 0, 1]);
    const [first] = await history();
    assert.equal(first?.file?.name, 'submission.csv');
    assert.ok(Number(first.publicScore) < 1, first.publicScore);
  });

  it('sends nothing again, and nothing for an edit that predicts the same', async () => {
    assert.match((await run()).stdout, /Nothing was submitted/);
    const source = join(world.project, 'src', 'Sunshine.jl');
    await writeFile(source, `${await readFile(source, 'utf8')}# no other prediction\n`);
    assert.match((await run()).stdout, /test +done[^]*Nothing was submitted/);
    assert.equal(await submissions(), 1);
  });

  it('has no stages of a notebook, and says which it has', async () => {
    const { code, stderr } = await run('--until', 'rehearse');
    assert.equal(code, 2);
    assert.match(stderr, /no stage "rehearse" .*\n.*project, build, test and submit/);
  });

  it('that has ended is submitted to with a warning, and both scores are kept', async () => {
    const facts = join(world.examples, 'sunshine-hours', 'competition.json');
    const open = await readFile(facts, 'utf8');
    await world.changeKaggle(() => writeFile(facts, open.replace('2030-12-31', '2024-12-31')));
    const { code, stdout, stderr } = await run('--again', '--fresh', 'build');
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /warning: Sunshine hours ended on 2024-12-31: a late submission is scored but not ranked/,
    );
    assert.match(stdout, /Private score: 0\./);
    assert.match(
      (await run('--again', '--dry-run')).stdout,
      /submit +would run +submit submission\.csv \(.*\) to sunshine-hours, which ended on 2024-12-31/,
    );
    assert.ok(Number((await history()).at(-1)?.privateScore) > 0);
  });
});
