import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import {
  type Entry,
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { ZipMaker } from '../../../src/sandbox/zip/zip-content.ts';
import { layOutZip, zipBytes, type ZipPiece } from '../../../src/sandbox/zip/zip-layout.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jok-zip-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function entriesOf(archive: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of archive.eachEntry()) entries.push(entry);
  return entries;
}

/** An archive of huge files of zeros, of which only the parts that are asked for come to be. */
class Imagined extends RandomAccessReader {
  constructor(private readonly pieces: readonly ZipPiece[]) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const parts: Buffer[] = [];
    let offset = 0;
    for (const piece of this.pieces) {
      const from = Math.max(0, start - offset);
      const to = Math.min(piece.bytes, end - offset);
      if (from < to) parts.push('data' in piece ? piece.data.subarray(from, to) : Buffer.alloc(to - from));
      offset += piece.bytes;
    }
    return Readable.from(parts);
  }
}

const names = fc
  .array(fc.stringMatching(/^[a-z0-9 äß._-]{1,12}$/), { minLength: 1, maxLength: 3 })
  .filter((parts) => parts.every((part) => !/^\.+$/.test(part)))
  .map((parts) => parts.join('/'));

describe('sandbox: zip archives', () => {
  it('hold the files as they are, whatever their names and contents', async () => {
    const files = fc.uniqueArray(fc.record({ name: names, content: fc.uint8Array({ maxLength: 300 }) }), {
      selector: ({ name }) => name,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(files, async (contents) => {
        const listed = [];
        for (const [index, { name, content }] of contents.entries()) {
          const path = join(folder, String(index));
          await writeFile(path, content);
          listed.push({ name, path, bytes: content.length, modified: new Date('2026-03-02T12:34:56Z') });
        }
        const zip = await new ZipMaker().content(listed);
        const bytes = await buffer(zip.read(0, zip.bytes - 1));
        assert.equal(bytes.length, zip.bytes);
        const archive = await fromBufferPromise(bytes, { lazyEntries: true });
        const entries = await entriesOf(archive);
        assert.deepEqual(
          entries.map(({ fileName }) => fileName),
          contents.map(({ name }) => name),
        );
        for (const [index, entry] of entries.entries()) {
          const content = Buffer.from(contents[index]?.content ?? []);
          assert.deepEqual(await buffer(await archive.openReadStreamPromise(entry)), content);
          assert.equal(entry.crc32, crc32(content));
          assert.equal(entry.getLastModDate({ timezone: 'UTC' }).toISOString(), '2026-03-02T12:34:56.000Z');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('can be read from any place to any other', async () => {
    const listed = [];
    for (const [index, size] of [0, 1, 1000, 70_000].entries()) {
      const path = join(folder, `part-${index}`);
      await writeFile(path, Buffer.alloc(size, index + 1));
      listed.push({ name: `folder/part-${index}`, path, bytes: size, modified: new Date(0) });
    }
    const zip = await new ZipMaker().content(listed);
    const whole = await buffer(zip.read(0, zip.bytes - 1));
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.bytes - 1), fc.nat(zip.bytes - 1), async (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        assert.deepEqual(await buffer(zip.read(start, end)), whole.subarray(start, end + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('become zip64 where a size, an offset or the number of files does not fit', async () => {
    const modified = new Date('2026-03-02T12:00:00Z');
    const gib = 1024 ** 3;
    const sizes = [5 * gib, 10, 0xfffffffe, 0xffffffff];
    const huge = layOutZip(sizes.map((bytes, index) => ({ name: `f${index}`, bytes, crc32: 7, modified })));
    const read = await fromRandomAccessReaderPromise(new Imagined(huge), zipBytes(huge), {
      lazyEntries: true,
    });
    const entries = await entriesOf(read);
    assert.deepEqual(
      entries.map(({ uncompressedSize, compressedSize }) => [uncompressedSize, compressedSize]),
      sizes.map((size) => [size, size]),
    );
    const starts: number[] = [];
    for (const entry of entries)
      starts.push((await read.readLocalFileHeaderPromise(entry, {})).fileDataStart);
    const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0) - (sizes[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap > 30 && gap < 70),
      `headers stand between the files: ${gaps.join()}`,
    );

    const many = layOutZip(
      Array.from({ length: 70_000 }, (_, index) => ({ name: String(index), bytes: 0, crc32: 0, modified })),
    );
    const crowd = await fromRandomAccessReaderPromise(new Imagined(many), zipBytes(many), {
      lazyEntries: true,
    });
    assert.equal(crowd.entryCount, 70_000);
  });
});
