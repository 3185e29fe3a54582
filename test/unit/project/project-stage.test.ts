import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ErrorCode, isCancelled } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { type Project, project as projectSchema } from '../../../src/core/artefacts.ts';
import { projectStage, readProject } from '../../../src/core/project/project-stage.ts';
import { slashed } from '../../support/temp.ts';
import {
  FEATURES_UUID,
  type Files,
  INFERENCE_UUID,
  options,
  read,
  readIn,
  refusal,
  refusalOf,
  SAMPLE,
  withFiles,
} from './temp-project.ts';

const PROJECT = SAMPLE['work/Inference/Project.toml'];
const MANIFEST = SAMPLE['work/Inference/Manifest.toml'];
const NO_DEPENDENCIES: Files = {
  'work/Inference/Project.toml': `name = "Inference"\nuuid = "${INFERENCE_UUID}"\n`,
  'work/Inference/Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n',
};

function config(...lines: string[]): Files {
  return { 'work/Inference/JuliaKaggle.toml': ['competition = "titanic"', ...lines].join('\n') };
}

describe('readProject', () => {
  it('gives everything that later stages go by', async () => {
    const found = await withFiles({}, async (folder) => {
      const { root, files, ...rest } = await readIn(folder);
      assert.equal(root, join(folder, 'work/Inference'));
      assert.deepEqual(
        files.map(({ place, source }) => [place, source]),
        [
          ['Features/Project.toml', join(folder, 'work/Features/Project.toml')],
          ['Features/src/Features.jl', join(folder, 'work/Features/src/Features.jl')],
          ['Inference/Manifest.toml', join(folder, 'work/Inference/Manifest.toml')],
          ['Inference/Project.toml', join(folder, 'work/Inference/Project.toml')],
          ['Inference/src/Inference.jl', join(folder, 'work/Inference/src/Inference.jl')],
        ],
      );
      assert.deepEqual(files[2], {
        ...files[2],
        bytes: MANIFEST.length,
        sha256: sha256(MANIFEST),
        executable: false,
      });
      assert.deepEqual(projectSchema.parse({ root, files, ...rest }), { root, files, ...rest });
      return rest;
    });
    const { fingerprint, environmentFingerprint, sourcesFingerprint, ...facts } = found;
    for (const hash of [fingerprint, environmentFingerprint, sourcesFingerprint])
      assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(facts, {
      name: 'Inference',
      uuid: INFERENCE_UUID,
      version: '0.2.0',
      competition: 'titanic',
      competitionFacts: undefined,
      endedOn: undefined,
      route: 'notebook',
      isRouteFound: true,
      juliaVersion: '1.10.5',
      juliaChannel: undefined,
      cudaPin: undefined,
      place: 'Inference',
      packages: [
        { name: 'Inference', uuid: INFERENCE_UUID, place: 'Inference' },
        { name: 'Features', uuid: FEATURES_UUID, place: 'Features' },
      ],
      models: [],
      run: { form: 'script', target: 'src/Inference.jl', args: [], threads: 'auto' },
      image: 'gcr.io/kaggle-images/python',
      isImageOfRoute: true,
      imageOverride: undefined,
      dataFolder: undefined,
      hiddenFolder: undefined,
      datasets: {
        julia: 'julia-on-kaggle-julia-1-10-5',
        dotjulia: 'titanic-inference-dotjulia',
        'dotjulia-delta': 'titanic-inference-dotjulia-delta',
        inferenceapp: 'titanic-inference-inferenceapp',
        models: 'titanic-inference-models',
        app: 'titanic-inference-app',
        sysimage: 'titanic-inference-sysimage',
      },
      notebook: { title: 'titanic-inference-julia', accelerator: 'none', timeLimitMinutes: undefined },
      output: { file: 'submission.csv' },
      packMode: 'depot',
      packExclude: [],
      packCodec: 'auto',
      packKeep: [],
      localCaches: ['Features', 'Inference'],
      git: undefined,
      ignored: [],
    });
  });

  it('takes what JuliaKaggle.toml says', async () => {
    const found = await read({
      ...config(
        'julia = "1.10.7"',
        '[run]\nentry = "Inference.main"\nargs = ["{models}/m.bson"]\nthreads = 3',
        '[data]\nfolder = "../data"',
        '[models]\nfiles = ["../m.bson"]',
        '[datasets]\njulia = "packedjulia"\ndotjulia = "packedjulia"',
        '[notebook]\ntitle = "My run"\naccelerator = "NvidiaTeslaT4"\ntime_limit_minutes = 60',
        '[output]\nfile = "s.csv"\nsample = "x/sample.csv"',
        '[pack]\nexclude = ["scratchspaces"]',
      ),
      'work/m.bson': 'weights',
    });
    assert.equal(found.juliaVersion, '1.10.7');
    assert.deepEqual(found.run, {
      form: 'entry',
      target: 'Inference.main',
      args: ['{models}/m.bson'],
      threads: '3',
    });
    assert.equal(found.dataFolder?.endsWith(join('work', 'data')), true);
    assert.deepEqual(
      found.models.map(({ name, bytes, sha256: hash }) => [name, bytes, hash]),
      [['m.bson', 7, sha256('weights')]],
    );
    assert.equal(found.datasets.dotjulia, 'packedjulia');
    assert.equal(found.datasets.models, 'titanic-inference-models');
    assert.equal(found.image, 'gcr.io/kaggle-gpu-images/python');
    assert.deepEqual(found.notebook, {
      title: 'My run',
      accelerator: 'NvidiaTeslaT4',
      timeLimitMinutes: 60,
    });
    assert.deepEqual(found.output, { file: 's.csv', sample: 'x/sample.csv' });
    assert.deepEqual(found.packExclude, ['scratchspaces']);
  });

  it('takes the size of the hidden test set, and cells of the person’s own, which are no part of the package', async () => {
    const files = {
      ...config('[data]\nfull_rows = 600000', '[notebook]\nbefore = "cells/before.py"'),
      'work/Inference/cells/before.py': 'print(1)',
    };
    const found = await read(files);
    assert.deepEqual(found.fullTestSet, { rows: 600_000 });
    assert.equal(found.notebook.before, 'print(1)');
    assert.equal(found.notebook.after, undefined);
    assert.deepEqual(
      found.files.filter(({ place }) => place.endsWith('.py')),
      [],
    );
    await assert.rejects(
      read(config('[notebook]\nafter = "nowhere.py"')),
      /notebook\.after is "nowhere\.py", which is not there/,
    );
  });

  it('keeps models on Kaggle Models where it says so, under a name of their own', async () => {
    const on = '[models]\nfiles = ["../m.bson"]\non = "model"\nlicense = "Apache 2.0"';
    const models = { 'work/m.bson': 'weights' };
    const [usual, found] = [await read(), await read({ ...config(on), ...models })];
    assert.deepEqual([usual.modelsOn, usual.modelLicense], [undefined, undefined]);
    assert.deepEqual([found.modelsOn, found.modelLicense], ['model', 'Apache 2.0']);
    const shared = config(on, '[datasets]\nmodels = "packed-all"\ninferenceapp = "packed-all"');
    await assert.rejects(
      read({ ...shared, ...models }),
      /datasets\.models is "packed-all", the name of the dataset for inferenceapp too/,
    );
  });

  it('takes the image of this machine first, then the one in JuliaKaggle.toml', async () => {
    const own = config('[image]\nname = "mine:1"');
    assert.equal((await read(own)).image, 'mine:1');
    assert.equal((await read(own, { image: 'other' })).image, 'other');
  });

  it('runs a script, and an entry point of a dependency', async () => {
    const script = await read({
      ...config('[run]\nscript = "./bin/run.jl"'),
      'work/Inference/bin/run.jl': '1',
    });
    assert.deepEqual(script.run, { form: 'script', target: 'bin/run.jl', args: [], threads: 'auto' });
    const entry = await read(config('[run]\nentry = "Features.Cli.main"'));
    assert.equal(entry.run.target, 'Features.Cli.main');
  });

  it('makes long names fit without making them equal', async () => {
    const long = `competition = "${'very-long-name-'.repeat(4)}of-a-competition"`;
    const { datasets, notebook } = await read({ 'work/Inference/JuliaKaggle.toml': long });
    const names = [...new Set([datasets.dotjulia, datasets.inferenceapp, datasets.models, notebook.title])];
    assert.equal(names.length, 4);
    for (const name of names) assert.match(name, /^(?=.{6,50}$)[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{6}$/);
  });

  it('stages neither tool folders nor JuliaKaggle.toml nor models and data, which go another way', async () => {
    const found = await read({
      ...config('[data]\nfolder = "data"', '[models]\nfiles = ["models/m.bson"]'),
      'work/Inference/data/train.csv': 'x',
      'work/Inference/models/m.bson': 'x',
      'work/Inference/models/notes.md': 'x',
      'work/Inference/.git/config': 'x',
      'work/Inference/.julia-kaggle/run.json': 'x',
      'work/Inference/.vscode/settings.json': 'x',
      'work/Inference/src/.ipynb_checkpoints/a.ipynb': 'x',
      'work/Inference/node_modules/kaggle.json': 'x',
      'work/Features/.DS_Store': 'x',
      'work/Features/.git': 'gitdir: x',
    });
    const places = found.files.map(({ place }) => place);
    assert.deepEqual(
      places.filter((place) => !/\.(jl|toml)$/.test(place) || place.endsWith('JuliaKaggle.toml')),
      ['Inference/models/notes.md'],
    );
    assert.equal(found.models[0]?.name, 'm.bson');
  });

  it('marks executables and follows links that stay inside', async () => {
    await withFiles({ 'work/Inference/bin/tool': '#!', 'work/Features/data/t.csv': 'x' }, async (folder) => {
      await chmod(join(folder, 'work/Inference/bin/tool'), 0o755);
      await symlink('../../Features/data', join(folder, 'work/Inference/src/data'));
      const { files } = await readIn(folder);
      assert.equal(files.find(({ place }) => place === 'Inference/bin/tool')?.executable, true);
      assert.equal(files.find(({ place }) => place === 'Inference/src/data/t.csv')?.sha256, sha256('x'));
    });
  });

  it('says commit and changes when git knows the folder', async () => {
    await withFiles({}, async (folder) => {
      const git = (...args: string[]): string =>
        execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
          cwd: folder,
          encoding: 'utf8',
        });
      const state = async (): Promise<unknown> =>
        (
          await readProject(join(folder, 'work/Inference'), {
            ...options(),
            environment: { PATH: process.env['PATH'], HOME: folder },
          })
        ).git;
      git('init', '--quiet');
      assert.equal(await state(), undefined);
      git('add', '.');
      git('commit', '--quiet', '-m', 'first');
      const commit = git('rev-parse', 'HEAD').trim();
      assert.deepEqual(await state(), { commit, dirty: false });
      await writeFile(join(folder, 'work/Inference/src/new.jl'), 'x');
      assert.deepEqual(await state(), { commit, dirty: true });
    });
  });

  it('throws CancelledError when it is cancelled', async () => {
    await withFiles({}, async (folder) => {
      const cancelled = { ...options(), signal: AbortSignal.abort() };
      await assert.rejects(readProject(join(folder, 'work/Inference'), cancelled), isCancelled);
    });
  });

  const example = join(import.meta.dirname, '../../../examples/Inference');
  it('reads the example', async () => {
    const found = await readProject(example, options());
    assert.deepEqual(
      found.packages.map(({ name, place }) => `${name} ${place}`),
      ['Inference Inference', 'TideFeatures TideFeatures'],
    );
    assert.ok(found.files.some(({ place }) => place === 'TideFeatures/src/TideFeatures.jl'));
    assert.equal(found.juliaVersion, '1.5.3');
  });
});

describe('layout of the staged packages', () => {
  const places = async (changes: Files, project = 'work/Inference'): Promise<string[]> =>
    withFiles(changes, async (folder) => {
      const found = await readProject(join(folder, project), options());
      assert.ok(
        found.files.every(({ place }) => found.packages.some((one) => place.startsWith(`${one.place}/`))),
      );
      assert.equal(new Set(found.files.map(({ place }) => place)).size, found.files.length);
      return found.packages.map(({ name, place }) => `${name} ${place}`);
    });
  const manifest = (path: string): Files => ({
    'work/Inference/Manifest.toml': MANIFEST.replace('../Features', path),
  });
  const featuresAt = (folder: string): Files => ({
    'work/Features/Project.toml': undefined,
    'work/Features/src/Features.jl': undefined,
    [`${folder}/src/Features.jl`]: 'module Features end',
  });

  it('calls a project without path dependencies by its name, whatever its folder is called', async () => {
    const renamed = Object.fromEntries(
      Object.entries({ ...SAMPLE, ...NO_DEPENDENCIES }).flatMap(([path, content]) => [
        [path, undefined],
        [path.replace('work/Inference', 'my checkout'), content],
      ]),
    );
    assert.deepEqual(await places(renamed, 'my checkout'), ['Inference Inference']);
  });

  it('keeps a path dependency inside of the project where it is, once', async () => {
    assert.deepEqual(
      await places({ ...manifest('lib/Features'), ...featuresAt('work/Inference/lib/Features') }),
      ['Inference Inference', 'Features Inference/lib/Features'],
    );
  });

  it('stages a path dependency in a folder that is passed over otherwise', async () => {
    const { files } = await read({
      ...manifest('node_modules/Features'),
      ...featuresAt('work/Inference/node_modules/Features'),
      'work/Inference/node_modules/other.jl': 'x',
    });
    const inside = files.map(({ place }) => place).filter((place) => place.includes('node_modules'));
    assert.deepEqual(inside, ['Inference/node_modules/Features/src/Features.jl']);
  });

  it('keeps the way to a path dependency farther off', async () => {
    assert.deepEqual(
      await places({ ...manifest('../../libs/a/Features'), ...featuresAt('libs/a/Features') }),
      ['Inference work/Inference', 'Features libs/a/Features'],
    );
  });

  it('calls a path dependency that holds the project by its name', async () => {
    assert.deepEqual(await places({ ...manifest('..'), ...featuresAt('work') }), [
      'Inference Features/Inference',
      'Features Features',
    ]);
  });

  it('stages a folder once that the Manifest names twice, or that is the project itself', async () => {
    const twice = [MANIFEST, '[[deps.Again]]\npath = "../Features"', '[[deps.Inference]]\npath = "."'];
    assert.deepEqual(await places({ 'work/Inference/Manifest.toml': twice.join('\n') }), [
      'Inference Inference',
      'Features Features',
    ]);
  });

  it('takes along a Manifest elsewhere', async () => {
    const { files } = await read({
      'work/Inference/Project.toml': `manifest = "../shared/Manifest.toml"\n${PROJECT}`,
      'work/Inference/Manifest.toml': undefined,
      'work/shared/Manifest.toml': MANIFEST,
    });
    assert.ok(files.some(({ place }) => place === 'shared/Manifest.toml'));
  });

  it('knows no workspace for a Julia that knows none', async () => {
    const workspace = {
      'work/Project.toml': '[workspace]\nprojects = ["Inference"]\n',
      'work/Manifest.toml': MANIFEST.replace('../Features', 'Features'),
    };
    assert.equal((await read({ ...workspace, ...config('julia = "1.10.5"') })).place, 'Inference');
    const newer = MANIFEST.replace('1.10.5', '1.12.5');
    const found = await read({
      ...workspace,
      ...config('julia = "1.12.5"'),
      'work/Inference/Manifest.toml': newer,
    }).catch((error: unknown) => error);
    assert.match(String(found), /was resolved with Julia 1\.10\.5/);
  });

  it('takes along what Julia 1.12 reads of a workspace', async () => {
    const { files, place, juliaVersion } = await read({
      'work/Project.toml': '[workspace]\nprojects = ["Inference", "Features"]\n',
      'work/LocalPreferences.toml': '[Features]\nfast = true\n',
      'work/Manifest.toml': MANIFEST.replace('1.10.5', '1.12.1').replace('../Features', 'Features'),
      'work/notes.md': 'not staged',
      'work/Inference/Manifest.toml': undefined,
    });
    assert.equal(juliaVersion, '1.12.1');
    assert.equal(place, 'Inference/Inference');
    assert.deepEqual(
      files.map((file) => file.place).filter((name) => name.split('/').length === 2),
      ['Inference/LocalPreferences.toml', 'Inference/Manifest.toml', 'Inference/Project.toml'],
    );
    assert.ok(files.some((file) => file.place === 'Inference/Features/Project.toml'));
  });
});

describe('the Julia version of a project', () => {
  const version = async (changes: Files): Promise<string> => (await read(changes)).juliaVersion;
  const other = (julia: string): string => MANIFEST.replace('1.10.5', julia);

  it('is that of the Manifest, even of a prerelease', async () => {
    assert.equal(await version({ 'work/Inference/Manifest.toml': other('1.13.0-rc3') }), '1.13.0-rc3');
  });

  it('decides which Manifest is read', async () => {
    const files = {
      'work/Inference/Manifest-v1.11.toml': other('1.11.2'),
      'work/Inference/Manifest-v1.12.toml': other('1.12.0'),
    };
    assert.equal(await version(files), '1.10.5');
    assert.equal(await version({ ...files, ...config('julia = "1.12.3"') }), '1.12.3');
    // A Manifest of 1.11 names a Julia that prefers the Manifest with its name.
    assert.equal(await version({ ...files, 'work/Inference/Manifest.toml': other('1.11.0') }), '1.11.2');
  });

  it('is that of the newest versioned Manifest where there is no plain one', async () => {
    const files = {
      'work/Inference/Manifest.toml': undefined,
      'work/Inference/Manifest-v1.9.toml': other('1.9.4'),
      'work/Inference/Manifest-v1.11.toml': other('1.11.2'),
    };
    assert.equal(await version(files), '1.11.2');
    assert.equal(
      await version({ ...files, 'work/Inference/Manifest-v1.12.toml': other('1.12.5') }),
      '1.12.5',
    );
  });

  it('is told with the Manifest that it is of, where there are several', async () => {
    const found = await read({ 'work/Inference/Manifest-v1.12.toml': other('1.12.5') });
    assert.deepEqual(found.manifest, { used: 'Manifest.toml', others: ['Manifest-v1.12.toml'] });
    const text = projectStage.summary(found);
    assert.match(text, /Julia 1\.10\.5 by Manifest\.toml, not Manifest-v1\.12\.toml,/);
    assert.equal((await read({})).manifest, undefined);
  });

  it('must be configured for a Manifest of format 1', async () => {
    const old = {
      'work/Inference/Manifest.toml': `[[Dates]]\n[[Features]]\npath = "../Features"\nuuid = "${FEATURES_UUID}"\n`,
    };
    assert.equal(await version({ ...old, ...config('julia = "1.6.7"') }), '1.6.7');
    const error = await refusal(old, 'julia-version-unknown');
    assert.match(error.title, /Manifest\.toml \(format 1\)/);
    assert.match(error.actions[0].title, /julia = "1\.10\.5"/);
  });

  it('must be one, when the Manifest says something else', async () => {
    const error = await refusal(
      { 'work/Inference/Manifest.toml': other('nightly') },
      'julia-version-unknown',
    );
    assert.match(error.title, /julia_version = "nightly"/);
  });

  it('is what a channel stands for, exact, and the channel is kept beside it', async () => {
    await withFiles(config('julia = "1.10"'), async (folder) => {
      const asked: string[] = [];
      const resolveJulia = (channel: string): Promise<string> => {
        asked.push(channel);
        return Promise.resolve('1.10.12');
      };
      const found = await readProject(join(folder, 'work/Inference'), { ...options(), resolveJulia });
      assert.deepEqual([found.juliaVersion, found.juliaChannel, asked], ['1.10.12', '1.10', ['1.10']]);
      assert.match(found.datasets.julia, /1-10-12$/);
    });
    assert.equal((await read(config('julia = "1.10.7"'))).juliaChannel, undefined);
  });

  it('must be of the minor that the Manifest was resolved with', async () => {
    const error = await refusal(config('julia = "1.11.2"'), 'manifest-julia-version');
    assert.match(error.title, /1\.11\.2.*Manifest\.toml.*1\.10\.5/);
    assert.match(error.actions[1]?.title ?? '', /julia = "1\.10\.5"/);
  });
});

describe('an environment', () => {
  const environment = (head: string): Files => ({
    'work/Inference/Project.toml': PROJECT.replace(/^name = .*\nuuid = .*\n/m, head),
  });
  const script = {
    'work/Inference/JuliaKaggle.toml': `${SAMPLE['work/Inference/JuliaKaggle.toml']}\n[run]\nscript = "src/Inference.jl"\n`,
  };
  const own = (project: Project) => project.packages.find(({ place }) => place === project.place);

  it('without a name is called by its folder and is no package', async () => {
    const project = await read({ ...environment(''), ...script });
    assert.equal(project.name, 'Inference');
    assert.equal(own(project), undefined);
    assert.deepEqual(
      project.packages.map(({ name }) => name),
      ['Features'],
    );
    assert.equal(project.run.form, 'script');
    assert.equal((await read({ ...environment(''), ...script })).uuid, project.uuid);
  });

  it('with a title for a name keeps it, and is laid where no title leads', async () => {
    for (const title of ['titanic-kaggle', 'exercícios 2', '../../x', '/etc']) {
      const project = await read({ ...environment(`name = "${title}"\n`), ...script });
      assert.equal(project.name, title);
      assert.equal(own(project), undefined, title);
      assert.ok(
        project.files.every(({ place }) => !place.split('/').includes('..') && !place.startsWith('/')),
        title,
      );
      assert.match(project.datasets.dotjulia, /^[a-z0-9-]+$/);
    }
  });

  it('with the name of a module that it has is a package, and is given a uuid in the staged copy alone', async () => {
    const project = await read(environment('name = "Inference"\n'));
    assert.equal(own(project)?.uuid, project.uuid);
    const staged = project.files.find(({ place }) => place === `${project.place}/Project.toml`);
    assert.match(staged?.text ?? '', new RegExp(`^uuid = "${project.uuid}"$`, 'm'));
    assert.match(project.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('bad projects', () => {
  it('names the folder in which a package is to be made', async () => {
    const error = await refusal({ 'work/Inference/Project.toml': undefined }, 'not-a-project');
    assert.match(
      slashed(error.actions[0].title),
      /julia-kaggle init "?\S*\/work\/Inference"? --competition /,
    );
  });

  const cases: Readonly<Record<string, readonly [changes: Files, code: ErrorCode, title: RegExp]>> = {
    'no Project.toml': [
      { 'work/Inference/Project.toml': undefined },
      'not-a-project',
      /work\/Inference is not a Julia project/,
    ],
    'a bad uuid': [
      { 'work/Inference/Project.toml': PROJECT.replace(INFERENCE_UUID, '1') },
      'not-a-project',
      /uuid = "1" is not a uuid/,
    ],
    'a syntax error in Project.toml': [
      { 'work/Inference/Project.toml': 'name = "A"\nuuid =\n' },
      'toml-syntax',
      /Project\.toml, line 2, column \d+: /,
    ],
    'a wrong type in Project.toml': [
      { 'work/Inference/Project.toml': `deps = 3\n${PROJECT.replace('[deps]', '[other]')}` },
      'toml-syntax',
      /Project\.toml: "deps"/,
    ],
    'a conflict in the Manifest': [
      { 'work/Inference/Manifest.toml': `<<<<<<< HEAD\n${MANIFEST}` },
      'toml-syntax',
      /Manifest\.toml, line 1, column 1: /,
    ],
    'a wrong type in the Manifest': [
      { 'work/Inference/Manifest.toml': MANIFEST.replace('"../Features"', '3') },
      'toml-syntax',
      /Manifest\.toml: "deps\.Features\.0\.path"/,
    ],
    'no Manifest': [
      { 'work/Inference/Manifest.toml': undefined },
      'manifest-missing',
      /work\/Inference has no Manifest\.toml/,
    ],
    'no path dependency': [
      { 'work/Features/Project.toml': undefined, 'work/Features/src/Features.jl': undefined },
      'path-dependency-missing',
      /Features is missing: there is no folder .*\/work\/Features/,
    ],
    'an empty path dependency': [
      {
        'work/Features/Project.toml': undefined,
        'work/Features/src/Features.jl': undefined,
        'work/Features/README.md': 'x',
      },
      'path-dependency-missing',
      /Features is missing: .*\/work\/Features has no package in it/,
    ],
    'no default script': [
      { 'work/Inference/src/Inference.jl': undefined },
      'entry-missing',
      /script src\/Inference\.jl is not among/,
    ],
    'no such script': [config('[run]\nscript = "src/Main.jl"'), 'entry-missing', /script src\/Main\.jl/],
    'a script that is not staged': [
      { ...config('[run]\nscript = ".vscode/a.jl"'), 'work/Inference/.vscode/a.jl': 'x' },
      'entry-missing',
      /script \.vscode\/a\.jl/,
    ],
    'an entry of a stranger': [
      config('[run]\nentry = "Infrence.main"'),
      'entry-missing',
      /Infrence is neither the project nor one of its dependencies/,
    ],
    'an entry without its package file': [
      { ...config('[run]\nentry = "Inference.main"'), 'work/Inference/src/Inference.jl': undefined },
      'entry-missing',
      /package Inference has no src\/Inference\.jl/,
    ],
    'no such model': [
      config('[models]\nfiles = ["m.bson"]'),
      'model-missing',
      /m\.bson is missing: .*Inference\/m\.bson/,
    ],
    'two models of one name': [
      { ...config('[models]\nfiles = ["src/m.bson", "m.bson"]'), 'work/Inference/m.bson': '' },
      'config-invalid',
      /models\.files\[1\] has the name "m\.bson" a second time/,
    ],
    'a model that Kaggle unpacks': [
      config('[models]\nfiles = ["m.tar.gz"]'),
      'config-invalid',
      /models\.files\[0\] is "m\.tar\.gz", which Kaggle would unpack/,
    ],
    'a model with a name of ours': [
      config('[models]\nfiles = ["dotjulia"]'),
      'config-invalid',
      /models\.files\[0\] has the name "dotjulia"/,
    ],
    'a secret as a model': [
      { ...config('[models]\nfiles = ["../kaggle.json"]'), 'work/kaggle.json': '{}' },
      'bundle-refused',
      /kaggle\.json looks like/,
    ],
    'data around the project': [
      config('[data]\nfolder = ".."'),
      'config-invalid',
      /data\.folder is "\.\.", which holds the project/,
    ],
    ...Object.fromEntries(
      ['kaggle.json', '.env', '.env.local', 'id_rsa', 'deep/er/id_ed25519', 'access_token'].map((name) => [
        `a secret: ${name}`,
        [
          { [`work/Inference/${name}`]: 'x' },
          'bundle-refused',
          new RegExp(`Inference/${name} looks like a secret`),
        ],
      ]),
    ),
    'a secret in a path dependency': [
      { 'work/Features/kaggle.json': '{}' },
      'bundle-refused',
      /Features\/kaggle\.json looks like a secret/,
    ],
  };
  for (const [name, [changes, code, title]] of Object.entries(cases)) {
    it(`${name}: ${code}`, async () => {
      assert.match(slashed((await refusal(changes, code)).title), title);
    });
  }

  it('an absolute path: says the relative one', async () => {
    await withFiles({}, async (folder) => {
      const manifest = MANIFEST.replace('../Features', slashed(join(folder, 'libs/Features')));
      await writeFile(join(folder, 'work/Inference/Manifest.toml'), manifest);
      const error = await refusalOf(() => readIn(folder), 'path-dependency-missing');
      assert.match(
        slashed(error.title),
        /Features has the absolute path .*\/libs\/Features, which cannot hold on Kaggle/,
      );
      assert.match(
        error.actions[0].title,
        /: julia-kaggle resolve --develop \.\.\/\.\.\/libs\/Features --write$/,
      );
    });
  });

  it('an absolute path of another kind of machine: says to put the package beside the project', async () => {
    await withFiles({}, async (folder) => {
      const manifest = MANIFEST.replace('../Features', 'X:\\\\libs\\\\Features');
      await writeFile(join(folder, 'work/Inference/Manifest.toml'), manifest);
      const error = await refusalOf(() => readIn(folder), 'path-dependency-missing');
      assert.match(error.title, /the absolute path X:\\libs\\Features, which/);
      assert.match(error.actions[0].title, /: julia-kaggle resolve --develop \.\.\/Features --write$/);
    });
  });

  it('a path with backslashes, which Julia finds on Windows alone: says how to write it', async () => {
    await withFiles({}, async (folder) => {
      const manifest = MANIFEST.replace('../Features', '..\\\\Features');
      await writeFile(join(folder, 'work/Inference/Manifest.toml'), manifest);
      const error = await refusalOf(() => readIn(folder), 'path-dependency-missing');
      assert.match(error.title, /Features has the path \.\.\\Features with backslashes/);
      assert.match(error.actions[0].title, /path = "\.\.\/Features"/);
    });
  });

  const links: Readonly<Record<string, readonly [target: string, title: RegExp]>> = {
    'to the outside': ['../../../secret', /src\/link is a link to .*\/secret, which is not staged/],
    'that leads nowhere': ['nowhere', /src\/link is a link that leads nowhere/],
    'to the folder it lies in': ['..', /src\/link is a link to .*\/Inference, the folder that it lies in/],
    'into a skipped folder': ['../.git/config', /src\/link is a link to .*config, which is not staged/],
  };
  for (const [name, [target, title]] of Object.entries(links)) {
    it(`a link ${name}: bundle-refused`, async () => {
      await withFiles({ 'secret/x': '', 'work/Inference/.git/config': '' }, async (folder) => {
        await symlink(target, join(folder, 'work/Inference/src/link'));
        assert.match((await refusalOf(() => readIn(folder), 'bundle-refused')).title, title);
      });
    });
  }

  it('a link to a secret among the data: bundle-refused', async () => {
    await withFiles(
      { ...config('[data]\nfolder = "data"'), 'work/Inference/data/kaggle.json': '' },
      async (folder) => {
        await symlink('../data/kaggle.json', join(folder, 'work/Inference/src/config.json'));
        const error = await refusalOf(() => readIn(folder), 'bundle-refused');
        assert.match(error.title, /src\/config\.json looks like a secret/);
      },
    );
  });

  it('a folder beside or above the project: names the project', async () => {
    await withFiles({}, async (folder) => {
      for (const near of ['work', 'work/Inference/src']) {
        const error = await refusalOf(() => readProject(join(folder, near), options()), 'not-a-project');
        assert.ok(error.actions.some(({ title }) => title.includes(join(folder, 'work/Inference'))));
      }
    });
  });
});

describe('fingerprints of a project', () => {
  type Prints = readonly [whole: string, environment: string, sources: string];
  const prints = async (changes: Files = {}): Promise<Prints> => {
    const { fingerprint, environmentFingerprint, sourcesFingerprint } = await read(changes);
    return [fingerprint, environmentFingerprint, sourcesFingerprint];
  };
  const changed = async (changes: Files): Promise<string> => {
    const [before, after] = [await prints(), await prints(changes)];
    const names = ['whole', 'environment', 'sources'];
    return names.filter((_, i) => before[i] !== after[i]).join(' ');
  };

  it('do not hang on the folder, on git, or on times', async () => {
    await withFiles({ 'other/x': '' }, async (folder) => {
      const before = await readIn(folder);
      await rename(join(folder, 'work'), join(folder, 'other/work'));
      await mkdir(join(folder, 'other/work/Inference/.git'));
      await utimes(join(folder, 'other/work/Inference/src/Inference.jl'), 1, 1);
      const after = await readIn(join(folder, 'other'));
      assert.notEqual(after.root, before.root);
      assert.equal(after.fingerprint, before.fingerprint);
      assert.equal(after.environmentFingerprint, before.environmentFingerprint);
      assert.equal(after.sourcesFingerprint, before.sourcesFingerprint);
    });
  });

  const cases: Readonly<Record<string, readonly [changes: Files, changed: string]>> = {
    'an edited source line': [
      { 'work/Inference/src/Inference.jl': 'module Inference 1 end' },
      'whole sources',
    ],
    'an edited line in a path dependency': [{ 'work/Features/src/Features.jl': 'x' }, 'whole sources'],
    'a new file': [{ 'work/Inference/src/new.jl': '' }, 'whole sources'],
    'a comment in Project.toml': [{ 'work/Inference/Project.toml': `# hello\n${PROJECT}` }, 'whole sources'],
    'a new version of a dependency': [
      { 'work/Inference/Manifest.toml': MANIFEST.replace('0.1.0', '0.1.1') },
      'whole environment sources',
    ],
    'a preference': [
      { 'work/Inference/LocalPreferences.toml': '[Features]\nfast = true' },
      'whole environment sources',
    ],
    'a preference in Project.toml, of any size': [
      { 'work/Inference/Project.toml': `${PROJECT}\n[preferences.Features]\nseed = 12345678901234567890` },
      'whole environment sources',
    ],
    'an extra': [
      { 'work/Inference/Project.toml': `${PROJECT}\n[extras]\nCUDA_Runtime_jll = "76a88914"` },
      'whole environment sources',
    ],
    'an artifact of a path dependency': [
      { 'work/Features/Artifacts.toml': '[x]' },
      'whole environment sources',
    ],
    'the Julia version': [config('julia = "1.10.6"'), 'whole'],
    'an argument': [config('[run]\nargs = ["a"]'), 'whole'],
    'the time limit': [config('[notebook]\ntime_limit_minutes = 5'), 'whole'],
    'the data folder': [config('[data]\nfolder = "../data"'), 'whole'],
    'a model': [{ ...config('[models]\nfiles = ["../m"]'), 'work/m': 'x' }, 'whole'],
    'a comment in JuliaKaggle.toml': [config('# hello'), ''],
  };
  for (const [name, [changes, expected]] of Object.entries(cases)) {
    it(`${name}: ${expected === '' ? 'nothing' : expected}`, async () => {
      assert.equal(await changed(changes), expected);
    });
  }

  it('see a changed model', async () => {
    const model = (content: string): Files => ({
      ...config('[models]\nfiles = ["../m"]'),
      'work/m': content,
    });
    assert.notEqual((await prints(model('a')))[0], (await prints(model('b')))[0]);
  });
});
