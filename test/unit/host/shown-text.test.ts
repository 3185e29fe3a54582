import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { sentence } from '../../../src/host/sentence.ts';
import { shownLine, shownText, shownValue } from '../../../src/host/shown-text.ts';

describe('text as it is shown', () => {
  it('has no commands of a terminal', () => {
    assert.equal(
      shownLine('\x1b[1;31mERROR\x1b[0m: \x1b]0;title\x07no \x1b]8;;http://x\x1b\\link'),
      'ERROR: no link',
    );
    assert.equal(shownLine('\x1bcreset\x9b31mred'), 'resetred');
  });

  it('makes other control characters visible', () => {
    assert.equal(shownLine('a\x00b\x7fc\x85d'), 'a␀b␡c⟨U+0085⟩d');
    assert.equal(shownLine('a\tb'), 'a\tb');
  });

  it('lets no character turn the direction of the text', () => {
    assert.equal(shownLine('invoice\u202egnp.exe'), 'invoice⟨U+202E⟩gnp.exe');
    assert.equal(shownLine('\u2066x\u2069\u061c'), '⟨U+2066⟩x⟨U+2069⟩⟨U+061C⟩');
  });

  it('shows of a line what was written last over it', () => {
    assert.equal(shownLine(' 10 %\r 50 %\r100 %'), '100 %');
    assert.equal(shownLine('done\r'), 'done');
  });

  it('cuts what is too long, and says how long it was', () => {
    const line = shownLine('x'.repeat(1_000_000));
    assert.equal(line.length, 2_000 + '… (1,000,000)'.length);
    assert.match(line, /^x{2000}… \(1,000,000\)$/);
    assert.ok(shownText('y\n'.repeat(500_000)).length < 9_000);
  });

  it('keeps text as people write it', () => {
    for (const text of ['Größe 1.3 GB', '数据 → 结果 🎉', 'שלום', 'two\nlines', '<b>&amp;</b>'])
      assert.equal(shownText(text), text);
  });

  it('is the same wherever it stands, but for addresses', () => {
    const value = { a: ['\x1b[1mx\x1b[0m'], url: 'https://x/\u202e', n: 1, none: undefined };
    assert.deepEqual(shownValue(value), { a: ['x'], url: 'https://x/\u202e', n: 1, none: undefined });
  });

  it('never has a control character, is never long, and does not change when shown again', () => {
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    const bad = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
    const odd = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        ']',
        ';',
        '3',
        'm',
        '\x07',
        '\r',
        '\u202e',
        '\ud800',
        'a',
        '\n',
        '\x9b',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary' })), (text) => {
        const shown = shownText(text);
        assert.doesNotMatch(shown, bad);
        assert.equal(shownText(shown), shown);
        assert.equal(new TextDecoder().decode(new TextEncoder().encode(shown)), shown);
      }),
    );
  });
});

describe('a sentence', () => {
  it('begins with a capital, unless it begins with a name', () => {
    assert.equal(sentence('upload tides-app (38 kB)'), 'Upload tides-app (38 kB)');
    assert.equal(sentence('passed'), 'Passed');
    for (const text of ['ada/notebook v3', 'tides-app v3', 'Done', '', '12 files', 'état'])
      assert.equal(sentence(text), text);
  });
});
