import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { setUp } from './setup.ts';
import { type TempFolder, tempFolder } from './temp-folder.ts';

export interface ServerOptions {
  /** A packaged extension to install. */
  readonly vsix?: string;
  /** User settings, over the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables that the extension host sees. */
  readonly environment?: Readonly<Record<string, string>>;
  /** False: windows open in restricted mode. */
  readonly trusted?: boolean;
  readonly flags?: readonly string[];
}

export interface VsCodeServer {
  readonly origin: string;
  /** Its own temporary folder, with profile, extensions and logs; removed when it is stopped. */
  readonly folder: string;
  /** The address of a window with this folder open. */
  windowUrl(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** A path of this machine as the window names it. */
  uri(path: string): string;
  /** Replaces the user settings; windows that are opened from now on have them. */
  writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

/** Settings that keep the window quiet. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
};

/** Starts a VS Code server on a free port of this machine, with a profile of its own. */
export async function startServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const temp = await tempFolder();
  try {
    return await startIn(temp, options);
  } catch (error) {
    await temp.remove();
    throw error;
  }
}

async function startIn(temp: TempFolder, options: ServerOptions): Promise<VsCodeServer> {
  const place = await setUp('vscode.sh');
  const program = join(place, 'node');
  const common = [join(place, 'vscode', 'out', 'server-main.js'), ...folderFlags(temp.path)];
  await mkdir(join(temp.path, 'home'));
  await writeSettings(temp.path, options.settings);
  if (options.vsix !== undefined) {
    await promisify(execFile)(program, [...common, '--install-extension', options.vsix]);
  }
  const child = spawn(program, [...common, ...serverFlags(options)], {
    cwd: temp.path,
    env: { ...environment(temp.path), ...options.environment },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A process group of its own, so that its end reaches every child.
    detached: true,
  });
  const end = endOf(child);
  const port = await listeningPort(child);
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    folder: temp.path,
    windowUrl: (folder, payload = []) =>
      `${origin}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`,
    uri: (path) => `vscode-remote://127.0.0.1:${port}${path}`,
    writeSettings: (settings) => writeSettings(temp.path, settings),
    stop: async () => {
      await end();
      await temp.remove();
    },
  };
}

async function writeSettings(folder: string, settings: ServerOptions['settings']): Promise<void> {
  const text = JSON.stringify({ ...QUIET, ...settings });
  // A window of a server has settings of the machine in the second place; those in the first may come late, or not at all.
  for (const name of ['User', 'Machine']) {
    const place = join(folder, 'user', name);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'settings.json'), text);
  }
}

function folderFlags(folder: string): string[] {
  const flags = {
    '--server-data-dir': 'server',
    '--user-data-dir': 'user',
    '--extensions-dir': 'extensions',
  };
  const pairs = Object.entries(flags).flatMap(([flag, name]) => [flag, join(folder, name)]);
  return ['--accept-server-license-terms', ...pairs];
}

function serverFlags({ trusted = true, flags = [] }: ServerOptions): string[] {
  const address = [
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--without-connection-token',
    '--telemetry-level',
    'off',
  ];
  return [...address, ...(trusted ? ['--disable-workspace-trust'] : []), ...flags];
}

/** That of this process, without anybody's Kaggle account or Docker context; no extension gallery is asked. */
function environment(folder: string): NodeJS.ProcessEnv {
  const foreign = /^(KAGGLE_|JULIA_KAGGLE_|DOCKER_)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), HOME: join(folder, 'home'), TMPDIR: folder, EXTENSIONS_GALLERY: '{}' };
}

async function listeningPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('The server has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    // What it says from now on is not of interest, but must not fill the pipe.
    child.stdout.resume();
    return Number(port);
  }
  throw new Error('The server ended before it listened.');
}

/** Gives the way to end a process with all its children; it also happens when this process ends. */
function endOf(child: ChildProcess): () => Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  const lastResort = (): void => signal('SIGKILL');
  process.once('exit', lastResort);
  const exited = once(child, 'exit');
  return async () => {
    signal('SIGTERM');
    await exited;
    signal('SIGKILL');
    process.off('exit', lastResort);
  };
}
