import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, startWorld, type World } from '../support/world.ts';

interface Told {
  code: string;
  title: string;
  detail?: string;
  actions: { title: string; url?: string }[];
}

interface Row {
  ref: number;
  state: string;
  publicScore?: string;
  privateScore?: string;
  note?: string;
  best: boolean;
  notebook: string;
  errorDescription?: string;
  scoringSeconds?: number;
  rehearsalSeconds?: number;
  runSeconds?: number;
  datasets: { slug: string; version: number }[];
}

/** What the example does when the data hold a file `mode.txt`: the data of Kaggle do, those of this machine do not. */
const PROVOKED = `
function provoke(folder, output)
    file = joinpath(folder, "mode.txt")
    mode = isfile(file) ? strip(read(file, String)) : ""
    mode == "throw" && error("the pressure is negative")
    mode == "memory" && (hoard = Any[]; while true; push!(hoard, ones(Int, 2^23)); end)
    mode == "time" && sleep(600)
    mode == "wrong" && (println("id,height\\n1,0.5"); write(output, "id,height\\n1,0.5\\n"))
    return mode
end
`;

function lastLine({ stdout }: Outcome): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

/** One world and one build for all of it: each run on Kaggle is then made to go another way. */
describe('what can become of a run on Kaggle, each with the right end and the right sentence', function () {
  this.timeout(600_000);
  let world: World;

  const run = (...args: string[]) =>
    world.julia(['run', world.project, '--image', world.image, '--json', ...args]);

  async function failure(...args: string[]): Promise<Told> {
    const outcome = await run(...args);
    assert.equal(outcome.code, 1, outcome.stdout.slice(-3000));
    return (lastLine(outcome) as { error: Told }).error;
  }

  async function control(method: 'POST' | 'DELETE', body?: object): Promise<void> {
    const env = world.environment;
    const credential = `${env['KAGGLE_USERNAME'] ?? ''}:${env['KAGGLE_KEY'] ?? ''}`;
    const response = await fetch(`${env['JULIA_KAGGLE_API_URL'] ?? ''}/sandbox/faults`, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(credential).toString('base64')}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, await response.text());
  }

  const fault = (spec: string) => control('POST', { fault: spec });

  afterEach(() => control('DELETE'));

  const modeFile = (set: 'public' | 'hidden') => join(world.examples, 'competition', set, 'mode.txt');

  async function withMode<T>(set: 'public' | 'hidden', mode: string, work: () => Promise<T>): Promise<T> {
    await writeFile(modeFile(set), `${mode}\n`);
    try {
      return await work();
    } finally {
      await rm(modeFile(set));
    }
  }

  async function history(): Promise<Row[]> {
    const outcome = await world.julia(['history', world.project, '--json']);
    assert.equal(outcome.code, 0);
    return (lastLine(outcome) as { submissions: Row[] }).submissions;
  }

  async function edit(): Promise<void> {
    const source = join(world.project, 'src', 'Inference.jl');
    await writeFile(source, `${await readFile(source, 'utf8')}\n# one more line\n`);
  }

  before(async () => {
    world = await startWorld();
    await cp(join(world.examples, 'competition', 'public'), join(world.examples, 'data'), {
      recursive: true,
    });
    const config = join(world.project, 'JuliaKaggle.toml');
    await writeFile(config, `${await readFile(config, 'utf8')}\n[data]\nfolder = "../data"\n`);
    const source = join(world.project, 'src', 'Inference.jl');
    const text = await readFile(source, 'utf8');
    const provoked = text
      .replace(
        '        submission = predict_file(',
        '        mode = provoke(options["input"], options["output"])\n        mode in ("nothing", "wrong") && return 0\n        submission = predict_file(',
      )
      .replace('"Options that cannot be understood."', `${PROVOKED}\n"Options that cannot be understood."`);
    assert.notEqual(provoked, text);
    await writeFile(source, provoked);
    const built = await run('--until', 'upload');
    assert.equal(built.code, 0, built.stdout.slice(-3000));
  });

  after(async () => {
    await world.close();
  });

  for (const [what, mode, limit, title] of [
    [
      'throws in Julia',
      'throw',
      undefined,
      /exception, in provoke at .*Inference\.jl:\d+.*the pressure is negative/,
    ],
    ['runs out of memory', 'memory', 'memory#1=700MB', /memory ran out/],
    ['runs over its time limit', 'time', 'time#1=20s', /ran over its time limit/],
    ['writes no file', 'nothing', undefined, /submission\.csv/],
    ['writes a wrong file', 'wrong', undefined, /submission/],
  ] as const) {
    it(`a notebook that ${what} is told so, and nothing is submitted`, async () => {
      if (limit !== undefined) await fault(limit);
      const error = await withMode('public', mode, () => failure());
      assert.ok(['notebook-failed', 'submission-file'].includes(error.code), error.code);
      assert.match(error.title, title);
      assert.ok(error.actions.some(({ url }) => url?.includes('/code/') === true));
      assert.deepEqual(await history(), []);
    });
  }

  it('in the old mount layout it runs, with the rehearsal’s bytes, after a probe with internet on', async () => {
    await fault('mounts#1-2=classic');
    const outcome = await run('--until', 'notebook', '--probe');
    assert.equal(outcome.code, 0, outcome.stdout.slice(-3000));
    assert.match(outcome.stdout, /The probe downloaded nothing and compiled nothing again/);
    const { artefacts } = lastLine(outcome) as {
      artefacts: { notebook: { comparison: { identical: boolean } } };
    };
    assert.equal(artefacts.notebook.comparison.identical, true);
  });

  it('no submission is made when none is left today, and it says when the day ends', async () => {
    await fault('allowance=full');
    const error = await failure();
    assert.equal(error.code, 'submission-limit');
    assert.match(error.title, /left today .*00:00 UTC, in \d/);
    assert.deepEqual(await history(), []);
  });

  it('a submission that fails on the hidden data is explained, kept in the history, and not made twice', async () => {
    const error = await withMode('hidden', 'throw', () => failure('--note', 'first try'));
    assert.equal(error.code, 'submission-failed');
    assert.match(error.title, /ended with an error/);
    assert.match(error.detail ?? '', /Notebook Threw Exception/);
    const again = await failure();
    assert.equal(again.code, 'submission-failed');
    const rows = await history();
    assert.deepEqual(
      rows.map(({ state, note }) => [state, note]),
      [['error', 'first try']],
    );
    assert.match(rows[0]?.errorDescription ?? '', /Notebook Threw Exception/);
  });

  it('a notebook with a stale dataset is stopped at once, naming it', async () => {
    await edit();
    const { artefacts } = lastLine(await run('--until', 'rehearse')) as {
      artefacts: { project: { datasets: { inferenceapp: string } } };
    };
    const slug = artefacts.project.datasets.inferenceapp;
    await fault(`stale#1=${slug}`);
    const error = await failure();
    assert.equal(error.code, 'notebook-failed');
    assert.ok(error.title.includes(`older version of the dataset "${slug}"`), error.title);
  });

  it('goes to its score in the new layout, on the whole hidden test set, and is the best of the history', async () => {
    const outcome = await run('--note', 'second try');
    assert.equal(outcome.code, 0, outcome.stdout.slice(-3000));
    const [failed, scored, ...others] = await history();
    assert.deepEqual(others, []);
    assert.equal(failed?.best, false);
    assert.ok(scored?.best);
    assert.equal(scored.note, 'second try');
    assert.ok(Number(scored.publicScore) > 0 && Number(scored.publicScore) < 0.2, scored.publicScore);
    assert.ok(
      (scored.scoringSeconds ?? 0) > 0 && (scored.runSeconds ?? 0) > 0 && (scored.rehearsalSeconds ?? 0) > 0,
    );
    // The one of which the run before had an older version is whole on Kaggle: nothing was sent.
    assert.deepEqual(scored.datasets.map(({ version }) => version).toSorted(), [1, 1, 1, 2]);
    const csv = await world.julia(['history', world.project, '--csv']);
    assert.equal(csv.stdout.trim().split('\n').length, 3);
    const table = await world.julia(['history', world.project]);
    assert.match(table.stdout, /complete +0\.\d+ +best .* second try/);
  });

  it('status tells what an edit makes stale', async () => {
    const before = await world.julia(['status', world.project]);
    assert.doesNotMatch(before.stdout, /stale/);
    assert.match(before.stdout, /submit +up to date +submission \d+ complete/);
    await edit();
    const after = await world.julia(['status', world.project]);
    assert.match(after.stdout, /pack +(stale|may be stale)/);
  });

  it('is taken from the source to both scores after the competition has ended, with a warning', async () => {
    const facts = join(world.examples, 'competition', 'competition.json');
    const open = await readFile(facts, 'utf8');
    await world.changeKaggle(() => writeFile(facts, open.replace('2030-12-31', '2024-12-31')));
    await edit();
    const outcome = await run();
    assert.equal(outcome.code, 0, outcome.stdout.slice(-3000));
    assert.match(
      outcome.stdout,
      /"kind":"warning","stage":"\w+","message":"Harbour tides ended on 2024-12-31: a late submission is scored but not ranked\./,
    );
    const late = (await history()).at(-1);
    assert.equal(late?.state, 'complete');
    for (const score of [late.publicScore, late.privateScore])
      assert.ok(Number(score) > 0 && Number(score) < 0.2, score);
  });
});
