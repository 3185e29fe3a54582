import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import {
  prepareEvaluationImage,
  prepareJulia,
  STANDIN_IMAGE,
  startJuliaMirror,
} from '../../scripts/lib/steps.mjs';
import { useTestJulia } from '../../scripts/lib/test-julia.mjs';
import { type Clock, systemClock } from '../../src/base/abort.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createPorts } from '../../src/core/pipeline/ports.ts';
import type { RouteName } from '../../src/core/stages.ts';
import { findEngine } from '../../src/docker/find-engine.ts';
import { type SandboxFaults, type SandboxInit, startSandbox } from '../../src/sandbox/start.ts';
import { coreIn } from './core-in.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const execute = promisify(execFile);

/** Longer than any pause between two looks at something: a limit of time, which is what it is. */
const LIMIT_MS = 120_000;

/** A test waits for what it waits for, and not for the next look at it, which comes later and later. */
const EAGER: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms < LIMIT_MS ? Math.min(ms, 250) : ms, signal),
};

/** What `julia-kaggle` did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The example on a machine of its own: a copy of it, a mirror with Julia, a sandbox, the real engine. */
export interface World {
  /** A copy of `examples/`. */
  readonly examples: string;
  /** The example of the copy: `examples/Inference`, or on the route of a file `examples/Sunshine`. */
  readonly project: string;
  readonly route: RouteName;
  /** Of the project. */
  readonly competition: string;
  readonly image: string;
  /** Where temporary folders are made while the world stands. */
  readonly temporary: string;
  /** Variables that point `julia-kaggle` at mirror and sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** The address of this machine at which containers reach it. */
  readonly packageHost: string;
  /** What the sandbox does wrong on purpose. */
  readonly faults: SandboxFaults;
  /** Closes the sandbox, changes what it keeps in its folder, and opens it again at the same address. */
  changeKaggle(change: (folder: string) => Promise<void>): Promise<void>;
  julia(args: readonly string[], options?: CallOptions): Promise<Outcome>;
  /** Runs the docker command and gives its trimmed output. */
  docker(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onOutput?: (text: string) => void;
  /** In place of the world's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the system's, which is asked eagerly. */
  readonly clock?: Clock;
}

export interface WorldOptions {
  /** Another engine than that of this process's environment. */
  readonly engine?: { readonly address: string; readonly hostAddress: string };
  /** Kaggle runs its notebooks on the engine of this process's environment all the same. */
  readonly kaggleApart?: boolean;
  /** Which of the examples; absent: that of a notebook. */
  readonly route?: RouteName;
  /** The example whose competition calls the notebook, in an image that has what this needs. */
  readonly isCalled?: boolean;
}

const EXAMPLES: Readonly<Record<RouteName, { readonly project: string; readonly competition: string }>> = {
  notebook: { project: 'Inference', competition: 'harbour-tides' },
  file: { project: 'Sunshine', competition: 'sunshine-hours' },
};
const CALLED = { project: 'TideCalls', competition: 'called-tides' };

export async function startWorld({
  engine,
  kaggleApart = false,
  route = 'notebook',
  isCalled = false,
}: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'jok-world-'));
  const examples = join(folder, 'examples');
  await cp(join(ROOT, 'examples'), examples, {
    recursive: true,
    filter: (source) => !source.split('/').includes('.julia-kaggle'),
  });
  await useTestJulia(examples);
  // As in a checkout: what the project reads beside its folder is of the same work tree.
  await mkdir(join(examples, '.git'));
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const outerTemporary = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  const mirror = await startJuliaMirror(await prepareJulia(), engine?.hostAddress);
  const image = await imageFor(isCalled);
  const stopping = new AbortController();
  const outer = engine === undefined ? process.env : { ...process.env, DOCKER_HOST: engine.address };
  const people = {
    environment: kaggleApart ? process.env : outer,
    homeFolder: homedir(),
    platform: process.platform,
  };
  const init: SandboxInit = {
    folder: join(folder, 'sandbox'),
    engine: () => findEngine(people, stopping.signal),
    image,
    competitions: ['competition', 'sunshine-hours', 'called-tides'].map((name) => join(examples, name)),
    published: {
      datasets: [join(examples, 'datasets', 'port-authority', 'harbour-stations')],
      models: [join(examples, 'kaggle-models', 'port-authority', 'tide-weights', 'other', 'linear')],
    },
    clock: systemClock,
    readyDelayMs: 200,
    layout: 'namespaced',
    logger: silentLogger,
  };
  let sandbox = await startSandbox(init);
  const { HOME, PATH, DOCKER_HOST } = outer;
  const environment: Record<string, string> = {
    ...(HOME === undefined ? {} : { HOME }),
    ...(PATH === undefined ? {} : { PATH }),
    ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
    ...mirror.environment,
    JULIA_KAGGLE_API_URL: sandbox.url,
    KAGGLE_USERNAME: sandbox.credentials.username,
    KAGGLE_KEY: sandbox.credentials.key,
    JULIA_KAGGLE_CACHE: join(folder, 'cache'),
  };
  const { competition, project: name } = isCalled ? CALLED : EXAMPLES[route];
  const project = join(examples, name);
  const docker = dockerWith(outer);
  return {
    examples,
    project,
    route,
    competition,
    image,
    temporary,
    environment,
    packageHost: mirror.packageHost,
    get faults() {
      return sandbox.faults;
    },
    changeKaggle: async (change) => {
      const { url } = sandbox;
      await sandbox.close();
      await change(init.folder);
      sandbox = await startSandbox({ ...init, port: Number(new URL(url).port) });
    },
    docker,
    julia: (args, options) => callProgram(args, { environment, ...options }, folder),
    close: async () => {
      await sandbox.close();
      stopping.abort();
      await mirror.close();
      if (outerTemporary === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = outerTemporary;
      await removeVolumes(docker, folder);
      if (kaggleApart) await removeVolumes(dockerWith(process.env), folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function imageFor(isCalled: boolean): Promise<string> {
  return isCalled ? prepareEvaluationImage() : Promise.resolve(STANDIN_IMAGE);
}

function dockerWith(env: NodeJS.ProcessEnv): World['docker'] {
  return async (...args) => (await execute('docker', args, { env })).stdout.trim();
}

async function callProgram(
  args: readonly string[],
  { environment = {}, signal = new AbortController().signal, onOutput, clock = EAGER }: CallOptions,
  home: string,
): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        output[name] += chunk.toString();
        onOutput?.(chunk.toString());
        done();
      },
    });
  const code = await runProgram(args, {
    coreWith: (logger) =>
      coreIn({
        ...createPorts({ environment, homeFolder: home, platform: process.platform, logger }),
        clock,
      }),
    terminal: {
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      interactive: false,
      columns: 100,
      ask: undefined,
    },
    signal,
    version: '0.0.0',
  });
  return { code, ...output };
}

/** Volumes of the projects in a world's folder, and of its sandbox. */
async function removeVolumes(docker: World['docker'], folder: string): Promise<void> {
  const names = (await docker('volume', 'ls', '--quiet')).split('\n').filter((name) => name !== '');
  for (const name of names) {
    const labels = await docker('volume', 'inspect', name, '--format', '{{json .Labels}}').catch(() => '');
    if (labels.includes(folder) && !labels.includes('julia-kaggle.shared'))
      await docker('volume', 'rm', '--force', name);
  }
}
