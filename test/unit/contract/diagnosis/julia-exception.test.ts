import assert from 'node:assert/strict';
import { readJuliaException } from '../../../../src/core/contract/diagnosis/julia-exception.ts';

const messageOf = (...lines: string[]): string | undefined => readJuliaException(lines)?.message;
/** The frame that is told of an exception with these lines below it, as `function file:line`. */
const frameOf = (...lines: string[]): string | undefined => {
  const frame = readJuliaException(['ERROR: KeyError: key 1 not found', 'Stacktrace:', ...lines])?.frame;
  return frame && `${frame.function} ${frame.file}:${frame.line}`;
};

describe('the last exception of Julia in a log', () => {
  it('is none without a report', () => {
    assert.equal(readJuliaException([]), undefined);
    assert.equal(readJuliaException(['all is well', ' ERROR: not at the start']), undefined);
  });

  it('is the last one, in its own words', () => {
    assert.equal(messageOf('ERROR: first', 'ERROR: BoundsError: attempt'), 'BoundsError: attempt');
    assert.equal(messageOf('ERROR: says ERROR: twice'), 'says ERROR: twice');
  });

  for (const wrapper of [
    'LoadError: ',
    'InitError: ',
    'LoadError: InitError: ',
    'On worker 2:',
    'On worker 12: ',
    'CompositeException: ',
    'TaskFailedException: ',
  ])
    it(`is freed of "${wrapper}"`, () => {
      assert.equal(messageOf(`ERROR: ${wrapper}KeyError: key "x" not found`), 'KeyError: key "x" not found');
    });

  it('is not freed of what only looks like a wrapper', () => {
    assert.equal(messageOf('ERROR: MyLoadError: x'), 'MyLoadError: x');
    assert.equal(messageOf('ERROR: LoadErrors: x'), 'LoadErrors: x');
  });

  it('is on the next line where a task failed', () => {
    assert.equal(messageOf('ERROR: TaskFailedException', '', 'boom  '), 'boom');
    assert.equal(messageOf('ERROR: TaskFailedException:', 'LoadError: boom'), 'boom');
    assert.equal(messageOf('ERROR: TaskFailedException'), '');
    const nested = ['ERROR: TaskFailedException', 'Stacktrace:', '    nested task error: boom'];
    assert.equal(messageOf(...nested), 'boom');
    assert.equal(messageOf('ERROR: x', 'no nested task error: boom'), 'x');
  });

  it('is cut off when it is long', () => {
    assert.equal(messageOf(`ERROR: ${'x'.repeat(300)}`), 'x'.repeat(300));
    assert.equal(messageOf(`ERROR: ${'x'.repeat(301)}`), `${'x'.repeat(300)}…`);
  });

  it('has its place in one line, as Julia 1.5 writes it', () => {
    const line = ' [12] predict(::Dict{String,Int64}) at /root/.julia/dev/Inference/src/model.jl:31';
    assert.equal(frameOf(line), 'predict Inference/src/model.jl:31');
    assert.equal(frameOf(`${line} [inlined]`), 'predict Inference/src/model.jl:31');
    assert.equal(frameOf(`${line} (repeats 79984 times)`), 'predict Inference/src/model.jl:31');
    assert.equal(frameOf(line.slice(1)), 'predict Inference/src/model.jl:31');
    for (const other of [`then${line}`, `${line} and more`, `${line} (repeats)`])
      assert.equal(frameOf(other), undefined, other);
  });

  it('has its place below it, as newer ones write it', () => {
    const begins = ' [12] predict(w::Dict{String, Int64})';
    const place = '    @ Inference ~/work/src/model.jl:31';
    assert.equal(frameOf(begins, place), 'predict ~/work/src/model.jl:31');
    assert.equal(frameOf(begins, `${place} [inlined]`), 'predict ~/work/src/model.jl:31');
    assert.equal(frameOf(begins, '    @ ~/work/main.jl:2'), 'predict ~/work/main.jl:2');
    assert.equal(frameOf(`${begins} (repeats 9 times)`, place), 'predict ~/work/src/model.jl:31');
    assert.equal(frameOf(begins.slice(1), place), 'predict ~/work/src/model.jl:31');
    assert.equal(frameOf(begins, `${place} and more`), undefined);
    assert.equal(frameOf(place), undefined, 'a place of nothing');
    assert.equal(frameOf(begins, 'between', place), undefined, 'not the line below');
    assert.equal(frameOf(begins, `then${place}`), undefined);
    assert.equal(frameOf(`then${begins}`, place), undefined);
  });

  it('is named by its function, whatever that is', () => {
    const named = (signature: string): string | undefined =>
      frameOf(` [1] ${signature} at /root/.julia/dev/A/src/a.jl:1`)?.split(' A/')[0];
    assert.equal(named('top-level scope'), 'top-level scope');
    assert.equal(named('f{Int}(x)'), 'f');
    assert.equal(named('(::Functor)(x)'), 'Functor');
    assert.equal(named('(::Functor{Int})(x::Dict{Int, Int})'), 'Functor{Int}');
    assert.equal(named('{odd}'), '{odd}');
  });

  it('is in the first frame that is the person’s own', () => {
    const own = ' [9] main() at /root/.julia/dev/A/src/a.jl:7';
    for (const other of [
      './array.jl:3',
      'none:1',
      'REPL[2]:1',
      'string:1',
      '/opt/julia-1.5.3/share/x.jl:1',
      '/usr/share/julia/stdlib/x.jl:1',
      '/root/.julia/packages/CSV/aoJqo/src/CSV.jl:1',
      '/buildworker/worker/x.jl:1',
      '/cache/build/x.jl:1',
      '/root/.julia/dev/A/src/generated.jl:0',
    ])
      assert.equal(frameOf(` [1] f(x) at ${other}`, own), 'main A/src/a.jl:7', other);
    for (const mine of [
      '/work/none/a.jl:1',
      '/work/REPL/a.jl:1',
      '/x/string:1',
      '/x/./a.jl:2',
      'nonesuch.jl:1',
      'strings.jl:1',
    ])
      assert.equal(frameOf(` [1] f(x) at ${mine}`, own), `f ${mine}`, mine);
  });
});
