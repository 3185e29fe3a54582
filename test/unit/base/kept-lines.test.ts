import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cappedLine, CappedLog, cappedLines, KeptLines } from '../../../src/base/kept-lines.ts';

const charactersOf = (lines: readonly string[]): number => lines.reduce((sum, { length }) => sum + length, 0);

function kept(lines: Iterable<string>, isTelling?: (line: string) => boolean): readonly string[] {
  const keeper = new KeptLines(isTelling);
  for (const line of lines) keeper.add(line);
  return keeper.lines;
}

function* numbered(count: number, text: string): Generator<string> {
  for (let i = 0; i < count; i += 1) yield `${i} ${text}`;
}

describe('a line that is kept', () => {
  it('is itself, unless nobody means it to be read', () => {
    for (const line of ['', 'x', 'x'.repeat(8_000)]) assert.equal(cappedLine(line), line);
    const capped = cappedLine(`begin${'x'.repeat(50_000_000)}end`);
    assert.ok(capped.length < 8_100);
    assert.match(capped, /^begin.*… 49,992,008 characters left out ….*end$/s);
  });

  it('is never longer than that, and well-formed wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8_001, max: 20_000 }),
        fc.constantFrom('🎉', 'a🎉', 'ab'),
        (length, unit) => {
          const capped = cappedLine(unit.repeat(length).slice(0, length));
          assert.ok(capped.length < 8_100);
          assert.ok(Buffer.from(capped).toString() === capped);
        },
      ),
    );
  });
});

describe('the lines that are kept', () => {
  it('are all of an honest run, in order', () => {
    const lines = [...numbered(10_000, 'Precompiling something')];
    assert.deepEqual(kept(lines), lines);
  });

  it('of 120 MB of output are the first and the last ones, within bounds, with a note between', () => {
    const count = 120_000;
    const lines = kept(numbered(count, 'x'.repeat(994)));
    assert.ok(charactersOf(lines) < 4_000_000);
    assert.match(lines[0] ?? '', /^0 x/);
    assert.match(lines.at(-1) ?? '', new RegExp(`^${count - 1} x`));
    const notes = lines.filter((line) => /^… [\d,]+ lines left out …$/.test(line));
    assert.equal(notes.length, 1);
    assert.equal(Number(/[\d,]+/.exec(notes[0] ?? '')?.[0].replaceAll(',', '')) + lines.length - 1, count);
  });

  it('of lines without text are bounded too', () => {
    const keeper = new KeptLines();
    for (let i = 0; i < 2_000_000; i += 1) keeper.add('');
    assert.ok(keeper.lines.length < 300_000);
  });

  it('of one line of 50 MB are but its ends', () => {
    assert.ok(charactersOf(kept(['x'.repeat(50_000_000)])) < 8_100);
  });

  it('between the first and the last ones are those that say something', () => {
    const lines = kept(
      (function* () {
        yield* numbered(5_000, 'x'.repeat(1_000));
        yield 'ERROR: boom';
        yield* numbered(5_000, 'x'.repeat(1_000));
      })(),
      (line) => line.startsWith('ERROR: '),
    );
    assert.ok(lines.includes('ERROR: boom'));
  });

  it('are bounded where every one says something', () => {
    assert.ok(charactersOf(kept(numbered(200_000, 'x'.repeat(990)), () => true)) < 4_500_000);
  });
});

describe('a log that is capped', () => {
  const bounds = { first: 1_000, last: 500 };

  it('is written as it comes, and has its end at its end', () => {
    const written: string[] = [];
    const log = cappedLines((text) => written.push(text), bounds);
    for (const line of numbered(10, 'early')) log.add(line);
    assert.equal(written.join(''), [...numbered(10, 'early')].map((line) => `${line}\n`).join(''));
    for (const line of numbered(10_000, 'x'.repeat(40))) log.add(line);
    const before = written.length;
    log.end();
    assert.ok(charactersOf(written) < 2_000);
    assert.match(written[before] ?? '', /^… [\d,]+ lines left out …\n$/);
    assert.match(written.at(-1) ?? '', /^9999 x+\n$/);
    log.end();
    assert.match(written.at(-1) ?? '', /^9999 x+\n$/);
    assert.equal(written.filter((line) => line.includes('left out')).length, 1);
  });

  it('leaves out nothing of what fits, and says so of nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }), (lines) => {
        const written: string[] = [];
        const log = new CappedLog<string>(
          { write: (line) => written.push(line), sizeOf: ({ length }) => length, note: () => 'NOTE' },
          bounds,
        );
        for (const line of lines) log.add(line);
        log.end();
        if (!written.includes('NOTE')) assert.deepEqual(written, lines);
        else assert.ok(charactersOf(lines) + 16 * lines.length > 1_500);
      }),
    );
  });
});
