import assert from 'node:assert/strict';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { hasScreen } from '../../../src/cli/open-browser.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { createCore } from '../../../src/core/core.ts';
import { useSetup } from './setup.ts';

describe('julia-kaggle login, logout, whoami and doctor', () => {
  const setup = useSetup();

  const julia = async (
    args: readonly string[],
    more: { environment?: Record<string, string>; answer?: string; keeps?: boolean } = {},
  ) => {
    const text = { out: '', err: '' };
    const sink = (name: 'out' | 'err'): Writable =>
      new Writable({
        write: (chunk: Buffer, _, done) => {
          text[name] += chunk.toString();
          done();
        },
      });
    const { answer, keeps } = more;
    const asked: string[] = [];
    const ask = (question: string): Promise<boolean> => {
      asked.push(question);
      return Promise.resolve(keeps === true);
    };
    const code = await runProgram(args, {
      coreWith: (logger) =>
        createCore({
          environment: { JULIA_KAGGLE_API_URL: setup().fake.url, ...more.environment },
          homeFolder: setup().folder,
          platform: 'linux',
          logger,
        }),
      terminal: {
        stdout: sink('out'),
        stderr: sink('err'),
        interactive: false,
        columns: 80,
        ask: keeps === undefined ? undefined : ask,
        ...(answer === undefined ? {} : { prompt: () => Promise.resolve(answer) }),
      },
      signal: setup().signal,
      version: '1.2.3',
    });
    return { code, asked, ...text };
  };
  const path = () => join(setup().folder, '.kaggle', 'credentials.json');
  const putKey = async (): Promise<string> => {
    const file = join(setup().folder, '.kaggle', 'kaggle.json');
    await mkdir(join(setup().folder, '.kaggle'), { recursive: true });
    await writeFile(file, JSON.stringify({ username: 'kim', key: 'k' }), { mode: 0o600 });
    return file;
  };
  beforeEach(() => {
    setup()
      .fake.on('ExchangeOAuthToken', {
        json: { accessToken: 'KGAT_a', refreshToken: 'r', expiresIn: 43200, username: 'ann' },
      })
      .on('ListDatasets', { json: {} })
      .on('ExpireApiToken', { json: {} });
  });

  it('sign in with a code, show who one is, and sign out', async () => {
    const login = await julia(['login', '--no-browser'], { answer: 'code-1', keeps: true });
    assert.equal(login.code, 0, login.err);
    assert.ok(login.err.includes(`${setup().fake.url}/api/v1/oauth2/authorize?`));
    assert.deepEqual(login.asked, ['Signed in to Kaggle as ann. Keep it?']);
    assert.equal(login.out, `Signed in to Kaggle as ann; kept in ${path()}.\n`);
    const who = await julia(['whoami']);
    assert.deepEqual([who.code, who.out], [0, `ann at ${setup().fake.url}, by ${path()}\n`]);
    const logout = await julia(['logout']);
    assert.deepEqual([logout.code, logout.out], [0, 'Signed out of Kaggle.\n']);
    await assert.rejects(stat(path()), /ENOENT/);
    const nobody = await julia(['whoami']);
    assert.equal(nobody.code, 1);
    assert.match(nobody.err, /julia-kaggle login/);
    assert.match((await julia(['logout'])).out, /There is no sign-in/);
  });

  it('keep nothing that is not confirmed, and end it at Kaggle', async () => {
    const { code, err } = await julia(['login', '--no-browser'], { answer: 'code-1', keeps: false });
    assert.equal(code, 130);
    assert.match(err, /The sign-in as ann is not kept\./);
    await assert.rejects(stat(path()), /ENOENT/);
    assert.deepEqual(
      setup()
        .fake.calls('ExpireApiToken')
        .map(({ json }) => (json as { token: string }).token),
      ['r'],
    );
  });

  it('keep any account where that is said', async () => {
    const { code, asked } = await julia(['login', '--no-browser', '--yes'], { answer: 'code-1' });
    assert.deepEqual([code, asked], [0, []]);
    assert.ok((await stat(path())).isFile());
  });

  it('ask for a terminal where there is none', async () => {
    for (const more of [{}, { answer: 'code-1' }, { keeps: true }]) {
      const { code, err } = await julia(['login', '--no-browser'], more);
      assert.equal(code, 2);
      assert.match(err, /in a terminal/);
    }
    assert.equal(setup().fake.requests.length, 0);
  });

  it('cancel without an answer', async () => {
    assert.equal((await julia(['login', '--no-browser'], { answer: '', keeps: true })).code, 130);
  });

  it('say when another credential comes first, and when one is left after signing out', async () => {
    const key = await putKey();
    const login = await julia(['login', '--no-browser'], { answer: 'code-1', keeps: true });
    assert.ok(login.err.includes(`! The credential in ${key} comes first`), login.err);
    assert.ok((await julia(['logout'])).out.includes(`The credential in ${key} is still there`));
  });

  it('name both when a dead token hides a key', async () => {
    const key = await putKey();
    setup().fake.on('IntrospectToken', { json: { active: false } });
    const environment = { KAGGLE_API_TOKEN: 'KGAT_dead' };
    for (const args of [['whoami'], ['doctor']]) {
      const { code, out, err } = await julia(args, { environment });
      assert.equal(code, 1);
      assert.ok(`${out}${err}`.includes(key));
      assert.ok(`${out}${err}`.includes('KAGGLE_API_TOKEN'));
    }
  });

  it('show source, name and an open file’s remedy', async () => {
    const key = await putKey();
    await chmod(key, 0o644);
    const remedy = `chmod 600 ${key}`;
    const who = await julia(['whoami']);
    assert.ok(who.err.includes(remedy));
    const told = JSON.parse((await julia(['whoami', '--json'])).out) as Record<string, unknown>;
    assert.deepEqual([told['username'], told['source'], told['apiUrl']], ['kim', key, setup().fake.url]);
    const doctor = await julia(['doctor']);
    assert.ok(doctor.out.includes(`kim at ${setup().fake.url}, by ${key}`), doctor.out);
    assert.ok(doctor.out.includes(remedy));
    setup().fake.on('ListDatasets', { status: 401 });
    assert.match((await julia(['doctor'])).out, /does not accept the credential/);
  });

  it('open a browser only where there is a screen', () => {
    assert.ok(hasScreen('darwin', {}) && hasScreen('win32', {}));
    assert.ok(hasScreen('linux', { DISPLAY: ':0' }) && hasScreen('linux', { WAYLAND_DISPLAY: 'wayland-0' }));
    assert.ok(!hasScreen('linux', { DISPLAY: '' }));
  });
});
