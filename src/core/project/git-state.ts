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
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      // The folder's own settings could name a program as file system monitor.
      ['-c', 'core.fsmonitor=false', 'status', '--porcelain=v2', '--branch', '--untracked-files=normal'],
      {
        cwd: folder,
        env: gitEnvironment(environment),
        timeout: TIMEOUT_MS,
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
        signal,
      },
    );
    return parseGitStatus(stdout);
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/** Pure: reads `git status --porcelain=v2 --branch`. */
export function parseGitStatus(output: string): Project['git'] {
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
