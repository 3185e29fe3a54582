import assert from 'node:assert/strict';
import { parse as parseToml } from 'smol-toml';
import { planCudaPin } from '../../../src/core/project/cuda-pin.ts';
import { parseManifest } from '../../../src/julia/manifest.ts';
import { parseProjectFile } from '../../../src/julia/project-file.ts';
import { COMPILER, manifest, PROJECT, RUNTIME } from './cuda-project.ts';

// Needs Julia 1.8 and a GPU to be seen at work; shown here by the rules of julia-facts section 5.

const parse = (text: string): Record<string, unknown> =>
  JSON.parse(JSON.stringify(parseToml(text))) as Record<string, unknown>;

interface Given {
  readonly manifest?: string;
  readonly project?: string;
  readonly preferences?: string;
}

function plan(given: Given = {}) {
  const { manifest: text = manifest(), project = PROJECT, preferences } = given;
  return planCudaPin({
    manifest: parseManifest(text, '/p/Manifest.toml'),
    project: parseProjectFile(project, '/p/Project.toml'),
    projectText: project,
    localPreferences:
      preferences === undefined ? undefined : { file: '/p/LocalPreferences.toml', text: preferences },
  });
}

const NEW_PREFERENCES = ['LocalPreferences.toml (new)', '+ [CUDA_Runtime_jll]', '+ version = "12.8"'];
const NEW_EXTRAS = ['Project.toml', '+ [extras]', `+ CUDA_Runtime_jll = "${RUNTIME}"`];

describe('planCudaPin', () => {
  it('adds the toolkit as a preference, and the uuid without which it would be ignored', () => {
    const pin = plan();
    assert.equal(pin?.version, '12.8');
    assert.deepEqual(
      pin.edits.flatMap(({ diff }) => diff),
      [...NEW_PREFERENCES, ...NEW_EXTRAS],
    );
    const [preferences, project] = pin.edits;
    assert.ok(preferences !== undefined && project !== undefined);
    assert.deepEqual(parse(preferences.text), { CUDA_Runtime_jll: { version: '12.8' } });
    assert.ok(project.text.startsWith(PROJECT), 'what was there stays as it was, comments too');
    assert.deepEqual(parse(project.text)['extras'], { CUDA_Runtime_jll: RUNTIME });
  });

  it('pins the compiler too where the Manifest has it (CUDA.jl 6.3)', () => {
    const pin = plan({ manifest: manifest('0.22.0+1', true) });
    assert.equal(pin?.version, '12.9');
    assert.deepEqual(parse(pin.edits[0]?.text ?? ''), {
      CUDA_Runtime_jll: { version: '12.9' },
      CUDA_Compiler_jll: { version: '12.9' },
    });
    assert.deepEqual(parse(pin.edits[1]?.text ?? '')['extras'], {
      CUDA_Runtime_jll: RUNTIME,
      CUDA_Compiler_jll: COMPILER,
    });
  });

  it('keeps layout, comments and other preferences of the files', () => {
    const preferences = '# mine\n[CUDA_Runtime_jll] # of CUDA\n__clear__ = ["x"]\n\n[Other]\nversion = "1"\n';
    const project = `${PROJECT}\n[extras]\nTest = "8dfed614-e22c-5e08-85e1-65c5234f0b40" # tests\n`;
    const pin = plan({ preferences, project });
    assert.equal(pin?.edits[0]?.text, preferences.replace('# of CUDA\n', '# of CUDA\nversion = "12.8"\n'));
    assert.deepEqual(pin.edits[0].diff, [
      'LocalPreferences.toml',
      '  [CUDA_Runtime_jll]',
      '+ version = "12.8"',
    ]);
    assert.equal(
      pin.edits[1]?.text,
      project.replace('[extras]\n', `[extras]\nCUDA_Runtime_jll = "${RUNTIME}"\n`),
    );
  });

  it('adds sections at the end, after an empty line, whether or not the last line is ended', () => {
    const lines = '[Other]\nversion = "1"';
    const added = '\n\n[CUDA_Runtime_jll]\nversion = "12.8"\n';
    assert.equal(plan({ preferences: lines })?.edits[0]?.text, `${lines}${added}`);
    assert.equal(plan({ preferences: `${lines}\n` })?.edits[0]?.text, `${lines}${added}`);
    assert.equal(plan()?.edits[0]?.text, '[CUDA_Runtime_jll]\nversion = "12.8"\n');
  });

  it('tells both uuids under the one section that has them', () => {
    const given = { manifest: manifest('0.22.0+1', true), project: `${PROJECT}\n[extras]\n` };
    const uuids = [`+ CUDA_Runtime_jll = "${RUNTIME}"`, `+ CUDA_Compiler_jll = "${COMPILER}"`];
    assert.deepEqual(plan(given)?.edits[1]?.diff, ['Project.toml', '  [extras]', ...uuids]);
    assert.deepEqual(plan({ ...given, project: PROJECT })?.edits[1]?.diff, [
      'Project.toml',
      '+ [extras]',
      ...uuids,
    ]);
  });

  it('keeps the line ends of Windows', () => {
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    const preferences = '[CUDA_Runtime_jll] # mine\n';
    const pin = plan({ project: windows(PROJECT), preferences: windows(preferences) });
    assert.equal(pin?.edits[0]?.text, windows(`${preferences}version = "12.8"\n`));
    assert.equal(pin.edits[1]?.text, windows(`${PROJECT}\n[extras]\nCUDA_Runtime_jll = "${RUNTIME}"\n`));
  });

  for (const preference of ['CUDA_Runtime_jll = "12.2"\n', '[[CUDA_Runtime_jll]]\nversion = "12.2"\n'])
    it(`puts a section in the place of ${preference.split('\n')[0] ?? ''}, which is none`, () => {
      const text = plan({ preferences: preference })?.edits[0]?.text ?? '';
      assert.deepEqual(parse(text), { CUDA_Runtime_jll: { version: '12.8' } });
    });

  it('adds to a section that stands in one line, and keeps the rest of the file', () => {
    const project = `extras = {Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"} # tests\n${PROJECT}`;
    const edit = plan({ project })?.edits[1];
    assert.equal(edit?.text, project.replace('"} #', `", CUDA_Runtime_jll = "${RUNTIME}"} #`));
    assert.deepEqual(edit.diff, ['Project.toml', '  [extras]', `+ CUDA_Runtime_jll = "${RUNTIME}"`]);
  });

  const extras = `${PROJECT}\n[extras]\nCUDA_Runtime_jll = "${RUNTIME}"\n`;
  for (const [name, given] of Object.entries<Given>({
    'no CUDA in the Manifest': { manifest: 'manifest_format = "2.0"\n' },
    'a version in LocalPreferences.toml': {
      project: extras,
      preferences: '[CUDA_Runtime_jll]\nversion = "12.2"\n',
    },
    'a version in Project.toml': { project: `${extras}\n[preferences.CUDA_Runtime_jll]\nversion = "12.2"\n` },
    'the toolkit of the system': { preferences: '[CUDA_Runtime_jll]\nlocal = "true"\n' },
  })) {
    it(`changes nothing for ${name}`, () => {
      assert.equal(plan(given), undefined);
    });
  }

  it('adds only the uuid where the person chose the version and forgot it, and the compiler with that version', () => {
    const chosen = '[CUDA_Runtime_jll]\nversion = "12.2"\n';
    const pin = plan({ manifest: manifest('0.22.0+1', true), preferences: chosen });
    assert.equal(pin?.version, '12.2');
    assert.deepEqual(parse(pin.edits[0]?.text ?? '')['CUDA_Compiler_jll'], { version: '12.2' });
    assert.equal(pin.edits[1]?.diff.length, 4);
  });

  for (const [jll, toolkit] of [
    ['0.22.0+1', '12.9'],
    ['0.19.2+0', '12.8'],
    ['0.16.0+0', '12.8'],
    ['0.14.1+0', '12.4'],
    ['0.6.0+2', '11.8'],
    ['0.12.0+0', '12.4'],
    ['0.11.9+0', '11.8'],
    ['0.160.0+0', '12.9'],
    ['1.0.0+0', '12.9'],
    ['10.0.0+0', '12.9'],
    [undefined, '11.8'],
  ] as const) {
    it(`takes ${toolkit} for CUDA_Runtime_jll ${jll ?? 'without a version'}`, () => {
      const versionless = manifest().replace(/^version = "0\.16.*\n/m, '');
      const pin = plan({ manifest: jll === undefined ? versionless : manifest(jll) });
      assert.equal(pin?.version, toolkit);
    });
  }
});
