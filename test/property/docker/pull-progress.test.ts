import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PullProgress } from '../../../src/docker/engine.ts';
import { PullReader } from '../../../src/docker/pull-progress.ts';
import { EngineStreamError } from '../../../src/docker/translate-error.ts';
import { cutAt } from './cut-at.ts';

const id = fc.constantFrom('aaa', 'bbb', 'ccc');
const step = fc.oneof(
  fc.record({
    status: fc.constantFrom('Pulling fs layer', 'Waiting', 'Download complete', 'Pull complete'),
    id,
  }),
  fc.record({
    status: fc.constant('Downloading'),
    id,
    progressDetail: fc.record({ current: fc.nat(1000), total: fc.integer({ min: 1000, max: 5000 }) }),
  }),
  // Words in any script: a character cut by a chunk border must survive.
  fc.record({ status: fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('Status:')) }),
);
const steps = fc.array(step, { maxLength: 20 });
const cuts = fc.array(fc.nat(), { maxLength: 30 });
const lineEnd = fc.constantFrom('\n', '\r\n');

function bytesOf(values: readonly object[], end: string): Buffer {
  return Buffer.from(values.map((value) => JSON.stringify(value) + end).join(''));
}

function read(chunks: readonly Buffer[]): { reader: PullReader; progress: PullProgress[] } {
  const progress: PullProgress[] = [];
  const reader = new PullReader((each) => void progress.push(each));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { reader, progress };
}

describe('PullReader', () => {
  it('reads the same wherever the chunks are cut', () =>
    fc.assert(
      fc.property(steps, cuts, lineEnd, (list, at, end) => {
        const bytes = bytesOf(list, end);
        assert.deepEqual(read(cutAt(bytes, at)).progress, read([bytes]).progress);
        assert.equal(read([bytes]).progress.length, list.length);
      }),
    ));

  it('never counts more than there is, nor less than nothing', () =>
    fc.assert(
      fc.property(steps, (list) => {
        for (const { doneBytes, totalBytes } of read([bytesOf(list, '\n')]).progress) {
          assert.ok(doneBytes >= 0 && doneBytes <= totalBytes);
        }
      }),
    ));

  it('is confirmed by a Status line and by nothing else', () =>
    fc.assert(
      fc.property(steps, fc.boolean(), cuts, (list, closes, at) => {
        const all = closes ? [...list, { status: 'Status: Image is up to date for x' }] : list;
        assert.equal(read(cutAt(bytesOf(all, '\n'), at)).reader.isConfirmed, closes);
      }),
    ));

  it('throws at an error line, wherever it is and however it is cut', () =>
    fc.assert(
      fc.property(
        steps,
        fc.nat(),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        cuts,
        (list, where, message, at) => {
          const place = where % (list.length + 1);
          const all = [
            ...list.slice(0, place),
            { errorDetail: { message }, error: message },
            ...list.slice(place),
          ];
          const reading = (): unknown => read(cutAt(bytesOf(all, '\n'), at));
          assert.throws(reading, (error) => error instanceof EngineStreamError && error.message === message);
        },
      ),
    ));

  it('throws at a last line that was cut off', () =>
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (list, missing) => {
        const bytes = bytesOf([...list, { status: 'Downloading', id: 'aaa' }], '');
        assert.throws(() => read([bytes.subarray(0, bytes.length - missing)]), EngineStreamError);
      }),
    ));
});
