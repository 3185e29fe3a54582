// npm run test:engines: the example to a score by engines other than this machine's, on Debian as root: Podman from its
// packages, as root and as a plain user, and Docker of newer Debians in roots of their own. It ends with a line for each.
// Options: npm run test:engines -- podman docker-26   only these
import {
  build,
  installPackages,
  prepareEngine,
  prepareImage,
  prepareNamespaces,
  run,
  step,
  StepError,
} from './lib/steps.mjs';

try {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new StepError('engines are started by root on Linux; on Windows, run this in WSL 2');
  await step('npm packages', installPackages);
  await step('julia-kaggle', () => build('--only=cli'));
  await step('Docker engine', prepareEngine);
  await step("stand-in for Kaggle's image", prepareImage);
  await step('tools for a second engine', prepareNamespaces);
  await run('node', ['--import=tsx', 'test/engines/main.ts', ...process.argv.slice(2)]);
} catch (error) {
  console.error(error instanceof StepError ? `The engines could not be tried: ${error.message}` : error);
  process.exitCode = 1;
}
