import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Demultiplexer } from '../../../src/docker/demultiplex.ts';
import { EngineStreamError } from '../../../src/docker/translate-error.ts';
import { frame } from '../../support/fake-docker.ts';
import { cutAt } from './cut-at.ts';

const STREAMS = ['stdin', 'stdout', 'stderr'] as const;
const frames = fc.array(
  fc.record({
    type: fc.constantFrom(1, 2),
    bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 12 },
);
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('Demultiplexer', () => {
  it('gives each stream its bytes in order, wherever the chunks are cut', () =>
    fc.assert(
      fc.property(frames, cuts, (list, at) => {
        const demultiplexer = new Demultiplexer();
        const got = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
        const whole = Buffer.concat(list.map(({ type, bytes }) => frame(type, bytes)));
        for (const chunk of cutAt(whole, at)) {
          for (const piece of demultiplexer.push(chunk)) got[piece.stream].push(Buffer.from(piece.bytes));
        }
        for (const stream of ['stdout', 'stderr'] as const) {
          const expected = list.filter(({ type }) => STREAMS[type] === stream).map(({ bytes }) => bytes);
          assert.deepEqual(Buffer.concat(got[stream]), Buffer.concat(expected));
        }
        assert.ok(demultiplexer.isWhole);
      }),
    ));

  it('knows an end inside a frame from one between frames', () =>
    fc.assert(
      fc.property(frames, fc.nat(), (list, at) => {
        const parts = list.map(({ type, bytes }) => frame(type, bytes));
        const whole = Buffer.concat(parts);
        const end = at % (whole.length + 1);
        const borders = parts.reduce((sums, part) => [...sums, (sums.at(-1) ?? 0) + part.length], [0]);
        const demultiplexer = new Demultiplexer();
        for (const _ of demultiplexer.push(whole.subarray(0, end)));
        // A header that announces nothing is whole as soon as it is there.
        assert.equal(demultiplexer.isWhole, borders.includes(end));
      }),
    ));

  it('refuses what is not in frames, at once', () =>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 30 }), (bytes) => {
        fc.pre((bytes[0] ?? 0) > 3 || bytes.subarray(1, 4).some((byte) => byte !== 0));
        assert.throws(() => [...new Demultiplexer().push(Buffer.from(bytes))], EngineStreamError);
      }),
    ));

  it("throws the engine's own error, whole", () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), cuts, (message, at) => {
        const demultiplexer = new Demultiplexer();
        const feed = (): void => {
          for (const chunk of cutAt(frame(3, message), at)) for (const _ of demultiplexer.push(chunk));
        };
        assert.throws(feed, (error) => error instanceof EngineStreamError && error.message === message);
      }),
    ));
});
