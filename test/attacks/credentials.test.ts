import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isUserError } from '../../src/base/errors.ts';
import { signOut } from '../../src/kaggle/oauth/sign-out.ts';
import { readSignIn, signInFile, type StoredSignIn } from '../../src/kaggle/oauth/stored-sign-in.ts';
import { Secret } from '../../src/kaggle/secret.ts';
import { useSetup } from '../wire/kaggle/setup.ts';
import { attack } from './attack.ts';

const REFRESH = 'KGRT_refresh-canary-0123456789';
const ACCESS = 'KGAT_access-canary-0123456789';

describe('the credentials that another user of the machine is after', () => {
  const setup = useSetup();
  let umask: number;
  beforeEach(() => {
    umask = process.umask(0);
  });
  afterEach(() => {
    process.umask(umask);
  });

  const home = (): string => join(setup().folder, '.kaggle');
  const path = (): string => join(home(), 'credentials.json');
  const signIn = (): StoredSignIn => ({
    refreshToken: Secret.of(REFRESH, 'test'),
    accessToken: Secret.of(ACCESS, 'test'),
    expiresAt: setup().clock.now() + 3600_000,
    username: 'ann',
    scopes: [],
  });
  const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

  attack('credentials', 'reads a new file where umask hides nothing', 'base/files', async () => {
    await signInFile(path()).write(signIn());
    assert.equal(await modeOf(path()), 0o600);
  });

  attack('credentials', 'looks into the folder where umask hides nothing', 'base/files', async () => {
    await signInFile(path()).write(signIn());
    assert.equal(await modeOf(home()), 0o700);
  });

  attack('credentials', 'reads the half-written file, in 200 writes', 'base/files', async () => {
    const place = signInFile(path());
    await place.write(signIn());
    const modes = new Map<string, number>();
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        for (const name of await readdir(home())) {
          const mode = await modeOf(join(home(), name)).catch(() => undefined);
          if (mode !== undefined) modes.set(name, mode);
        }
        await setImmediate();
      }
    })();
    for (let times = 0; times < 200; times += 1) await place.write(signIn());
    done.abort();
    await watching;
    assert.ok(modes.size > 1, 'no half-written file was seen');
    assert.deepEqual([...new Set(modes.values())], [0o600]);
  });

  attack(
    'credentials',
    'reads an old file that was open to all, once it is written again',
    'base/files',
    async () => {
      await mkdir(home());
      await writeFile(path(), '{}');
      await chmod(path(), 0o644);
      await signInFile(path()).write(signIn());
      assert.equal(await modeOf(path()), 0o600);
    },
  );

  attack('credentials', 'uses the tokens after a sign-out', 'kaggle/oauth/sign-out', async () => {
    const { fake, connect, signal, clock, log } = setup();
    await signInFile(path()).write(signIn());
    let over = false;
    const refusedWhenOver = { status: 401, json: { code: 401, message: 'Unauthenticated' } };
    fake
      .on('GetCompetition', () => (over ? refusedWhenOver : { json: { title: 'Demo' } }))
      .on('GenerateAccessToken', () =>
        over ? refusedWhenOver : { json: { token: ACCESS, expiresIn: 3600 } },
      )
      .on('ExpireApiToken', ({ json }) => {
        over = (json as { token?: string }).token === REFRESH;
        return { json: {} };
      });
    const stolen = await readSignIn(path());
    assert.ok(stolen);
    const options = { apiUrl: fake.url, path: path(), fetch, clock, logger: log, userAgent: 'test' };
    assert.equal(await signOut(options, signal), 'signed-out');
    assert.deepEqual(await readdir(home()), []);
    for (const left of [stolen, { ...stolen, accessToken: undefined }]) {
      const thief = connect({ credentials: { kind: 'oauth', signIn: left, source: path() } });
      await assert.rejects(thief.competitions.get('demo', signal), (error) =>
        isUserError(error, 'kaggle-unauthorized'),
      );
    }
  });

  attack('credentials', 'reads the logs and messages', 'kaggle/secret', async () => {
    const { fake, connect, signal, log } = setup();
    await signInFile(path()).write(signIn());
    fake.onPath('/', ({ headers, body }) => ({
      status: 400,
      json: { message: `${headers.authorization ?? ''} ${body.toString('utf8')}` },
    }));
    const kept = await readSignIn(path());
    assert.ok(kept);
    const said: string[] = [];
    for (const each of [kept, { ...kept, accessToken: undefined }]) {
      const client = connect({ credentials: { kind: 'oauth', signIn: each, source: path() } });
      await client.competitions.get('demo', signal).catch((error: unknown) => said.push(String(error)));
    }
    assert.equal(said.length, 2);
    assert.ok(!`${said.join()} ${log.lines.join()}`.includes('canary'));
    // What is looked for would be found where it is.
    assert.ok((await readFile(path(), 'utf8')).includes('canary'));
  });
});
