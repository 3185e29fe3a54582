import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { readDf, engineDisk } from '../../../src/docker/disk.ts';
import type { Engine, EngineInfo } from '../../../src/docker/engine.ts';
import { tempFolder } from '../../support/temp.ts';

describe('readDf', () => {
  it('reads the free and total space of GNU df and of busybox', () => {
    const gnu = [
      'Filesystem     1024-blocks     Used Available Capacity Mounted on',
      'overlay          263174212 27843136  77739700      27% /',
    ];
    assert.deepEqual(readDf(gnu), { freeBytes: 77739700 * 1024, totalBytes: 263174212 * 1024 });
    const busybox = [
      'Filesystem           1024-blocks    Used Available Capacity Mounted on',
      'overlay                6291456    369684   5921772   6% /',
    ];
    assert.deepEqual(readDf(busybox), { freeBytes: 5921772 * 1024, totalBytes: 6291456 * 1024 });
  });

  it('is undefined for anything else', () => {
    assert.equal(readDf(['df: not found']), undefined);
    assert.equal(readDf([]), undefined);
  });
});

describe('engineDisk without an image', () => {
  const ask = (address: string, facts: Partial<EngineInfo>) => {
    const info: EngineInfo = {
      version: '1',
      apiVersion: '1.41',
      platform: 'linux/x86_64',
      cpus: 1,
      memoryBytes: 1,
      runtimes: [],
      ...facts,
    };
    const engine: Pick<Engine, 'address' | 'info' | 'container'> = {
      address,
      info: () => Promise.resolve(info),
      container: { use: () => assert.fail('there is no image'), remove: () => assert.fail() },
    };
    return engineDisk(engine, undefined);
  };

  it('looks at the folder of an engine of this machine', async () => {
    const disk = await ask('unix:///var/run/docker.sock', {
      hostName: hostname(),
      dataFolder: await tempFolder(),
    });
    assert.ok(disk !== undefined && disk.freeBytes > 0 && disk.freeBytes <= disk.totalBytes);
  });

  it('does not take a folder of ours for one of another machine', async () => {
    const dataFolder = await tempFolder();
    assert.equal(await ask('tcp://box:2375', { hostName: hostname(), dataFolder }), undefined);
    const desktop = { hostName: 'docker-desktop', dataFolder };
    assert.equal(await ask('unix:///home/ada/.docker/desktop/docker.sock', desktop), undefined);
    assert.equal(await ask('unix:///x', { hostName: hostname(), dataFolder: '/no/such/folder' }), undefined);
  });
});
