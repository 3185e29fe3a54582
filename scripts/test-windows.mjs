// npm run test:windows: the unit and property suites under Windows' own Node, in wine. It needs root and a Linux with
// apt-get, and makes what it needs once (docs/quality.md has what that costs). What is not run there stands with its reason in
// test/windows/left-out.json: files, and tests by their titles. A test that fails and is not named there fails the run; so
// does a name there of nothing, which test/unit/windows-left-out.test.ts finds without wine.
// Options: parts of files' paths: npm run test:windows -- base/ project/models
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, ROOT, step, StepError } from './lib/steps.mjs';
import { leftOut, testsOf } from './lib/windows-tests.mjs';

/** One for each core of a small machine. */
const LANES = 2;
/** Wine takes some ten times as long. */
const LIMIT_MS = 60_000;
const RUN_LIMIT_SECONDS = 1200;

async function main(patterns) {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    throw new StepError('they run in wine, as root on Linux; on Windows, run this in WSL 2');
  await step('npm packages', installPackages);
  const { bundle, EXCHANGE, fetchNode, makeDebian, runThere } = await import('./lib/windows.mjs');
  await step('Debian with wine', makeDebian);
  await step("Windows' Node", fetchNode);
  const files = testsOf(ROOT, patterns);
  const { titles } = leftOut(ROOT);
  if (files.length === 0) throw new StepError(`there are no tests of ${patterns.join(', ')}`);
  // Neighbors take as long as each other.
  const lanes = Array.from({ length: LANES }, (_, lane) => files.filter((_file, at) => at % LANES === lane));
  const [bundles, results] = ['cjs', 'txt'].map((ending) =>
    lanes.map((_, lane) => join(EXCHANGE, `tests-${lane}.${ending}`)),
  );
  await step('bundles of the tests', () =>
    Promise.all(lanes.map((lane, at) => bundle(lane, titles, bundles[at]))),
  );
  for (const file of results) rmSync(file, { force: true });
  const there = (path) => `Z:\\results\\${path.slice(EXCHANGE.length + 1)}`;
  const lists = bundles.map((path, lane) => [
    'node_modules/mocha/lib/cli/cli.js',
    ...['--no-config', '--no-package', '--exit', '--timeout', LIMIT_MS],
    ...['--reporter', './test/support/windows-reporter.cjs'],
    ...['--reporter-option', `output=${there(results[lane])}`],
    there(path),
  ]);
  const started = Date.now();
  await runThere(lists, RUN_LIMIT_SECONDS);
  const counts = results.map((file, lane) => judge(file, join(EXCHANGE, `output-${lane}.txt`)));
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const skipped = counts.flatMap((count) => count.skipped);
  // Without patterns each title has to be one of a test.
  const wrong = [
    ...skipped.filter((title) => !titles.includes(title)).map((title) => `It was skipped: ${title}`),
    ...(patterns.length > 0 ? [] : titles.filter((title) => !skipped.includes(title))).map(
      (title) => `There is no such test, but it is named in test/windows/left-out.json: ${title}`,
    ),
  ];
  for (const line of wrong) console.log(`✖ ${line}`);
  console.log(
    `${((Date.now() - started) / 1000).toFixed(1)} s under Windows' Node, in ${files.length} files`,
  );
  console.log(`${skipped.length} tests are left out by name, for the reasons in test/windows/left-out.json`);
  const failed = sum('failed') + wrong.length;
  console.log(`${sum('passed')} passed, ${failed} failed, 0 skipped`);
  return failed === 0 && sum('passed') > 0 ? 0 : 1;
}

/** Reads what a lane told, and says what went wrong. A test that began and did not end has failed. */
function judge(file, output) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const events = lines.map((line) => JSON.parse(line));
  const failed = events.filter(({ event }) => event === 'fail');
  const last = events.at(-1);
  if (last?.event !== 'end') {
    const said = existsSync(output) ? readFileSync(output, 'utf8').slice(-2000) : '';
    const where = last === undefined ? 'before the first test' : `at "${last.title}"`;
    failed.push({ title: `The process did not come to its end: ${where}`, error: said });
  }
  for (const { title, error } of failed) console.log(`✖ ${title}\n${indented(error)}\n`);
  const titlesOf = (wanted) => events.filter(({ event }) => event === wanted).map(({ title }) => title);
  return { passed: titlesOf('pass').length, failed: failed.length, skipped: titlesOf('skip') };
}

function indented(text) {
  return text
    .split('\n')
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StepError ? `The tests could not be run: ${error.message}` : error);
  process.exitCode = 1;
}
