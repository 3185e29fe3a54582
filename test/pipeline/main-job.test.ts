import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorld, type Outcome, type World } from '../support/world.ts';

interface StageOutcome {
  stage: string;
  state: string;
  summary: string;
}

interface Result {
  outcomes: StageOutcome[];
  artefacts: {
    build: { volume: string };
    upload: { uploadedBytes: number; datasets: { slug: string; version: number; uploadedBytes: number }[] };
    submit: { ref: number; state: string; publicScore: string };
    notebook: { version: number };
  };
}

const STAGES = ['project', 'build', 'test', 'pack', 'rehearse', 'upload', 'notebook', 'submit'];

/** The closing line of `run --json`. */
function resultOf({ code, stdout, stderr }: Outcome): Result {
  assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const result = JSON.parse(last) as Result & { kind: string };
  assert.equal(result.kind, 'result');
  return result;
}

function errorOf({ stdout }: Outcome): { code: string; title: string; actions: { title: string }[] } {
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { kind: string; error: never };
  assert.equal(last.kind, 'error', stdout.slice(-2000));
  return last.error;
}

async function containers(world: World): Promise<string> {
  return world.docker('ps', '--all', '--quiet', '--filter', `label=julia-kaggle.project=${world.project}`);
}

describe('the main job on the example, with the real engine, a real Julia and the sandbox', function () {
  this.timeout(600_000);
  let world: World;
  let first: Result;
  const run = (...args: string[]) =>
    world.julia(['run', world.project, '--image', world.image, '--json', ...args]);

  before(async () => {
    world = await startWorld();
  });

  after(async () => {
    await world.close();
  });

  it('says beforehand what it would do, and does none of it', async () => {
    const { code, stdout } = await world.julia(['run', world.project, '--image', world.image, '--dry-run']);
    assert.equal(code, 0);
    assert.match(stdout, /build\s+would run\s+instantiate and precompile Inference with Julia 1\.5\.3/);
    assert.match(stdout, /submit\s+later/);
    await assert.rejects(readFile(join(world.project, '.julia-kaggle', 'record.json')), /ENOENT/);
  });

  it('takes the package to a scored submission', async () => {
    first = resultOf(await run());
    assert.deepEqual(
      first.outcomes.map(({ stage, state }) => `${stage} ${state}`),
      STAGES.map((stage) => `${stage} done`),
    );
    assert.equal(first.artefacts.submit.state, 'complete');
    // The trained model against the hidden solution: far better than the sample submission's constant (about 1.4).
    const score = Number(first.artefacts.submit.publicScore);
    assert.ok(score > 0 && score < 0.2, `score ${first.artefacts.submit.publicScore}`);
  });

  it('rehearsed without a download and without a recompilation, by Julia’s own log', async () => {
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'rehearse.log'), 'utf8');
    assert.match(log, /wrote 60 rows/);
    assert.doesNotMatch(log, /Downloading|Precompiling /);
  });

  it('left no container behind', async () => {
    assert.equal(await containers(world), '');
  });

  it('finds everything fresh the second time, and sends nothing', async () => {
    const started = Date.now();
    const second = resultOf(await run());
    assert.deepEqual(
      second.outcomes.map(({ stage, state }) => `${stage} ${state}`),
      STAGES.map((stage) => `${stage} fresh`),
    );
    assert.deepEqual(second.artefacts.submit, first.artefacts.submit);
    assert.ok(Date.now() - started < 10_000, `it took ${Date.now() - started} ms`);
  });

  it('after an edit of one source line uploads the package only, and submits anew', async () => {
    const source = join(world.project, 'src', 'Inference.jl');
    await writeFile(source, `${await readFile(source, 'utf8')}\n# one more line\n`);
    const edited = resultOf(await run());
    const sent = edited.artefacts.upload.datasets.filter(({ uploadedBytes }) => uploadedBytes > 0);
    assert.equal(sent.length, 1);
    assert.match(sent[0]?.slug ?? '', /inferenceapp$/);
    assert.equal(sent[0]?.version, 2);
    assert.ok(
      edited.artefacts.upload.uploadedBytes < 100_000,
      `${edited.artefacts.upload.uploadedBytes} bytes`,
    );
    assert.notEqual(edited.artefacts.submit.ref, first.artefacts.submit.ref);
    assert.equal(edited.artefacts.submit.publicScore, first.artefacts.submit.publicScore);
  });

  it('shows with status what the last run left, and both submissions', async () => {
    const { code, stdout } = await world.julia(['status', world.project]);
    assert.equal(code, 0);
    assert.match(stdout, /submit\s+up to date\s+submission \d+ complete, public score 0\.\d+/);
    assert.equal(stdout.match(/ complete +0\.\d+/g)?.length, 2);
  });

  it('fails the rehearsal, naming the artifact, when it was removed from the depot; building again mends it', async () => {
    resultOf(await run('--until', 'test', '--fresh', 'test'));
    const volume = first.artefacts.build.volume;
    await world.docker(
      'run',
      '--rm',
      '-v',
      `${volume}:/depot`,
      world.image,
      'sh',
      '-c',
      'rm -rf /depot/artifacts/*',
    );
    const failed = await run('--until', 'rehearse', '--fresh', 'pack');
    assert.equal(failed.code, 1);
    const error = errorOf(failed);
    assert.equal(error.code, 'rehearsal-download');
    assert.match(error.title, /"stations"/);
    assert.notEqual(error.actions.length, 0);
    assert.equal(await containers(world), '');
    const mended = resultOf(await run('--until', 'rehearse', '--fresh', 'build'));
    assert.equal(mended.outcomes.at(-1)?.stage, 'rehearse');
  });

  it('cancelled in the middle of the build ends with 130, leaves no container, and goes on the next time', async () => {
    const cancelling = new AbortController();
    const { code, stdout } = await world.julia(
      ['run', world.project, '--image', world.image, '--json', '--until', 'test', '--fresh', 'build'],
      {
        signal: cancelling.signal,
        onOutput: (text) => {
          if (text.includes('Instantiating')) setImmediate(() => cancelling.abort());
        },
      },
    );
    assert.equal(code, 130, stdout.slice(-2000));
    assert.match(stdout, /"kind":"cancelled","stage":"build"/);
    assert.equal(await containers(world), '');
    // The depot may be half laid, so the build is done again although nothing else changed.
    const resumed = resultOf(await run('--until', 'test'));
    assert.equal(resumed.outcomes.find(({ stage }) => stage === 'build')?.state, 'done');
  });
});
