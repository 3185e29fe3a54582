import assert from 'node:assert/strict';
import type { PullProgress } from '../../../src/docker/engine.ts';
import { PullReader } from '../../../src/docker/pull-progress.ts';
import { EngineStreamError } from '../../../src/docker/translate-error.ts';

function read(...lines: (object | string)[]): { reader: PullReader; told: PullProgress[] } {
  const told: PullProgress[] = [];
  const reader = new PullReader((progress) => void told.push(progress));
  for (const line of lines)
    reader.push(Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  reader.end();
  return { reader, told };
}

const downloading = (id: string, current: number, total?: number): object => ({
  status: 'Downloading',
  id,
  progressDetail: { current, total },
});

describe('the account of a pull', () => {
  it('counts the bytes of a layer from its first to its last', () => {
    const { told } = read(
      { status: 'Pulling fs layer', id: 'aaa', progressDetail: {} },
      downloading('aaa', 10, 100),
      { status: 'Waiting', id: 'aaa' },
      { status: 'Downloading', id: 'aaa' },
      { status: 'Verifying Checksum', id: 'aaa' },
      { status: 'Extracting', id: 'aaa', progressDetail: { current: 1, total: 100 } },
      { status: 'Pull complete', id: 'aaa' },
    );
    assert.deepEqual(
      told.map(({ doneBytes, totalBytes, layers }) => [doneBytes, totalBytes, layers[0]?.phase]),
      [
        [0, 0, 'waiting'],
        [10, 100, 'downloading'],
        [10, 100, 'waiting'],
        [10, 100, 'downloading'],
        [100, 100, 'downloaded'],
        [100, 100, 'extracting'],
        [100, 100, 'ready'],
      ],
    );
  });

  it('adds the layers up, and says how many are done', () => {
    const { told } = read(
      { status: 'Already exists', id: 'aaa' },
      { status: 'Waiting', id: 'bbb' },
      downloading('ccc', 5, 50),
      downloading('bbb', 1, 30),
      { status: 'Download complete', id: 'ccc' },
      { status: 'Download complete', id: 'bbb' },
      { status: 'Pull complete', id: 'bbb' },
    );
    assert.deepEqual(
      told.map(({ text }) => text),
      [
        'unpacking, 1 of 1 layers done',
        'downloading, 1 of 2 layers done',
        'downloading, 1 of 3 layers done',
        'downloading, 1 of 3 layers done',
        'downloading, 1 of 3 layers done',
        'unpacking, 1 of 3 layers done',
        'unpacking, 2 of 3 layers done',
      ],
    );
    assert.deepEqual([told.at(3)?.doneBytes, told.at(3)?.totalBytes], [6, 80]);
  });

  it('takes a size that was never told for what has come', () => {
    const { told } = read(downloading('aaa', 7), downloading('aaa', 9));
    assert.deepEqual([told.at(-1)?.doneBytes, told.at(-1)?.totalBytes], [9, 9]);
  });

  it('shows what is said of no layer as it is, and of an unknown layer nothing', () => {
    const { told } = read(
      { status: 'Pulling from kaggle/python', id: 'latest' },
      { status: 'Downloading' },
      {},
    );
    assert.deepEqual(
      told.map(({ text, layers }) => [text, layers.length]),
      [
        ['Pulling from kaggle/python', 0],
        ['unpacking, 0 of 0 layers done', 0],
        ['', 0],
      ],
    );
  });

  it('passes over empty lines', () => {
    assert.deepEqual(read('', '  ', '').told, []);
  });

  it('names the image that Podman closes with, and nothing after another line', () => {
    const last = (...lines: object[]): string => read(...lines).reader.lastCompletedId;
    assert.equal(last(), '');
    assert.equal(last({ status: 'Download complete', id: 'sha' }), 'sha');
    assert.equal(last({ status: 'Download complete' }), '');
    assert.equal(last({ status: 'Download complete', id: 'sha' }, { status: 'Pull complete', id: 'x' }), '');
  });

  const failures: [what: string, line: object | string, message: RegExp | string][] = [
    ['an error', { error: 'no such image' }, 'no such image'],
    ['an error with its details alone', { errorDetail: { message: 'unauthorized' } }, 'unauthorized'],
    ['a page in place of JSON', '<html>', 'unreadable answer to a pull: <html>'],
    ['JSON of another form', { status: 7 }, /^unreadable answer to a pull: \{"status":7\}$/],
    ['a long page, of which it quotes the beginning', `<${'x'.repeat(999)}`, /^unreadable.{0,30}: <x{199}$/],
  ];
  for (const [what, line, message] of failures)
    it(`throws at ${what}`, () => {
      assert.throws(
        () => read(line),
        (error: Error) => {
          assert.ok(error instanceof EngineStreamError);
          if (typeof message === 'string') assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
    });
});
