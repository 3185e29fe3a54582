// npm run demo: the whole way of an example, from a Julia project to a score, on this machine alone.
// Options: npm run demo -- --example NAME    notebook: the package examples/Inference, which runs in a notebook (the usual one)
//                                            script: examples/tide-script, an environment with a script, likewise
//                                            pluto: examples/tide-pluto, a Pluto notebook with packages of its own, likewise
//                                            jupyter: examples/tide-jupyter, a Jupyter notebook, likewise
//                                            inputs: examples/tide-inputs, which reads a dataset of somebody else's
//                                            file: examples/Sunshine, of which a file is submitted
//                                            evaluation: examples/TideCalls, whose competition calls it with the hidden data
// Options of `julia-kaggle run` may follow: npm run demo -- --until pack
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import {
  build,
  EVALUATION_IMAGE,
  EXAMPLES,
  installPackages,
  prepareEngine,
  prepareEvaluationImage,
  prepareImage,
  prepareJulia,
  requireLinuxOrMac,
  ROOT,
  STANDIN_IMAGE,
  startJuliaMirror,
  startSandbox,
  step,
  StepError,
} from './lib/steps.mjs';
import { examplesFor, JULIA_VERSION } from './lib/test-julia.mjs';

const CLI = join(ROOT, 'dist', 'cli.cjs');

async function main() {
  requireLinuxOrMac();
  const { project, isCalled = false, rest } = chosen(process.argv.slice(2));
  const image = isCalled ? EVALUATION_IMAGE : STANDIN_IMAGE;
  await step('npm packages', installPackages);
  await step('julia-kaggle', () => build('--only=cli'));
  await step('Docker engine', prepareEngine);
  await step("stand-in for Kaggle's image", prepareImage);
  if (isCalled) await step('the same with gRPC and pandas', prepareEvaluationImage);
  const juliaFolder = await step(`Julia ${JULIA_VERSION}`, prepareJulia);
  const mirror = await startJuliaMirror(juliaFolder);
  try {
    const sandbox = await startSandbox(image);
    try {
      console.error(`${'local Kaggle'.padEnd(34)} ${sandbox.page}\n`);
      return await runExample(project, ['--image', image, ...rest], {
        ...mirror.environment,
        ...sandbox.environment,
      });
    } finally {
      await sandbox.close();
    }
  } finally {
    await mirror.close();
  }
}

/** The example that the arguments name, and the arguments that are left. */
function chosen(args) {
  const at = args.indexOf('--example');
  if (at < 0) return { ...EXAMPLES.notebook, rest: args };
  const name = args[at + 1];
  if (!Object.hasOwn(EXAMPLES, name))
    throw new StepError(`there is no example "${name}", only ${Object.keys(EXAMPLES).join(' and ')}`);
  return { ...EXAMPLES[name], rest: args.toSpliced(at, 2) };
}

async function runExample(project, rest, variables) {
  // Where this repository is no git work tree, the package beside the example is outside of the project.
  const examples = await examplesFor(ROOT);
  const ours = ['--allow-outside', examples];
  const args = ['run', join(examples, relative('examples', project)), '--yes', ...ours, ...rest];
  const environment = { ...process.env, ...variables, JULIA_KAGGLE_CACHE: join(ROOT, '.demo', 'cache') };
  const child = spawn('node', [CLI, ...args], {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  return code;
}

// The children hear Ctrl+C themselves and end calmly; waiting for them is all that is left to do here.
process.on('SIGINT', () => undefined);
try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof StepError ? `The demo stopped: ${error.message}` : error);
  process.exitCode = 1;
}
