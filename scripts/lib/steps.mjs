// Steps that the demo and the tests share. Nothing here needs an installed package.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { folderOfGivenJulia, JULIA_VERSION } from './test-julia.mjs';

export const ROOT = resolve(import.meta.dirname, '..', '..');

/** The Debian that the stand-in is made of: a Julia that was built on a newer system needs a newer one. */
const SUITE = process.env.JULIA_KAGGLE_TEST_SUITE || 'bookworm';

/** The stand-in for Kaggle's image: Python and Jupyter, no Julia. */
export const STANDIN_IMAGE = `julia-kaggle/standin:1${SUITE === 'bookworm' ? '' : `-${SUITE}`}`;

/** The same for a competition that calls the notebook. */
export const EVALUATION_IMAGE = STANDIN_IMAGE.replace('standin', 'standin-evaluation');

/** What is made once for all checkouts on this machine: the Julia tarball, a VS Code for tests. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'julia-kaggle-dev');

const JULIA_SITE = 'https://julialang-s3.julialang.org';

/** A step that could not be done; it has said why already. */
export class StepError extends Error {}

/** Runs a program with its output shown. @throws StepError when it fails. */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new StepError(`${command} ${args.join(' ')} ended with exit code ${code}`));
    });
  });
}

/** Runs a program and gives what it printed, trimmed; its errors are shown. @throws StepError when it fails. */
export function read(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done(text.trim());
      else fail(new StepError(`${command} ${args.join(' ')} ended with exit code ${code}`));
    });
  });
}

/** @throws StepError on Windows, for what needs Debian. */
export function requireLinuxOrMac(platform = process.platform) {
  if (platform === 'win32')
    throw new StepError(
      'on Windows it runs in WSL 2: open its Debian or Ubuntu, clone the repository there, and try again',
    );
}

/** npm's own program by the Node that runs this: Windows has no program `npm` that could be started without a shell. */
export function npm(...args) {
  const program = process.env.npm_execpath;
  return program === undefined ? ['npm', args] : [process.execPath, [program, ...args]];
}

/** Says what is being done and how long it took; on a terminal as soon as it begins. */
export async function step(name, work) {
  const started = Date.now();
  const isTerminal = process.stderr.isTTY;
  if (isTerminal) process.stderr.write(`${name.padEnd(34)} `);
  try {
    const result = await work();
    // What the work printed may have ended the line that was begun.
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${isTerminal ? '\r' : ''}${name.padEnd(34)} ${seconds} s\n`);
    return result;
  } catch (error) {
    if (isTerminal) process.stderr.write('\n');
    throw error;
  }
}

/** npm ci, unless node_modules has all that the lock file names, by whichever npm command. */
export async function installPackages() {
  if (!areInstalled()) await run(...npm('ci', '--no-audit', '--no-fund', '--loglevel=error'));
}

/** By what npm notes last of all when it has installed packages: those of other platforms are not there. */
function areInstalled() {
  const there = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(there)) return false;
  const [{ packages: wanted }, { packages: installed }] = [join(ROOT, 'package-lock.json'), there].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')),
  );
  const isThere = ([name, { version, integrity, optional }]) =>
    name === '' ||
    (installed[name] === undefined
      ? optional === true
      : installed[name].version === version && installed[name].integrity === integrity);
  return Object.entries(wanted).every(isThere) && Object.keys(installed).every((name) => name in wanted);
}

export function build(...options) {
  return run('node', ['esbuild.mjs', ...options]);
}

/** A Docker engine that answers: found, or installed and started. */
export function prepareEngine() {
  return read('bash', ['scripts/setup/engine.sh']);
}

/** What a second engine in the tests is made of. */
export function prepareNamespaces() {
  return read('bash', ['scripts/setup/namespaces.sh']);
}

export function prepareImage() {
  return read('bash', ['scripts/setup/standin-image.sh', STANDIN_IMAGE, SUITE]);
}

/** The stand-in with what a competition that calls the notebook needs besides; Debian 12 has neither polars nor pyarrow. */
export function prepareEvaluationImage() {
  const packages = ['python3-grpcio', 'python3-pandas'];
  return read('bash', ['scripts/setup/standin-image.sh', EVALUATION_IMAGE, SUITE, ...packages]);
}

/**
 * Where Julia comes from: undefined for the official site, else the folder of the tarball that was named, or of one made from
 * Debian's packages (made before, or made now because the site does not answer).
 */
export async function prepareJulia() {
  const given = await folderOfGivenJulia(CACHE);
  if (given !== undefined) return given;
  const folder = join(CACHE, 'mirror');
  if (
    !existsSync(join(folder, 'julia-1.5.3-linux-x86_64.tar.gz')) &&
    (await answers(`${JULIA_SITE}/bin/versions.json`))
  )
    return undefined;
  await read('bash', ['scripts/setup/julia-tarball.sh', folder]);
  return folder;
}

async function answers(url) {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

/** The address that a container knows as host.docker.internal: the gateway of the engine's bridge, as a rule. */
async function hostSeenByContainers() {
  const args = ['run', '--rm', '--add-host', 'host.docker.internal:host-gateway', STANDIN_IMAGE];
  const line = await read('docker', [...args, 'getent', 'ahostsv4', 'host.docker.internal']);
  return line.split(/\s/)[0];
}

/**
 * Starts the mirror twice, and gives the variables that point `julia-kaggle` at it: as a package server where containers
 * reach it, and as the Julia site on loopback, since Julia itself is taken by plain http from this machine alone.
 * `knownHost` is the address of this machine that containers know as host.docker.internal; the engine is asked when it
 * is left out.
 */
export async function startJuliaMirror(juliaFolder, knownHost) {
  const { startMirror } = await import('../setup/mirror.mjs');
  const options = {
    juliaFolder: juliaFolder ?? join(CACHE, 'mirror'),
    artifactsFolder: join(ROOT, 'examples', 'artifacts'),
  };
  const host = knownHost ?? (await hostSeenByContainers());
  const mirror = await startMirror({ ...options, host }).catch((error) => {
    // Not an address of ours: the engine runs in a machine of its own, which forwards to our loopback (Docker Desktop).
    if (error.code === 'EADDRNOTAVAIL') return startMirror({ ...options, host: '127.0.0.1' });
    throw error;
  });
  const site = juliaFolder === undefined ? undefined : await startMirror({ ...options, host: '127.0.0.1' });
  const environment = {
    JULIA_PKG_SERVER: `http://host.docker.internal:${mirror.port}`,
    ...(site === undefined ? {} : { JULIA_KAGGLE_JULIA_SERVER: site.url }),
  };
  const close = async () => {
    await mirror.close();
    await site?.close();
  };
  return { environment, packageHost: new URL(mirror.url).hostname, close };
}

/** The examples by what they show: a project and the folder of its competition, which may call the notebook. */
export const EXAMPLES = {
  notebook: { project: 'examples/Inference', competition: 'examples/competition' },
  script: { project: 'examples/tide-script', competition: 'examples/competition' },
  pluto: { project: 'examples/tide-pluto', competition: 'examples/competition' },
  jupyter: { project: 'examples/tide-jupyter', competition: 'examples/competition' },
  file: { project: 'examples/Sunshine', competition: 'examples/sunshine-hours' },
  inputs: { project: 'examples/tide-inputs', competition: 'examples/competition' },
  evaluation: { project: 'examples/TideCalls', competition: 'examples/called-tides', isCalled: true },
};

/** What others have published there, as the examples find it. */
const PUBLISHED = [
  ['--dataset', 'examples/datasets/port-authority/harbour-stations'],
  ['--model', 'examples/kaggle-models/port-authority/tide-weights/other/linear'],
];

/**
 * The local Kaggle with the examples' competitions; what it holds is kept in .demo/, so that the next one finds everything
 * fresh. dist/cli.cjs must be built. @throws StepError when it does not start.
 */
export async function startSandbox(image = STANDIN_IMAGE, folder = '.demo/sandbox') {
  const competitions = new Set(Object.values(EXAMPLES).map(({ competition }) => competition));
  const where = [...competitions, ...PUBLISHED.flat(), '--folder', folder, '--image', image];
  const args = [join('dist', 'cli.cjs'), 'sandbox', ...where, '--json'];
  const child = spawn('node', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => line), ended.then(() => undefined)]);
  const facts = first === undefined ? { kind: 'none' } : JSON.parse(first);
  if (facts.kind !== 'sandbox')
    throw new StepError(`The sandbox did not start: ${facts.error?.title ?? 'it said nothing'}`);
  return {
    page: facts.page,
    environment: { JULIA_KAGGLE_API_URL: facts.url, KAGGLE_API_TOKEN: facts.token },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** All that the suites and the torture need, on a fresh machine, with the package built. */
export async function prepareEverything() {
  requireLinuxOrMac();
  await step('npm packages', installPackages);
  await step('Docker engine', prepareEngine);
  await step('tools for a second engine', prepareNamespaces);
  await step("stand-in for Kaggle's image", prepareImage);
  await step(`Julia ${JULIA_VERSION}`, prepareJulia);
  await step('build and package', () =>
    run(...npm('run', '--silent', 'package'), { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
}
