import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { runProgram } from '../../src/cli/program.ts';
import { createCore } from '../../src/core/core.ts';
import { tempFolder } from './temp.ts';

/** The program, built once for all that run it: as it is installed, and sooner there than from its sources. */
let built: Promise<string> | undefined;

function program(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = await tempFolder();
  const args = ['esbuild.mjs', '--only=cli', `--outdir=${folder}`];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return join(folder, 'cli.cjs');
}

const ROOT = resolve(import.meta.dirname, '..', '..');
const LIMIT_MS = 60_000;

/** In every file of the user's that no stranger may read; no guard against secrets knows it. */
export const PRIVATE = 'what-only-the-user-may-see';

/** A user's machine with somebody else's project on it. */
export interface Stranger {
  readonly home: string;
  /** The stranger's project, `~/code/evil`. */
  readonly project: string;
  /** Where this machine keeps what was agreed to. */
  readonly cache: string;
  /** Writes files below the project; a path may lead out of it. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** `julia-kaggle` in this process. @param ask what the user at the terminal answers; absent: there is none. */
  julia(args: readonly string[], ask?: (question: string) => boolean): Promise<Told>;
  /** `julia-kaggle` as a program of its own. */
  program(...args: string[]): Promise<Told>;
}

/** What a run of `julia-kaggle` told. */
export interface Told {
  readonly code: number;
  /** All that it printed. */
  readonly output: string;
  /** Code of the error in its JSON, if that is how it ended. */
  readonly error: string | undefined;
  /** What the user is to agree to. */
  readonly places: readonly string[] | undefined;
}

const PROJECT = {
  'Project.toml': 'name = "Evil"\nuuid = "7f1c1b0e-2a6f-4a52-9a86-0f5d8f2a4b11"\nversion = "0.1.0"\n',
  'Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n[deps]\n',
  'JuliaKaggle.toml': 'competition = "evil-comp"\n',
  'src/Evil.jl': 'module Evil end\n',
};

const HOME = [
  ...[
    '.ssh/id_mine',
    '.aws/credentials',
    '.gnupg/key',
    '.netrc',
    '.config/gcloud/db',
    '.config/tool/data.bin',
  ],
  ...['.mozilla/firefox/x/logins.bin', 'letters/diary.txt', 'letters/more.txt'],
];

/** Makes that machine, with changes of the stranger's project. */
export async function stranger(files: Readonly<Record<string, string>> = {}): Promise<Stranger> {
  const home = join(await tempFolder(), 'home');
  const project = join(home, 'code', 'evil');
  const cache = join(home, '.cache', 'julia-kaggle');
  const write = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(texts)) {
      const path = join(project, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  };
  await write(Object.fromEntries(HOME.map((name) => [join('..', '..', name), PRIVATE])));
  await write({ ...PROJECT, ...files });
  const environment = { HOME: home, PATH: process.env['PATH'], JULIA_KAGGLE_CACHE: cache };
  return {
    home,
    project,
    cache,
    write,
    julia: (args, ask) => inHome(home, () => callProgram(args, environment, home, ask)),
    program: (...args) => execute(args, environment),
  };
}

/** The program asks the system for the home folder, which goes by the variable. */
export async function inHome<T>(home: string, work: () => Promise<T>): Promise<T> {
  const before = process.env['HOME'];
  process.env['HOME'] = home;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['HOME'];
    else process.env['HOME'] = before;
  }
}

async function callProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
  ask: ((question: string) => boolean) | undefined,
): Promise<Told> {
  let output = '';
  const sink = (): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        output += chunk.toString();
        done();
      },
    });
  const code = await runProgram(args, {
    coreWith: (logger) => createCore({ environment, homeFolder: home, platform: process.platform, logger }),
    terminal: {
      stdout: sink(),
      stderr: sink(),
      interactive: false,
      columns: 100,
      ask: ask === undefined ? undefined : (question) => Promise.resolve(ask(question)),
    },
    signal: AbortSignal.timeout(LIMIT_MS),
    version: '0.0.0',
  });
  return told(code, output);
}

async function execute(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Told> {
  const all = [await program(), ...args];
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      all,
      { cwd: ROOT, env: { ...environment }, timeout: LIMIT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) =>
        done(told(error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout + stderr)),
    );
    child.stdin?.end();
  });
}

function told(code: number, output: string): Told {
  const errors = output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { error } = JSON.parse(line) as { error?: { code: string; places?: string[] } };
    return error === undefined ? [] : [error];
  });
  return { code, output, error: errors[0]?.code, places: errors[0]?.places };
}
