// npm run torture: sets up what the cases need, then breaks things on purpose and writes docs/reliability.md.
//   npm run torture [-- --seed N] [--only WORD] [--short]
// --only: cases whose group or name has the word; --short: the form of npm test, which leaves the page as it is.
import { prepareEverything, run, StepError } from '../scripts/lib/steps.mjs';

try {
  await prepareEverything();
  await run('node', ['--import=tsx', 'torture/main.ts', ...process.argv.slice(2)]);
} catch (error) {
  console.error(error instanceof StepError ? `The torture failed: ${error.message}` : error);
  process.exitCode = 1;
}
