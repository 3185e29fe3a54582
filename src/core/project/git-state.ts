import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { throwIfAborted } from '../../base/abort.ts';
import type { Project } from '../artefacts.ts';

const TIMEOUT_MS = 5000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
/** Enough for git to find itself and the person's own settings. */
const PASSED_ON = ['PATH', 'Path', 'HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'SystemRoot'];

/**
 * The commit that the folder is at and whether anything in the repository differs from it. Undefined without git,
 * outside of a repository, before the first commit, or when git takes too long: it is good to know, not needed.
 * @throws CancelledError
 */
export async function readGitState(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Project['git']> {
  const git = async (env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> => {
    const limits = { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true, signal };
    return (await promisify(execFile)('git', args, { cwd: folder, env, ...limits })).stdout;
  };
  const env = gitEnvironment(environment);
  try {
    const settings = await git(env, 'config', '--list', '--includes', '--show-scope', '--name-only', '-z');
    return parseGitStatus(await git({ ...env, ...withoutPrograms(settings) }, ...STATUS));
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/** A submodule has settings of its own, so its folder is not looked into. */
const STATUS = [
  'status',
  '--porcelain=v2',
  '--branch',
  '--untracked-files=normal',
  '--ignore-submodules=dirty',
] as const;

/**
 * Pure: variables that keep git from running what the folder's own settings name: a file system monitor, and filters
 * of content, which even a status runs (gitattributes, "filter"). The person's own settings stay.
 * @param settings scopes and names in turn, as `git config --list --show-scope --name-only -z` prints them.
 */
function withoutPrograms(settings: string): Record<string, string> {
  const parts = settings.split('\0');
  const names = parts.filter((_, at) => at % 2 === 1 && !['system', 'global'].includes(parts[at - 1] ?? ''));
  const filters = names.filter((name) => /^filter\..*\.(clean|process|required)$/s.test(name));
  const overrides = [['core.fsmonitor', 'false'], ...[...new Set(filters)].map((name) => [name, ''])];
  const variables = overrides.flatMap(([name = '', value = ''], at) => [
    [`GIT_CONFIG_KEY_${at}`, name] as const,
    [`GIT_CONFIG_VALUE_${at}`, value] as const,
  ]);
  return { GIT_CONFIG_COUNT: String(overrides.length), ...Object.fromEntries(variables) };
}

/** Pure: reads `git status --porcelain=v2 --branch`. */
function parseGitStatus(output: string): Project['git'] {
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(output)?.[1];
  if (commit === undefined) return undefined;
  return { commit, dirty: output.split('\n').some((line) => line !== '' && !line.startsWith('# ')) };
}

function gitEnvironment(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const passed = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Only looking: the index is not locked for it.
  return { ...Object.fromEntries(passed), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
}
