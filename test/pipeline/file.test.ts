import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from '../../torture/support/kaggle-state.ts';
import { type Line, live } from '../../torture/support/killed-program.ts';
import { startWorld, type World } from '../support/world.ts';

/** So many rows for each, so that the file is more than one piece of its upload. */
const TIMES = 200;

/** Gives a competition many times its rows, each with an id of its own. */
async function manifold(folder: string): Promise<void> {
  for (const file of ['public/test.csv', 'public/sample_submission.csv', 'hidden/solution.csv']) {
    const path = join(folder, file);
    const [head = '', ...rows] = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const all = Array.from({ length: TIMES }, (_, time) =>
      rows.map((row) => row.replace(/^\d+/, (id) => String(Number(id) + time * 1000))),
    );
    await writeFile(path, `${[head, ...all.flat()].join('\n')}\n`);
  }
}

/** How much of the submission was there, as a line of `--json` tells. */
function uploadedIn({ stage, text, ...more }: Line & { readonly doneBytes?: number }): number | undefined {
  return stage === 'submit' && text?.startsWith('Uploading') === true ? more.doneBytes : undefined;
}

describe('a competition that takes files', function () {
  this.timeout(600_000);
  let world: World;
  before(async () => {
    world = await startWorld({ route: 'file' });
    await world.changeKaggle(() => manifold(join(world.examples, 'sunshine-hours')));
  });
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

  it('goes on with an upload that was killed in the middle: nothing is lost, and nothing twice', async () => {
    const source = join(world.project, 'src', 'Sunshine.jl');
    const text = await readFile(source, 'utf8');
    await writeFile(source, text.replace('digits = 3', 'digits = 4'));
    const before = await submissions();
    const there = 256 * 1024;
    world.faults.add(`upload@${there}=503`);
    const killed = await live(world, {
      moment: { name: 'in the middle of the file', at: (line) => uploadedIn(line) === there, afterMs: 0 },
    });
    world.faults.clear();
    assert.ok(killed.killed, killed.output.slice(-3000));
    assert.equal(await submissions(), before);
    const next = await live(world);
    assert.equal(next.code, 0, next.output.slice(-3000));
    const uploaded = next.lines.flatMap((line) => uploadedIn(line) ?? []);
    assert.ok(Math.min(...uploaded) >= there && Math.max(...uploaded) > there, uploaded.join());
    assert.equal(await submissions(), before + 1);
    const made = await history();
    assert.equal(made.length, before + 1);
    assert.ok(Number(made.at(-1)?.publicScore) < 1, made.at(-1)?.publicScore);
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
