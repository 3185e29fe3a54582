import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { isUserError } from '../../../src/base/errors.ts';
import { type Credentials, findCredentials } from '../../../src/kaggle/credentials.ts';
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
  const find = (environment: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') =>
    findCredentials({ environment, homeFolder, platform });
  const shown = (found: Credentials) =>
    found.kind === 'token' ? [found.token.reveal()] : [found.username, found.key.reveal()];
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
    assert.deepEqual(shown(await find()), ['ann', 'file-key']);
    await put('xdg/kaggle/kaggle.json', '{"username": "bob", "key": "xdg-key"}');
    const environment = { XDG_CONFIG_HOME: join(homeFolder, 'xdg') };
    assert.deepEqual(shown(await find(environment)), ['bob', 'xdg-key']);
    await assert.rejects(find(environment, 'darwin'), { code: 'not-signed-in' });
    await mkdir(join(homeFolder, '.kaggle'));
    await assert.rejects(find(environment), { code: 'not-signed-in' });
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
