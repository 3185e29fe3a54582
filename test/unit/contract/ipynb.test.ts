import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { composeNotebook, pythonLiteral } from '../../../src/core/contract/ipynb.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';

interface Cell {
  cell_type: string;
  source: string[];
}

function compose(project = aProject()): { nbformat: number; cells: Cell[] } {
  const text = composeNotebook(project, planDatasets(project, aBundle()), 'b'.repeat(16));
  return JSON.parse(text) as { nbformat: number; cells: Cell[] };
}

describe('composeNotebook', () => {
  it('says in its first cell what it is', () => {
    const first = compose().cells[0]?.source.join('') ?? '';
    assert.match(first, /Inference 0\.1\.0/);
    assert.match(first, /bbbbbbbbbbbbbbbb/);
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
});

describe('pythonLiteral', () => {
  it('carries quotes, backslashes, spaces and other alphabets unchanged', () => {
    const value = ['a "quoted" word', "it's", 'C:\\new', 'größe 水位 🌊', 'line\nbreak', '{competition}'];
    const program = `import json; print(json.dumps(${pythonLiteral(value)}))`;
    const output = execFileSync('python3', ['-c', program], { encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), value);
  });
});
