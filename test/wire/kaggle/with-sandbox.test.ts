import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { KaggleClient } from '../../../src/kaggle/client.ts';
import { connectKaggle } from '../../../src/kaggle/connect.ts';
import type { Credentials } from '../../../src/kaggle/credentials.ts';
import { type SignInOptions, signInWithBrowser, signInWithCode } from '../../../src/kaggle/oauth/sign-in.ts';
import { signOut } from '../../../src/kaggle/oauth/sign-out.ts';
import { readSignIn } from '../../../src/kaggle/oauth/stored-sign-in.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { tempFolder } from '../../support/temp.ts';
import { Visitor } from '../../support/visitor.ts';
import { type Bench, COMPETITION, makeDataset, startBench, USER } from '../sandbox/support.ts';
import { userErrorOf } from './setup.ts';

const signal = new AbortController().signal;
const confirm = (): Promise<boolean> => Promise.resolve(true);

function wire(bench: Bench) {
  const { clock, sandbox } = bench;
  return { apiUrl: sandbox.url, fetch, clock, logger: silentLogger, userAgent: 'julia-on-kaggle/test' };
}

function connect(bench: Bench, credentials?: Credentials): KaggleClient {
  const { username, key } = bench.sandbox.credentials;
  const own = { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' } as const;
  return connectKaggle({ ...wire(bench), credentials: credentials ?? own });
}

describe('the client and the sandbox', () => {
  it('agree on the lists of competitions and datasets, and on the account', async () => {
    const bench = await startBench();
    const kaggle = connect(bench);
    const [competition] = await kaggle.competitions.list('toy', signal);
    assert.equal(competition?.slug, COMPETITION);
    assert.deepEqual(await kaggle.competitions.list('nothing like it', signal), []);
    await makeDataset(bench, 'some-pack', { 'a.txt': 'hello' });
    const [dataset] = await kaggle.datasets.list('pack', signal);
    assert.deepEqual([dataset?.owner, dataset?.slug, dataset?.bytes], [USER, 'some-pack', 5]);
    assert.equal(await kaggle.datasets.isPrivate(USER, 'some-pack', signal), true);
    assert.equal((await kaggle.account.quota(signal)).gpu.allowedSeconds, 30 * 3600);
  });

  it('agree on data files', async () => {
    const bench = await startBench();
    const path = join(await tempFolder(), 'train.csv');
    const kaggle = connect(bench);
    const [train] = (await kaggle.competitions.listFiles(COMPETITION, signal)).filter(
      ({ name }) => name === 'train.csv',
    );
    assert.ok(train);
    await kaggle.competitions.downloadFile(COMPETITION, train, path, () => undefined, signal);
    assert.equal(await readFile(path, 'utf8'), 'id,height\n1,2.5\n');
  });

  it('agree on folders in a dataset', async () => {
    const bench = await startBench();
    const kaggle = connect(bench);
    const folder = await tempFolder({ a: 'first', b: 'second' });
    const upload = async (name: string, file: string, text: string) => {
      const source = { name, path: join(folder, file), bytes: text.length, sha256: sha256(text) };
      return { name, token: await kaggle.datasets.upload(source, () => undefined, signal) };
    };
    const files = [await upload('m/deep/x', 'a', 'first'), await upload('m/x', 'b', 'second')];
    await kaggle.datasets.create({ owner: USER, slug: 'a-model', title: 'a-model', files }, signal);
    while ((await kaggle.datasets.status(USER, 'a-model', signal)) !== 'ready') bench.clock.time += 1000;
    const found = await kaggle.datasets.listFiles(USER, 'a-model', signal);
    assert.deepEqual(found.map(({ name, bytes }) => [name, bytes]).sort(), [
      ['m/deep/x', 5],
      ['m/x', 6],
    ]);
  });

  describe('agree on the sign-in by the browser', () => {
    const signInOptions = async (bench: Bench): Promise<SignInOptions> => ({
      ...wire(bench),
      // Time in the browser is real.
      clock: { now: () => bench.clock.now(), sleep: (_, stop) => untilAborted(stop) },
      path: join(await tempFolder(), '.kaggle', 'credentials.json'),
    });
    const signedIn = async (bench: Bench, path: string): Promise<KaggleClient> => {
      const signIn = await readSignIn(path);
      assert.ok(signIn);
      return connect(bench, { kind: 'oauth', signIn, source: path });
    };

    it('through loopback, with an access token that is replaced, to its end', async () => {
      const bench = await startBench();
      const options = await signInOptions(bench);
      const visitor = await Visitor.at(bench.sandbox.page);
      const openBrowser = async (url: string): Promise<void> => {
        assert.equal((await visitor.agree(url)).status, 200);
      };
      assert.equal((await signInWithBrowser(options, { openBrowser, confirm }, signal)).username, USER);
      const account = { username: USER, source: options.path };
      assert.deepEqual(await (await signedIn(bench, options.path)).account.get(signal), account);
      const before = await readFile(options.path, 'utf8');
      bench.clock.time += 13 * 3600 * 1000;
      const kept = await signedIn(bench, options.path);
      assert.deepEqual(await kept.account.get(signal), account);
      assert.notEqual(await readFile(options.path, 'utf8'), before);
      assert.equal(await signOut(options, signal), 'signed-out');
      await userErrorOf(kept.account.get(signal), 'kaggle-unauthorized');
    });

    it('with a code that is pasted, which is good once', async () => {
      const bench = await startBench();
      const options = await signInOptions(bench);
      let code = '';
      const visitor = await Visitor.at(bench.sandbox.page);
      const prompt = async (url: string): Promise<string> => {
        const page = await (await visitor.agree(url)).text();
        code = /<(?:code|pre|output|strong)[^>]*>([A-Za-z0-9_-]{20,})</.exec(page)?.[1] ?? '';
        assert.notEqual(code, '', page);
        return code;
      };
      assert.equal((await signInWithCode(options, { prompt, confirm }, signal)).username, USER);
      const again = signInWithCode(options, { prompt: () => Promise.resolve(code), confirm }, signal);
      await userErrorOf(again, 'sign-in-failed');
    });
  });
});

function untilAborted(stop: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    stop.addEventListener('abort', () => reject(new Error('stopped')));
  });
}
