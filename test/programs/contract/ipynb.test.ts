import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { Bundle } from '../../../src/core/artefacts.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { composeNotebook, pythonLiteral } from '../../../src/core/contract/notebook/ipynb.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';

interface Cell {
  cell_type: string;
  source: string[];
}

function compose(project = aProject(), pack: Bundle = aBundle()): { nbformat: number; cells: Cell[] } {
  const text = composeNotebook(project, planDatasets(project, pack), pack);
  return JSON.parse(text) as { nbformat: number; cells: Cell[] };
}

const firstCell = (pack?: Bundle): string => compose(aProject(), pack).cells[0]?.source.join('') ?? '';

/** The official schema, as the package nbformat carries it. */
function notebookValidator() {
  const path = join(import.meta.dirname, '../../fixtures/nbformat.v4.5.schema.json');
  const { $schema: _draft4, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  return new Ajv({ strict: false }).compile(schema);
}

describe('composeNotebook', () => {
  it('says in its first cell what it is: project, commit, bundle id, how it was made', () => {
    const git = { commit: '0123456789abcdef0123456789abcdef01234567', dirty: false };
    const first = firstCell(aBundle({ git }));
    assert.match(first, /Inference 0\.1\.0/);
    assert.match(first, /bbbbbbbbbbbbbbbb/);
    assert.match(first, /commit `0123456789ab`\./);
    assert.match(first, /julia-kaggle run/);
    assert.match(firstCell(aBundle({ git: { ...git, dirty: true } })), /`0123456789ab` and changes/);
    assert.doesNotMatch(firstCell(), /commit/);
  });

  it('is the same text for the same bundle, whatever the repository is at now', () => {
    const pack = aBundle({ git: { commit: 'a'.repeat(40), dirty: false } });
    const at = (commit: string) => compose(aProject({ git: { commit, dirty: true } }), pack);
    assert.deepEqual(at('b'.repeat(40)), at('c'.repeat(40)));
  });

  it('is valid by the nbformat schema, with the person’s own cells too', () => {
    const validate = notebookValidator();
    const project = aProject();
    const notebook = { ...project.notebook, before: 'import this\n# %% [markdown]\n# Text', after: '' };
    for (const each of [compose(), compose({ ...project, notebook })])
      assert.ok(validate(each), JSON.stringify(validate.errors));
    assert.equal(validate({ ...compose(), cells: [{ cell_type: 'code' }] }), false);
  });

  it('is valid Python in every code cell', () => {
    const cells = compose().cells.filter((cell) => cell.cell_type === 'code');
    const program = cells.map((cell) => cell.source.join('')).join('\n');
    execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: program });
  });

  it('names no machine and no owner, so that it is the same text for rehearsal and Kaggle', () => {
    const text = JSON.stringify(compose());
    assert.doesNotMatch(text, /home\/ada/);
  });

  it('wants each dataset with its bundle id', () => {
    const project = aProject();
    const plans = planDatasets(project, aBundle());
    const settings = compose(project).cells[1]?.source.join('') ?? '';
    for (const { slug, bundleId } of plans) assert.match(settings, new RegExp(`"${slug}": "${bundleId}"`));
  });

  it('has the person’s own cells first and last', () => {
    const project = aProject();
    const notebook = {
      ...project.notebook,
      before: 'a = 1\n# %%\nb = 2',
      after: '# %% [markdown]\n# The end',
    };
    const cells = compose({ ...project, notebook }).cells.map(({ source }) => source.join(''));
    assert.deepEqual(cells.slice(1, 3), ['a = 1', 'b = 2']);
    assert.equal(cells.at(-1), 'The end');
  });
});

describe('pythonLiteral', () => {
  /** Reads literals back by a real Python: all at once, since its start is what takes time. */
  function throughPython(values: readonly unknown[]): unknown {
    const program = `import json\nprint(json.dumps(${pythonLiteral(values)}))`;
    return JSON.parse(execFileSync('python3', ['-'], { input: program, encoding: 'utf8' }));
  }

  it('carries quotes, backslashes, spaces and other alphabets unchanged', () => {
    const value = ['a "quoted" word', "it's", 'C:\\new', 'größe 水位 🌊', 'line\nbreak', '{competition}'];
    assert.deepEqual(throughPython(value), value);
  });

  it('carries any string unchanged: control characters, line ends of Unicode, halves of surrogate pairs', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      fc.constantFrom(
        '\u2028',
        '\u2029',
        '\u0085',
        '\f',
        '\v',
        '\0',
        '\ud800',
        '\udc00x',
        '\u007f',
        '"""',
        '\\N{DASH}',
      ),
    );
    const values = fc.sample(text, 1000);
    assert.deepEqual(throughPython(values), values);
  });

  it('carries other values of JSON', () => {
    const value = [true, false, null, 1.5, {}, { a: ['b', {}] }];
    assert.deepEqual(throughPython(value), value);
  });
});
