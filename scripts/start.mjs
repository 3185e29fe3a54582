// npm start: the extension on the example, with a local Kaggle, for anyone to try. It opens in the desktop's VS Code when
// there is a `code` command, else in a VS Code in the browser. Ctrl+C ends all that was started.
// Options: npm start -- --browser   in the browser even where there is a `code` command
//          npm start -- --no-open   only print the address
//          npm start -- --port N    the browser's VS Code on this port (any free one when not given)
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import {
  installPackages,
  npm,
  prepareEngine,
  prepareImage,
  prepareJulia,
  read,
  requireLinuxOrMac,
  ROOT,
  run,
  STANDIN_IMAGE,
  startJuliaMirror,
  startSandbox,
  step,
  StepError,
} from './lib/steps.mjs';
import { examplesFor, JULIA_VERSION } from './lib/test-julia.mjs';
import { pageLeadingTo, startServer } from './lib/private-window.mjs';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
  },
});

/** One project, so that there is nothing to choose; what it reads beside its folder is there. */
const EXAMPLE = join(await examplesFor(ROOT), 'Inference');
const PROFILE = join(ROOT, '.demo', 'vscode');
const VSIX = join('dist', 'julia-on-kaggle.vsix');

/** A profile of its own: it changes nothing in the person's VS Code. */
const SETTINGS = {
  'juliaKaggle.image': STANDIN_IMAGE,
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'git.openRepositoryInParentFolders': 'never',
  // Nothing but the example is to be seen.
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'remote.autoForwardPorts': false,
};

const stopping = new AbortController();
const stopped = once(stopping.signal, 'abort');
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stopping.abort());

async function main() {
  requireLinuxOrMac();
  await step('npm packages', installPackages);
  await step('extension and julia-kaggle', () =>
    run(...npm('run', '--silent', 'package'), { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  await step('Docker engine', prepareEngine);
  await step("stand-in for Kaggle's image", prepareImage);
  const juliaFolder = await step(`Julia ${JULIA_VERSION}`, prepareJulia);
  const code = options.browser ? undefined : commandNamed('code');
  const place =
    code === undefined
      ? await step('VS Code for the browser', () => read('bash', ['scripts/setup/vscode.sh']))
      : undefined;
  if (stopping.signal.aborted) return;
  const mirror = await startJuliaMirror(juliaFolder);
  try {
    const sandbox = await startSandbox();
    try {
      const page = code === undefined ? underOwnName(sandbox.page) : sandbox.page;
      console.error(`${'local Kaggle'.padEnd(34)} ${page}\n`);
      const environment = { ...process.env, ...mirror.environment, ...sandbox.environment };
      if (code === undefined) environment.JULIA_KAGGLE_SITE_URL = new URL(underOwnName(sandbox.page)).origin;
      environment.JULIA_KAGGLE_OPEN_PIPELINE = '1';
      environment.JULIA_KAGGLE_CACHE = join(ROOT, '.demo', 'cache');
      writeSettings();
      await allowExample(environment);
      if (code === undefined) await inBrowser(place, environment);
      else await onDesktop(code, environment);
    } finally {
      await sandbox.close();
    }
  } finally {
    await mirror.close();
  }
}

/** A VS Code in the browser sends pages of 127.0.0.1 through a proxy that its server does not have. */
function underOwnName(page) {
  const url = new URL(page);
  url.hostname = 'kaggle.localhost';
  return url.href;
}

/** Ends when the window is closed, or at Ctrl+C. */
async function onDesktop(code, environment) {
  const folders = ['--user-data-dir', PROFILE, '--extensions-dir', join(PROFILE, 'extensions')];
  const args = ['--new-window', '--wait', ...folders, `--extensionDevelopmentPath=${ROOT}`, EXAMPLE];
  console.error('Opening VS Code. Close its window, or press Ctrl+C here, to end all.');
  // On Windows `code` is a batch file, which only a shell can start.
  const child = spawn(code, args, {
    env: environment,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const ended = once(child, 'close');
  await Promise.race([ended, stopped]);
  child.kill('SIGTERM');
  await ended;
}

/** Ends at Ctrl+C, or when the server ends by itself. */
async function inBrowser(place, environment) {
  const program = join(place, 'node');
  const folders = ['--user-data-dir', PROFILE, '--server-data-dir', PROFILE];
  const common = [join(place, 'vscode', 'out', 'server-main.js'), ...folders];
  common.push('--extensions-dir', join(PROFILE, 'extensions'), '--accept-server-license-terms');
  const env = { ...environment, EXTENSIONS_GALLERY: '{}' };
  await promisify(execFile)(program, [...common, '--install-extension', VSIX, '--force'], { cwd: ROOT, env });
  const server = ['--port', options.port, '--disable-workspace-trust'];
  const { child, ended, address } = startServer(program, [...common, ...server], {
    folder: PROFILE,
    cwd: ROOT,
    env,
  });
  try {
    const url = await address(EXAMPLE, stopped);
    if (url === undefined) throw new StepError('VS Code did not start.');
    console.log(url);
    console.error('\nThis is VS Code with the extension and its example, in the side bar. Click Submit.');
    console.error('To look at the pages of the local Kaggle, open its address above once.');
    console.error('Ctrl+C ends all; .demo and the volumes of the engine are kept for the next start.');
    if (!options['no-open']) openInBrowser(url);
    await Promise.race([ended, stopped]);
  } finally {
    endGroup(child);
    await ended;
  }
}

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

/** Where nothing can be opened, as over SSH, the printed address is for the person to open. */
function openInBrowser(url) {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const isDesktop = process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
  const opener = { darwin: 'open', linux: 'xdg-open' }[process.platform];
  if (!isDesktop || opener === undefined || commandNamed(opener) === undefined) return;
  spawn(opener, [pageLeadingTo(url, PROFILE)], { stdio: 'ignore' }).on('error', () => undefined);
}

/** Once: what the person changes there is kept. The desktop and the server look in the same place. */
function writeSettings() {
  const file = join(PROFILE, 'User', 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(join(PROFILE, 'User'), { recursive: true });
  writeFileSync(file, JSON.stringify(SETTINGS, null, 2));
}

/** Where this repository is no git work tree, the package beside the example is outside of the project. */
async function allowExample(env) {
  const args = ['dist/cli.cjs', 'status', 'examples/Inference', '--allow-outside', 'examples'];
  // Before the first run there is no status, which is no matter here.
  await promisify(execFile)('node', args, { cwd: ROOT, env }).catch(() => undefined);
}

/** The path of a command, if the person has it. */
function commandNamed(name) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .find((path) => existsSync(path));
}

try {
  await main();
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof StepError ? `It could not be started: ${error.message}` : error);
    process.exitCode = 1;
  }
}
