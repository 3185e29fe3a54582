// npm test: sets up what the tests need, then runs every check and every suite. Nothing is skipped: where the engine
// cannot be had, the run fails and says why.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepareEverything, ROOT, StepError } from './lib/steps.mjs';

/** mocha in one process, so that a signal reaches the tests and they can clean up. */
const MOCHA = ['node_modules/mocha/lib/cli/cli.js', '--exit', '--timeout', '600000'];
const NPM = ['run', '--silent'];

/** A check counts as one test. */
const check = (name) => ({ name, command: ['npm', ...NPM, `check:${name}`], counted: false });
const suite = (name, ...args) => ({ name, command: ['node', ...args], counted: true });

/**
 * Two lanes run side by side, as the suites with containers and windows wait for much of their time. What uses dist/ is in
 * one of them, as the package suite makes it anew. The other takes one after the other from the queue, and so does the
 * first when it is done.
 */
const LANES = [
  [
    suite('package', ...MOCHA, 'test/package/*.test.ts'),
    suite('torture', ...MOCHA, 'test/torture/*.test.ts'),
    suite('attacks', ...MOCHA, 'test/attacks/**/*.test.ts'),
    suite('vscode', 'test/vscode/run.mjs'),
  ],
  [],
];

/** The files of the pipeline suite that take longest: begun late, one would run on alone at the end. */
const LONG_FILES = ['staleness', 'compiled', 'depot', 'main-job'];

const QUEUE = [
  ...LONG_FILES.map(pipelineFile),
  suite('quick', ...MOCHA, 'test/{unit,property,wire,programs}/**/*.test.ts'),
  check('types'),
  check('lint'),
  ...pipelineFiles()
    .filter((file) => !LONG_FILES.includes(file))
    .map(pipelineFile),
  suite('engine', ...MOCHA, 'test/engine/**/*.test.ts'),
  check('format'),
  check('imports'),
  check('dead'),
  check('lock'),
];

function pipelineFile(file) {
  return suite(file, ...MOCHA, `test/pipeline/${file}.test.ts`);
}

function pipelineFiles() {
  return readdirSync(join(ROOT, 'test', 'pipeline')).flatMap(
    (name) => /^(.*)\.test\.ts$/.exec(name)?.[1] ?? [],
  );
}

/** How long a suite may take to end by itself once it is told to. */
const GRACE_MS = 10_000;

/** What is kept of a suite's output, to read its closing lines. */
const TAIL_CHARACTERS = 100_000;

/** What is told once more of a suite that failed. */
const FAILURE_LINES = 80;

const running = new Set();
let stopped = false;

async function main() {
  await prepareEverything();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  const started = Date.now();
  const results = (await Promise.all(LANES.map(runLane))).flat();
  if (stopped) results.push({ name: 'stopped', seconds: seconds(started), passed: 0, failed: 1, skipped: 0 });
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  // Once more at the end, where whoever looks at a long log looks first.
  for (const { name, failures } of results) if (failures) console.log(`\n${name}:\n${failures}`);
  console.log('');
  for (const result of results) console.log(summary(result));
  console.log(`\n${seconds(started)} s`);
  console.log(`total: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 && sum('skipped') === 0 ? 0 : 1;
}

/** One after the other; a failure does not keep the next from running. */
async function runLane(suites) {
  const results = [];
  const take = () => suites.shift() ?? QUEUE.shift();
  for (let next = take(); next !== undefined && !stopped; next = take()) results.push(await runSuite(next));
  return results;
}

/** Runs a suite and reads its closing line; a suite without one, or with no test, has failed. */
async function runSuite({ name, command, counted }) {
  const started = Date.now();
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let tail = '';
  const show = prefixed(name);
  for (const stream of [child.stdout, child.stderr]) {
    show(stream);
    stream.on('data', (chunk) => (tail = (tail + chunk).slice(-TAIL_CHARACTERS)));
  }
  const code = await new Promise((done) => {
    child.on('error', () => done('none: it could not be started'));
    child.on('close', done);
  });
  running.delete(child);
  const result = counted ? countsOf(name, tail, code) : { passed: 0, failed: 0, skipped: 0 };
  if (!counted) result[code === 0 ? 'passed' : 'failed'] = 1;
  const failures = result.failed + result.skipped > 0 ? failuresIn(tail) : undefined;
  return { name, seconds: seconds(started), failures, ...result };
}

/** mocha tells its failures last; a check that fails tells little else. */
function failuresIn(output) {
  const from = output.search(/^ {2}\d+ failing$/m);
  const lines = output.slice(Math.max(from, 0)).trimEnd().split('\n');
  return (from < 0 ? lines.slice(-FAILURE_LINES) : lines.slice(0, FAILURE_LINES)).join('\n');
}

function countsOf(name, tail, code) {
  const line = [...tail.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)].at(-1);
  const [passed = 0, failed = 0, skipped = 0] = line?.slice(1).map(Number) ?? [];
  const broken = passed === 0 || (code !== 0 && failed === 0);
  if (broken) console.log(`${name} ended with exit code ${code} and no result.`);
  return { passed, failed: broken ? failed + 1 : failed, skipped };
}

/** Shows each line of a stream with the suite's name before it, as several suites speak at once. */
function prefixed(name) {
  return (stream) => {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) print(line);
    });
    stream.on('end', () => {
      if (rest !== '') print(rest);
    });
  };
  function print(line) {
    process.stdout.write(`${name.padEnd(14)} | ${line}\n`);
  }
}

function summary({ name, passed, failed, skipped, seconds: took }) {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `${failed + skipped === 0 ? '✔' : '✖'} ${name.padEnd(14)} ${took.padStart(6)} s   ${counts}`;
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}

/** Ends both lanes. mocha takes a first SIGINT for "after this test" and a second for "now". */
function stop() {
  if (stopped) return;
  stopped = true;
  const tell = (signal) => {
    for (const child of running) child.kill(signal);
  };
  tell('SIGINT');
  setTimeout(tell, GRACE_MS / 2, 'SIGINT').unref();
  setTimeout(tell, GRACE_MS, 'SIGKILL').unref();
}

try {
  process.exitCode = await main();
  if (stopped) process.exitCode = 130;
} catch (error) {
  console.error(error instanceof StepError ? `The tests could not be run: ${error.message}` : error);
  console.log('total: 0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
