import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { archiveOf } from '../../../src/sandbox/archive.ts';
import { LiveLog, logText } from '../../../src/sandbox/live-log.ts';
import { pageOf } from '../../../src/sandbox/paging.ts';
import { slugOf } from '../../../src/sandbox/slug.ts';

describe('sandbox: paging', () => {
  it('gives every item once, in order, for any page size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 500 }),
        fc.integer({ min: 0, max: 300 }),
        (items, pageSize) => {
          const seen: number[] = [];
          let pageToken = '';
          do {
            const page = pageOf(items, { pageSize, pageToken });
            assert.ok(page.items.length <= (pageSize === 0 ? 20 : Math.min(pageSize, 200)));
            seen.push(...page.items);
            pageToken = page.nextPageToken;
          } while (pageToken !== '');
          assert.deepEqual(seen, items);
        },
      ),
    );
  });

  it('counts pages from 1 and takes -1 for the first', () => {
    const items = [1, 2, 3];
    assert.deepEqual(pageOf(items, { pageSize: 2, pageToken: '', page: 2 }).items, [3]);
    assert.deepEqual(pageOf(items, { pageSize: 2, pageToken: '', page: -1 }).items, [1, 2]);
  });
});

describe('sandbox: archives by name', () => {
  it('are known by their extension alone', () => {
    const cases: [string, string | undefined, string?][] = [
      ['pack.tar', 'tar', 'pack'],
      ['pack.TAR.GZ', 'gzip-tar', 'pack'],
      ['a.b.tgz', 'gzip-tar', 'a.b'],
      ['table.csv.gz', 'gzip', 'table.csv'],
      ['pack.zip', 'zip', 'pack'],
      ['thing-1.0-py3-none-any.whl', 'zip', 'thing-1.0-py3-none-any'],
      ['pack.7z', 'unsupported', 'pack'],
      ['julia', undefined],
      ['tar', undefined],
      ['pack.tar.zst', undefined],
      ['pack.tarball', undefined],
      ['model.bin', undefined],
    ];
    for (const [name, form, stem] of cases) {
      const archive = archiveOf(name);
      assert.deepEqual([archive?.form, archive?.stem], [form, stem], name);
    }
  });
});

describe('sandbox: logs', () => {
  it('are texts of JSON arrays, one entry a line', () => {
    assert.equal([...logText([])].join(''), '[]');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        const text = [
          ...logText(texts.map((data) => ({ stream: 'stderr' as const, seconds: 2, text: data }))),
        ].join('');
        assert.deepEqual(
          JSON.parse(text),
          texts.map((data) => ({ stream_name: 'stderr', time: 2, data })),
        );
        assert.equal(text.split('\n').length, texts.length + 1);
      }),
    );
  });

  it('can be followed from the start while they grow, by several readers', async () => {
    const log = new LiveLog();
    const add = (text: string): void => log.add({ stream: 'stdout', seconds: 1, text });
    const read = async (): Promise<string[]> => {
      const texts: string[] = [];
      for await (const { text } of log.follow(new AbortController().signal)) texts.push(text);
      return texts;
    };
    add('a');
    const readers = [read(), read()];
    await Promise.resolve();
    add('b');
    readers.push(read());
    add('c');
    log.end();
    for (const texts of await Promise.all(readers)) assert.deepEqual(texts, ['a', 'b', 'c']);
  });

  it('let a reader go who gives up', async () => {
    const gone = new AbortController();
    const reading = new LiveLog().follow(gone.signal).next();
    gone.abort();
    assert.equal((await reading).done, true);
  });
});

describe('sandbox: names', () => {
  it('become addresses', () => {
    assert.equal(slugOf('v2 0/4'), 'v2-0-4');
    assert.equal(slugOf('  Harbour Tides: Julia!  '), 'harbour-tides-julia');
    assert.equal(slugOf('demo-kernel'), 'demo-kernel');
  });
});
