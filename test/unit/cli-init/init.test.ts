import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { type ErrorCode, UserError } from '../../../src/base/errors.ts';
import { systemClock } from '../../../src/base/abort.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { readConfig } from '../../../src/core/project/config.ts';
import { readProject } from '../../../src/core/project/project-stage.ts';
import type { Project } from '../../../src/core/artefacts.ts';
import type { Ports } from '../../../src/core/stage.ts';
import { readManifest } from '../../../src/julia/manifest.ts';
import { keptContext, signedOut } from '../../support/stage-context.ts';
import { slashed, tempFolder } from '../../support/temp.ts';
import { options } from '../project/temp-project.ts';
import { coreIn } from '../../support/core-in.ts';

const FILES = [
  '.gitignore',
  'JuliaKaggle.toml',
  'Manifest.toml',
  'Project.toml',
  'src/Inference.jl',
  'test/runtests.jl',
];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const init = (...args: string[]): Promise<Ended> => initAt(signedOut, ...args);
/** As a person at a terminal who gives this answer. */
const initAsked = (answer: boolean, asked: string[], ...args: string[]): Promise<Ended> =>
  initWith(signedOut, args, (question) => {
    asked.push(question);
    return Promise.resolve(answer);
  });

const initAt = (kaggle: Ports['kaggle'], ...args: string[]): Promise<Ended> => initWith(kaggle, args);

async function initWith(
  kaggle: Ports['kaggle'],
  args: readonly string[],
  ask?: (question: string) => Promise<boolean>,
): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        output[name] += chunk.toString();
        done();
      },
    });
  const refuse = (): Promise<never> => Promise.reject(new Error('not needed'));
  const code = await runProgram(['init', ...args], {
    coreWith: (logger) =>
      coreIn({
        engine: refuse,
        kaggle,
        // The site knows one channel; an exact version is itself.
        julia: {
          fetchTarball: refuse,
          resolve: (channel) => Promise.resolve(channel === 'lts' ? '1.10.12' : channel),
        },
        clock: systemClock,
        logger,
        environment: {},
      }),
    terminal: {
      stdout: sink('stdout'),
      stderr: sink('stderr'),
      interactive: false,
      columns: 100,
      ask,
    },
    signal: new AbortController().signal,
    version: '0.0.0',
  });
  return { code, ...output };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => slashed(join(entry.parentPath, entry.name).slice(folder.length + 1)))
    .sort();
}

async function made(...args: string[]): Promise<{ folder: string; project: Project }> {
  const folder = join(await tempFolder(), 'new', 'Inference');
  const { code, stderr } = await init(folder, '--competition', 'harbour-tides', ...args);
  assert.equal(code, 0, stderr);
  return { folder, project: await readProject(folder, options()) };
}

describe('julia-kaggle init', () => {
  it('in a project of another language asks first, and writes into a folder of its own', async () => {
    const folder = await tempFolder({ 'pyproject.toml': '', 'model.py': '' });
    const asked: string[] = [];
    const args = [folder, '--competition', 'titanic', '--julia', '1.10.5'];
    const refused = [await init(...args), await initAsked(false, asked, ...args)];
    for (const { code, stderr } of refused) {
      assert.notEqual(code, 0);
      assert.match(stderr, /is a project of another language, by model\.py\./);
    }
    assert.match(asked.join(), /Make the package in .*Inference\?/);
    assert.deepEqual(await filesBelow(folder), ['model.py', 'pyproject.toml']);
    // As the remedy says.
    const own = join(folder, 'Inference');
    const [, named = ''] =
      /julia-kaggle init "?([^"\n]+?)"? --competition titanic/.exec(refused[0]?.stderr ?? '') ?? [];
    assert.equal(slashed(named), slashed(own));
    assert.equal((await initAsked(true, asked, ...args)).code, 0);
    assert.deepEqual(await filesBelow(own), FILES);
    const beside = await tempFolder({ 'model.py': '' });
    const followed = await init(join(beside, 'Inference'), ...args.slice(1));
    assert.equal(followed.code, 0, followed.stderr);
    assert.deepEqual(await filesBelow(join(beside, 'Inference')), FILES);
  });

  it('makes a package of one function for a competition that calls it, with the bridge beside its test', async () => {
    const folder = await tempFolder();
    const { code, stderr } = await init(
      folder,
      ...['--competition', 'called-tides', '--name', 'Inference', '--kind', 'evaluation'],
    );
    assert.deepEqual([code, stderr], [0, '']);
    const bridge = ['bridge', 'read', 'tables', 'write'].map((name) => `test/bridge/${name}.jl`);
    assert.deepEqual(await filesBelow(folder), [...FILES, ...bridge].sort());
    const project = await readProject(folder, options());
    assert.deepEqual([project.run.form, project.run.target], ['predict', 'Inference.predict']);
    assert.equal(project.output.file, 'submission.parquet');
  });

  it('makes a package that the project stage takes, named after its folder, for the long-term Julia', async () => {
    const { folder, project } = await made();
    assert.deepEqual(await filesBelow(folder), FILES);
    assert.deepEqual(
      [project.name, project.competition, project.juliaVersion, project.juliaChannel],
      ['Inference', 'harbour-tides', '1.10.12', undefined],
    );
    assert.deepEqual([project.run.form, project.run.target], ['entry', 'Inference.main']);
    assert.equal(
      (await readManifest(join(folder, 'Manifest.toml'), await ReadablePlaces.around(folder))).format,
      '2.0',
    );
    // The Manifest says it, so that the two cannot come apart.
    assert.equal((await readConfig(folder)).julia, undefined);
  });

  for (const julia of ['1.5.3', '1.6.7']) {
    it(`writes a Manifest of format 1 for Julia ${julia}, whose version JuliaKaggle.toml then says`, async () => {
      const { folder, project } = await made('--julia', julia, '--name', 'Tides');
      assert.deepEqual([project.name, project.juliaVersion], ['Tides', julia]);
      assert.equal(
        (await readManifest(join(folder, 'Manifest.toml'), await ReadablePlaces.around(folder))).format,
        '1',
      );
      assert.ok((await filesBelow(folder)).includes('src/Tides.jl'));
    });
  }

  it('gives each package a uuid of its own', async () => {
    const [one, other] = [await made(), await made()];
    assert.notEqual(one.project.uuid, other.project.uuid);
  });

  it('leaves no placeholder, and names the package wherever the name belongs', async () => {
    const { folder } = await made('--name', 'Tides');
    for (const path of await filesBelow(folder)) {
      assert.doesNotMatch(await readFile(join(folder, path), 'utf8'), /__(NAME|COMPETITION)__/, path);
    }
    assert.match(await readFile(join(folder, 'src/Tides.jl'), 'utf8'), /^module Tides$/m);
  });

  for (const there of ['src/Inference.jl', 'JuliaKaggle.toml', 'src']) {
    it(`writes nothing into a folder that has ${there}`, async () => {
      const folder = await tempFolder({ [there]: 'mine' });
      const { code, stderr } = await init(folder, '--competition', 'titanic', '--name', 'Inference');
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`has ${there.replace('.', '\\.')} already; nothing was written`));
      assert.deepEqual(await filesBelow(folder), [there]);
      assert.equal(await readFile(join(folder, there), 'utf8'), 'mine');
    });
  }

  /** `init` in a folder with these files, and the JuliaKaggle.toml that it wrote. */
  async function inExisting(files: Readonly<Record<string, string>>, ...args: string[]) {
    const folder = await tempFolder(files);
    const before = await filesBelow(folder);
    const { code, stderr } = await init(folder, '--competition', 'titanic', ...args);
    assert.equal(code, 0, stderr);
    for (const path of before) assert.equal(await readFile(join(folder, path), 'utf8'), files[path], path);
    const added = (await filesBelow(folder)).filter((path) => !before.includes(path));
    assert.deepEqual(added, ['.gitignore', 'JuliaKaggle.toml']);
    return { folder, config: await readConfig(folder) };
  }

  const UUID = 'uuid = "2918fdbb-caf1-47d7-90f1-f13361a6aa27"\n';
  const NEW_MANIFEST = 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n';

  it('writes only JuliaKaggle.toml into a project, with the function that it finds, and needs no server', async () => {
    const { folder, config } = await inExisting({
      'Project.toml': `name = "Tides"\n${UUID}`,
      'Manifest.toml': NEW_MANIFEST,
      'src/Tides.jl': 'module Tides\nfunction julia_main()::Cint\n    return 0\nend\nend\n',
    });
    assert.deepEqual(
      [config.competition, config.julia, config.run.entry],
      ['titanic', undefined, 'Tides.julia_main'],
    );
    const project = await readProject(folder, options());
    assert.deepEqual([project.run.target, project.juliaVersion], ['Tides.julia_main', '1.10.5']);
  });

  it('names the function of a project that the host calls, and what that will be called where there is none', async () => {
    for (const [source, target] of [
      ['module Tides\ninfer(batch) = 0.5\nend\n', 'Tides.infer'],
      ['module Tides\npredict(batch) = 0.5\nmain(args) = 0\nend\n', 'Tides.predict'],
      ['module Tides\nend\n', 'Tides.predict'],
    ] as const) {
      const { folder, config } = await inExisting(
        { 'Project.toml': `name = "Tides"\n${UUID}`, 'Manifest.toml': NEW_MANIFEST, 'src/Tides.jl': source },
        ...['--kind', 'evaluation'],
      );
      assert.deepEqual([config.run.predict, config.run.entry], [target, undefined]);
      const project = await readProject(folder, options());
      assert.deepEqual([project.run.form, project.output.file], ['predict', 'submission.parquet']);
    }
  });

  it('names the script of an environment that predicts, and leaves open what is not plain', async () => {
    const environment = { 'JuliaProject.toml': '', 'Manifest.toml': NEW_MANIFEST };
    const plain = await inExisting({ ...environment, 'train.jl': '', 'scripts/predict.jl': '' });
    assert.equal(plain.config.run.script, 'scripts/predict.jl');
    const open = await inExisting({ ...environment, 'first.jl': '', 'second.jl': '' });
    assert.deepEqual([open.config.run.script, open.config.run.entry], [undefined, undefined]);
  });

  it('says which Julia where the Manifest does not', async () => {
    const files = {
      'Project.toml': '',
      'Manifest.toml': '[[Dates]]\nuuid = "ade2ca70-3891-5945-98fb-dc099432e06a"\n',
    };
    assert.equal((await inExisting(files, '--julia', '1.6.7')).config.julia, '1.6.7');
    assert.equal((await inExisting(files)).config.julia, undefined);
  });

  it('does not give a project another name', async () => {
    const folder = await tempFolder({ 'Project.toml': `name = "Tides"\n${UUID}` });
    const { code, stderr } = await init(folder, '--competition', 'titanic', '--name', 'Waves');
    assert.equal(code, 2);
    assert.match(stderr, /has a project already: Tides/);
    assert.deepEqual(await filesBelow(folder), ['Project.toml']);
  });

  it('keeps a .gitignore and what else is in the folder', async () => {
    const folder = await tempFolder({ '.gitignore': '*.jld2\n', 'README.md': '# Tides\n' });
    const { code } = await init(folder, '--competition', 'titanic', '--name', 'Inference');
    assert.equal(code, 0);
    assert.deepEqual(await filesBelow(folder), [...FILES, 'README.md'].sort());
    assert.equal(await readFile(join(folder, '.gitignore'), 'utf8'), '*.jld2\n');
  });

  it('tells of a folder that cannot be written to', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'x'));
    await writeFile(join(folder, 'x', 'file'), '');
    const { code, stderr } = await init(join(folder, 'x', 'file', 'y'), '--competition', 'titanic');
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /bug of julia-kaggle/);
  });

  for (const [name, args] of Object.entries({
    'no competition': [],
    'an address for a competition': ['--competition', 'https://www.kaggle.com/competitions/titanic'],
    'a name that is none': ['--competition', 'titanic', '--name', 'my-model'],
    'a version that is none': ['--competition', 'titanic', '--julia', 'newest'],
  })) {
    it(`${name} is wrong usage`, async () => {
      const folder = await tempFolder();
      const { code, stderr } = await init(folder, ...args);
      assert.equal(code, 2, stderr);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  /** A Kaggle that answers with this error to whoever asks for a competition. */
  const answering = (code: ErrorCode, title: string): Ports['kaggle'] => {
    const { context } = keptContext({
      competitions: {
        get: () =>
          Promise.reject(
            new UserError({ code, title, actions: [{ title: 'Do this.', url: 'https://site.test/rules' }] }),
          ),
      },
    });
    return () => context.ports.kaggle();
  };

  for (const [code, title] of [
    ['kaggle-unreachable', 'Kaggle could not be reached.'],
    ['kaggle-unauthorized', 'Kaggle does not accept the token.'],
    ['competition-not-entered', 'You have not accepted the rules of titanic.'],
  ] as const)
    it(`makes the package all the same, and says why the sample was not looked at: ${code}`, async () => {
      const folder = join(await tempFolder(), 'Ships');
      const { code: exit, stderr } = await initAt(answering(code, title), folder, '--competition', 'titanic');
      assert.equal(exit, 0);
      assert.ok(
        stderr.includes(
          `sample_submission.csv of titanic, which was not looked at: ${title} Do this. https://site.test/rules`,
        ),
        stderr,
      );
      assert.match(await readFile(join(folder, 'src', 'Ships.jl'), 'utf8'), /"sample_submission\.csv"/);
    });

  for (const [code, title] of [
    ['kaggle-not-found', 'Kaggle has no competition titanik; there is titanic.'],
    ['competition-unsupported', 'Titanik is a simulation.'],
  ] as const)
    it(`makes nothing for what no package could be submitted to: ${code}`, async () => {
      const folder = join(await tempFolder(), 'Ships');
      const { code: exit, stderr } = await initAt(answering(code, title), folder, '--competition', 'titanik');
      assert.equal(exit, 1);
      assert.ok(stderr.includes(title), stderr);
      await assert.rejects(readdir(folder), { code: 'ENOENT' });
    });

  it('says as JSON what it wrote', async () => {
    const folder = join(await tempFolder(), 'Tides');
    const { stdout } = await init(folder, '--competition', 'titanic', '--json');
    const { written, name } = JSON.parse(stdout) as { written: string[]; name: string };
    assert.deepEqual([written.length, name], [6, 'Tides']);
  });
});
