import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import { type UploadIdentity, UploadSessions } from '../../../src/kaggle/upload-sessions.ts';
import { tempFolder } from '../../support/temp.ts';

const DAY_MS = 24 * 3600 * 1000;
const IDENTITY: UploadIdentity = {
  account: 'ann at https://api.kaggle.com',
  name: 'dotjulia',
  purpose: '',
  path: '/bundle/dotjulia',
  bytes: 1_000,
  modifiedMs: 1_700_000_000_000.25,
  sha256: 'a'.repeat(64),
};
const OPENED = { token: 'TOKEN', createUrl: 'https://store/upload?upload_id=1' };

describe('upload sessions', () => {
  let folder = '';
  let now = 0;
  let alive: readonly number[] = [];
  beforeEach(async () => {
    folder = join(await tempFolder(), 'uploads');
    now = Date.parse('2026-08-01T00:00:00Z');
    alive = [];
  });
  const sessions = (processId = 1) =>
    new UploadSessions({
      folder,
      clock: { now: () => now, sleep: () => Promise.resolve() },
      logger: silentLogger,
      processId,
      isAlive: (id) => alive.includes(id),
    });
  const tokenOf = async (identity: UploadIdentity, processId = 2) => {
    const found = await sessions(processId).find(identity);
    return typeof found === 'object' ? found.token : found;
  };

  it('are found by a later process, for the very same file only', async () => {
    await sessions().save(IDENTITY, OPENED);
    assert.equal(await tokenOf(IDENTITY), 'TOKEN');
    const others: readonly Partial<UploadIdentity>[] = [
      { account: 'bob at https://api.kaggle.com' },
      { name: 'other' },
      { path: '/bundle/other' },
      { bytes: 1_001 },
      { modifiedMs: 1_700_000_000_000.5 },
      { sha256: 'b'.repeat(64) },
    ];
    for (const other of others) assert.equal(await tokenOf({ ...IDENTITY, ...other }), undefined);
  });

  it('are for their owner’s eyes only', async () => {
    await sessions().save(IDENTITY, OPENED);
    const [name = ''] = await readdir(folder);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
  });

  it('are of one file: new content takes the place of the old', async () => {
    await sessions().save(IDENTITY, OPENED);
    const changed = { ...IDENTITY, sha256: 'b'.repeat(64) };
    await sessions().save(changed, { ...OPENED, token: 'NEW' });
    assert.equal(await tokenOf(changed), 'NEW');
    assert.equal(await tokenOf(IDENTITY), undefined);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('end after six days, and are swept then, as is what cannot be read', async () => {
    await sessions().save(IDENTITY, OPENED);
    await writeFile(join(folder, 'torn.json'), '{"token": "TOK');
    now += 6 * DAY_MS;
    assert.equal(await tokenOf(IDENTITY), 'TOKEN');
    assert.equal((await readdir(folder)).length, 1);
    now += 1;
    assert.equal(await tokenOf(IDENTITY), undefined);
    assert.deepEqual(await readdir(folder), []);
  });

  it('that a killed process left half written are swept, and those of a living one are not', async () => {
    alive = [1];
    await sessions().save(IDENTITY, OPENED);
    const [kept = ''] = await readdir(folder);
    await writeFile(join(folder, `${kept}.123`), '{');
    await writeFile(join(folder, 'gone.json.456'), '{');
    await tokenOf(IDENTITY);
    assert.deepEqual((await readdir(folder)).sort(), [kept, `${kept}.123`].sort());
    alive = [];
    await tokenOf(IDENTITY);
    assert.deepEqual(await readdir(folder), [kept]);
  });

  it('keep the time they began when they are gone on with', async () => {
    await sessions().save(IDENTITY, OPENED);
    now += 5 * DAY_MS;
    const found = await sessions().find(IDENTITY);
    assert.ok(typeof found === 'object');
    await sessions(2).save(IDENTITY, found);
    now += 2 * DAY_MS;
    assert.equal(await tokenOf(IDENTITY), undefined);
  });

  it('that another living process works with are left to it', async () => {
    await sessions(1).save(IDENTITY, OPENED);
    alive = [1, 2];
    assert.equal(await tokenOf(IDENTITY, 2), 'busy');
    assert.equal(await tokenOf(IDENTITY, 1), 'TOKEN');
    alive = [2];
    assert.equal(await tokenOf(IDENTITY, 2), 'TOKEN');
  });

  it('tell which tokens were handed over before, and forget the used ones', async () => {
    await sessions().save(IDENTITY, OPENED);
    await sessions().save({ ...IDENTITY, path: '/bundle/julia' }, { ...OPENED, token: 'OTHER' });
    assert.deepEqual(await sessions().offer(['TOKEN', 'UNKNOWN']), []);
    assert.deepEqual(await sessions(2).offer(['TOKEN', 'OTHER']), ['TOKEN']);
    await sessions().forget(['TOKEN']);
    assert.equal(await tokenOf(IDENTITY), undefined);
    assert.equal(await tokenOf({ ...IDENTITY, path: '/bundle/julia' }), 'OTHER');
  });

  it('of which the folder cannot be written are done without', async () => {
    await writeFile(folder, 'a file in the place of the folder');
    await chmod(folder, 0o400);
    await sessions().save(IDENTITY, OPENED);
    assert.equal(await tokenOf(IDENTITY), undefined);
    assert.deepEqual(await sessions().offer(['TOKEN']), []);
    await sessions().forget(['TOKEN']);
    assert.equal(await readFile(folder, 'utf8'), 'a file in the place of the folder');
  });
});
