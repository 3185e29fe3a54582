import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { sentence } from '../../../src/host/run/run-view.ts';
import { shownJson, shownLine, shownOnOneLine, shownText, shownValue } from '../../../src/base/shown-text.ts';

describe('text as it is shown', () => {
  it('has no commands of a terminal', () => {
    assert.equal(
      shownLine('\x1b[1;31mERROR\x1b[0m: \x1b]0;title\x07no \x1b]8;;http://x\x1b\\link'),
      'ERROR: no link',
    );
    assert.equal(shownLine('\x1bcreset\x9b31mred'), 'resetred');
  });

  it('has none of their 8-bit forms and strings either, whole or broken off', () => {
    assert.equal(shownText('\x9d0;title\x9ca\x90q\x9cb\x9fx\x1b\\c\x1b_x\x1b\\d\x1b(Be'), 'abcde');
    assert.equal(shownText('a\x1b]52;c;ZXZpbA==\x07b'), 'ab');
    assert.equal(shownText('x\x1b]8;;'), 'x␛]8;;');
    assert.equal(shownText('\x1b\x1b[m[2J'), '␛[2J');
  });

  it('keeps what stands between what one name opens and another closes', () => {
    assert.equal(shownText('a\x1b]0;, id_rsa, \x07b'), 'a␛]0;, id_rsa, ␇b');
    assert.equal(shownText('a\x1b[, 12 files'), 'a␛[, 12 files');
  });

  it('lets no name go back over the words before it', () => {
    assert.equal(shownText('warning: x\rall is well'), 'warning: x␍all is well');
    assert.equal(shownText('x\b\b'), 'x␈␈');
    assert.equal(shownText('one\r\ntwo'), 'one\ntwo');
  });

  it('is on one line where there is but one', () => {
    assert.equal(shownOnOneLine(' a\nb\t\u2028c  d\r\n'), 'a b c d');
  });

  it('makes what has no width visible', () => {
    assert.equal(shownText('a\u200bb\u2060c\ufeffd\u{e0041}'), 'a⟨U+200B⟩b⟨U+2060⟩c⟨U+FEFF⟩d⟨U+E0041⟩');
    assert.equal(shownText('❤️'), '❤️');
  });

  it('in JSON is the same value, without a character to obey', () => {
    const value = { a: '\x9b2J\u202e\u{e0041}\u2028\x1b[m 数据 🎉' };
    assert.deepEqual(JSON.parse(shownJson(value)), value);
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    assert.doesNotMatch(shownJson(value), /[\x00-\x1f\x7f-\x9f\u2028\u202e]/);
    assert.match(shownJson(value), /数据 🎉/);
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
    assert.ok(shownValue('y\n'.repeat(500_000)).length < 9_000);
    assert.equal(shownLine(`${'x'.repeat(1_999)}🎉`).length, 1_999 + '… (2,001)'.length);
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
