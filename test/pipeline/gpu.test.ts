import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GpuMode, type SecondEngine, secondEngine } from '../support/second-engine.ts';
import { startWorld, type World } from '../support/world.ts';

interface Line {
  readonly kind: string;
  readonly message?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly warnings?: readonly string[];
  readonly outcomes?: readonly { readonly stage: string; readonly summary: string }[];
  readonly artefacts?: { readonly test: { readonly gpu?: { way: string; devices: string[] } } };
}

describe('a GPU, on an engine whose runtime and hook behave as NVIDIA’s do', function () {
  this.timeout(300_000);
  let engine: SecondEngine;
  let world: World;

  before(async () => {
    engine = await secondEngine();
    world = await startWorld({ engine });
    await engine.ensureImage(world.image);
    await appendFile(
      join(world.project, 'JuliaKaggle.toml'),
      '\n[notebook]\naccelerator = "NvidiaTeslaT4"\n',
    );
    const source = join(world.project, 'src', 'Inference.jl');
    const text = await readFile(source, 'utf8');
    const looking = 'println("tool: ", something(Sys.which("nvidia-smi"), "none"))';
    await writeFile(source, text.replace('options = parse_options(args)', `${looking}\n        $&`));
  });

  after(async () => {
    await engine.setGpu('none');
    await world.close();
  });

  async function call(args: readonly string[]): Promise<{ lines: Line[]; stdout: string }> {
    const { code, stdout, stderr } = await world.julia(args);
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    const lines = stdout.trim().split('\n');
    return { stdout, lines: lines.map((line) => JSON.parse(line) as Line) };
  }

  /** Tests the example on the engine in this mode. */
  async function run(mode: GpuMode, until = 'test'): Promise<{ result: Line; lines: Line[] }> {
    await engine.setGpu(mode);
    const image = ['--image', world.image, '--json'];
    const { lines } = await call(['run', world.project, '--until', until, '--fresh', 'test', ...image]);
    return { lines, result: lines.at(-1) ?? assert.fail('no result') };
  }

  const logOf = (stage: string): Promise<string> =>
    readFile(join(world.project, '.julia-kaggle', 'logs', `${stage}.log`), 'utf8');

  const rememberedWays = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(world.environment['JULIA_KAGGLE_CACHE'] ?? '', 'gpu.json'), 'utf8'));

  it('comes in by the runtime; test and rehearsal have it, the report and the memory say so', async () => {
    const { result } = await run('runtime', 'rehearse');
    assert.deepEqual(result.artefacts?.test.gpu, { way: 'runtime', devices: ['Tesla T4', 'Tesla T4'] });
    const summary = result.outcomes?.find(({ stage }) => stage === 'test')?.summary ?? '';
    assert.match(summary, /with 2 GPUs \(Tesla T4, Tesla T4; --runtime nvidia\)/);
    assert.match(await logOf('test'), /tool: \/usr\/bin\/nvidia-smi/);
    assert.match(await logOf('rehearse'), /tool: \/usr\/bin\/nvidia-smi/);
    assert.deepEqual(await rememberedWays(), { ways: { [`${engine.address} (DOCKER_HOST)`]: 'runtime' } });
  });

  it('is found anew when the way that is remembered fails', async () => {
    const { result } = await run('device-request');
    assert.deepEqual(result.artefacts?.test.gpu, {
      way: 'device-request',
      devices: ['Tesla T4', 'Tesla T4'],
    });
    assert.match(await logOf('test'), /tool: \/usr\/bin\/nvidia-smi/);
    assert.deepEqual(await rememberedWays(), {
      ways: { [`${engine.address} (DOCKER_HOST)`]: 'device-request' },
    });
  });

  it('is shown by the doctor, in the way that works', async () => {
    // There is an account in the world, so nothing is a problem.
    const { lines } = await call(['doctor', world.project, '--image', world.image, '--json']);
    const gpu = lines.find(({ subject }) => subject === 'gpu');
    assert.equal(gpu?.text, 'with 2 GPUs (Tesla T4, Tesla T4; --gpus all)');
    assert.deepEqual(gpu.warnings ?? [], []);
  });

  it('is gone without the card, although runtime and hook are there: the test goes on and says so', async () => {
    const { result, lines } = await run('none');
    assert.deepEqual(result.artefacts?.test.gpu, { way: 'none', devices: [] });
    assert.match(result.outcomes?.find(({ stage }) => stage === 'test')?.summary ?? '', /without a GPU/);
    const warning = lines.find(({ kind }) => kind === 'warning')?.message ?? '';
    assert.match(warning, /--runtime nvidia: nvidia-smi did not come into the container/);
    assert.match(warning, /--gpus all: .*driver not loaded/);
    assert.match(warning, /--device nvidia\.com\/gpu=all: /);
    assert.match(await logOf('test'), /tool: none/);
    assert.equal(await engine.docker('ps', '--all', '--quiet'), '');
  });
});
