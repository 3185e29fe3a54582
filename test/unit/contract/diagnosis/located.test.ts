import assert from 'node:assert/strict';
import { UserError } from '../../../../src/base/errors.ts';
import { explainBuild } from '../../../../src/core/build/explain.ts';
import { located } from '../../../../src/core/contract/diagnosis/finding.ts';
import { aProject } from '../../../support/artefacts.ts';

const FILE = '/home/ada/Inference/src/Inference.jl';
const PROJECT = aProject({
  files: [
    {
      place: 'Inference/src/Inference.jl',
      source: FILE,
      bytes: 1,
      sha256: 'a'.repeat(64),
      executable: false,
    },
  ],
});
const ERROR = new UserError({ code: 'julia-failed', title: 'It failed.', actions: [{ title: 'Mend it.' }] });

/** `line message` of the place that a log leads to. */
function placeIn(...lines: string[]): string | undefined {
  const { source } = located(ERROR, PROJECT, lines);
  if (source === undefined) return undefined;
  assert.equal(source.file, FILE);
  return `${source.line} ${source.message}`;
}

/** What Julia 1.5.3 printed. */
const SYNTAX = [
  'ERROR: LoadError: syntax: missing comma or ) in argument list',
  'Stacktrace:',
  ' [1] top-level scope at /root/.julia/dev/Inference/src/Inference.jl:18',
  ' [2] include(::Function, ::Module, ::String) at ./Base.jl:380',
  ' [3] include(::Module, ::String) at ./Base.jl:368',
  ' [4] top-level scope at none:2',
  'in expression starting at /root/.julia/dev/Inference/src/Inference.jl:18',
  'ERROR: LoadError: Failed to precompile Inference [2918fdbb-caf1-47d7-90f1-f13361a6aa27] to /root/.julia/compiled/v1.5/Inference/z2nKR_x3K5i.ji.',
  'Stacktrace:',
  ' [1] error(::String) at ./error.jl:33',
  ' [2] compilecache(::Base.PkgId, ::String) at ./loading.jl:1305',
  'in expression starting at /julia-kaggle/build.jl:30',
];

describe('the place in the project at which something failed', () => {
  it('is the notebook of the cell that the error names', () => {
    const file = { bytes: 1, sha256: 'a'.repeat(64), executable: false };
    const project = aProject({
      files: [{ ...file, place: 'tides/nb/a b.ipynb.jl', source: '/home/ada/tides/nb/a b.ipynb.jl' }],
    });
    const lines = [
      'ERROR: LoadError: LoadError: no 2',
      'Stacktrace:',
      ' [1] error(::String) at ./error.jl:33',
      ' [2] f(::Int64) at /root/.julia/dev/tides/nb/a b.ipynb, cell 2:2',
    ];
    const { source } = located(ERROR, project, lines);
    assert.deepEqual(source, { file: '/home/ada/tides/nb/a b.ipynb', line: 1, message: 'no 2' });
  });

  it('is that of a syntax error, not of the precompilation that ends by it', () => {
    assert.equal(placeIn(...SYNTAX), '18 syntax: missing comma or ) in argument list');
  });

  it('is told first, in the title and above the rest', () => {
    const { title, detail } = explainBuild(PROJECT, 1, SYNTAX);
    assert.equal(
      title,
      'Inference could not be compiled: syntax: missing comma or ) in argument list (Inference/src/Inference.jl:18).',
    );
    assert.equal(detail?.split('\n')[0], SYNTAX[0]);
  });

  it('is that of the parser since Julia 1.10, which tells the very line', () => {
    const lines = [
      'ERROR: The following 1 direct dependency failed to precompile:',
      '',
      'Inference ',
      '',
      'Failed to precompile Inference [2918fdbb-caf1-47d7-90f1-f13361a6aa27] to "/root/.julia/compiled/v1.11/Inference/jl_a".',
      'ERROR: LoadError: ParseError:',
      '# Error @ /root/.julia/dev/Inference/src/Inference.jl:17:20',
      '    println("a", (x + 1)',
      '    return x',
      '#  └ ── Expected `)` or `,`',
      'Stacktrace:',
      ' [1] top-level scope',
      '   @ ~/.julia/dev/Inference/src/Inference.jl:18',
      'in expression starting at /root/.julia/dev/Inference/src/Inference.jl:18',
    ];
    assert.equal(placeIn(...lines), '17 ParseError: Expected `)` or `,`');
  });

  it('is the first frame of the project in a stack', () => {
    const lines = [
      'ERROR: BoundsError: attempt to access 3-element Array{Int64,1} at index [9]',
      'Stacktrace:',
      ' [1] getindex(::Array{Int64,1}, ::Int64) at ./array.jl:809',
      ' [2] predict(::Dict) at /root/.julia/dev/Inference/src/Inference.jl:31',
      ' [3] main(::Array{String,1}) at /root/.julia/dev/Inference/src/Inference.jl:9',
    ];
    assert.equal(
      placeIn(...lines),
      '31 BoundsError: attempt to access 3-element Array{Int64,1} at index [9]',
    );
  });

  it('is the expression that began it where no frame is of the project', () => {
    const lines = [
      'ERROR: LoadError: SystemError: opening file "/root/.julia/dev/Inference/src/io.jl": No such file or directory',
      'Stacktrace:',
      ' [1] systemerror(::String, ::Int32; extrainfo::Nothing) at ./error.jl:168',
      'in expression starting at /root/.julia/dev/Inference/src/Inference.jl:4',
    ];
    assert.match(placeIn(...lines) ?? '', /^4 SystemError: opening file/);
  });

  for (const file of [
    '/etc/passwd',
    '/root/.julia/dev/Inference/../../../../etc/passwd',
    '/root/.julia/dev/Inference/src/other.jl',
    '/root/.julia/packages/CSV/aoJqo/src/CSV.jl',
    'https://example.org/Inference/src/Inference.jl',
  ])
    it(`is none where the log names ${file}`, () => {
      assert.equal(placeIn('ERROR: boom', 'Stacktrace:', ` [1] f() at ${file}:1`), undefined);
      assert.equal(placeIn('ERROR: LoadError: ParseError:', `# Error @ ${file}:1:1`), undefined);
    });

  it('leaves an error as it is where the log tells of none', () => {
    assert.equal(located(ERROR, PROJECT, ['all is well']), ERROR);
  });
});
