import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readStatement } from '../../../src/core/contract/precompile/statements.ts';

const name = fc.stringMatching(/^[A-Z][a-z_]{0,5}$/);
/** Types as Julia writes them. */
const { type } = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('Int64', 'Any', 'Union{}', '(:a, :b)', ':x', '1', '-2', '1.5', 'true', '0x01', "'c'"),
    fc.tuple(name, name).map(([a, b]) => `${a}.${b}`),
    fc.tuple(name, name).map(([a, b]) => `typeof(${a}.${b.toLowerCase()}!)`),
    name.map((a) => `getfield(${a}, Symbol("#3#4"))`),
    name.map((a) => `${a}.var"#f#12"`),
    fc.constant('typeof(Base.:(+))'),
    fc
      .tuple(name, fc.array(tie('type'), { minLength: 1, maxLength: 3 }))
      .map(([a, all]) => `Base.${a}{${all.join(', ')}}`),
    tie('type').map((inner) => `Array{T, 1} where T<:Base.Val{${inner}}`),
  ),
}));
const statement = fc
  .array(type, { maxLength: 4 })
  .map((types) => `precompile(Tuple{${['typeof(Tides.main)', ...types].join(', ')}})`);

describe('precompile statements', () => {
  it('are read whatever their types', () => {
    fc.assert(
      fc.property(statement, fc.boolean(), (text, timed) => {
        const read = readStatement(timed ? `#=    0.3 ms =# ${text}` : text);
        assert.deepEqual([read?.text, read?.method], [text, 'Tides.main']);
      }),
    );
  });

  it('are never read where anything could be run, or written on another line', () => {
    const evil = fc.constantFrom(
      '$',
      '`',
      ';',
      '@',
      '\n',
      '=',
      'f(',
      ')(',
      '"a"(',
      'run"',
      '\\',
      '#',
      '[',
      '->',
    );
    fc.assert(
      fc.property(statement, evil, fc.nat(), (text, piece, place) => {
        const at = 'precompile(Tuple{'.length + (place % (text.length - 'precompile(Tuple{'.length - 2));
        const read = readStatement(text.slice(0, at) + piece + text.slice(at));
        if (read === undefined) return;
        // All that is left of it stands in a plain text, or is an operator's name.
        const bare = read.text.replace(/"[^"$\n]*"|'\\?\w+'/g, '""').replace(/\.:\(?[-+=>\\]+\)?/g, '');
        assert.doesNotMatch(bare, /[$`;@\n=\\#[]|->/);
        const calls = [...bare.matchAll(/([\p{L}\w!.]+|[")}\]])\(/gu)].map(([, called]) => called);
        assert.deepEqual(
          calls.filter((called) => !['precompile', 'typeof', 'getfield', 'Symbol'].includes(called ?? '')),
          [],
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
