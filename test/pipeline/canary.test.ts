import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../src/base/abort.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { findEngine } from '../../src/docker/find-engine.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { SecretSearch } from '../support/secret-search.ts';
import { WatchedContainers, WatchedProcesses } from '../support/watched-machine.ts';
import { startWorld, type World } from '../support/world.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

/** With signs that look otherwise in base64, in an address and in JSON. */
const marked = (name: string): string => `${name}+/%"\\&=${randomBytes(12).toString('hex')}`;
const SECRETS = { key: marked('key'), token: marked('KGAT_') };

/** What a run of the real program gave. */
interface Outcome {
  readonly code: number | null;
  readonly output: string;
  /** Arguments and environments of its processes. */
  readonly processes: readonly string[];
}

describe('a marked credential, in a run of the whole pipeline', function () {
  this.timeout(600_000);
  const search = new SecretSearch(SECRETS);
  const stopping = new AbortController();
  let world: World;
  let sandbox: Sandbox;
  let everything: string;
  let home: string;
  let account: string;
  let containers: WatchedContainers;
  let run: Outcome;

  before(async () => {
    world = await startWorld();
    everything = dirname(world.examples);
    home = join(everything, 'home');
    const folder = join(everything, 'marked-sandbox');
    account = join(folder, 'account.json');
    await (await startMarked(folder)).close();
    await markAccount();
    sandbox = await startMarked(folder);
    assert.deepEqual([sandbox.credentials.key, sandbox.credentials.token], [SECRETS.key, SECRETS.token]);
    await putKey(SECRETS.key);
    containers = new WatchedContainers(
      (labels) =>
        labels['julia-kaggle.project'] === world.project || labels['julia-kaggle.folder'] === folder,
    );
    await containers.start();
    run = await julia(['run', world.project, '--image', world.image, '--json', '--yes']);
    await containers.stop();
  });

  after(async () => {
    await sandbox.close();
    stopping.abort();
    await world.close();
  });

  function startMarked(folder: string): Promise<Sandbox> {
    const people = { environment: process.env, homeFolder: homedir(), platform: process.platform };
    return startSandbox({
      folder,
      engine: () => findEngine(people, stopping.signal),
      image: world.image,
      competitions: [join(world.examples, 'competition')],
      clock: systemClock,
      readyDelayMs: 200,
      layout: 'namespaced',
      logger: silentLogger,
    });
  }

  async function markAccount(): Promise<void> {
    const content = JSON.parse(await readFile(account, 'utf8')) as { users: object[] };
    content.users = content.users.map((user) => ({ ...user, ...SECRETS }));
    await writeFile(account, JSON.stringify(content));
  }

  /** The one place that the credential is in, apart from the sandbox's own file. */
  function keyFile(): string {
    return join(home, '.kaggle', 'kaggle.json');
  }

  async function putKey(key: string): Promise<void> {
    await mkdir(dirname(keyFile()), { recursive: true });
    const content = { username: sandbox.credentials.username, key };
    await writeFile(keyFile(), JSON.stringify(content), { mode: 0o600 });
  }

  /** Runs the program itself, whose environment has no credential. */
  async function julia(args: readonly string[], more: Record<string, string> = {}): Promise<Outcome> {
    const { KAGGLE_KEY: _key, KAGGLE_USERNAME: _name, ...environment } = world.environment;
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
      cwd: ROOT,
      env: {
        ...environment,
        HOME: home,
        TMPDIR: world.temporary,
        JULIA_KAGGLE_API_URL: sandbox.url,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const processes = new WatchedProcesses(child.pid ?? 0);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    processes.stop();
    return { code, output, processes: [...processes.told] };
  }

  it('takes part: the run ends with a score', () => {
    assert.equal(run.code, 0, run.output.slice(-3000));
    assert.match(run.output, /"publicScore":"0\.\d+"/);
  });

  it('is nowhere in what the program printed: events, log lines, results', () => {
    assert.ok(run.output.length > 1000);
    assert.deepEqual(search.inText(run.output), []);
  });

  it('is in no argument and no variable of any process that it started', () => {
    assert.ok(run.processes.some((text) => text.includes('main.ts')));
    assert.deepEqual(
      run.processes.flatMap((text) => search.inText(text)),
      [],
    );
  });

  it('is in no description of a container, and in nothing that was executed in one', () => {
    // Build, test, packing, rehearsal, the notebook's run and the scoring one.
    assert.ok(containers.described >= 6, `${containers.described} described`);
    assert.deepEqual(containers.missed, []);
    assert.deepEqual(
      containers.told.flatMap((text) => search.inText(text)),
      [],
    );
  });

  it('is in no file: record, logs, bundle, notebooks, caches, uploads, the sandbox’s store', async () => {
    const record = join(world.project, '.julia-kaggle', 'record.json');
    assert.ok((await stat(record)).size > 0);
    assert.deepEqual(await search.inFolder(everything, [keyFile(), account]), []);
  });

  it('is in no volume, nor in its description', async () => {
    const names = (await world.docker('volume', 'ls', '--quiet')).split('\n').filter((name) => name !== '');
    let searched = 0;
    for (const name of names) {
      // One of another world may be gone meanwhile.
      const description = await world.docker('volume', 'inspect', name).catch(() => '');
      if (!description.includes(everything)) continue;
      searched += 1;
      assert.deepEqual(search.inText(description), []);
      assert.equal(await grepVolume(name), '');
    }
    assert.ok(searched >= 2, `${searched} volumes`);
  });

  /** Names of the files that have a form of a secret; the forms go in by the input, not by the arguments. */
  async function grepVolume(name: string): Promise<string> {
    const args = ['run', '--rm', '-i', '--network', 'none', '-v', `${name}:/v:ro`, world.image];
    const child = spawn('docker', [...args, 'sh', '-c', 'grep -rlaF -f - /v; test $? -le 1'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end([...search.forms.values()].map((form) => `${form.toString()}\n`).join(''));
    let found = '';
    child.stdout.on('data', (chunk: Buffer) => (found += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0);
    return found.trim();
  }

  it('is not told by the other commands, nor when Kaggle refuses it', async () => {
    const told: string[] = [];
    const tell = async (args: readonly string[], code: number, more: Record<string, string> = {}) => {
      const outcome = await julia(args, more);
      assert.equal(outcome.code, code, outcome.output);
      told.push(outcome.output);
    };
    for (const command of [['status', world.project], ['doctor'], ['whoami', '--json']])
      await tell(command, 0);
    const tokenFile = join(home, 'token');
    await writeFile(tokenFile, SECRETS.token, { mode: 0o600 });
    await tell(['whoami'], 0, { KAGGLE_API_TOKEN: tokenFile });
    await writeFile(tokenFile, `${SECRETS.token}x`);
    await tell(['whoami'], 1, { KAGGLE_API_TOKEN: tokenFile });
    await putKey(`${SECRETS.key}x`);
    await tell(['doctor'], 1);
    await tell(['run', world.project, '--image', world.image, '--json'], 1);
    assert.deepEqual(search.inText(told.join('\n')), []);
  });

  it('would be found: in a file, a packed file, a name, a text', async () => {
    const folder = join(everything, 'planted');
    const header = `Basic ${Buffer.from(`ann:${SECRETS.key}`).toString('base64')}`;
    await mkdir(folder);
    await writeFile(join(folder, 'header'), `x${header}y`);
    await writeFile(join(folder, 'packed'), gzipSync(`${'x'.repeat(100_000)}${SECRETS.token}`));
    await writeFile(join(folder, 'address'), `http://x/?k=${encodeURIComponent(SECRETS.key)}`);
    const found = await search.inFolder(folder);
    for (const name of ['header: key, base64', 'packed: token, plain', 'address: key, URL-encoded'])
      assert.ok(
        found.some((each) => each.includes(name)),
        JSON.stringify(found),
      );
    assert.notDeepEqual(search.inText(JSON.stringify({ a: SECRETS.key })), []);
    assert.notDeepEqual(await search.inFile(keyFile()), []);
  });
});
