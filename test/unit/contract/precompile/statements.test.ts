import assert from 'node:assert/strict';
import { readStatement } from '../../../../src/core/contract/precompile/statements.ts';

const read = (line: string) => {
  const { owner, method } = readStatement(line) ?? {};
  return [owner, method];
};

describe('what Julia compiled in a run, as it writes it', () => {
  it('is read as each version writes it', () => {
    const forms: readonly [string, string][] = [
      ['precompile(Tuple{typeof(Inference.main), Array{String, 1}})', 'Inference.main'],
      // With --trace-compile-timing, and a method that was invalidated.
      ['#=   12.3 ms =# precompile(Tuple{typeof(Inference.main), Array{String, 1}})', 'Inference.main'],
      ['#= 1037.0 ms =# precompile(Tuple{typeof(Inference.fit), Int64})   # recompile', 'Inference.fit'],
      [
        'precompile(Tuple{typeof(Core.kwcall), NamedTuple{(:rounds,), Tuple{Int64}}, typeof(Inference.fit), Array{Float64, 2}})',
        'Inference.fit',
      ],
      // Julia 1.5 to 1.8.
      [
        'precompile(Tuple{getfield(Inference, Symbol("#fit##kw")), NamedTuple{(:rounds,), Tuple{Int64}}, typeof(Inference.fit), Int64})',
        'Inference.fit',
      ],
      [
        'precompile(Tuple{Inference.var"#fit##kw", NamedTuple{(), Tuple{}}, typeof(Inference.fit)})',
        'Inference.fit',
      ],
      [
        'precompile(Tuple{Core.var"#Type##kw", NamedTuple{(:a,), Tuple{Int64}}, Type{Inference.Model}})',
        'Inference.Model',
      ],
      ['precompile(Tuple{Inference.var"##fit#12", Int64, typeof(Inference.fit), Any})', 'Inference.fit'],
      ['precompile(Tuple{Inference.Sub.var"#3#4"{Int64}, Float64})', 'Inference.Sub.#3#4'],
      ['precompile(Tuple{Type{Inference.Model{T} where T<:Real}, Int64})', 'Inference.Model'],
      ["precompile(Tuple{typeof(Inference.:(⊕)), Char, Base.Val{-1}, Base.Val{'x'}})", ''],
      ["precompile(Tuple{typeof(Inference.:(+)), Base.Val{-1}, Base.Val{'x'}})", 'Inference.:(+)'],
      ['precompile(Tuple{typeof(Inference.run!), Vararg{Any, N} where N})', 'Inference.run!'],
    ];
    for (const [line, method] of forms)
      assert.deepEqual(read(line), method === '' ? [undefined, undefined] : ['Inference', method], line);
  });

  it('says whose it is, and which packages it names', () => {
    assert.deepEqual(
      readStatement('precompile(Tuple{typeof(Base.map), getfield(Tides, Symbol("#1#2")), CSV.File})'),
      {
        text: 'precompile(Tuple{typeof(Base.map), getfield(Tides, Symbol("#1#2")), CSV.File})',
        owner: 'Base',
        method: 'Base.map',
        roots: ['Base', 'Tides', 'CSV'],
      },
    );
  });

  it('is nothing that would do more than name a type', () => {
    for (const line of [
      'precompile(Tuple{typeof(run(`id`)), Int64})',
      'precompile(Tuple{Base.run("id"), Int64})',
      'precompile(Tuple{typeof(Tides.f), Base.Val{"$(run(`id`))"}})',
      'precompile(Tuple{typeof(Tides.f), Base.Val{:($(1))}})',
      'precompile(Tuple{typeof(Tides.f), @eval(1)})',
      'precompile(Tuple{typeof(Tides.f), Tides.run"id"})',
      'precompile(Tuple{typeof(Tides.f), Tides.Symbol("id")})',
      'precompile(Tuple{typeof(Tides.f), (Tides.f)("id")})',
      'precompile(Tuple{typeof(Tides.f), Tides.T{Int64}("id")})',
      'precompile(Tuple{typeof(Tides.f)}); run(`id`)',
      'precompile(Tuple{typeof(Tides.f)}) # \u202e',
      'precompile(Tuple{typeof(Tides.f), Int64)})',
      'precompile(Tuple{typeof(Tides.f), x = 1})',
      'run(`id`) # precompile(Tuple{typeof(Tides.f)})',
      `precompile(Tuple{typeof(Tides.f), ${'A'.repeat(2_000)}})`,
      'precompile(Tuple{Int64})',
      '',
    ])
      assert.equal(readStatement(line), undefined, line);
  });
});
