import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { isUserError } from '../../../src/base/errors.ts';
import { type Credentials, searchCredentials } from '../../../src/kaggle/credentials.ts';
import { Secret } from '../../../src/kaggle/secret.ts';

describe('finding credentials', () => {
  let homeFolder = '';
  beforeEach(async () => {
    homeFolder = await mkdtemp(join(tmpdir(), 'kaggle-home-'));
  });
  afterEach(async () => {
    await rm(homeFolder, { recursive: true });
  });

  const put = async (name: string, content: string) => {
    const path = join(homeFolder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  const search = (environment: Record<string, string> = {}, platform = process.platform) =>
    searchCredentials({ environment, homeFolder, platform });
  const find = async (...asked: Parameters<typeof search>) => (await search(...asked)).credentials;
  const shown = (found: Credentials) =>
    found.kind === 'token'
      ? [found.token.reveal()]
      : found.kind === 'key'
        ? [found.username, found.key.reveal()]
        : [found.signIn.refreshToken.reveal()];
  const SIGN_IN = JSON.stringify({
    refresh_token: 'refresh-4711',
    access_token: 'KGAT_access',
    access_token_expiration: '2026-08-01T12:00:00.123456+00:00',
    username: 'ann',
    scopes: ['resources.admin:*'],
  });
  const KEY_FILE = JSON.stringify({ username: 'ann', key: 'file-key', competition: 'x' });

  it('takes the first of the places of the official client', async () => {
    const environment: Record<string, string> = {
      KAGGLE_API_TOKEN: 'KGAT_variable',
      KAGGLE_USERNAME: 'vera',
      KAGGLE_KEY: 'variable-key',
    };
    await put('.kaggle/access_token', ' KGAT_file\n');
    await put('.kaggle/access_token.txt', 'KGAT_txt');
    const json = await put('.kaggle/kaggle.json', KEY_FILE);

    assert.deepEqual(shown(await find(environment)), ['KGAT_variable']);
    delete environment['KAGGLE_API_TOKEN'];
    assert.deepEqual(shown(await find(environment)), ['KGAT_file']);
    await rm(join(homeFolder, '.kaggle/access_token'));
    assert.deepEqual(shown(await find(environment)), ['KGAT_txt']);
    await rm(join(homeFolder, '.kaggle/access_token.txt'));
    assert.deepEqual(shown(await find(environment)), ['vera', 'variable-key']);
    const last = await find();
    assert.deepEqual([...shown(last), last.source], ['ann', 'file-key', json]);
    const signIn = await put('.kaggle/credentials.json', SIGN_IN);
    assert.equal((await find()).source, json);
    await rm(json);
    const found = await find();
    assert.ok(found.kind === 'oauth');
    assert.deepEqual([...shown(found), found.source], ['refresh-4711', signIn]);
    assert.equal(found.signIn.accessToken?.reveal(), 'KGAT_access');
    assert.equal(found.signIn.expiresAt, Date.parse('2026-08-01T12:00:00.123Z'));
    assert.equal(found.signIn.username, 'ann');
  });

  it('says what else there is behind the first', async () => {
    const json = await put('.kaggle/kaggle.json', KEY_FILE);
    const signIn = await put('.kaggle/credentials.json', SIGN_IN);
    const names = 'the environment variables KAGGLE_USERNAME and KAGGLE_KEY';
    const environment = { KAGGLE_API_TOKEN: 'KGAT_x', KAGGLE_USERNAME: 'v', KAGGLE_KEY: 'k' };
    assert.deepEqual((await search(environment)).shadowed, [names, json, signIn]);
    assert.deepEqual((await search()).shadowed, [signIn]);
    await put('.kaggle/credentials.json', 'nonsense');
    assert.deepEqual((await search()).shadowed, []);
  });

  it('warns of a file that others can read, naming it and the remedy', async () => {
    for (const [name, content] of [
      ['.kaggle/credentials.json', SIGN_IN],
      ['.kaggle/kaggle.json', KEY_FILE],
      ['.kaggle/access_token', 'KGAT_x'],
    ] as const) {
      const path = await put(name, content);
      for (const [mode, isOpen] of [
        [0o600, false],
        [0o640, true],
        [0o604, true],
        [0o644, true],
        [0o711, false],
      ] as const) {
        await chmod(path, mode);
        const { warnings } = await search();
        assert.deepEqual(
          warnings.map((text) => text.includes(`chmod 600 ${path}`)),
          isOpen ? [true] : [],
        );
      }
    }
  });

  it('does not warn on Windows, which has no such modes', async () => {
    const environment = { KAGGLE_API_TOKEN: await put('secrets/token', 'KGAT_x') };
    await chmod(environment.KAGGLE_API_TOKEN, 0o644);
    assert.equal((await search(environment, 'linux')).warnings.length, 1);
    assert.deepEqual((await search(environment, 'win32')).warnings, []);
  });

  it('reads the token from the file that KAGGLE_API_TOKEN names', async () => {
    const path = await put('secrets/token', 'KGAT_named\n');
    const found = await find({ KAGGLE_API_TOKEN: path });
    assert.deepEqual([shown(found), found.source], [['KGAT_named'], path]);
  });

  it('passes over empty variables and files', async () => {
    await put('.kaggle/access_token', ' \n');
    await put('.kaggle/kaggle.json', KEY_FILE);
    const found = await find({ KAGGLE_API_TOKEN: ' ', KAGGLE_USERNAME: '', KAGGLE_KEY: '' });
    assert.deepEqual(shown(found), ['ann', 'file-key']);
  });

  it('goes on, with a warning, where a file holds no credential', async () => {
    const sources: readonly (readonly [string, string])[] = [
      ['.kaggle/kaggle.json', '{"competition": "titanic"}'],
      ['.kaggle/kaggle.json', 'no JSON'],
    ];
    await put('.kaggle/credentials.json', JSON.stringify({ refresh_token: 'refresh', username: 'ann' }));
    for (const [name, content] of sources) {
      const path = await put(name, content);
      const found = await search();
      assert.equal(found.credentials.kind, 'oauth');
      assert.ok(found.warnings.some((warning) => warning.includes(path)));
    }
  });

  it('lets each value of kaggle.json be replaced by its variable', async () => {
    await put('.kaggle/kaggle.json', KEY_FILE);
    assert.deepEqual(shown(await find({ KAGGLE_USERNAME: 'vera' })), ['vera', 'file-key']);
    await put('.kaggle/kaggle.json', '{"username": "ann"}');
    assert.deepEqual(shown(await find({ KAGGLE_KEY: 'k' })), ['ann', 'k']);
  });

  it('looks for kaggle.json where the variables say, and nowhere else', async () => {
    await put('.kaggle/kaggle.json', KEY_FILE);
    const other = await put('other/kaggle.json', '{"username": "bob", "key": "other-key"}');
    assert.deepEqual(shown(await find({ KAGGLE_CONFIG_DIR: dirname(other) })), ['bob', 'other-key']);
    await assert.rejects(find({ KAGGLE_CONFIG_DIR: homeFolder }), { code: 'not-signed-in' });
  });

  it('looks in the XDG folder on Linux without ~/.kaggle', async () => {
    await put('.config/kaggle/kaggle.json', KEY_FILE);
    assert.deepEqual(shown(await find({}, 'linux')), ['ann', 'file-key']);
    await put('xdg/kaggle/kaggle.json', '{"username": "bob", "key": "xdg-key"}');
    const environment = { XDG_CONFIG_HOME: join(homeFolder, 'xdg') };
    assert.deepEqual(shown(await find(environment, 'linux')), ['bob', 'xdg-key']);
    await assert.rejects(find(environment, 'darwin'), { code: 'not-signed-in' });
    await mkdir(join(homeFolder, '.kaggle'));
    await assert.rejects(find(environment, 'linux'), { code: 'not-signed-in' });
  });

  it('that are nowhere is not-signed-in with the ways to sign in', async () => {
    const error: unknown = await find().catch((reason: unknown) => reason);
    assert.ok(isUserError(error, 'not-signed-in'));
    assert.equal(error.actions[0].url, 'https://www.kaggle.com/settings/api');
    assert.match(error.actions.map(({ title }) => title).join(), /access_token.*KAGGLE_API_TOKEN/);
  });

  const broken: Readonly<Record<string, string>> = {
    'that is no JSON': '{"username": "ann", "key": "canary-4711"',
    'without a key': '{"username": "canary-4711"}',
    'with a key that is no text': '{"username": "ann", "key": {"canary-4711": 1}}',
    'with a key on two lines': '{"username": "ann", "key": "canary-4711\\ncanary-4711"}',
  };
  for (const [name, content] of Object.entries(broken)) {
    it(`in a kaggle.json ${name} is not-signed-in, naming the file and not its content`, async () => {
      const path = await put('.kaggle/kaggle.json', content);
      const error: unknown = await find().catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'not-signed-in'));
      assert.ok(error.title.includes(path));
      assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes('canary-4711'));
    });
  }

  const brokenSignIns: Readonly<Record<string, string>> = {
    'that is no JSON': '{"refresh_token": "canary-4711"',
    'without a refresh token': '{"access_token": "canary-4711", "username": "canary-4711"}',
    'with an empty refresh token': '{"refresh_token": " ", "access_token": "canary-4711"}',
    'with a token on two lines': '{"refresh_token": "canary-4711\\ncanary-4711"}',
  };
  for (const [name, content] of Object.entries(brokenSignIns)) {
    it(`in a credentials.json ${name} is not-signed-in, naming the file and not its content`, async () => {
      const path = await put('.kaggle/credentials.json', content);
      const error: unknown = await find().catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'not-signed-in'));
      assert.ok(error.title.includes(path));
      assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes('canary-4711'));
    });
  }

  it('in a file that is not there, or a folder, or no token at all is not-signed-in without the value', async () => {
    for (const value of [
      join(homeFolder, 'canary-4711'),
      homeFolder,
      'canary-4711 canary-4711',
      'canary-4711\r\nX: y',
    ]) {
      const error: unknown = await find({ KAGGLE_API_TOKEN: value }).catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'not-signed-in'), inspect(error));
      assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes('canary-4711'));
    }
  });
});

describe('a secret', () => {
  it('is shown by nothing but the one method that reveals it', () => {
    const secret = Secret.of(' canary-4711 ', 'here');
    const held = { secret, list: [secret] };
    const concatenated = `${String(secret)}${secret.toString()}`;
    for (const text of [
      JSON.stringify(held),
      inspect(held, { depth: Infinity, showHidden: true, getters: true }),
      concatenated,
      inspect(new Map([[secret, secret]])),
      JSON.stringify(Object.entries(secret)),
    ]) {
      assert.ok(!text.includes('canary-4711'), text);
    }
    assert.equal(secret.reveal(), 'canary-4711');
    assert.equal(secret.scrub('a canary-4711 b canary-4711'), 'a [secret] b [secret]');
  });

  it('is no empty text and none that would break a header', () => {
    for (const text of ['', ' \n', 'a b', 'a\nb', 'ä', 'a\u0000']) {
      assert.throws(() => Secret.of(text, 'here'), { code: 'not-signed-in' });
    }
  });
});
