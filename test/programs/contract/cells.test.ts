import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diagnose } from '../../../src/core/contract/diagnosis/diagnose.ts';
import { readStepReport, type StepReport } from '../../../src/core/contract/notebook/step-reports.ts';
import { aProject } from '../../support/artefacts.ts';
import {
  type CellsOutcome,
  type CellsWorld,
  cellsWorld,
  type Layout,
  removeWorld,
  runCells,
} from '../../support/notebook-cells.ts';

function reports({ output }: CellsOutcome): StepReport[] {
  return output
    .split('\n')
    .map(readStepReport)
    .filter((report) => report !== undefined);
}

/** What the log of a failed run is found to say. */
function firstFinding({ code, output }: CellsOutcome): string {
  assert.equal(code, 1, output);
  const [finding] = diagnose({ lines: output.split('\n'), failed: true });
  return `${finding?.kind ?? ''}: ${finding?.title ?? ''}`;
}

describe('the cells of the notebook, in a real Python', () => {
  let world: CellsWorld;

  async function open(layout: Layout = 'namespaced', project = aProject()): Promise<CellsWorld> {
    world = await cellsWorld(project, layout);
    return world;
  }

  const dataset = (slug: string, ...more: string[]): string =>
    join(world.root, 'kaggle', 'input', 'datasets', 'ada', slug, ...more);

  afterEach(async () => {
    await removeWorld(world);
  });

  for (const layout of ['namespaced', 'classic'] as const) {
    it(`run Julia in the ${layout} mount layout, and tell of each step`, async () => {
      const outcome = await runCells(aProject(), await open(layout));
      assert.equal(outcome.code, 0, outcome.output);
      const steps = reports(outcome);
      assert.deepEqual(
        steps.map(({ step }) => step),
        ['inputs', 'unpack', 'run', 'check'],
      );
      for (const { seconds, peakMemoryBytes = 0 } of steps) {
        assert.ok(seconds >= 0);
        assert.ok(peakMemoryBytes > 1e6);
      }
      const [, unpack, run, check] = steps;
      assert.ok(unpack?.unpacked?.includes('jok-julia/julia') ?? false, String(unpack?.unpacked));
      assert.deepEqual([run?.recompiled, run?.appeared], [[], []]);
      assert.equal(check?.rows, 2);
      assert.ok((check.workingBytes ?? 0) > 0);
    });
  }

  for (const layout of ['namespaced', 'classic'] as const) {
    it(`find what others made in the ${layout} mount layout, and say where it is not what was rehearsed`, async () => {
      const inputs = [
        { name: 'city-names', kind: 'dataset', ref: 'bob/cities', version: 3, files: 1, bytes: 5 },
      ] as const;
      const run = { ...aProject().run, args: ['{inputs.city-names}/a.csv', '{inputs.other}'] };
      const project = aProject({ inputs: [...inputs], run });
      await open(layout, project);
      const absent = await runCells(project, world);
      assert.equal(absent.code, 1);
      assert.match(absent.output, /The dataset 'bob\/cities' is not attached/);
      const folder = join(
        world.root,
        'kaggle/input',
        layout === 'classic' ? 'cities' : 'datasets/bob/cities',
      );
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'a.csv'), 'a,b,c');
      const { code, output, called } = await runCells(project, world);
      assert.equal(code, 0, output);
      assert.doesNotMatch(output, /Warning/);
      assert.deepEqual(called?.arguments.slice(-2), [join(folder, 'a.csv'), '{inputs.other}']);
      assert.equal(called.environment['JULIA_KAGGLE_INPUT_CITY_NAMES'], folder);
      await writeFile(join(folder, 'a.csv'), 'a,b,c,d');
      const other = await runCells(project, world);
      assert.equal(other.code, 0, other.output);
      assert.match(
        other.output,
        /Warning: the dataset 'bob\/cities' has 1 files of 7 bytes here, but its version 3/,
      );
    });
  }

  for (const [layout, folders] of [
    [
      'namespaced',
      [
        'datasets/bob/cities',
        'models/bob/tides/pytorch/small/2',
        'notebooks/eve/train',
        'competitions/old-tides',
      ],
    ],
    ['classic', ['cities', 'tides/pytorch/small/2', 'train', 'old-tides']],
  ] as const)
    it(`find inputs of all four kinds in the ${layout} mount layout`, async () => {
      const inputs = [
        { name: 'a', kind: 'dataset', ref: 'bob/cities', version: 3 },
        { name: 'b', kind: 'model', ref: 'bob/tides/pyTorch/small', version: 2 },
        { name: 'c', kind: 'notebook', ref: 'eve/train', version: 5 },
        { name: 'd', kind: 'competition', ref: 'old-tides' },
      ] as const;
      const run = { ...aProject().run, args: inputs.map(({ name }) => `{inputs.${name}}`) };
      const project = aProject({ inputs: [...inputs], run });
      await open(layout, project);
      const places = folders.map((folder) => join(world.root, 'kaggle/input', folder));
      for (const [index, place] of places.entries()) {
        const { output } = await runCells(project, world);
        const { kind, ref } = inputs[index] ?? inputs[0];
        assert.match(output, new RegExp(`The ${kind} '${ref}' is not attached`));
        await mkdir(place, { recursive: true });
      }
      const { called, output } = await runCells(project, world);
      assert.deepEqual(called?.arguments.slice(-4), places, output);
      assert.equal(called.environment['JULIA_KAGGLE_INPUT_B'], places[1]);
    });

  it('leave packed what the rehearsal brings unpacked', async () => {
    const outcome = await runCells(aProject(), await open(), { JULIA_KAGGLE_UNPACKED: 'jok-julia/julia' });
    const unpack = reports(outcome).find(({ step }) => step === 'unpack');
    assert.deepEqual(unpack?.unpacked?.includes('jok-julia/julia'), false, outcome.output);
    assert.ok(unpack.unpacked.length > 0);
  });

  for (const mount of ['models/ada', '.', 'somewhere/models/ada'])
    it(`find the trained models where they are a model, mounted in ${mount}`, async () => {
      const models = aProject().datasets.models;
      const project = aProject({ run: { ...aProject().run, args: ['{models}'] } });
      await open('namespaced', project);
      const version = join(world.root, 'kaggle/input', mount, models, 'other', 'default', '7');
      await mkdir(dirname(version), { recursive: true });
      await rename(dataset(models), version);
      const { code, called, output } = await runCells(project, world);
      assert.equal(code, 0, output);
      assert.deepEqual(called?.arguments.slice(-1), [version]);
    });

  it('find a dataset that is mounted at another depth', async () => {
    await open();
    const elsewhere = join(world.root, 'kaggle', 'input', 'datasets', 'ada', 'versions');
    await rename(dataset('tides-app'), `${elsewhere}-1`);
    await rename(`${elsewhere}-1`, dataset('tides-models', 'tides-app'));
    assert.equal((await runCells(aProject(), world)).code, 0);
  });

  it('hand on arguments with quotes, spaces, other alphabets, line ends and braces unchanged', async () => {
    const odd = [
      'a "b" \'c\'',
      'größe 水位 🌊',
      'line\nend\ttab',
      '{other} {}',
      '$HOME `id` \\n %s',
      '',
      '-x',
    ];
    const project = aProject({
      run: {
        form: 'script',
        target: 'src/main.jl',
        threads: '4',
        args: [...odd, '{competition}/test.csv', '{models}', '{working}{working}'],
      },
    });
    const { called, output } = await runCells(project, await open());
    const root = world.root;
    assert.deepEqual(
      called?.arguments.slice(called.arguments.indexOf('--') + 2),
      [
        ...odd,
        `${root}/kaggle/input/competitions/harbour-tides/test.csv`,
        dataset('tides-models'),
        `${root}/kaggle/working${root}/kaggle/working`,
      ],
      output,
    );
  });

  it('start Julia with its environment, whatever the image sets', async () => {
    const { called } = await runCells(aProject(), await open(), {
      LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
      JULIA_DEPOT_PATH: '/elsewhere',
      JULIA_DEBUG: 'loading',
    });
    assert.equal(called?.environment['LD_LIBRARY_PATH'], '/usr/local/nvidia/lib64');
    assert.equal(called.environment['LD_PRELOAD'], '');
    assert.equal(called.environment['JULIA_DEPOT_PATH'], `${world.root}/root/.julia:`);
    assert.equal(called.environment['JULIA_PKG_OFFLINE'], 'true');
    assert.equal(called.environment['JULIA_DEBUG'], 'loading');
  });

  it('stop at a dataset that is stale, missing or damaged, before anything is unpacked', async () => {
    await open();
    const marker = dataset('tides-app', 'bundle.json');
    const text = await readFile(marker, 'utf8');
    await writeFile(marker, text.replace(/"bundleId": "\w+"/, '"bundleId": "0123456789abcdef"'));
    const stale = await runCells(aProject(), world);
    assert.match(firstFinding(stale), /^dataset-stale: .*older version of the dataset "tides-app"/);
    assert.deepEqual([stale.called, reports(stale)], [undefined, []]);
    await writeFile(marker, text);
    await truncate(dataset('tides-app', 'inferenceapp'), 10);
    assert.match(firstFinding(await runCells(aProject(), world)), /^dataset-damaged: .*"tides-app"/);
    await rm(dataset('tides-app'), { recursive: true });
    assert.match(firstFinding(await runCells(aProject(), world)), /^dataset-missing: .*"tides-app"/);
  });

  it('stop without the competition', async () => {
    await open();
    await rm(join(world.root, 'kaggle', 'input', 'competitions'), { recursive: true });
    assert.match(firstFinding(await runCells(aProject(), world)), /^competition-missing: .*"harbour-tides"/);
  });

  it('fail with Julia: by its exception, by a signal', async () => {
    await open();
    const threw = await runCells(aProject(), world, { FAKE: 'throw' });
    assert.match(
      firstFinding(threw),
      /^exception: Julia ended with an exception: KeyError: key "x" not found/,
    );
    assert.equal(reports(threw).at(-1)?.exitCode, 1);
    assert.match(firstFinding(await runCells(aProject(), world, { FAKE: 'kill' })), /^out-of-memory: /);
  });

  it('fail without a submission, and with one that is not as the sample', async () => {
    await open();
    const finding = async (fake: string): Promise<string> => {
      await rm(join(world.root, 'kaggle', 'working', 'submission.csv'), { force: true });
      return firstFinding(await runCells(aProject(), world, { FAKE: fake }));
    };
    assert.match(await finding('nothing'), /^submission-missing: .*submission\.csv/);
    assert.match(await finding('columns'), /^submission-wrong: .*\['id', 'value'\]/);
    assert.match(await finding('rows'), /^submission-wrong: .*0 rows, but sample_submission\.csv has 2/);
  });

  it('leave it to Kaggle in the scoring run whether the rows are right', async () => {
    const outcome = await runCells(aProject(), await open(), {
      FAKE: 'rows',
      KAGGLE_IS_COMPETITION_RERUN: '1',
    });
    assert.equal(outcome.code, 0, outcome.output);
    assert.match(outcome.output, /Warning: submission\.csv has 0 rows/);
  });

  it('tell which caches were compiled again and what came into the depot', async () => {
    await open();
    const compiled = reports(await runCells(aProject(), world, { FAKE: 'recompile' }));
    assert.match(compiled[2]?.recompiled?.join() ?? '', /v1\.10\/Inference\/new\.ji$/);
    const fetched = reports(await runCells(aProject(), world, { FAKE: 'download' }));
    assert.deepEqual(fetched[2]?.appeared, ['artifacts/fetched']);
  });

  it('run the person’s own cells, which see what the others know', async () => {
    const project = aProject();
    const notebook = {
      ...project.notebook,
      before: '# %% [markdown]\n# # Mine\n# %%\nprint("before")',
      after: '# %%\nprint("after", OUTPUT)\n',
    };
    const outcome = await runCells({ ...project, notebook }, await open());
    assert.match(outcome.output, /^before\n[^]*\nafter submission\.csv\n$/);
  });
});
