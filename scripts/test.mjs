// npm test: sets up what the tests need, then runs every check and every suite. Nothing is skipped: where the engine
// cannot be had, the run fails and says why.
import { spawn } from 'node:child_process';
import { prepareEverything, ROOT, run, StepError } from './lib/steps.mjs';

const CHECKS = ['check:types', 'check:lint', 'check:format', 'check:imports'];
const MOCHA = ['node_modules/mocha/bin/mocha.js', '--import=tsx', '--exit', '--timeout', '600000'];
const SUITES = [
  { name: 'unit, property and wire', command: [...MOCHA, 'test/{unit,property,wire}/**/*.test.ts'] },
  { name: 'package', command: [...MOCHA, 'test/package/*.test.ts'] },
  { name: 'engine', command: [...MOCHA, 'test/engine/**/*.test.ts'] },
  { name: 'pipeline', command: [...MOCHA, 'test/pipeline/**/*.test.ts'] },
  { name: 'torture', command: [...MOCHA, 'test/torture/*.test.ts'] },
  { name: 'vscode', command: ['test/vscode/run.mjs'] },
];

async function main() {
  await prepareEverything();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const check of CHECKS) add(total, await runCheck(check));
  for (const suite of SUITES) add(total, await runSuite(suite));
  console.log(`\ntotal: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.skipped === 0 ? 0 : 1;
}

/** A check counts as one test. */
async function runCheck(name) {
  try {
    await run('npm', ['run', '--silent', name]);
    console.log(`  ✔ ${name}`);
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.log(`  ✖ ${name}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Runs a suite and reads its closing line; a suite without one, or with no test, has failed. */
async function runSuite({ name, command }) {
  console.log(`\n=== ${name}`);
  const child = spawn('node', command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let tail = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-4000);
  });
  const code = await new Promise((done) => child.on('close', done));
  const line = [...tail.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  const [passed = 0, failed = 0, skipped = 0] = line?.slice(1).map(Number) ?? [];
  const broken = passed === 0 || (code !== 0 && failed === 0);
  if (broken) console.log(`${name}: ended with exit code ${code} and no result`);
  return { passed, failed: broken ? failed + 1 : failed, skipped };
}

function add(total, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof StepError ? `The tests could not be run: ${error.message}` : error);
  console.log('total: 0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
