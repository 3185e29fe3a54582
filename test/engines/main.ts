import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EXAMPLES,
  prepareJulia,
  ROOT,
  STANDIN_IMAGE,
  startJuliaMirror,
  startSandbox,
  step,
  StepError,
} from '../../scripts/lib/steps.mjs';
import { examplesFor } from '../../scripts/lib/test-julia.mjs';
import { copyImage, ENGINES, nameOf, type OtherEngine } from './engines.ts';

type Variables = Readonly<Record<string, string>>;

/** The last lines are kept of what a run says. */
const TAIL_CHARACTERS = 100_000;

async function main(given: readonly string[]): Promise<number> {
  const names = given.length > 0 ? given : Object.keys(ENGINES);
  const results: { isFine: boolean; line: string }[] = [];
  for (const name of names) {
    const started = performance.now();
    const { isFine, words } = await tryEngine(name);
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(7);
    results.push({ isFine, line: `${isFine ? '✔' : '✖'} ${name.padEnd(15)} ${seconds} s   ${words}` });
  }
  for (const { line } of results) console.log(line);
  const passed = results.filter(({ isFine }) => isFine).length;
  console.log(`${passed} passed, ${results.length - passed} failed, 0 skipped`);
  return passed === results.length ? 0 : 1;
}

/** The example by this engine, and what became of it. */
async function tryEngine(name: string): Promise<{ isFine: boolean; words: string }> {
  const make = ENGINES[name];
  if (make === undefined)
    throw new StepError(`there is no engine "${name}", only ${Object.keys(ENGINES).join(' and ')}`);
  let engine: OtherEngine | undefined;
  const before = process.env['DOCKER_HOST'];
  try {
    const made = (engine = await step(name, make));
    const version = await nameOf(made);
    await step(`${name}: Kaggle's image`, () => copyImage(STANDIN_IMAGE, made));
    const juliaFolder = await prepareJulia();
    process.env['DOCKER_HOST'] = made.address;
    const score = await toScore(made, juliaFolder);
    return {
      isFine: score !== undefined,
      words: `${version}: ${score === undefined ? 'no score' : `score ${score}`}`,
    };
  } catch (error) {
    console.error(error);
    return { isFine: false, words: String(error) };
  } finally {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
    await engine?.close();
  }
}

/** The way of `npm run demo`, in folders of its own. */
async function toScore({ host }: OtherEngine, juliaFolder: string | undefined): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'julia-kaggle-engines-'));
  const mirror = await startJuliaMirror(juliaFolder, host);
  try {
    const sandbox = await startSandbox(STANDIN_IMAGE, join(folder, 'sandbox'));
    try {
      return await runExample(folder, { ...mirror.environment, ...sandbox.environment });
    } finally {
      await sandbox.close();
    }
  } finally {
    await mirror.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the score; undefined where the run failed, whose last lines are shown. */
async function runExample(folder: string, variables: Variables): Promise<string | undefined> {
  const examples = await examplesFor(ROOT);
  const project = join(examples, EXAMPLES.notebook.project.slice('examples/'.length));
  const args = ['run', project, '--yes', '--fresh', 'build', '--again', '--json'];
  const where = ['--allow-outside', examples, '--image', STANDIN_IMAGE];
  const child = spawn('node', [join(ROOT, 'dist', 'cli.cjs'), ...args, ...where], {
    cwd: ROOT,
    env: { ...process.env, ...variables, JULIA_KAGGLE_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-TAIL_CHARACTERS)));
  const [code] = (await once(child, 'close')) as [number];
  const score = /"publicScore":"?([\d.]+)/.exec(said)?.[1];
  if (code === 0 && score !== undefined) return score;
  console.error(said.split('\n').slice(-8).join('\n'));
  return undefined;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StepError ? `The engines could not be tried: ${error.message}` : error);
  process.exitCode = 1;
}
