import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from '../../src/core/artefacts.ts';
import { startWorld, type World } from '../support/world.ts';

/** The competition's own gateway calls the package over gRPC: in test and rehearsal, on Kaggle, and in the rerun. */
describe('a competition that calls the notebook', function () {
  this.timeout(1_200_000);
  let world: World;
  before(async () => {
    world = await startWorld({ isCalled: true });
    // A gateway that does not wait long, so that a call that never ends does not either.
    const gateway = join(world.examples, 'called-tides/public/kaggle_evaluation/tides_gateway.py');
    const text = await readFile(gateway, 'utf8');
    await writeFile(gateway, text.replace('timeout_seconds=60', 'timeout_seconds=8'));
  });
  after(() => world.close());

  const run = (...args: string[]) => world.julia(['run', world.project, '--image', world.image, ...args]);

  async function predictor(body: string): Promise<void> {
    const file = join(world.project, 'src', 'TideCalls.jl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^predict\(day\) = .*$/m, `predict(day) = ${body}`));
  }

  /** What the gateway has in the rehearsed rerun. */
  async function hiddenDays(...days: readonly number[]): Promise<void> {
    const folder = join(world.examples, 'hidden-days');
    const rows = days.map((day) => `${day}01,${day},1.5,1000\n`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'test.csv'), `row_id,day,hour,pressure\n${rows.join('')}`);
  }

  it('is taken to a score by one line of JuliaKaggle.toml, and is fresh afterwards', async () => {
    const { code, stdout, stderr } = await run('--json');
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    const { artefacts } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { artefacts: Artefacts };
    assert.equal(artefacts.project.competitionFacts?.callsNotebook, true);
    assert.equal(artefacts.rehearse.rows, 36);
    // As the rerun: the gateway has days of the training data, which the notebook has not as a test.
    const { rerun } = artefacts.rehearse;
    assert.deepEqual(rerun?.hidden, ['test.csv (48 rows of train.csv)']);
    assert.deepEqual([rerun.calls, rerun.deadlineSeconds], [4, 8]);
    assert.ok(rerun.firstSeconds > rerun.maxSeconds && rerun.maxSeconds >= rerun.medianSeconds);
    assert.ok(rerun.peakMemoryBytes > 5e7, String(rerun.peakMemoryBytes));
    assert.match(stdout, /as the rerun: 4 calls, median .* ms, p95 .*, at most .* of 8\.0 s/);
    // The hidden data have twenty days, and only the gateway has them.
    assert.equal(artefacts.submit.state, 'complete', artefacts.submit.errorDescription);
    assert.ok(Number(artefacts.submit.publicScore) < 0.2, artefacts.submit.publicScore);
    assert.match((await run()).stdout, /Nothing was submitted/);
  });

  it('shows in the test where predict fails, and what the gateway would not take', async () => {
    await predictor('error("no tide here")');
    const thrown = await run('--until', 'test');
    assert.equal(thrown.code, 1);
    assert.match(
      thrown.stderr,
      /TideCalls\.predict failed: no tide here \(TideCalls\/src\/TideCalls\.jl:\d+\)/,
    );
    await predictor('(height = [1.0, 2.0],)');
    const short = await run('--until', 'test');
    assert.match(short.stderr, /TideCalls\.predict failed: .*predict gave 2 rows for 12/);
  });

  it('ends its submission as the gateway says, where only the hidden data make predict fail', async () => {
    await predictor(
      '(day[:day][1] > 30 && error("unseen"); (height = height.(day[:hour], day[:pressure]),))',
    );
    // A hidden set of the user's own shows in the rehearsed rerun what the public data do not.
    await appendFile(join(world.project, 'JuliaKaggle.toml'), '\n[data]\nhidden = "../hidden-days"\n');
    await hiddenDays(3, 31);
    const rehearsed = await run();
    assert.equal(rehearsed.code, 1);
    assert.match(rehearsed.stderr, /TideCalls\.predict failed: unseen \(TideCalls\/src\/TideCalls\.jl:\d+\)/);
    await hiddenDays(3, 4);
    const { stderr } = await run();
    assert.match(stderr, /Notebook Inference Server Error/);
  });
});
