import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';
import lockFile from '../../package-lock.json' with { type: 'json' };
import { type LockedPackage, type LockFile, problemsOf } from '../../scripts/check-lock.mts';
import { exists } from '../../src/base/files.ts';
import { smallImageDockerfile } from '../../src/sandbox/small-image.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LOCK: LockFile = lockFile.packages;
const execute = promisify(execFile);

const CHECK = 'scripts/check-lock';

/** The lock file with one package more, or with other facts of one of its packages. */
function withPackage(path: string, facts: LockedPackage): LockFile {
  return { ...LOCK, [path]: { ...LOCK[path], ...facts } };
}

describe('the lock file', () => {
  const sha512 = LOCK['node_modules/esbuild']?.integrity ?? '';

  /** A lock file in which one thing is other than it must be is refused, by one line that names it. */
  function refused(tried: string, lock: LockFile, named: RegExp): void {
    attack('L10', tried, CHECK, () => {
      const problems = problemsOf(lock);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', named);
    });
  }

  it('has no problem as it is', () => {
    assert.deepEqual(problemsOf(LOCK), []);
  });

  refused(
    'the lock file takes a package from a git address',
    withPackage('node_modules/esbuild', { resolved: 'git+ssh://git@github.com/evil/esbuild.git#0123abc' }),
    /esbuild: comes from git/,
  );
  refused(
    'the lock file takes a package from a web address',
    withPackage('node_modules/ssh2', { resolved: 'https://evil.example/ssh2-1.17.0.tgz' }),
    /ssh2: comes from https/,
  );
  refused(
    'the lock file takes a package from a folder',
    withPackage('node_modules/ssh2', { resolved: 'file:../ssh2' }),
    /ssh2: comes from file/,
  );
  refused(
    'the lock file links a package to a folder',
    withPackage('node_modules/ssh2', { link: true }),
    /ssh2: is a link/,
  );
  refused(
    'the lock file gains a package without a hash',
    withPackage('node_modules/new', { version: '1.0.0' }),
    /new: has no SHA-512/,
  );
  refused(
    'a hash of the lock file is of a kind that can be forged',
    withPackage('node_modules/ssh2', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }),
    /ssh2: has no SHA-512/,
  );
  refused(
    'a package inside of another has no hash',
    withPackage('node_modules/ssh2/node_modules/nested', { version: '1.0.0' }),
    /nested: has no SHA-512/,
  );
  refused(
    'a new version of a package brings a program for its installation',
    withPackage('node_modules/zod', { hasInstallScript: true }),
    /zod has a program/,
  );
  refused(
    'a package inside of another brings a program for its installation',
    withPackage('node_modules/zod/node_modules/nested', {
      version: '1.0.0',
      integrity: sha512,
      hasInstallScript: true,
    }),
    /nested has a program/,
  );
  for (const [kind, range] of [
    ['a git address', 'git+https://github.com/evil/zod.git'],
    ["a repository's short name", 'evil/zod'],
    ['a web address', 'https://evil.example/zod.tgz'],
    ['a folder', 'file:../zod'],
    ['the name of another package', 'npm:evil-zod@4.6.7'],
    ['a tag that moves', 'latest'],
  ] as const) {
    const root = LOCK[''] ?? {};
    refused(
      `package.json names a package by ${kind}`,
      { ...LOCK, '': { ...root, devDependencies: { ...root.devDependencies, zod: range } } },
      /package\.json: zod/,
    );
  }
});

describe('what is installed', function () {
  this.timeout(60_000);

  const SCRIPTS = ['preinstall', 'install', 'postinstall'];
  /** The packages whose program ran: with our settings, and with npm's own. */
  let ran: { readonly here: string[]; readonly elsewhere: string[] };

  before(async () => {
    const folder = await tempFolder({ 'package.json': '{"private": true}' });
    const archives = SCRIPTS.map((script) => join(folder, `evil-${script}-1.0.0.tgz`));
    for (const script of SCRIPTS) {
      const about = { name: `evil-${script}`, version: '1.0.0', scripts: { [script]: 'touch mark' } };
      const evil = await tempFolder({ 'package/package.json': JSON.stringify(about) });
      await execute('tar', ['-czf', join(folder, `evil-${script}-1.0.0.tgz`), '-C', evil, 'package']);
    }
    const install = async (...flags: string[]): Promise<string[]> => {
      const args = ['install', '--offline', '--no-audit', '--loglevel=error', ...flags, ...archives];
      await execute('npm', args, { cwd: folder });
      const marks = SCRIPTS.map((script) => exists(join(folder, 'node_modules', `evil-${script}`, 'mark')));
      const found = await Promise.all(marks);
      await rm(join(folder, 'node_modules'), { recursive: true });
      return SCRIPTS.filter((_, i) => found[i]);
    };
    await copyFile(join(ROOT, '.npmrc'), join(folder, '.npmrc'));
    ran = { here: await install(), elsewhere: await install('--ignore-scripts=false') };
  });

  for (const script of SCRIPTS)
    attack('L10', `a package has a program for its ${script}`, '.npmrc', () => {
      assert.ok(ran.elsewhere.includes(script));
      assert.ok(!ran.here.includes(script));
    });

  /** Runs vscode.sh with registries that hand out another archive than was noted; gives what was unpacked. */
  async function setUpVsCode(options: { readonly node: string; readonly curl: 'forged' | 'fails' }) {
    const folder = await tempFolder({
      'forged/package/lib/vscode/out/server-main.js': '',
      'forged/package/bin/node': '#!/bin/sh\n',
      'bin/node': `#!/bin/sh\ncase "$2" in process.versions*) echo ${options.node} ;; *) exec '${process.execPath}' "$@" ;; esac\n`,
      'bin/npm': '#!/bin/sh\n[ "$1" = pack ] || exit 1\ncp "$FORGED" "${2%@*}-${2##*@}.tgz"\n',
      'bin/curl':
        options.curl === 'fails'
          ? '#!/bin/sh\nexit 6\n'
          : '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp "$FORGED" "$2"\n',
    });
    const forged = join(folder, 'forged.tgz');
    await execute('tar', ['-czf', forged, '-C', join(folder, 'forged'), 'package']);
    for (const name of ['node', 'npm', 'curl']) await chmod(join(folder, 'bin', name), 0o755);
    const cache = join(folder, 'cache');
    const env = {
      PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
      HOME: folder,
      FORGED: forged,
    };
    const ended = await execute('bash', [join(ROOT, 'scripts', 'setup', 'vscode.sh'), cache], { env }).then(
      () => 'done',
      (error: unknown) => (error as { stderr: string }).stderr,
    );
    return { ended, left: await readdir(cache) };
  }

  attack('L10', 'the registry hands out another code-server', 'scripts/setup/vscode.sh', async () => {
    const { ended, left } = await setUpVsCode({ node: '24', curl: 'fails' });
    assert.match(ended, /code-server-[\d.]+\.tgz is not what it was/);
    assert.deepEqual(left, []);
  });

  attack('L10', "nodejs.org's address hands out another Node.js", 'scripts/setup/vscode.sh', async () => {
    const { ended, left } = await setUpVsCode({ node: '20', curl: 'forged' });
    assert.match(ended, /node\.tgz is not what it was/);
    assert.deepEqual(left, []);
  });

  attack('L10', 'the registry hands out another Node.js', 'scripts/setup/vscode.sh', async () => {
    const { ended, left } = await setUpVsCode({ node: '20', curl: 'fails' });
    assert.match(ended, /node-linux-\w+-[\d.]+\.tgz is not what it was/);
    assert.deepEqual(left, []);
  });

  attack(
    'L10',
    'a mirror serves packages that Debian has not signed',
    "apt, by Debian's keyring",
    async () => {
      const packages = 'Package: julia\nVersion: 1.5.3\nArchitecture: amd64\nFilename: julia.deb\nSize: 1\n';
      const asked: string[] = [];
      const server = createServer(({ url = '' }, response) => {
        asked.push(url);
        const texts: Readonly<Record<string, string>> = {
          '/debian/dists/bullseye/InRelease': 'Suite: bullseye\nCodename: bullseye\nArchitectures: amd64\n',
          '/debian/dists/bullseye/Release': 'Suite: bullseye\nCodename: bullseye\nArchitectures: amd64\n',
          '/debian/dists/bullseye/main/binary-amd64/Packages': packages,
        };
        response.statusCode = texts[url] === undefined ? 404 : 200;
        response.end(texts[url]);
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      try {
        const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
        const folder = await tempFolder({
          'bin/apt-get': `#!/bin/sh\nif [ "$1" = indextargets ]; then echo '${mirror}'; else exec /usr/bin/apt-get "$@"; fi\n`,
        });
        await chmod(join(folder, 'bin', 'apt-get'), 0o755);
        const out = join(folder, 'out');
        const env = {
          ...process.env,
          PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
          XDG_STATE_HOME: folder,
        };
        const script = join(ROOT, 'scripts', 'setup', 'julia-tarball.sh');
        await assert.rejects(execute('bash', [script, out], { env }), /not signed|NOSPLIT|GPG error/);
        assert.ok(asked.some((url) => url.endsWith('Release')));
        assert.deepEqual(await readdir(out), []);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
  );

  attack('L10', "another image under the name of Debian's", 'digests', async () => {
    const standin = await readFile(join(ROOT, 'scripts', 'setup', 'standin.Dockerfile'), 'utf8');
    const bases = [standin, smallImageDockerfile()].map((text) => /^FROM (.*)$/m.exec(text)?.[1]);
    assert.match(bases[0] ?? '', /^debian@sha256:[0-9a-f]{64}$/);
    assert.equal(bases[0], bases[1]);
  });
});

/** What lies about in a checkout in which somebody works. */
const OF_THE_MACHINE = [
  '.env',
  '.npmrc',
  '.git/config',
  '.demo/sandbox/account.json',
  '.julia-kaggle/record.json',
  'coverage/index.html',
  'kaggle.json',
  'node_modules/evil/index.js',
  'dist/julia-on-kaggle-before.vsix',
  'dist/report.json',
  'examples/.env',
  'examples/.vscode/settings.json',
  'examples/Inference/.julia-kaggle/record.json',
  'examples/Inference/.julia-kaggle/logs/test.log',
  'examples/Inference/LocalPreferences.toml',
  'examples/Inference/id_ed25519',
  'examples/Inference/src/.Inference.jl.swp',
  'examples/competition/kaggle.json',
  'examples/submission.zip',
];

describe('what is packaged', function () {
  this.timeout(60_000);

  async function checkout(): Promise<string> {
    const files = [
      'dist/cli.cjs',
      'dist/extension.cjs',
      'examples/Inference/src/Inference.jl',
      ...OF_THE_MACHINE,
    ];
    const folder = await tempFolder(Object.fromEntries(files.map((name) => [name, 'text\n'])));
    for (const name of [
      'package.json',
      'package.nls.json',
      '.vscodeignore',
      '.npmignore',
      'README.md',
      'LICENSE',
    ])
      await copyFile(join(ROOT, name), join(folder, name));
    return folder;
  }

  attack('L10', 'files of the machine get into the extension', '.vscodeignore', async () => {
    const files = await listFiles({ cwd: await checkout(), packageManager: PackageManager.None });
    assert.ok(files.includes('examples/Inference/src/Inference.jl'));
    assert.deepEqual(
      OF_THE_MACHINE.filter((name) => files.includes(name)),
      [],
    );
  });

  attack('L10', 'files of the machine get into the npm package', '.npmignore', async () => {
    const { stdout } = await execute('npm', ['pack', '--dry-run', '--json'], { cwd: await checkout() });
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const files = packed.files.map(({ path }) => path);
    assert.ok(files.includes('dist/cli.cjs'));
    assert.deepEqual(
      OF_THE_MACHINE.filter((name) => files.includes(name)),
      [],
    );
  });
});
