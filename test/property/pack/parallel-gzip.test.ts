import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { blocksOf } from '../../../src/core/pack/tarball/blocks.ts';
import { HEADER_BYTES } from '../../../src/core/pack/tarball/gzip-member.ts';
import { gzipInParallel } from '../../../src/core/pack/tarball/parallel-gzip.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));

async function* streamOf(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

function all(stream: AsyncIterable<Buffer>): Promise<Buffer[]> {
  return Readable.from(stream).toArray() as Promise<Buffer[]>;
}

/** More than three blocks of the product, which compress but are not alike. */
function longText(): Buffer {
  const line = (number: number): string => `${number * 7919} ${(number * number) % 10_007}\n`;
  return Buffer.from(Array.from({ length: 700_000 }, (_, number) => line(number)).join(''));
}

/** The members of a file, by the sizes that their headers tell. */
function membersOf(file: Buffer): Buffer[] {
  const members: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    assert.equal(file.toString('latin1', at + 12, at + 14), 'JK');
    const size = file.readUInt32LE(at + HEADER_BYTES - 4);
    members.push(file.subarray(at, at + size));
    at += size;
  }
  return members;
}

async function packed(parts: readonly Buffer[], workers: number): Promise<Buffer> {
  return Buffer.concat(await all(gzipInParallel(streamOf(parts), { workers })));
}

describe('blocks of a stream', () => {
  it('are its bytes, all of one size but the last, however it is cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 200 }), async (parts, size) => {
        const blocks = await all(blocksOf(streamOf(parts), size));
        assert.deepEqual(Buffer.concat(blocks), Buffer.concat(parts));
        for (const block of blocks.slice(0, -1)) assert.equal(block.length, size);
        assert.ok(blocks.every((block) => block.length > 0));
      }),
    ));
});

describe('gzip on several cores', () => {
  it('gives the same bytes with 1, 2 and 4 workers and for any cut, and gunzip gives the stream back', async () => {
    const text = longText();
    const one = await packed([text], 1);
    const two = await packed([text], 2);
    const four = await packed([text], 4);
    const middle = Math.floor(text.length / 3);
    const cut = await packed([text.subarray(0, middle), text.subarray(middle)], 2);
    for (const other of [two, four, cut]) assert.ok(one.equals(other));
    assert.ok(gunzipSync(one).equals(text));
  });

  it('gives members that tell their size and that are whole gzip files of their own', async () => {
    const text = longText();
    const members = membersOf(await packed([text], 2));
    assert.ok(members.length > 3, `${members.length} members`);
    assert.ok(Buffer.concat(members.map((member) => gunzipSync(member))).equals(text));
  });

  it('gives small streams back, whatever is in them', () =>
    fc.assert(
      fc.asyncProperty(chunks, async (parts) => {
        const whole = Buffer.concat(parts);
        const file = await packed(parts, 2);
        assert.deepEqual(file.length === 0 ? Buffer.alloc(0) : gunzipSync(file), whole);
      }),
      { numRuns: 30 },
    ));

  it('hands on the failure of the stream, and none of the members that were in work', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield* streamOf([longText()]);
      throw new Error('the engine went away');
    }
    await assert.rejects(all(gzipInParallel(broken(), { workers: 2 })), /the engine went away/);
  });
});
