import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SecondEngine, secondEngine } from '../support/second-engine.ts';
import { type Outcome, startWorld, type World } from '../support/world.ts';

interface Line {
  readonly kind: string;
  readonly stage?: string;
  readonly text?: string;
  readonly subject?: string;
  readonly ok?: boolean;
  readonly outcomes?: readonly { readonly stage: string; readonly state: string }[];
  readonly artefacts?: { readonly submit: { readonly state: string; readonly publicScore: string } };
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** The first sign of each piece of work that containers do. */
/** The engine's patience with a program that does not end by itself. */
const DOCKER_STOP_MS = 10_000;

const MOMENTS: readonly { readonly what: string; readonly is: (line: Line) => boolean }[] = [
  { what: 'unpacking Julia', is: ({ text }) => text?.startsWith('Unpacking Julia') === true },
  { what: 'the build', is: ({ stage, kind }) => stage === 'build' && kind === 'log' },
  { what: 'the test', is: ({ stage, text }) => stage === 'test' && text?.startsWith('Running') === true },
  { what: 'packing', is: ({ stage, kind }) => stage === 'pack' && kind === 'progress' },
  { what: 'the rehearsal', is: ({ stage, kind }) => stage === 'rehearse' && kind === 'log' },
];

describe('an engine with a file system of its own, reached over TCP', function () {
  this.timeout(300_000);
  let engine: SecondEngine;
  let world: World;
  const run = (options: Parameters<World['julia']>[1] = {}): Promise<Outcome> =>
    world.julia(['run', world.project, '--image', world.image, '--json'], options);

  before(async () => {
    engine = await secondEngine();
    world = await startWorld({ engine });
    await engine.ensureImage(world.image);
    // The suites before share the engine: nothing of Julia may be there yet.
    const volumes = (await engine.docker('volume', 'ls', '--quiet'))
      .split('\n')
      .filter((name) => name !== '');
    if (volumes.length > 0) await engine.docker('volume', 'rm', ...volumes);
  });

  after(async () => {
    await world.close();
  });

  it('does not see the folders of this machine', async () => {
    const look = ['run', '--rm', '--volume', `${world.project}:/seen`, world.image, 'ls', '-A', '/seen'];
    assert.equal(await engine.docker(...look), '');
    assert.notEqual(await readFile(join(world.project, 'Project.toml'), 'utf8'), '');
  });

  it('is examined by the doctor', async () => {
    const { code, stdout } = await world.julia(['doctor', world.project, '--image', world.image, '--json']);
    assert.equal(code, 0, stdout);
    const text = (subject: string): string =>
      linesOf(stdout).find((line) => line.subject === subject)?.text ?? '';
    assert.ok(text('engine').includes(`at ${engine.address} (DOCKER_HOST)`));
    assert.match(text('machine'), /^linux\/x86_64, \d+ CPU/);
    assert.match(text('disk'), / free of /);
    assert.match(text('image'), /^julia-kaggle\/standin:1, 342 MB, made /);
  });

  for (const { what, is } of MOMENTS) {
    it(`cancelled during ${what}, has no container left before a docker stop would have killed it`, async () => {
      const cancelling = new AbortController();
      let cancelledAt = 0;
      const { code, stdout } = await run({
        signal: cancelling.signal,
        onOutput: (text) => {
          if (cancelledAt > 0 || !linesOf(text).some(is)) return;
          cancelledAt = Date.now();
          cancelling.abort();
        },
      });
      assert.equal(code, 130, stdout.slice(-2000));
      assert.equal(await engine.docker('ps', '--all', '--quiet'), '');
      assert.ok(Date.now() - cancelledAt < DOCKER_STOP_MS, `${Date.now() - cancelledAt} ms`);
    });
  }

  it('takes the package to a scored submission, going on where it was cancelled', async () => {
    const { code, stdout } = await run();
    assert.equal(code, 0, stdout.slice(-3000));
    const result = linesOf(stdout).at(-1);
    assert.deepEqual(
      result?.outcomes?.map(({ stage, state }) => `${stage} ${state}`),
      [
        ...['project', 'build', 'test', 'pack'].map((stage) => `${stage} fresh`),
        ...['rehearse', 'upload', 'notebook', 'submit'].map((stage) => `${stage} done`),
      ],
    );
    assert.equal(result.artefacts?.submit.state, 'complete');
    assert.ok(Number(result.artefacts.submit.publicScore) < 0.2);
    assert.equal(await engine.docker('ps', '--all', '--quiet'), '');
  });
});
