import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import { type Core, createCore } from '../../../src/core/core.ts';
import type { CoreSettings } from '../../../src/core/pipeline/ports.ts';
import type { CredentialKeeper, GivenCredentials } from '../../../src/kaggle/given-credentials.ts';
import { useSetup } from './setup.ts';

/** What an editor keeps: somebody may sign in and out while the core is open. */
class Drawer implements CredentialKeeper {
  readonly name = 'the drawer';
  given: GivenCredentials | undefined = { kind: 'token', token: 'KGAT_ann' };

  read(): Promise<GivenCredentials | undefined> {
    return Promise.resolve(this.given);
  }
  keep(given: GivenCredentials): Promise<void> {
    this.given = given;
    return Promise.resolve();
  }
  forget(): Promise<void> {
    this.given = undefined;
    return Promise.resolve();
  }
}

describe('a core that is open', () => {
  const setup = useSetup();

  function opened(keeper: CredentialKeeper | undefined, settings: CoreSettings = {}): Core {
    const { fake, folder } = setup();
    // A token says whose it is: KGAT_ann.
    fake.on('IntrospectToken', ({ json }) => {
      const { token } = json as { token: string };
      return { json: { active: true, username: token.replace('KGAT_', '') } };
    });
    return createCore({
      environment: { JULIA_KAGGLE_API_URL: fake.url },
      homeFolder: folder,
      platform: 'linux',
      logger: silentLogger,
      settings: () => settings,
      ...(keeper === undefined ? {} : { keeper }),
    });
  }

  async function name(core: Core): Promise<string> {
    return (await core.ports.kaggle()).account.whoAmI(setup().signal);
  }

  it('asks once who one is, however often a stage asks for Kaggle', async () => {
    const core = opened(new Drawer());
    for (let stage = 0; stage < 4; stage += 1) assert.equal(await name(core), 'ann');
    assert.equal(setup().fake.calls('IntrospectToken').length, 1);
  });

  it('notices that somebody else signed in, or everybody out', async () => {
    const drawer = new Drawer();
    const core = opened(drawer);
    assert.equal(await name(core), 'ann');
    await drawer.keep({ kind: 'token', token: 'KGAT_bob' });
    assert.equal(await name(core), 'bob');
    await drawer.keep({ kind: 'key', username: 'cay', key: 'key' });
    assert.equal(await name(core), 'cay');
    await drawer.forget();
    await assert.rejects(name(core), { code: 'not-signed-in' });
  });

  it('notices another token in the file of the machine', async () => {
    const core = opened(undefined);
    const file = join(setup().folder, '.kaggle', 'access_token');
    await mkdir(join(setup().folder, '.kaggle'));
    for (const account of ['ann', 'bob']) {
      await writeFile(file, `KGAT_${account}`, { mode: 0o600 });
      assert.equal(await name(core), account);
    }
    await rm(file);
    await assert.rejects(name(core), { code: 'not-signed-in' });
  });

  it('sees that a token was revoked, although it knows whose it was', async () => {
    const { fake, signal } = setup();
    const core = opened(new Drawer());
    assert.equal((await core.lookAtAccount(signal)).error, undefined);
    fake.on('IntrospectToken', { json: { active: false } });
    assert.equal((await core.lookAtAccount(signal)).error?.code, 'kaggle-unauthorized');
  });

  it('goes by what is set at the moment, before what the environment says', async () => {
    const { fake } = setup();
    const settings: { apiUrl?: string } = {};
    const core = opened(new Drawer(), settings);
    const { apiUrl } = await core.ports.kaggle();
    const before = core.ports;
    settings.apiUrl = 'http://127.0.0.1:9';
    assert.deepEqual([apiUrl, (await core.ports.kaggle()).apiUrl], [fake.url, settings.apiUrl]);
    // What had begun stays with the Kaggle that it was begun with.
    assert.equal((await before.kaggle()).apiUrl, fake.url);
  });
});
