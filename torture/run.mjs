// npm run torture: sets up what the cases need, then breaks things on purpose and writes docs/reliability.md.
//   npm run torture [-- --seed N] [--only WORD] [--short]
// --only: cases whose group or name has the word; --short: the form of npm test, which leaves the page as it is.
import {
  installPackages,
  prepareEngine,
  prepareImage,
  prepareJulia,
  prepareNamespaces,
  run,
  step,
  StepError,
} from '../scripts/lib/steps.mjs';

try {
  await step('npm packages', installPackages);
  await step('Docker engine', prepareEngine);
  await step('tools for a second engine', prepareNamespaces);
  await step("stand-in for Kaggle's image", prepareImage);
  await step('Julia 1.5.3', prepareJulia);
  await step('build and package', () =>
    run('npm', ['run', '--silent', 'package'], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  await run('node', ['--import=tsx', 'torture/main.ts', ...process.argv.slice(2)]);
} catch (error) {
  console.error(error instanceof StepError ? `The torture failed: ${error.message}` : error);
  process.exitCode = 1;
}
