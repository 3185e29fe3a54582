import { copyFile, lstat, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { throwIfAborted } from '../../base/abort.ts';
import { exists } from '../../base/files.ts';
import { findProgram, outputOf, type Program, type Variables } from '../../base/programs.ts';
import type { Project } from '../artefacts.ts';

/*
 * A repository's own settings name programs (file system monitors, filters, transports of missing objects, and more with
 * every version of git), and a project that came in an archive brings its settings along. So git never looks at the files
 * of a work tree under those settings. They are read once, which starts nothing. What is to be known of the files is
 * asked under a git folder of our own: HEAD is the commit, its settings are the few plain ones below, and only index and
 * objects are the repository's. The user's own settings stay, and with them filters such as Git LFS.
 */

const TIMEOUT_MS = 5000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Settings that say how files are compared, and nothing else. The last two name a file to read, of patterns only. */
const PLAIN_SETTINGS = [
  ...['core.autocrlf', 'core.checkstat', 'core.eol', 'core.filemode', 'core.ignorecase', 'core.longpaths'],
  ...['core.precomposeunicode', 'core.protecthfs', 'core.protectntfs', 'core.symlinks', 'core.trustctime'],
  ...['core.attributesfile', 'core.excludesfile'],
];

/** For every git that is started, whatever it finds: it calls nobody, asks nobody, and writes nothing. */
const GUARD = {
  args: [
    ...['-c', 'core.fsmonitor=false', '-c', `core.hooksPath=${devNull}`, '-c', 'protocol.allow=never'],
    // A folder that looks like a bare repository, settings included, may be a part of any other one.
    ...['-c', 'safe.bareRepository=explicit'],
  ],
  variables: {
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
    GIT_SSH_COMMAND: 'false',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  },
} as const;

/** A submodule has settings of its own, so its folder is not looked into. */
const STATUS = ['status', '--porcelain=v2', '--untracked-files=normal', '--ignore-submodules=dirty'] as const;

/** Runs git under the guard. */
type Git = (
  cwd: string,
  args: readonly string[],
  variables?: Readonly<Record<string, string>>,
) => Promise<string>;

/** Where a repository keeps what; absolute paths. */
interface Repository {
  readonly top: string;
  readonly gitFolder: string;
  /** Of a linked work tree: the git folder that it shares. */
  readonly commonFolder: string;
  readonly commit: string;
}

/**
 * The commit that the folder is at and whether anything in the repository differs from it. Undefined without git,
 * outside of a repository, before the first commit, or when git takes too long: it is good to know, not needed.
 * @throws CancelledError
 */
export async function readGitState(
  folder: string,
  environment: Variables,
  signal: AbortSignal,
): Promise<Project['git']> {
  try {
    const git = await guardedGit(folder, environment, signal);
    if (git === undefined) return undefined;
    const repository = parseRepository(await git(folder, REPOSITORY), folder);
    if (repository === undefined || !(await exists(join(repository.top, '.git')))) return undefined;
    const settings = plainSettings(await git(folder, ['config', '--list', '--includes', '-z']));
    return { commit: repository.commit, dirty: await isDirty(repository, settings, git) };
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/**
 * The file of patterns that the user has git ignore everywhere (`core.excludesFile`), as an absolute path; undefined
 * without git and where none is set. git-config(1) has its default.
 * @param top the work tree's top folder, which a relative one starts from.
 * @throws CancelledError
 */
export async function readExcludesFile(
  top: string,
  environment: Variables,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const git = await guardedGit(top, environment, signal);
    const path = await git?.(top, [
      'config',
      '--includes',
      '--type=path',
      '-z',
      '--get',
      'core.excludesFile',
    ]);
    return path === undefined ? undefined : resolve(top, path.replace(/\0$/, ''));
  } catch {
    // It ends with an error where none is set.
    throwIfAborted(signal);
    return undefined;
  }
}

/**
 * Whether the repository that a folder lies in brings something of a folder in it along: git's index has a file below it.
 * False without git and outside of a repository.
 * @throws CancelledError
 */
export async function isTracked(
  folder: string,
  name: string,
  environment: Variables,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const git = await guardedGit(folder, environment, signal);
    return ((await git?.(folder, ['ls-files', '-z', '--', `:(literal)${name}`])) ?? '') !== '';
  } catch {
    throwIfAborted(signal);
    return false;
  }
}

/** The top folder of the git work tree that a folder lies in, found without git; undefined outside of any. */
export async function workTreeOf(folder: string): Promise<string | undefined> {
  for (let here = folder; ; here = dirname(here)) {
    if (await exists(join(here, '.git'))) return here;
    if (dirname(here) === here) return undefined;
  }
}

async function guardedGit(
  folder: string,
  environment: Variables,
  signal: AbortSignal,
): Promise<Git | undefined> {
  const program = findProgram('git', { environment, foreign: [(await workTreeOf(folder)) ?? folder] });
  if (program === undefined) return undefined;
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return (cwd, args, variables) => run(program, [...GUARD.args, ...args], cwd, variables, inTime);
}

function run(
  program: Program,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<string> {
  const all = { ...GUARD.variables, ...variables };
  return outputOf(program, args, { cwd, variables: all, maxBytes: MAX_OUTPUT_BYTES, signal });
}

const REPOSITORY = ['rev-parse', '--show-toplevel', '--git-dir', '--git-common-dir', '--verify', 'HEAD'];

/** Pure: reads what `rev-parse` prints; the folders of git are relative to where it was asked. */
function parseRepository(output: string, folder: string): Repository | undefined {
  const [top = '', gitFolder = '', commonFolder = '', commit = '', ...more] = output.split('\n');
  if (!/^[0-9a-f]{40,64}$/.test(commit) || more.join('') !== '') return undefined;
  return { top, gitFolder: resolve(folder, gitFolder), commonFolder: resolve(folder, commonFolder), commit };
}

/** Pure: the lines of a git configuration with the plain ones of these settings. @param list of `config --list -z`. */
function plainSettings(list: string): string {
  const found = list.split('\0').flatMap((entry) => {
    const [, key = '', value = 'true'] = /^([^\n]*)(?:\n(.*))?$/s.exec(entry) ?? [];
    return PLAIN_SETTINGS.includes(key) ? [[key.replace('core.', ''), value] as const] : [];
  });
  // JSON's marks are git's as well: a backslash before quotes, line ends and itself.
  return found.map(([key, value]) => `\t${key} = ${JSON.stringify(value)}\n`).join('');
}

/** Whether the work tree differs from its commit, asked under a git folder of our own. */
async function isDirty(repository: Repository, settings: string, git: Git): Promise<boolean> {
  const { top, gitFolder, commonFolder, commit } = repository;
  const own = await realpath(await mkdtemp(join(tmpdir(), 'julia-kaggle-git-')));
  try {
    const isSha256 = commit.length > 40;
    const format = isSha256 ? '[extensions]\n\tobjectFormat = sha256\n' : '';
    await writeFile(join(own, 'HEAD'), `${commit}\n`);
    await writeFile(
      join(own, 'config'),
      `${format}[core]\n\trepositoryformatversion = ${isSha256 ? 1 : 0}\n\tbare = false\n${settings}`,
    );
    await mkdir(join(own, 'refs'));
    // What the repository itself ignores, and its attributes: patterns only.
    await symlink(join(commonFolder, 'info'), join(own, 'info'), 'junction');
    await copySharedIndexes(gitFolder, own);
    const changes = await git(top, STATUS, {
      GIT_DIR: own,
      GIT_WORK_TREE: top,
      GIT_INDEX_FILE: join(gitFolder, 'index'),
      GIT_OBJECT_DIRECTORY: join(commonFolder, 'objects'),
    });
    return changes !== '';
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** A split index has its other part in the git folder. (git-update-index, `--split-index`) */
async function copySharedIndexes(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (!name.startsWith('sharedindex.') || !(await lstat(join(from, name))).isFile()) continue;
    await copyFile(join(from, name), join(to, name));
  }
}
