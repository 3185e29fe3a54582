import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefacts } from '../../src/core/artefacts.ts';
import { defined } from '../../src/base/defined.ts';
import { type Outcome, startWorld, type World } from '../support/world.ts';
import { packageServerFor, TOY } from './package-server.ts';

/** A package of no registry. */
const NOWHERE = '9a1f4d2e-7c55-4b2a-8c1d-0d3b4e5f6a70';
const TOY_CONFIG = `competition = "harbour-tides"
julia = "1.5.3"

[run]
script = "predict.jl"
args = ["{competition}", "{working}/submission.csv"]
`;
const TOY_SCRIPT = `using ToyReg
println(ToyReg.stamp())
cp(joinpath(ARGS[1], "sample_submission.csv"), ARGS[2])
`;

const cellsOf = (...cells: readonly string[]): string =>
  cells.map((code, at) => `# ╔═╡ 5a0c7c10-0000-11ef-0000-00000000000${at}\n${code}\n\n`).join('');
const PLUTO = `### A Pluto.jl notebook ###
# v0.19.40

using Markdown

${cellsOf(...TOY_SCRIPT.trim().split('\n'))}# ╔═╡ 00000000-0000-0000-0000-000000000001
PLUTO_PROJECT_TOML_CONTENTS = """
[deps]
${TOY.name} = "${TOY.uuid}"
"""

# ╔═╡ Cell order:
`;

interface Result {
  readonly artefacts: Pick<Artefacts, 'project' | 'rehearse' | 'upload' | 'submit'>;
}

/** The rehearsal fails where anything is compiled or downloaded: that a run comes to its end shows that nothing was. */
describe('projects that are no package', function () {
  this.timeout(600_000);
  let world: World;
  let project: string;

  before(async () => {
    world = await startWorld();
    project = join(world.examples, 'tide-script');
  });
  after(() => world.close());

  async function run(...args: string[]): Promise<Result['artefacts']> {
    const { code, stdout, stderr } = await world.julia([
      ...['run', project, '--image', world.image, '--allow-outside', world.examples, '--json'],
      ...args,
    ]);
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr}`);
    return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result).artefacts;
  }

  async function edit(path: string, change: (text: string) => string): Promise<void> {
    const file = join(project, path);
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  it('an environment with a script comes to a score, with what it includes and the table beside it', async () => {
    const { project: made, submit } = await run();
    assert.deepEqual([made.name, made.run.target], ['tide-script', 'predict.jl']);
    assert.deepEqual(
      made.packages.map(({ name }) => name),
      ['TideFeatures'],
    );
    assert.equal(submit.state, 'complete');
    assert.ok(Number(submit.publicScore) < 1, submit.publicScore);
  });

  it('an edit of the script sends the script', async () => {
    await edit('predict.jl', (text) => text.replace('digits=3', 'digits=4'));
    const { upload, submit } = await run();
    assert.ok(upload.uploadedBytes > 0 && upload.uploadedBytes < 50_000, String(upload.uploadedBytes));
    assert.equal(submit.state, 'complete');
  });

  describe('without a Manifest that fits', () => {
    let folder: string;
    let packages: Awaited<ReturnType<typeof packageServerFor>>;
    const inFolder = (name: string): string => join(folder, name);
    const call = (
      command: string,
      more: readonly string[] = [],
      onOutput?: (text: string) => void,
      signal?: AbortSignal,
    ): Promise<Outcome> => {
      const args = [...command.split(' '), folder, '--image', world.image, '--json', ...more];
      const options = { environment: packages.environment, ...defined({ onOutput, signal }) };
      return world.julia(args, options);
    };
    /** The first remedy of what a run ended with. */
    async function remedy(): Promise<string> {
      const { code, stdout } = await call('run', ['--until', 'project']);
      assert.notEqual(code, 0);
      const { error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
        error: { actions: { command?: string }[] };
      };
      return error.actions[0]?.command ?? '';
    }

    before(async () => {
      packages = await packageServerFor(world);
      folder = join(world.examples, 'toy');
      await mkdir(folder);
      await writeFile(inFolder('Project.toml'), `[deps]\n${TOY.name} = "${TOY.uuid}"\n`);
      await writeFile(inFolder('JuliaKaggle.toml'), TOY_CONFIG);
      await writeFile(inFolder('predict.jl'), TOY_SCRIPT);
    });
    after(() => packages.server.close());

    it('nothing is written by a resolve that is cancelled, or that only looks', async () => {
      const stopping = new AbortController();
      const stop = (text: string): void => {
        if (text.includes('Resolving')) stopping.abort();
      };
      assert.equal((await call('resolve --write', [], stop, stopping.signal)).code, 130);
      assert.equal((await call('resolve')).code, 0);
      await assert.rejects(readFile(inFolder('Manifest.toml')), { code: 'ENOENT' });
      assert.equal(
        await world.docker('ps', '--quiet', '--filter', `label=julia-kaggle.project=${folder}`),
        '',
      );
    });

    it('the remedy of a run resolves it in the image, and the next run comes through its test', async () => {
      const command = await remedy();
      assert.equal(command, 'resolve --write');
      const { code, stdout, stderr } = await call(command);
      assert.equal(code, 0, stderr);
      const { changes, written } = JSON.parse(stdout.trim()) as {
        changes: { name: string; after?: string }[];
        written: boolean;
      };
      assert.ok(written && changes.some(({ name, after }) => name === TOY.name && after === TOY.version));
      const tested = await call('run', ['--until', 'test']);
      assert.equal(tested.code, 0, `${tested.stdout.slice(-2000)}\n${tested.stderr}`);
      assert.match((await call('resolve')).stdout, /"written":false\}/);
    });

    it('that of another Julia is resolved anew, in a form that this Julia reads', async () => {
      const file = inFolder('Manifest.toml');
      const own = await readFile(file, 'utf8');
      await writeFile(file, 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n\n[deps]\n');
      assert.equal(await remedy(), 'resolve --write');
      assert.equal((await call('resolve --write')).code, 0);
      assert.equal(await readFile(file, 'utf8'), own);
    });

    it('a run resolves it by itself where JuliaKaggle.toml says so, and not where it says never', async () => {
      const [file, config] = [inFolder('Manifest.toml'), inFolder('JuliaKaggle.toml')];
      const own = await readFile(file, 'utf8');
      const run = async (resolve: string): Promise<number | null> => {
        await rm(file, { force: true });
        await writeFile(config, `${TOY_CONFIG}\n[manifest]\nresolve = "${resolve}"\n`);
        return (await call('run', ['--until', 'project'])).code;
      };
      assert.notEqual(await run('never'), 0);
      await assert.rejects(readFile(file), { code: 'ENOENT' });
      assert.equal(await run('when missing'), 0);
      assert.equal(await readFile(file, 'utf8'), own);
      await writeFile(config, TOY_CONFIG);
    });

    it('a Manifest of another machine is resolved without its folder, by the remedy', async () => {
      const file = inFolder('Manifest.toml');
      const own = await readFile(file, 'utf8');
      await writeFile(
        file,
        `[[${TOY.name}]]\npath = "/home/somebody/Toy"\nuuid = "${TOY.uuid}"\nversion = "0.1.0"\n`,
      );
      const { stdout } = await call('run', ['--until', 'project']);
      assert.match(stdout, /"command":"resolve without ToyReg"/);
      const { code, stderr } = await call('resolve', ['--without', TOY.name, '--write']);
      assert.equal(code, 0, stderr);
      assert.equal(await readFile(file, 'utf8'), own);
    });

    it('an environment below a package develops it, as its name and uuid say', async () => {
      const parent = join(world.examples, 'Parent');
      const uuid = '9a1f4d2e-7c55-4b2a-8c1d-0d3b4e5f6a71';
      await mkdir(join(parent, 'src'), { recursive: true });
      await mkdir(join(parent, 'examples'));
      await writeFile(join(parent, 'Project.toml'), `name = "Parent"\nuuid = "${uuid}"\nversion = "0.1.0"\n`);
      await writeFile(join(parent, 'src', 'Parent.jl'), 'module Parent\nanswer() = 42\nend\n');
      await writeFile(join(parent, 'examples', 'Project.toml'), `[deps]\nParent = "${uuid}"\n`);
      await writeFile(join(parent, 'examples', 'JuliaKaggle.toml'), TOY_CONFIG);
      const script = TOY_SCRIPT.replace('ToyReg\n', 'Parent\n').replace('ToyReg.stamp()', 'Parent.answer()');
      await writeFile(join(parent, 'examples', 'predict.jl'), script);
      const place = [join(parent, 'examples'), '--image', world.image, '--json', '--allow-outside', parent];
      const options = { environment: packages.environment };
      const resolved = await world.julia(['resolve', ...place, '--write'], options);
      assert.equal(resolved.code, 0, `${resolved.stdout}\n${resolved.stderr}`);
      assert.match(await readFile(join(parent, 'examples', 'Manifest.toml'), 'utf8'), /^path = "\.\."$/m);
      const tested = await world.julia(['run', ...place, '--until', 'test'], options);
      assert.equal(tested.code, 0, `${tested.stdout.slice(-2000)}\n${tested.stderr}`);
    });

    it('what cannot be resolved is named, and the Manifest stays as it is', async () => {
      const before = await readFile(inFolder('Manifest.toml'), 'utf8');
      for (const [deps, said] of [
        [`Nowhere = "${NOWHERE}"\n`, /Nowhere is in no registry/],
        [`\n[compat]\n${TOY.name} = "99"\n`, /No version of ToyReg fits/],
      ] as const) {
        await writeFile(inFolder('Project.toml'), `[deps]\n${TOY.name} = "${TOY.uuid}"\n${deps}`);
        const { code, stdout } = await call('resolve --write');
        assert.notEqual(code, 0);
        assert.match(stdout, said);
        assert.equal(await readFile(inFolder('Manifest.toml'), 'utf8'), before);
      }
    });
  });

  describe('without an environment', () => {
    let packages: Awaited<ReturnType<typeof packageServerFor>>;
    before(async () => {
      packages = await packageServerFor(world);
    });
    after(() => packages.server.close());

    const call = (command: string, folder: string, ...more: readonly string[]): Promise<Outcome> =>
      world.julia([...command.split(' '), folder, '--image', world.image, '--json', ...more], {
        environment: packages.environment,
      });
    const make = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
      const folder = join(world.examples, name);
      await mkdir(folder);
      for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
      return folder;
    };

    it('a lone script gets one with what it loads, or nothing', async () => {
      const folder = await make('lone', {
        'predict.jl': `using Dates\nbegin\n  import ${TOY.name} as T\nend\nprintln(1)\n`,
        'other.jl': 'using NoSuchPackage\nprintln(1)\n',
      });
      const init = (script: string): Promise<Outcome> =>
        call(
          'init',
          folder,
          '--competition',
          'harbour-tides',
          '--julia',
          '1.5.3',
          '--from',
          join(folder, script),
        );
      const failed = await init('other.jl');
      assert.notEqual(failed.code, 0);
      assert.match(failed.stdout, /NoSuchPackage/);
      assert.deepEqual((await readdir(folder)).filter((name) => !name.startsWith('.')).sort(), [
        'other.jl',
        'predict.jl',
      ]);
      const { code, stdout, stderr } = await init('predict.jl');
      assert.equal(code, 0, `${stdout}\n${stderr}`);
      assert.match(await readFile(join(folder, 'Project.toml'), 'utf8'), new RegExp(TOY.uuid));
      assert.match(await readFile(join(folder, 'Manifest.toml'), 'utf8'), /\[\[ToyReg\]\]/);
      assert.match(await readFile(join(folder, 'JuliaKaggle.toml'), 'utf8'), /^script = "predict\.jl"$/m);
      assert.equal((await call('run', folder, '--until', 'project')).code, 0);
    });

    it('what an environment does not name is added by the remedy, in its own file', async () => {
      const folder = await make('undeclared', {
        'Project.toml': '# mine\n[deps] # few\n',
        'Manifest.toml': '',
        'JuliaKaggle.toml': TOY_CONFIG,
        'predict.jl': TOY_SCRIPT,
      });
      const { stdout } = await call('run', folder, '--until', 'project');
      assert.match(stdout, /"command":"resolve add ToyReg"/);
      const added = await call('resolve', folder, '--add', TOY.name, '--write');
      assert.equal(added.code, 0, `${added.stdout}\n${added.stderr}`);
      const text = await readFile(join(folder, 'Project.toml'), 'utf8');
      assert.match(text, /^# mine\n\[deps\] # few\n/);
      assert.match(text, new RegExp(TOY.uuid));
      assert.equal((await call('run', folder, '--until', 'project')).code, 0);
    });

    it('a Pluto notebook gets its Manifest written back, and runs with it', async () => {
      const folder = await make('pluto', { 'JuliaKaggle.toml': TOY_CONFIG, 'predict.jl': PLUTO });
      assert.match((await call('run', folder, '--until', 'project')).stdout, /"command":"resolve --write"/);
      const { code, stdout, stderr } = await call('resolve', folder, '--write');
      assert.equal(code, 0, `${stdout}\n${stderr}`);
      assert.match(await readFile(join(folder, 'predict.jl'), 'utf8'), /PLUTO_MANIFEST[^]*\[\[ToyReg\]\]/);
      await assert.rejects(readFile(join(folder, 'Manifest.toml')), { code: 'ENOENT' });
      const tested = await call('run', folder, '--until', 'test');
      assert.equal(tested.code, 0, `${tested.stdout.slice(-2000)}\n${tested.stderr}`);
    });
  });

  it('a name without a uuid, with a module of that name, is a package whose cache is made before', async () => {
    await mkdir(join(project, 'src'));
    await writeFile(join(project, 'src', 'TideScript.jl'), 'module TideScript\ndigits() = 3\nend\n');
    await edit('Project.toml', (text) => `name = "TideScript"\n\n${text}`);
    await edit('predict.jl', (text) =>
      text
        .replace('using Dates, TideFeatures', 'using Dates, TideFeatures, TideScript')
        .replace('digits=4', 'digits=TideScript.digits()'),
    );
    const { project: made, rehearse } = await run('--until', 'rehearse');
    assert.ok(made.packages.some(({ name, uuid }) => name === 'TideScript' && uuid === made.uuid));
    assert.equal(rehearse.rows, 60);
    assert.doesNotMatch(await readFile(join(project, 'Project.toml'), 'utf8'), /uuid = .*\n\n\[deps\]/);
  });
});
