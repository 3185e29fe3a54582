import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { SecretSearch } from '../../../src/core/project/secret-search.ts';
import { KAGGLE_JSON, KAGGLE_TOKEN, KEY } from '../../support/secret-samples.ts';

function found(...pieces: readonly Buffer[]): string | undefined {
  const search = new SecretSearch();
  for (const piece of pieces) search.update(piece);
  return search.end();
}

const bytes = fc.uint8Array({ minLength: 0, maxLength: 20_000 }).map((array) => Buffer.from(array));
const hexOf = (length: number) =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const manifest = fc
  .array(hexOf(40), { maxLength: 200 })
  .map((hashes) =>
    hashes
      .map(
        (hash) =>
          `[[deps.P${hash.slice(0, 6)}]]\ngit-tree-sha1 = "${hash}"\nrepo-url = "https://github.com/a/b.git"\n`,
      )
      .join('\n'),
  );
const numbers = fc
  .array(fc.tuple(fc.double(), fc.integer(), fc.string()), { maxLength: 300 })
  .map((rows) => `id,username,key\n${rows.map((row) => row.join(',')).join('\n')}`);
const picture = bytes.map(
  (content) => `<img src="data:image/png;base64,${deflateSync(content).toString('base64')}">`,
);
const notebook = fc.tuple(picture, fc.string()).map(([image, text]) =>
  JSON.stringify({
    cells: [{ cell_type: 'code', source: [text], outputs: [{ data: { 'image/png': image } }] }],
  }),
);
const weights = fc.float32Array({ maxLength: 5_000 }).map((array) => Buffer.from(array.buffer));

describe('the search for secrets', () => {
  it('finds nothing in what honest projects have', () => {
    const text = fc
      .oneof(manifest, numbers, picture, notebook, fc.lorem({ maxCount: 500 }))
      .map((all) => Buffer.from(all));
    fc.assert(
      fc.property(fc.oneof(text, bytes, weights), (content) => {
        assert.equal(found(content), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('finds a secret wherever it is, in whatever it is wrapped, and wherever it is cut', () => {
    const wraps: readonly ((text: string) => Buffer)[] = [
      (text) => Buffer.from(text),
      (text) => Buffer.from(text, 'utf16le'),
      (text) => Buffer.from(text, 'utf16le').swap16(),
      (text) => Buffer.from(JSON.stringify(text)),
      (text) => Buffer.from(JSON.stringify(JSON.stringify(text))),
      (text) => Buffer.from(Buffer.from(text).toString('base64')),
      (text) =>
        Buffer.from(
          Buffer.from(text)
            .toString('base64')
            .replace(/(.{64})/g, '$1\r\n  '),
        ),
      (text) => Buffer.from(text.replace(/^/gm, '    ')),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(KEY, KAGGLE_JSON, KAGGLE_TOKEN),
        fc.constantFrom(...wraps),
        fc.integer({ min: 0, max: 300_000 }),
        fc.constantFrom('. ', '\n', 'word '),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (secret, wrap, before, filler, cut) => {
          const whole = Buffer.concat([
            Buffer.alloc(before * 2, filler),
            Buffer.from('\n\n'),
            wrap(secret),
            Buffer.from('\n\n'),
            Buffer.alloc(40_000, filler),
          ]);
          const at = Math.floor(whole.length * cut);
          assert.notEqual(found(whole.subarray(0, at), whole.subarray(at)), undefined);
        },
      ),
      { numRuns: 150 },
    );
  });
});
