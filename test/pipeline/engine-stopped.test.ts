import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageRegistry, imageRegistry } from '../support/image-registry.ts';
import { type SecondEngine, secondEngine } from '../support/second-engine.ts';
import { type Outcome, startWorld, type World } from '../support/world.ts';

interface Line {
  readonly kind: string;
  readonly stage?: string;
  readonly text?: string;
  readonly error?: { readonly code: string; readonly title: string; readonly actions: readonly object[] };
  readonly outcomes?: readonly { readonly stage: string; readonly state: string }[];
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** What a run says when the engine went away: the stage, the error, how to go on. */
function assertStopped({ code, stdout }: Outcome, stage: string): void {
  assert.equal(code, 1, stdout.slice(-2000));
  const failed = linesOf(stdout).find(({ kind }) => kind === 'failed');
  assert.equal(failed?.stage, stage);
  assert.equal(failed.error?.code, 'engine-unreachable');
  assert.match(failed.error.title, /The Docker engine (stopped|does not answer)/);
  assert.notEqual(failed.error.actions.length, 0);
}

describe('an engine that is killed in the middle of a run', function () {
  this.timeout(300_000);
  let engine: SecondEngine;
  let registry: ImageRegistry;
  let world: World;
  let killing: Promise<void> | undefined;

  /** Kills the engine at the first line that `when` waits for. */
  const run = (when?: (line: Line) => boolean): Promise<Outcome> =>
    world.julia(['run', world.project, '--image', registry.image, '--json', '--until', 'test'], {
      onOutput: (text) => {
        if (killing === undefined && when !== undefined && linesOf(text).some(when)) killing = engine.kill();
      },
    });
  const restart = async (): Promise<void> => {
    assert.ok(killing !== undefined, 'the run ended before the engine was killed');
    await killing;
    killing = undefined;
    await engine.start();
  };

  before(async () => {
    engine = await secondEngine();
    world = await startWorld({ engine });
    registry = await imageRegistry(world.image, engine.hostAddress);
  });

  after(async () => {
    // The other suites on this engine need not fetch the image again.
    await engine.docker('tag', registry.image, world.image).catch(() => undefined);
    await registry.close();
    await world.close();
  });

  it('stops the pull with a clear error', async () => {
    const held = registry.holdNextLayer();
    void held.then(() => (killing = engine.kill()));
    const stopped = await run();
    assertStopped(stopped, 'build');
    await restart();
  });

  it('stops the build with a clear error, after a pull that was begun again', async () => {
    const stopped = await run(({ stage, text }) => stage === 'build' && text?.startsWith('Instant') === true);
    assertStopped(stopped, 'build');
    assert.match(stopped.stdout, /layer [0-9a-f]{12}: \d+ MB, done/);
    await restart();
    assert.match(await engine.docker('image', 'inspect', registry.image), /"RepoDigests": \[\s+"10\.213/);
  });

  it('stops the test with a clear error, after a build that went on', async () => {
    const stopped = await run(({ stage, text }) => stage === 'test' && text?.startsWith('Running') === true);
    assertStopped(stopped, 'test');
    await restart();
  });

  it('started again, goes on to the end without building anew, and leaves no container', async () => {
    const { code, stdout } = await run();
    assert.equal(code, 0, stdout.slice(-3000));
    assert.deepEqual(
      linesOf(stdout)
        .at(-1)
        ?.outcomes?.map(({ stage, state }) => `${stage} ${state}`),
      ['project fresh', 'build fresh', 'test done'],
    );
    assert.equal(await engine.docker('ps', '--all', '--quiet'), '');
  });

  it('is not taken for stopped when the program was killed for its memory', async () => {
    const source = join(world.project, 'src', 'Inference.jl');
    const text = await readFile(source, 'utf8');
    const hungry = 'println(sum(fill(0x01, 3 * 10^9)))';
    await writeFile(source, text.replace('options = parse_options(args)', `${hungry}\n        $&`));
    const args = ['run', world.project, '--image', registry.image, '--json', '--until', 'test'];
    const environment = { ...world.environment, JULIA_KAGGLE_MEMORY_GB: '0.6' };
    const { code, stdout } = await world.julia(args, { environment });
    assert.equal(code, 1);
    const failed = linesOf(stdout).find(({ kind }) => kind === 'failed');
    assert.equal(failed?.stage, 'test');
    assert.equal(failed.error?.code, 'out-of-memory');
    assert.match(failed.error.title, /Inference needed more memory than .* \(600 MB\)/);
    assert.equal(await engine.docker('ps', '--all', '--quiet'), '');
  });
});
