import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diagnose } from '../../../src/core/contract/diagnosis/diagnose.ts';

/** Pieces of the wordings, so that half-way matches come up. */
const PIECE = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'ERROR: ',
    'LoadError: ',
    ' [1] f(::Int) at ',
    '    @ Main ./x.jl:1',
    'nested task error: ',
    '┌ Debug: Precompiling ',
    '│ Reasons = ',
    'Traceback (most recent call last)',
    '---> 3 ',
    'RuntimeError: ',
    '\u001b[31m',
    'opening file "',
  ),
);
const LINE = fc.array(PIECE, { maxLength: 5 }).map((pieces) => pieces.join('').replace(/\n/g, ''));

describe('diagnose, whatever the log', () => {
  it('ends, gives sentences, and of a run that ended well nothing but what is not allowed offline', () => {
    fc.assert(
      fc.property(fc.array(LINE), (lines) => {
        for (const { title, remedies } of diagnose({ lines, failed: true })) {
          assert.notEqual(title, '');
          assert.ok(remedies.length > 0);
        }
        const kinds = diagnose({ lines, failed: false }).map(({ kind }) => kind);
        for (const kind of kinds)
          assert.ok(['download', 'host', 'registry', 'recompilation'].includes(kind), kind);
      }),
    );
  });

  it('takes no more than linear time for a line without end', () => {
    const started = performance.now();
    for (const piece of ['a', ' ', '"', 'tar: ', 'ERROR: ', '[1] ('])
      diagnose({ lines: [piece.repeat(200_000 / piece.length)], failed: true });
    assert.ok(performance.now() - started < 20_000);
  });
});
