import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';
import { tarFingerprint } from '../../../src/docker/tar-files.ts';
import { tarWithoutTop } from '../../../src/docker/tar-without-top.ts';

const LONG = `${'deep/'.repeat(40)}${'x'.repeat(120)}.so`;

/** As Julia's own tarballs are: folders, links of both kinds, names that need a second header, one file of size. */
function julia(): Readable {
  const archive = pack();
  const at = { mtime: new Date(1_600_000_000_000), mode: 0o755 };
  archive.entry({ name: 'julia-1.5.3/', type: 'directory', ...at });
  archive.entry({ name: 'julia-1.5.3/bin/julia', ...at }, Buffer.alloc(200_000, 'julia'));
  archive.entry({ name: 'julia-1.5.3/bin/', type: 'directory', ...at });
  archive.entry({ name: 'julia-1.5.3/lib.so', type: 'symlink', linkname: 'bin/julia', ...at });
  archive.entry({ name: 'julia-1.5.3/same', type: 'link', linkname: 'julia-1.5.3/bin/julia', ...at });
  archive.entry({ name: `julia-1.5.3/${LONG}`, ...at, mode: 0o644 }, 'long');
  archive.entry({ name: 'julia-1.5.3/empty', ...at }, '');
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

async function headersIn(tar: Buffer): Promise<Header[]> {
  const entries = extract();
  entries.end(tar);
  const found: Header[] = [];
  for await (const entry of entries) {
    found.push(entry.header);
    entry.resume();
  }
  return found;
}

describe('a tar stream without its top folder', () => {
  it('holds the same things by their paths below it', async () => {
    const moved = await buffer(tarWithoutTop(julia(), 'julia-1.5.3').pipe(createGunzip()));
    const found = (await headersIn(moved)).map(({ name, type, linkname }) => [name, type, linkname]);
    assert.deepEqual(found, [
      ['bin/julia', 'file', null],
      ['bin/', 'directory', null],
      ['lib.so', 'symlink', 'bin/julia'],
      ['same', 'link', 'bin/julia'],
      [LONG, 'file', null],
      ['empty', 'file', null],
    ]);
    assert.equal(
      await tarFingerprint(Readable.from([moved]), ''),
      await tarFingerprint(julia(), 'julia-1.5.3'),
    );
  });

  it('is cut where its source is, with the reason', async () => {
    const cut = async function* (): AsyncGenerator<Buffer> {
      yield (await buffer(julia())).subarray(0, 100_000);
      throw new Error('the disk is gone');
    };
    await assert.rejects(buffer(tarWithoutTop(Readable.from(cut()), 'julia-1.5.3')), /the disk is gone/);
  });

  it('closes its source when nobody wants it any more', async () => {
    const source = julia();
    const moved = tarWithoutTop(source, 'julia-1.5.3');
    moved.on('error', () => undefined).destroy();
    await new Promise((resolve) => source.once('close', resolve));
  });
});
