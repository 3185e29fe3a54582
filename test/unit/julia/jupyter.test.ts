import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cellOf,
  foreignCell,
  type ForeignCell,
  jupyterScript,
  parseJupyter,
  withoutPkg,
} from '../../../src/julia/jupyter.ts';

const JULIA = { kernelspec: { display_name: 'Julia 1.10.5', language: 'julia', name: 'julia-1.10' } };
const code = (source: string | readonly string[], more: object = {}): object => ({
  cell_type: 'code',
  execution_count: null,
  metadata: {},
  outputs: [],
  source,
  ...more,
});
const TEXT = { cell_type: 'markdown', metadata: {}, source: ['# Tides\n', 'words'] };

/** A notebook, its language and its code, each as that version of nbformat and its writers have it. */
const FORMS: Readonly<
  Record<string, readonly [notebook: object, language: string | undefined, code: string[]]>
> = {
  'nbformat 3, with worksheets': [
    {
      metadata: { language: 'Julia', name: '' },
      nbformat: 3,
      nbformat_minor: 0,
      worksheets: [
        { cells: [{ cell_type: 'code', input: ['x = 1\n', 'y = 2'], language: 'julia', outputs: [] }, TEXT] },
        { cells: [{ cell_type: 'code', input: 'z = 3', language: 'julia', outputs: [] }] },
      ],
    },
    'julia',
    ['x = 1\ny = 2', 'z = 3'],
  ],
  'nbformat 3 that only its cells say the language of': [
    {
      metadata: { name: '' },
      nbformat: 3,
      worksheets: [{ cells: [{ cell_type: 'code', input: 'x', language: 'julia' }] }],
    },
    'julia',
    ['x'],
  ],
  'nbformat 4.0, lines': [
    { cells: [TEXT, code(['a = 1\n', 'b'])], metadata: JULIA, nbformat: 4, nbformat_minor: 0 },
    'julia',
    ['a = 1\nb'],
  ],
  'nbformat 4.2, one text': [
    { cells: [code('a = 1\nb')], metadata: JULIA, nbformat: 4, nbformat_minor: 2 },
    'julia',
    ['a = 1\nb'],
  ],
  'nbformat 4.4 by language_info alone': [
    {
      cells: [code('a')],
      metadata: { language_info: { file_extension: '.jl', name: 'julia', version: '1.8.0' } },
      nbformat: 4,
      nbformat_minor: 4,
    },
    'julia',
    ['a'],
  ],
  'nbformat 4.5, with ids, tags and raw cells': [
    {
      cells: [
        { cell_type: 'raw', id: 'r', metadata: {}, source: 'no' },
        code('a', { id: 'c', metadata: { tags: ['x'] } }),
      ],
      metadata: JULIA,
      nbformat: 4,
      nbformat_minor: 5,
    },
    'julia',
    ['a'],
  ],
  'Colab, whose kernel is named only': [
    {
      cells: [code('a')],
      metadata: { colab: { provenance: [] }, kernelspec: { display_name: 'Julia', name: 'julia-1.6' } },
      nbformat: 4,
      nbformat_minor: 0,
    },
    'julia',
    ['a'],
  ],
  Python: [
    {
      cells: [code('import os')],
      metadata: { kernelspec: { language: 'python', name: 'python3' } },
      nbformat: 4,
      nbformat_minor: 5,
    },
    'python',
    ['import os'],
  ],
  'without any metadata': [{ cells: [code('a')], nbformat: 4, nbformat_minor: 5 }, undefined, ['a']],
  'with the line ends of Windows': [
    { cells: [code('a\r\nb')], metadata: JULIA, nbformat: 4, nbformat_minor: 5 },
    'julia',
    ['a\nb'],
  ],
};

const CELLS: Readonly<Record<string, ForeignCell | undefined>> = {
  ';ls -la': 'shell',
  ';cat x\ny = 1': undefined,
  ']add CSV': 'packages',
  ' ] add CSV ': 'packages',
  'x = [\n1,\n]': undefined,
  ']\nx': undefined,
  '?sum': 'help',
  '? sum\nx': 'help',
  '%%shell\nset -e': 'magic',
  '%%capture\nx': 'magic',
  '%time x': 'magic',
  'x % 2': undefined,
  'x ? 1 : 2': undefined,
  '': undefined,
};

describe('a Jupyter notebook', () => {
  for (const [name, [notebook, language, cells]] of Object.entries(FORMS))
    it(`is read: ${name}`, () => {
      const found = parseJupyter(JSON.stringify(notebook));
      assert.deepEqual(
        { language: found?.language, cells: found?.cells },
        { language, cells: cells.map((text, at) => ({ number: at + 1, code: text })) },
      );
    });

  it('is none where it is no JSON, or has another form', () => {
    for (const text of ['', '{', '[]', 'null', '{"cells": []}', '{"nbformat": 4, "cells": [1]}', 'using CSV'])
      assert.equal(parseJupyter(text), undefined, text);
    assert.deepEqual(parseJupyter('\uFEFF{"nbformat": 4}')?.cells, []);
  });

  it('is read or not, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        parseJupyter(text);
      }),
    );
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    assert.equal(parseJupyter(deep), undefined);
  });
});

describe('a code cell', () => {
  for (const [text, kind] of Object.entries(CELLS))
    it(`${JSON.stringify(text)} is ${kind ?? 'Julia'}`, () => {
      assert.equal(foreignCell({ number: 1, code: text }), kind);
    });

  it('runs without what manages packages, line by line as it was', () => {
    const left = (text: string) => withoutPkg({ number: 1, code: text });
    assert.deepEqual(left('using Pkg; Pkg.add("CSV")\nPkg.activate("..")\nusing CSV\n'), {
      code: `using Pkg; ${' '.repeat(14)}\n${' '.repeat(18)}\nusing CSV\n`,
      left: true,
    });
    assert.deepEqual(left('Pkg.add([\n  "CSV",\n])\nx = 1'), {
      code: `${' '.repeat(9)}\n${' '.repeat(8)}\n  \nx = 1`,
      left: true,
    });
    assert.equal(left('pkg"add CSV"').left, true);
    for (const text of ['x = Pkg.TOML.parsefile("a")', 'println("Pkg.add(1)") # Pkg.add()', 'using Pkg'])
      assert.deepEqual(left(text), { code: text, left: false });
  });
});

describe('the script of a notebook', () => {
  it('holds the cells by names that errors tell', () => {
    const script = jupyterScript('a b.ipynb', [
      { number: 1, code: 'x = "$y\\n"' },
      { number: 3, code: 'z' },
    ]);
    assert.match(script, /"""\nx = \\"\\\$y\\\\n\\"\n""", joinpath\(@__DIR__, "a b\.ipynb, cell 1"\)\)/);
    assert.match(script, /cell 3"\)\)\n$/);
    assert.deepEqual(cellOf('Inference/a b.ipynb, cell 3'), { notebook: 'Inference/a b.ipynb', cell: 3 });
    assert.equal(cellOf('Inference/a.jl'), undefined);
  });
});
