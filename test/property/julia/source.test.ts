import assert from 'node:assert/strict';
import fc from 'fast-check';
import { functionsOf, onlyDefines, packagesOf } from '../../../src/julia/source-facts.ts';
import { scanJulia } from '../../../src/julia/source.ts';

/** What holds words of Julia that are none there. */
const disguise = fc.constantFrom(
  'end',
  'module X',
  'using Hidden',
  'function f(',
  'begin [ ( {',
  'if # for',
  "it's",
);
/** One statement each, with such words in strings, comments and characters. */
const statement = fc.oneof(
  disguise.map((text) => `println("${text}")`),
  disguise.map((text) => `x = """\n${text}\n"quoted" ${text}\n"""`),
  disguise.map((text) => `y = raw"${text}\\" ${text}" # ${text}`),
  disguise.map(
    (text) => `for i in 1:2 #= ${text} #= ${text} =# =#\n  println(a[end], 'e', "$(f("${text}"))")\nend`,
  ),
  fc.constant("z = a' * b'"),
  fc.constant("c = ['\"', '#', '\\'', '\\u00e9']"),
  fc.constant('s = [i for i in v if i > a[begin] && i < a[end]]'),
  fc.constant('t = (for i in 1:2; end; if x 1 else 2 end)'),
  fc.constant('u = node.end + (:end, :begin)[1]'),
  fc.constant('abstract type A end'),
  fc.constant('mutable struct B\n  function B() new() end\nend'),
  fc.constant('f = function (x)\n  x\nend'),
  fc.constant('map(v) do x\n  if x > 0; x else y end\nend'),
  fc.constant('quote\n  module Q end\nend'),
  fc.constant('long = first +\n  second'),
  fc.constant('macro m(x) esc(:(begin $x end)) end'),
);

describe('the scanner of Julia sources', () => {
  it('finds each statement, whatever strings and comments hold, at the top and in modules', () => {
    fc.assert(
      fc.property(
        fc.array(statement),
        fc.array(statement),
        fc.constantFrom('\n', '\r\n'),
        (outer, inner, line) => {
          const text = [...outer, 'module M', ...inner, 'end', ''].join('\n').replaceAll('\n', line);
          const { statements, modules } = scanJulia(text);
          assert.ok(modules.has('M'));
          const found = statements.map(({ text: one }) => one.trim().replaceAll('\r', ''));
          // A comment behind a statement stands before the next one, or belongs to it.
          const bare = (one: string): string => one.replace(/ # .*$/, '').trim();
          assert.deepEqual(found.map(bare), [...outer, ...inner].map(bare));
        },
      ),
    );
  });

  it('keeps length and lines, and loses only what is no code', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom(
              '"',
              '"""',
              '#',
              '#=',
              '=#',
              '\n',
              '$(',
              ')',
              "'",
              '\\',
              '`',
              'end',
              'module A',
              'begin',
            ),
          ),
        ),
        (parts) => {
          const text = parts.join('');
          const { code, statements } = scanJulia(text);
          assert.equal(code.length, text.length);
          assert.deepEqual(code.split('\n').length, text.split('\n').length);
          for (let at = 0; at < text.length; at++)
            if (code[at] !== ' ' && code[at] !== text[at]) assert.fail(`at ${at}`);
          let last = 0;
          for (const { start, end } of statements) {
            assert.ok(start >= last && end > start);
            last = end;
          }
        },
      ),
    );
  });

  it('takes hostile sources in linear time', () => {
    const hostile = [
      '#=',
      '"$(',
      '("',
      '(',
      'f(x) where ',
      'module A;',
      'begin ',
      "'",
      '`',
      'include(',
      'using A,',
      'x = y +\n',
      ') ',
      'f()::',
      '"""',
      'abstract ',
    ];
    for (const part of hostile) {
      const text = part.repeat(1_000_000 / part.length);
      const before = performance.now();
      const source = scanJulia(text);
      packagesOf(source);
      onlyDefines(source);
      const seconds = (performance.now() - before) / 1000;
      assert.ok(seconds < 8, `${JSON.stringify(part)}: ${seconds} s`);
    }
  }).timeout(200_000);

  it('reads what is loaded and defined', () => {
    const source = scanJulia(
      '\uFEFF"""doc using Z"""\r\nmodule M\r\nusing A, B.C: d, e\r\nimport E as F\r\nimport G.H, I\r\nusing .Own\r\nexport f\r\n' +
        '@reexport using R\r\nusing K:\r\n  l,\r\n  m\r\ntry\r\n  using Maybe\r\ncatch\r\nend\r\n' +
        'f(x) = 1\r\nfunction g(x)::Int where {T}\r\nend\r\n@inline h(x)::Int = 2\r\nstruct S end\r\nend\r\n',
    );
    assert.deepEqual(packagesOf(source), ['A', 'B', 'E', 'G', 'I', 'R', 'K']);
    assert.deepEqual(functionsOf(source), ['f', 'g', 'h']);
    assert.equal(onlyDefines(source), undefined, 'try may do more');
    assert.deepEqual(onlyDefines(scanJulia('f() = 1\n')), ['f']);
    for (const acting of ['f()', 'write("a.csv", f())', 'if true\nf()\nend', '@time f()', 'x = f()'])
      assert.equal(onlyDefines(scanJulia(`f() = 1\n${acting}\n`)), undefined, acting);
  });
});
