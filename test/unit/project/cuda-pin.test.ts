import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { planCudaPin, toolkitFor } from '../../../src/core/project/cuda-pin.ts';
import { readProject } from '../../../src/core/project/project-stage.ts';
import { writeStagedEdits } from '../../../src/core/project/staged-edits.ts';
import { buildStage } from '../../../src/core/build/build-stage.ts';
import { stagedFiles } from '../../../src/core/build/plan.ts';
import { parseManifest } from '../../../src/julia/manifest.ts';
import { parseProjectFile } from '../../../src/julia/project-file.ts';
import { tempFolder } from '../../support/temp.ts';
import { options } from './temp-project.ts';

// Needs Julia 1.8 and a GPU to be seen at work; shown here by the rules of julia-facts section 5.

const RUNTIME = '76a88914-d11a-5bdc-97e0-2f5a05c973a2';
const COMPILER = 'd1e2174e-dfdc-576e-b43e-73b79eb1aca8';

const PROJECT = `name = "Tides" # ours
uuid = "2918fdbb-caf1-47d7-90f1-f13361a6aa27"

[deps]
CUDA = "052768ef-5323-5732-b1bb-66c8b64840ba"
`;
const manifest = (version = '0.16.1+0', compiler = false): string => `julia_version = "1.10.5"
manifest_format = "2.0"

[[deps.CUDA]]
git-tree-sha1 = "6c834533dc1fabd820c1db03c839bf97e45a3fab"
uuid = "052768ef-5323-5732-b1bb-66c8b64840ba"
version = "5.7.0"

[[deps.CUDA_Runtime_jll]]
uuid = "${RUNTIME}"
version = "${version}"
${compiler ? `\n[[deps.CUDA_Compiler_jll]]\nuuid = "${COMPILER}"\nversion = "0.5.0+0"\n` : ''}`;

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

  it('writes a section anew that is no plain one', () => {
    const project = `extras = {Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"}\n${PROJECT}`;
    const text = plan({ project })?.edits[1]?.text ?? '';
    assert.deepEqual(parse(text)['extras'], {
      Test: '8dfed614-e22c-5e08-85e1-65c5234f0b40',
      CUDA_Runtime_jll: RUNTIME,
    });
    assert.equal(parse(text)['name'], 'Tides');
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
    ['1.0.0+0', '12.9'],
    [undefined, '11.8'],
  ] as const) {
    it(`takes ${toolkit} for CUDA_Runtime_jll ${jll ?? 'without a version'}`, () => {
      assert.equal(toolkitFor(jll), toolkit);
    });
  }
});

describe('the staged copy of a project with CUDA', () => {
  const FILES = {
    'Tides/Project.toml': PROJECT,
    'Tides/Manifest.toml': manifest(),
    'Tides/JuliaKaggle.toml': 'competition = "titanic"\n',
    'Tides/src/Tides.jl': 'module Tides end\n',
  };
  const textOf = (from: object): unknown => ('text' in from ? from.text : undefined);

  it('has the pin, is told in the plan, and the person’s files stay as they are', async () => {
    const root = await tempFolder(FILES);
    const project = await readProject(join(root, 'Tides'), options());
    assert.equal(project.cudaPin?.version, '12.8');
    const staged = new Map(stagedFiles(project).map(({ path, from }) => [path, from]));
    const preferences = staged.get('julia-kaggle/dev/Tides/LocalPreferences.toml') ?? {};
    assert.match(String(textOf(preferences)), /version = "12\.8"/);
    assert.match(String(textOf(staged.get('julia-kaggle/dev/Tides/Project.toml') ?? {})), /\[extras\]/);
    assert.match(buildStage.plan({ project }, undefined), /CUDA 12\.8 pinned in the staged copy/);
    assert.equal(await readFile(join(root, 'Tides/Project.toml'), 'utf8'), PROJECT);
    await assert.rejects(readFile(join(root, 'Tides/LocalPreferences.toml')), /ENOENT/);
  });

  it('decides about the depot: another toolkit is another environment', async () => {
    const [one, other] = await Promise.all(
      ['0.16.1+0', '0.16.1+0'].map(async (version, i) => {
        const preferences =
          i === 0 ? {} : { 'Tides/LocalPreferences.toml': '[CUDA_Runtime_jll]\nversion = "12.2"\n' };
        const root = await tempFolder({ ...FILES, ...preferences, 'Tides/Manifest.toml': manifest(version) });
        return readProject(join(root, 'Tides'), options());
      }),
    );
    assert.notEqual(one?.environmentFingerprint, other?.environmentFingerprint);
  });

  it('becomes the person’s own when asked, and then nothing is left to pin', async () => {
    const root = await tempFolder(FILES);
    const folder = join(root, 'Tides');
    const before = await readProject(folder, options());
    const written = await writeStagedEdits(before);
    assert.deepEqual(written.sort(), [join(folder, 'LocalPreferences.toml'), join(folder, 'Project.toml')]);
    const after = await readProject(folder, options());
    assert.equal(after.cudaPin, undefined);
    assert.equal(after.sourcesFingerprint, before.sourcesFingerprint);
  });
});
