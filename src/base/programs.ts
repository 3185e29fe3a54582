import {
  type ChildProcessByStdio,
  type ChildProcessWithoutNullStreams,
  execFile,
  spawn,
} from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { parse, posix, win32 } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/**
 * Every program of this machine is started here. A program is found by its absolute path on the user's search path; what
 * lies in the project or in the current folder is never taken for it, whatever PATH says, since that may be a stranger's.
 * And it gets the variables that it needs by name, never all: among the others are Kaggle's credentials.
 */

export type Variables = Readonly<Record<string, string | undefined>>;

/** What is needed to find a program. */
export interface ProgramSearch {
  /** Variables of this process: PATH and those that are passed on. */
  readonly environment: Variables;
  /** Folders whose content may be a stranger's, such as the project; the current folder always is one. */
  readonly foreign?: readonly string[];
  readonly platform?: NodeJS.Platform;
}

/** A program that was found. */
export interface Program {
  /** Absolute. */
  readonly path: string;
  /** All variables that it gets; its PATH is the trusted one. */
  readonly environment: Readonly<Record<string, string>>;
}

/** So that a program finds itself and the user's own settings. */
const USER = ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'];
const WINDOWS_USER = ['USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'USERNAME', 'APPDATA', 'LOCALAPPDATA'];
const WINDOWS = [...WINDOWS_USER, 'SystemRoot', 'SystemDrive', 'ProgramData', 'ComSpec', 'TEMP', 'TMP'];

/** The session of the desktop, in which a browser is opened; WSL's lead to the one of Windows. */
const DESKTOP = [
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'BROWSER'],
  ...['XDG_CURRENT_DESKTOP', 'XDG_SESSION_TYPE', 'XDG_DATA_HOME', 'XDG_DATA_DIRS', 'XDG_CONFIG_DIRS'],
  ...['DESKTOP_SESSION', 'KDE_FULL_SESSION', 'KDE_SESSION_VERSION', 'WSL_DISTRO_NAME', 'WSL_INTEROP'],
];

/** All programs that are ever started, with the variables that each gets besides the user's. */
const PASSED_ON = {
  git: ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'],
  ssh: ['SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'KRB5CCNAME', 'SHELL'],
  'xdg-open': DESKTOP,
  open: [],
  rundll32: [],
} as const satisfies Record<string, readonly string[]>;
export type ProgramName = keyof typeof PASSED_ON;

/** Finds a program; undefined where there is none that can be trusted. Starts nothing. */
export function findProgram(name: ProgramName, search: ProgramSearch): Program | undefined {
  const { environment, platform = process.platform } = search;
  const isWindows = platform === 'win32';
  const paths = pathsOf(platform);
  const folders = trustedFolders(search);
  const foreign = foreignFolders(search);
  // A batch file would need a shell, which reads its arguments in its own way.
  const endings = isWindows ? ['.exe', '.com'] : [''];
  const path = folders
    .flatMap((folder) => endings.map((ending) => paths.join(folder, name + ending)))
    .find((candidate) => isTrusted(candidate, 'file', foreign, platform));
  if (path === undefined) return undefined;
  const passed = [...USER, ...(isWindows ? WINDOWS : []), ...PASSED_ON[name]].flatMap((variable) => {
    const value = valueOf(variable, environment, platform);
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    path,
    environment: {
      ...Object.fromEntries(passed),
      PATH: folders.join(paths.delimiter),
      // What it starts itself is not looked for in the current folder either. (NeedCurrentDirectoryForExePath)
      ...(isWindows && { NoDefaultCurrentDirectoryInExePath: '1' }),
    },
  };
}

/**
 * The folders that programs are taken from, in their order: the absolute ones of PATH that are nobody else's to write
 * to and lie in no foreign folder; on Windows the system's own come first.
 */
function trustedFolders(search: ProgramSearch): string[] {
  const { environment, platform = process.platform } = search;
  const foreign = foreignFolders(search);
  const listed = valueOf('PATH', environment, platform) ?? '';
  const entries =
    platform === 'win32'
      ? [...systemFolders(environment), ...listed.replaceAll('"', '').split(';')]
      : listed.split(':');
  const absolute = entries.filter((entry) => isAbsolute(entry, platform));
  return [...new Set(absolute)].filter((entry) => isTrusted(entry, 'folder', foreign, platform));
}

function systemFolders(environment: Variables): string[] {
  const root = valueOf('SystemRoot', environment, 'win32');
  const system = root === undefined ? undefined : win32.join(root, 'System32');
  return system === undefined ? [] : [system, win32.join(system, 'OpenSSH')];
}

/** `\bin` and `C:bin` are relative: to the current drive, and to its current folder. */
function isAbsolute(entry: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^[a-z]:[\\/]/i.test(entry) : entry.startsWith('/');
}

/** Whether it is there, is nobody else's to change, and is in no foreign folder, also not where links lead. */
function isTrusted(
  path: string,
  kind: 'file' | 'folder',
  foreign: readonly string[],
  platform: NodeJS.Platform,
): boolean {
  try {
    const facts = statSync(path);
    if (kind === 'file' ? !facts.isFile() : !facts.isDirectory()) return false;
    // Windows has no such bits.
    const others = platform === 'win32' ? 0 : facts.mode & 0o002;
    const isExecutable = kind === 'folder' || platform === 'win32' || (facts.mode & 0o111) !== 0;
    if (others !== 0 || !isExecutable) return false;
    const places = [path, realpathSync.native(path)];
    return !foreign.some((folder) => places.some((place) => isWithin(folder, place, platform)));
  } catch {
    return false;
  }
}

/**
 * Foreign folders as they are written and where they really are. A folder that holds the user's home folder is nobody's
 * project, though it may be the current one: in an editor that was started from the desktop it often is.
 */
function foreignFolders({ environment, foreign = [], platform = process.platform }: ProgramSearch): string[] {
  const home = valueOf(platform === 'win32' ? 'USERPROFILE' : 'HOME', environment, platform) ?? '';
  const homes = home === '' ? [] : [home, realOf(home)];
  return [...foreign, ...currentFolder()]
    .flatMap((folder) => [folder, realOf(folder)])
    .filter((folder) => pathsOf(platform).dirname(folder) !== folder)
    .filter((folder) => !homes.some((each) => isWithin(folder, each, platform)));
}

/** None when it was removed meanwhile. */
function currentFolder(): string[] {
  try {
    return [process.cwd()];
  } catch {
    return [];
  }
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** Pure: whether a path is the folder or lies in it. */
function isWithin(folder: string, path: string, platform: NodeJS.Platform): boolean {
  const paths = pathsOf(platform);
  const way = paths.relative(folder, path);
  return way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** Windows does not mind the case of a variable's name, but a copy of its variables does. */
function valueOf(name: string, environment: Variables, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return environment[name];
  const key = Object.keys(environment).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : environment[key];
}

export interface ProgramRun {
  readonly cwd: string;
  /** Variables besides those that the program gets anyway. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Runs a program to its end. @returns what it printed. @throws when it cannot be started, fails, or is aborted. */
export async function outputOf(program: Program, args: readonly string[], run: ProgramRun): Promise<string> {
  const { stdout } = await promisify(execFile)(program.path, args, {
    cwd: run.cwd,
    env: { ...program.environment, ...run.variables },
    maxBuffer: run.maxBytes,
    windowsHide: true,
    signal: run.signal,
  });
  return stdout;
}

/** Starts a program to speak with. It runs in the top folder of its file system, where nobody else leaves anything. */
export function talkTo(program: Program, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(program.path, args, { cwd: topOf(program), env: program.environment, windowsHide: true });
}

/** Starts a program and leaves it to itself. @returns whether it could be started. */
export async function leaveTo(program: Program, args: readonly string[]): Promise<boolean> {
  const options = { cwd: topOf(program), env: program.environment, stdio: 'ignore', detached: true } as const;
  const child = spawn(program.path, args, options);
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function topOf({ path }: Program): string {
  return parse(path).root;
}

/**
 * Starts a script of our own in another process of this very program, with a bound to its memory. It gets nothing but its
 * arguments, and is read by its output.
 */
export function ownProgram(
  script: string,
  args: readonly string[],
  megabytes: number,
): ChildProcessByStdio<null, Readable, null> {
  const [root, windows] = [process.env['SystemRoot'], process.platform === 'win32'];
  return spawn(process.execPath, [`--max-old-space-size=${megabytes}`, script, ...args], {
    cwd: parse(process.execPath).root,
    // In the editor this program is Electron.
    env: { ELECTRON_RUN_AS_NODE: '1', ...(windows && root !== undefined && { SystemRoot: root }) },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
}
