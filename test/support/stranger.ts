import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { exists } from '../../src/base/files.ts';
import { tempFolder } from './temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const SYSTEM_PATH = process.env['PATH'] ?? '';
const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'protocol.file.allow=always'];

/** A project that a user has from a stranger, in a git repository whose every file the stranger wrote. */
export interface Stranger {
  /** Holds all of this, and is no work tree itself. */
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** Made by whatever the stranger has run. */
  readonly mark: string;
  /** What the user has set in the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A small Julia project in a git repository, with these files besides (path to text), all of them committed. */
export async function stranger(files: Readonly<Record<string, string>> = {}): Promise<Stranger> {
  const root = await tempFolder({ 'home/.keep': '' });
  const [home, project, mark] = [join(root, 'home'), join(root, 'project'), join(root, 'MARK')];
  const all = {
    'Project.toml': 'name = "Tides"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\nversion = "0.2.0"\n',
    'Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n',
    'JuliaKaggle.toml': 'competition = "titanic"\n',
    'src/Tides.jl': 'module Tides end\n',
    ...files,
  };
  await write(project, all);
  git(project, 'init', '--quiet');
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message', 'x');
  return { root, home, project, mark, environment: { PATH: SYSTEM_PATH, HOME: home } };
}

/** Writes files (path to text) below a folder. */
export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Runs git as the stranger does who makes the repository. @returns what it prints, without the last line end. */
export function git(cwd: string, ...args: readonly string[]): string {
  const quiet = { encoding: 'utf8', stdio: 'pipe' } as const;
  return execFileSync('git', [...AUTHOR, ...args], { cwd, ...quiet }).trimEnd();
}

/** A program of these lines of Bash; by default it leaves the mark. @returns its path. */
export async function plant({ mark }: Pick<Stranger, 'mark'>, path: string, lines = ''): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/bash\n${lines === '' ? `touch '${mark}'; cat` : lines}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Whether the stranger had anything run. */
export async function wasRun({ mark }: Stranger): Promise<boolean> {
  return exists(mark);
}

let built: Promise<string> | undefined;

/** The command line as it is shipped, built once. @returns its path. */
async function builtCli(): Promise<string> {
  built ??= (async () => {
    const folder = await tempFolder();
    await promisify(execFile)('node', ['esbuild.mjs', '--only=cli', `--outdir=${folder}`], { cwd: ROOT });
    return join(folder, 'cli.cjs');
  })();
  return built;
}

/** Begins `julia-kaggle` as it is shipped, in the user's environment. */
export async function beginCli(
  { environment, root }: Pick<Stranger, 'environment' | 'root'>,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  return spawn(process.execPath, [await builtCli(), ...args], {
    cwd: options.cwd ?? root,
    env: { ...environment, JULIA_KAGGLE_CACHE: join(root, 'cache'), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `julia-kaggle` as it is shipped to its end. @returns all that it printed. */
export async function cli(...[who, args, options]: Parameters<typeof beginCli>): Promise<string> {
  const child = await beginCli(who, args, options);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return new Promise((done) => child.on('close', () => done(printed)));
}
