import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { isUserError } from '../../../src/base/errors.ts';
import type { Container, ContainerSpec, Engine } from '../../../src/docker/engine.ts';
import { tarOfFiles } from '../../../src/docker/tar-files.ts';
import { IMAGE, ownLabels, realEngine } from './real-engine.ts';

const labels = ownLabels();
const volume = `julia-kaggle-test-${labels['julia-kaggle.test'] ?? ''}`;
let engine: Engine;

function spec(readOnly = false): ContainerSpec {
  const mounts = [{ volume, target: '/data', readOnly }];
  return { image: IMAGE, command: ['true'], network: 'none', mounts };
}

function inContainer<T>(use: (container: Container) => Promise<T>, readOnly = false): Promise<T> {
  return engine.container.use(spec(readOnly), use);
}

function failsWith(code: string, words: RegExp) {
  return (error: unknown): boolean => isUserError(error) && error.code === code && words.test(error.message);
}

async function entriesOf(archive: Readable): Promise<Record<string, string>> {
  const entries = archive.pipe(extract());
  const found: Record<string, string> = {};
  for await (const entry of entries) found[entry.header.name] = (await buffer(entry)).toString();
  return found;
}

describe('archives and volumes of the real engine', () => {
  before(async () => {
    engine = await realEngine(labels);
  });
  beforeEach(() => engine.volume.ensure(volume));
  afterEach(async () => {
    assert.equal(await engine.container.remove(labels), 0, 'a container was left');
    await engine.volume.remove(volume);
  });

  it('tell how large a volume is', async () => {
    const files = [{ path: 'a.bin', from: { text: 'x'.repeat(2_000_000) } }];
    await inContainer((container) => container.putArchive('/data', tarOfFiles(files)));
    const bytes = (await engine.volume.sizes()).get(volume) ?? 0;
    assert.ok(bytes >= 2_000_000 && bytes < 3_000_000, String(bytes));
  });

  it('carry files into a volume and out again, with a container that never starts', async () => {
    const files = [
      { path: 'a.txt', from: { text: 'one' } },
      { path: 'deep/er/b.txt', from: { text: 'zwölf' } },
    ];
    await inContainer((container) => container.putArchive('/data', tarOfFiles(files)));
    await inContainer(async (container) => {
      assert.equal(await container.has('/data/deep/er/b.txt'), true);
      assert.equal(await container.has('/data/deep'), true);
      assert.equal(await container.has('/data/nothing'), false);
      const found = await entriesOf(await container.getArchive('/data'));
      assert.equal(found['data/a.txt'], 'one');
      assert.equal(found['data/deep/er/b.txt'], 'zwölf');
      assert.deepEqual(await entriesOf(await container.getArchive('/data/a.txt')), { 'a.txt': 'one' });
    }, true);
  });

  it('take gzip as well', async () => {
    const tar = tarOfFiles([{ path: 'z.txt', from: { text: 'zipped' } }]).pipe(createGzip());
    await inContainer(async (container) => {
      await container.putArchive('/data', tar);
      assert.deepEqual(await entriesOf(await container.getArchive('/data/z.txt')), { 'z.txt': 'zipped' });
    });
  });

  it('give back 60 MB byte for byte, also after the container has ended', async () => {
    const content = Buffer.alloc(60_000_000, 'julia on kaggle, ');
    const text = content.toString();
    await inContainer(async (container) => {
      await container.putArchive('/data', tarOfFiles([{ path: 'big', from: { text } }]));
      assert.equal((await container.run()).exitCode, 0);
      const hash = createHash('sha256');
      for await (const entry of (await container.getArchive('/data/big')).pipe(extract())) {
        for await (const chunk of entry as AsyncIterable<Buffer>) hash.update(chunk);
      }
      assert.equal(hash.digest('hex'), createHash('sha256').update(content).digest('hex'));
    });
  });

  it('may be left before their end', async () => {
    await inContainer(async (container) => {
      const archive = await container.getArchive('/usr/lib');
      for await (const _ of archive) break;
      assert.ok(archive.destroyed);
      (await container.getArchive('/usr/lib')).destroy();
    });
  });

  it('refuse a folder that is not there, and a tar that is none', async () => {
    const files = (): Readable => tarOfFiles([{ path: 'a', from: { text: 'x'.repeat(5_000_000) } }]);
    await assert.rejects(
      inContainer((container) => container.putArchive('/no/such/folder', files())),
      failsWith('engine-failed', /unpack files to \/no\/such\/folder/),
    );
    await assert.rejects(
      inContainer((container) =>
        container.putArchive('/data', Readable.from([Buffer.alloc(5000, 'no tar')])),
      ),
      failsWith('engine-failed', /unpack files/),
    );
    await assert.rejects(
      inContainer((container) => container.getArchive('/no/such/folder')),
      failsWith('engine-failed', /read \/no\/such\/folder/),
    );
  });

  it('show an empty volume empty, whatever the image has at that place', async () => {
    const mounts = [{ volume, target: '/etc', readOnly: false }];
    await engine.container.use({ ...spec(), mounts }, async (container) => {
      assert.equal(await container.has('/etc/debian_version'), false);
    });
  });

  it('keep a read-only mount as it is', async () => {
    const command = ['sh', '-c', 'echo x > /data/x'];
    const exit = await engine.container.use({ ...spec(true), command }, (container) => container.run());
    assert.notEqual(exit.exitCode, 0);
  });

  it('keep what a volume holds and its labels when it is asked for again', async () => {
    await inContainer((container) =>
      container.putArchive('/data', tarOfFiles([{ path: 'a', from: { text: '1' } }])),
    );
    await engine.volume.ensure(volume, { other: 'label' });
    assert.equal(await inContainer((container) => container.has('/data/a')), true);
    assert.deepEqual(await engine.volume.list(labels), [{ name: volume, labels }]);
  });

  it('know what is there and what is not', async () => {
    assert.equal((await engine.volume.find(volume))?.name, volume);
    await engine.volume.remove(volume);
    assert.equal(await engine.volume.find(volume), undefined);
    await engine.volume.remove(volume);
    assert.deepEqual(await engine.volume.list(labels), []);
  });

  it('do not remove a volume that is in use', async () => {
    await inContainer(async () => {
      await assert.rejects(engine.volume.remove(volume), failsWith('engine-failed', /remove the volume/));
    });
  });
});
