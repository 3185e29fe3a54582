import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { prepareJulia, startJuliaMirror } from '../../scripts/lib/steps.mjs';
import type { StageName } from '../../src/core/stages.ts';
import { secondEngine } from '../support/second-engine.ts';
import { type Outcome, startWorld, type World } from '../support/world.ts';

interface Result {
  readonly outcomes: readonly { readonly stage: StageName; readonly state: string }[];
  readonly artefacts: {
    readonly build: { readonly volume: string };
    readonly rehearse: { readonly submissionSha256: string };
    readonly upload?: {
      readonly datasets: readonly { readonly slug: string; readonly uploadedBytes: number }[];
    };
    readonly submit: { readonly ref: number; readonly publicScore: string };
  };
}

interface Preview {
  readonly stage: StageName;
  readonly state: 'fresh' | 'would-run' | 'later';
  readonly text: string;
}

/** Where and how a case is run, when not the project as always. */
interface Way {
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** What is done to the world, and what a run has to do then. */
interface Case {
  /** The cause in the words of the project's own list of defects, or a class of changes that was always judged right. */
  readonly after: string;
  readonly change: () => Promise<unknown>;
  /** Asked when the change is there. */
  readonly way?: () => Way;
  /** The stages that have work. */
  readonly work: readonly StageName[];
  /** Ends of the slugs of the datasets that are sent. */
  readonly sends?: readonly string[];
  /** How many submissions are made. */
  readonly submits?: number;
  /** What the plan has to say, by stage. */
  readonly says?: Partial<Record<StageName, RegExp>>;
  readonly also?: (result: Result) => Promise<void> | void;
}

const APP = 'inferenceapp';
const LOCAL = ['build', 'test', 'pack', 'rehearse'] as const;
const REMOTE = ['upload', 'notebook', 'submit'] as const;
const ALL = ['project', ...LOCAL, ...REMOTE] as const;
/** How an edit of the sources is told from another. */
const PREDICTION = 'round.(heights; digits';

const lines = ({ stdout }: Outcome): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as unknown);

describe('what stands and what does not, with the real engine and the sandbox', function () {
  this.timeout(600_000);
  let world: World;
  /** Where the project is now. */
  let place: string;
  let last: Result;
  let original: string;

  const inProject = (...path: string[]): string => join(place, ...path);
  const source = (folder = place): string => join(folder, 'src', 'Inference.jl');
  const inState = (...path: string[]): string => inProject('.julia-kaggle', ...path);

  function call(way: Way, ...more: string[]): Promise<Outcome> {
    const { folder = place, args = [], environment = world.environment } = way;
    const command = ['run', folder, '--image', world.image, '--json', ...args, ...more];
    return world.julia(command, { environment });
  }

  async function run(way: Way = {}): Promise<Result> {
    const outcome = await call(way);
    assert.equal(outcome.code, 0, `${outcome.stdout.slice(-600)}\n${outcome.stderr}`);
    return lines(outcome).at(-1) as Result;
  }

  /** What a dry run says, by stage. */
  async function plan(way: Way = {}): Promise<Map<StageName, Preview>> {
    const outcome = await call(way, '--dry-run');
    assert.equal(outcome.code, 0, outcome.stdout);
    return new Map((lines(outcome) as Preview[]).map((preview) => [preview.stage, preview]));
  }

  const states = (previews: Map<StageName, Preview>): string[] =>
    [...previews].map(([stage, { state }]) => `${stage} ${state}`);

  /** The stages that are not up to date, and of those that depend on others nothing is known. */
  const definite = (previews: Map<StageName, Preview>): StageName[] =>
    [...previews.values()].flatMap(({ stage, state }) => (state === 'would-run' ? [stage] : []));

  const worked = ({ outcomes }: Result): StageName[] =>
    outcomes.flatMap(({ stage, state }) => (state === 'fresh' ? [] : [stage]));

  const sent = ({ artefacts: { upload } }: Result): string[] =>
    (upload?.datasets ?? [])
      .filter(({ uploadedBytes }) => uploadedBytes > 0)
      .map(({ slug }) => slug.replace('harbour-tides-inference-', ''))
      .sort();

  /** The records that the sandbox keeps of a kind, changed while it is closed; undefined deletes. */
  const changeRecords = (kind: string, change: (record: never) => unknown): Promise<void> =>
    world.changeKaggle(async (sandbox) => {
      const folder = join(sandbox, kind);
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const record = change(JSON.parse(await readFile(path, 'utf8')) as never);
        await rm(path);
        if (record === undefined) continue;
        // A dataset is kept under its number.
        const { id = name.replace('.json', '') } = record as { id?: number };
        await writeFile(join(folder, `${id}.json`), JSON.stringify(record));
      }
    });

  /** Changes the dataset with the package on Kaggle, as a person on the site or another machine does. */
  const changeApp = (change: (dataset: RemoteDataset) => RemoteDataset | undefined): Promise<void> =>
    changeRecords('datasets', (dataset: RemoteDataset) =>
      dataset.slug.endsWith(APP) ? change(dataset) : dataset,
    );

  const edit = async (path: string, change: (text: string) => string): Promise<void> => {
    const before = await readFile(path, 'utf8');
    const after = change(before);
    assert.notEqual(after, before, path);
    await writeFile(path, after);
  };

  /** Lets the package predict so much more. */
  const shift = (by: number, folder = place): Promise<void> =>
    writeFile(source(folder), original.replace(PREDICTION, `round.(heights .+ ${by}; digits`));

  /** A file of the package in its tarball. */
  async function packed(folder = place): Promise<string> {
    const bundle = join(folder, '.julia-kaggle', 'bundle', APP);
    const file = `.julia/dev/${basename(folder)}/src/Inference.jl`;
    return (await promisify(execFile)('tar', ['--zstd', '-xOf', bundle, file])).stdout;
  }

  /** How many Kaggle has, of all accounts. */
  const submissions = async (): Promise<number> =>
    (await readdir(join(world.examples, '..', 'sandbox', 'submissions'))).length;

  /** All versions of all datasets. */
  async function datasetVersions(): Promise<unknown[]> {
    const folder = join(world.examples, '..', 'sandbox', 'datasets');
    const texts = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    return texts.flatMap((text) => (JSON.parse(text) as RemoteDataset).versions);
  }

  before(async () => {
    world = await startWorld();
    place = world.project;
    original = await readFile(source(), 'utf8');
    last = await run();
    assert.deepEqual(worked(last), ALL);
  });

  after(() => world.close());

  /** Puts a text in place of a file's, of the same size and with the old times. */
  async function disguise(path: string, change: (text: string) => string): Promise<() => Promise<void>> {
    const { atime, mtime, size } = await stat(path);
    const text = await readFile(path, 'utf8');
    const put = async (content: string): Promise<void> => {
      await writeFile(path, content);
      await utimes(path, atime, mtime);
    };
    await edit(path, change);
    assert.equal((await stat(path)).size, size);
    await utimes(path, atime, mtime);
    return () => put(text);
  }

  /** Adds a file; gives what removes it. */
  async function add(path: string, text: string): Promise<() => Promise<void>> {
    await writeFile(path, text);
    return () => rm(path);
  }

  async function move(from: string, to: string): Promise<() => Promise<void>> {
    await rename(from, to);
    return () => rename(to, from);
  }

  /** Changes a text; gives what writes the old one. */
  async function rewrite(path: string, change: (text: string) => string): Promise<() => Promise<void>> {
    const text = await readFile(path, 'utf8');
    await edit(path, change);
    return () => writeFile(path, text);
  }

  const sources = (change: (text: string) => string) => () => rewrite(source(), change);
  const setting = (change: (text: string) => string) => () => rewrite(inProject('JuliaKaggle.toml'), change);
  const section = (text: string) => setting((before) => `${before}\n${text}\n`);
  const inPublic = (name: string): string => join(world.examples, 'competition', 'public', name);

  interface Look {
    readonly after: string;
    /** Gives what takes it back. */
    readonly change: () => Promise<() => Promise<unknown>>;
    readonly way?: () => Way;
    /** What certainly runs; of what depends on its result nothing is known. */
    readonly runs: readonly StageName[];
  }

  const NOTHING: Look[] = [
    {
      after: 'other times of all files',
      runs: [],
      change: async () => {
        for (const time of [new Date('2001-01-01'), new Date('2051-01-01')])
          for (const path of [
            source(),
            inProject('Project.toml'),
            join(world.examples, 'models', 'model.csv'),
          ])
            await utimes(path, time, time);
        return () => Promise.resolve();
      },
    },
    {
      after: 'a comment in JuliaKaggle.toml',
      runs: [],
      change: setting((text) => `# more\n${text}`),
    },
    {
      after: 'a new file that .juliakaggleignore leaves out',
      runs: [],
      change: async () => {
        const undo = [
          await add(inProject('notes.txt'), 'a note'),
          await add(inProject('.juliakaggleignore'), 'notes.txt\n.juliakaggleignore\n'),
        ];
        return () => Promise.all(undo.map((each) => each()));
      },
    },
    {
      after: 'the logs of the last run were removed',
      runs: [],
      change: async () => {
        await rm(inState('logs'), { recursive: true });
        return () => Promise.resolve();
      },
    },
  ];
  const BUILDS: Look[] = [
    { after: 'a comment in the sources', change: sources((text) => `${text}\n# more\n`) },
    {
      after: 'an edit that keeps size and time of the file',
      change: () => disguise(source(), (text) => text.replace('predicts a height', 'predicts the tide')),
    },
    {
      after: 'an edit of a path dependency',
      change: () =>
        rewrite(
          join(world.examples, 'TideFeatures', 'src', 'TideFeatures.jl'),
          (text) => `${text}\n# more\n`,
        ),
    },
    {
      after: 'an edit of the Manifest',
      change: () => rewrite(inProject('Manifest.toml'), (text) => `${text}\n`),
    },
    {
      after: 'an edit of Artifacts.toml',
      change: () => rewrite(inProject('Artifacts.toml'), (text) => `${text}\n`),
    },
    { after: 'a new file', change: () => add(inProject('src', 'notes.txt'), 'a note') },
    {
      after: 'a file that is gone',
      change: () => move(inProject('test', 'runtests.jl'), join(world.examples, 'aside')),
    },
    {
      after: 'a file of another name',
      change: () => move(inProject('test', 'runtests.jl'), inProject('test', 'tests.jl')),
    },
    {
      after: 'a file that may be executed now',
      change: async () => {
        await chmod(source(), 0o755);
        return () => chmod(source(), 0o644);
      },
    },
    {
      after: 'a link in place of a file',
      change: async () => {
        const [file, other] = [inProject('src', 'csv.jl'), inProject('src', 'lines.jl')];
        await rename(file, other);
        await symlink('lines.jl', file);
        return () => rename(other, file);
      },
    },
    {
      after: 'preferences',
      change: () => add(inProject('LocalPreferences.toml'), '[TideFeatures]\nfast = true\n'),
    },
    {
      after: 'another way to run it',
      change: setting((text) => text.replace('entry = "Inference.main"', 'script = "src/Inference.jl"')),
    },
  ].map((look): Look => ({ ...look, runs: ['project', 'build'] }));
  const OTHERS: Look[] = [
    {
      after: 'another image has taken the name',
      runs: ['build'],
      change: async () => {
        const id = await world.docker('image', 'inspect', world.image, '--format', '{{.Id}}');
        const context = join(world.examples, 'image');
        await mkdir(context);
        await writeFile(join(context, 'Dockerfile'), `FROM ${world.image}\nLABEL other=yes\n`);
        await world.docker('build', '--quiet', '--tag', world.image, context);
        return () => world.docker('tag', id, world.image);
      },
    },
    {
      after: 'a model of another content, with size and time as before',
      runs: ['project', 'test'],
      change: () =>
        disguise(join(world.examples, 'models', 'model.csv'), (text) =>
          text.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`),
        ),
    },
    {
      after: 'data of another content, with size and time as before',
      runs: ['test'],
      change: () =>
        disguise(inState('competition', 'harbour-tides', 'test.csv'), (text) =>
          text.replace(/\d(?=\D*$)/, (digit) => `${(Number(digit) + 1) % 10}`),
        ),
    },
    {
      after: 'the data came to Kaggle anew',
      runs: ['test'],
      change: async () => {
        const { atime, mtime } = await stat(inPublic('test.csv'));
        const later = new Date(Date.now() + 60_000);
        await utimes(inPublic('test.csv'), later, later);
        return () => utimes(inPublic('test.csv'), atime, mtime);
      },
    },
    {
      after: 'other arguments',
      runs: ['project', 'test'],
      change: setting((text) => text.replace('threads = "auto"', 'threads = 1')),
    },
    {
      after: 'an accelerator',
      runs: ['project', 'test'],
      change: section('[notebook]\naccelerator = "NvidiaTeslaT4"'),
    },
    { after: 'another codec', runs: ['project', 'pack'], change: section('[pack]\ncodec = "gzip"') },
    {
      after: 'another title of the notebook',
      runs: ['project', 'notebook'],
      change: section('[notebook]\ntitle = "Tides by Julia"'),
    },
    {
      after: 'a time limit that the rehearsal keeps',
      runs: ['project', 'notebook'],
      change: section('[notebook]\ntime_limit_minutes = 100'),
    },
    {
      after: 'a time limit that the last rehearsal did not keep',
      runs: ['project', 'rehearse'],
      change: async () => {
        const undo = [
          await rewrite(inState('record.json'), (text) => {
            const record = JSON.parse(text) as { artefacts: { rehearse: object } };
            const rehearse = { ...record.artefacts.rehearse, seconds: 90 };
            return JSON.stringify({ ...record, artefacts: { ...record.artefacts, rehearse } });
          }),
          await section('[notebook]\ntime_limit_minutes = 1')(),
        ];
        return () => Promise.all(undo.map((each) => each()));
      },
    },
    {
      after: 'less memory than the last rehearsal took is allowed',
      runs: ['rehearse'],
      way: () => ({ environment: { ...world.environment, JULIA_KAGGLE_MEMORY_GB: '0.01' } }),
      change: () => Promise.resolve(() => Promise.resolve()),
    },
  ];

  for (const { after: title, change, runs, way } of [...NOTHING, ...BUILDS, ...OTHERS])
    it(`the plan has ${runs.join(' and ') || 'nothing'} to do after ${title}`, async () => {
      const takeBack = await change();
      const planned = await plan(way?.()).finally(takeBack);
      assert.deepEqual(definite(planned), runs, states(planned).join());
      const again = await plan();
      assert.deepEqual(definite(again), [], states(again).join());
    });

  /** Variables of another account of the same Kaggle. */
  const OTHER = { username: 'other-user', userId: 2, key: '0'.repeat(32), token: `KGAT_${'0'.repeat(32)}` };

  const CASES: readonly Case[] = [
    {
      after: 'the record was lost alone',
      change: () => rm(inState('record.json')),
      work: ALL,
    },
    {
      after: 'the depot was pruned while its tarballs are there',
      change: () => world.docker('volume', 'rm', last.artefacts.build.volume),
      work: [],
    },
    {
      after: 'a tarball was deleted that Kaggle has',
      change: () => rm(inState('bundle', APP)),
      work: [],
    },
    {
      after: 'the dataset with the package was deleted on Kaggle, and tarball and depot are gone',
      change: () => changeApp(() => undefined),
      work: ['build', 'pack', 'rehearse', ...REMOTE],
      sends: [APP],
      submits: 1,
    },
    {
      after: 'the same version was made again by another machine',
      change: () => changeApp((dataset) => ({ ...dataset, versions: again(dataset.versions) })),
      work: ['upload'],
    },
    {
      after: 'the dataset was deleted and another one made under its name',
      change: () =>
        changeApp((dataset) => ({ ...dataset, id: dataset.id + 5000, versions: byHand(dataset.versions) })),
      work: ['upload', 'notebook'],
      sends: [APP],
      says: { upload: /up to/ },
    },
    {
      after: 'Kaggle could not take a version in',
      change: () =>
        changeApp((dataset) => ({
          ...dataset,
          versions: dataset.versions.map((version) => ({ ...version, state: 'failed' })),
        })),
      work: ['upload'],
      sends: [APP],
    },
    {
      after: 'the submission was scored anew on Kaggle',
      change: () => changeRecords('submissions', (record: object) => ({ ...record, publicScore: '0.5' })),
      work: ['submit'],
      also: ({ artefacts: { submit } }) => {
        assert.equal(submit.publicScore, '0.5');
      },
    },
    {
      after: 'the submission was deleted',
      change: () =>
        changeRecords('submissions', (record: { ref: number }) =>
          record.ref === last.artefacts.submit.ref ? undefined : record,
        ),
      work: ['submit'],
      submits: 1,
    },
    {
      after: 'the project was moved, with what it reads beside it',
      change: async () => {
        const there = join(world.examples, 'elsewhere');
        await mkdir(there);
        for (const name of ['Inference', 'TideFeatures', 'models'])
          await rename(join(world.examples, name), join(there, name));
        place = join(there, 'Inference');
      },
      // The data are looked for where they were.
      work: ['test'],
    },
    {
      after: 'an edit of the moved project',
      change: () => shift(1),
      work: ALL,
      sends: [APP],
      submits: 1,
      also: ({ artefacts }) => {
        assert.equal(artefacts.build.volume, last.artefacts.build.volume);
      },
    },
    {
      after: 'another account signed in',
      change: async () => {
        await world.changeKaggle((sandbox) =>
          edit(join(sandbox, 'account.json'), (text) => {
            const account = JSON.parse(text) as { users: object[] };
            return JSON.stringify({ ...account, users: [...account.users, OTHER] });
          }),
        );
      },
      way: () => ({
        environment: { ...world.environment, KAGGLE_USERNAME: OTHER.username, KAGGLE_KEY: OTHER.key },
      }),
      work: REMOTE,
      sends: ['dotjulia', APP, 'julia-on-kaggle-julia-1-5-3', 'models'],
      submits: 1,
      says: { upload: /up to 1\d\d MB/ },
    },
    {
      after: 'the first account signed in again',
      change: () => Promise.resolve(),
      work: ['upload', 'notebook', 'submit'],
    },
    {
      after: 'the notebook was deleted on Kaggle, and an edit',
      change: async () => {
        await changeRecords('kernels', () => undefined);
        await shift(5);
      },
      work: ALL,
      sends: [APP],
      submits: 1,
      also: ({ artefacts: { submit } }) => {
        assert.ok(Number(submit.publicScore) > 4, submit.publicScore);
      },
    },
    {
      after: 'a copy of the project built other code',
      change: async () => {
        const copy = inProject('..', 'Copy');
        await cp(place, copy, { recursive: true });
        await shift(1000, copy);
        const { artefacts } = await run({ folder: copy, args: ['--until', 'build'] });
        assert.notEqual(artefacts.build.volume, last.artefacts.build.volume);
      },
      way: () => ({ args: ['--fresh', 'pack', '--until', 'rehearse'] }),
      work: ['pack', 'rehearse'],
      also: async () => assert.equal(await packed(), await readFile(source(), 'utf8')),
    },
    {
      after: 'the depot was built of other code since the record was written',
      change: async () => {
        const kept = join(world.examples, 'kept');
        await cp(inState(), kept, { recursive: true });
        await shift(1000);
        await run({ args: ['--until', 'build'] });
        await shift(5);
        await rm(inState(), { recursive: true });
        await rename(kept, inState());
      },
      way: () => ({ args: ['--fresh', 'pack', '--until', 'rehearse'] }),
      work: ['build', 'pack', 'rehearse'],
      says: { build: /since the depot is of another build/ },
      also: async () => assert.equal(await packed(), await readFile(source(), 'utf8')),
    },
    {
      after: 'other code was built and tested on another engine',
      change: async () => {
        await shift(2000);
        const engine = await secondEngine();
        await engine.ensureImage(world.image);
        const mirror = await startJuliaMirror(await prepareJulia(), engine.hostAddress);
        const environment = { ...world.environment, ...mirror.environment, DOCKER_HOST: engine.address };
        await run({ environment, args: ['--until', 'test'] });
        await mirror.close();
      },
      work: ['build', 'pack', 'rehearse', ...REMOTE],
      // The two runs before packed all anew, and the depot's files have other times since it was built anew.
      sends: ['dotjulia', APP],
      submits: 1,
      also: async ({ artefacts: { submit } }) => {
        assert.equal(await packed(), await readFile(source(), 'utf8'));
        assert.ok(Number(submit.publicScore) > 1900, submit.publicScore);
      },
    },
  ];

  for (const { after: title, change, work, sends = [], submits = 0, says = {}, also, way } of CASES)
    it(`a run has ${work.join(', ') || 'nothing'} to do, and sends ${sends.join(', ') || 'nothing'}, after ${title}`, async () => {
      await change();
      const how = way?.() ?? {};
      const before = await submissions();
      const planned = await plan(how);
      const result = await run(how);
      const sending = work.includes('upload') ? sent(result) : [];
      assert.deepEqual([worked(result), sending], [work, sends], states(planned).join());
      assert.equal((await submissions()) - before, submits);
      // The plan said what would be: nothing that it had as up to date had work, and all that it was sure of had.
      assert.deepEqual(
        work.filter((stage) => planned.get(stage)?.state === 'fresh'),
        [],
      );
      assert.deepEqual(
        definite(planned).filter((stage) => !work.includes(stage)),
        [],
      );
      for (const [stage, words] of Object.entries(says))
        assert.match(planned.get(stage as StageName)?.text ?? '', words);
      await also?.(result);
      last = result;
    });

  it('a plan names what it is asked to do anew, and no stage that there is not', async () => {
    assert.deepEqual(definite(await plan({ args: ['--fresh', 'build'] })), ['build']);
    const { code } = await call({ args: ['--fresh', 'nonsense'] }, '--dry-run');
    assert.equal(code, 2);
  });

  it('a note on a submission that stands leaves its commit as it was', async () => {
    const git = (...args: string[]) =>
      promisify(execFile)('git', ['-c', 'user.name=A', '-c', 'user.email=a@b.c', ...args], {
        cwd: world.examples,
      });
    const history = async (): Promise<{ ref: number; commit?: string; note?: string }[]> => {
      const { stdout } = await world.julia(['status', place, '--json']);
      return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { history: [] }).history;
    };
    const before = await history();
    await rm(join(world.examples, '.git'), { recursive: true });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'All');
    const result = await run({ args: ['--note', 'the same as before'] });
    assert.deepEqual(worked(result), []);
    assert.deepEqual(
      (await history()).map(({ ref, commit }) => ({ ref, commit })),
      before.map(({ ref, commit }) => ({ ref, commit })),
    );
  });

  it('a record that is a folder is told as that, and one that cannot be read by the plan, too', async () => {
    await rename(inState('record.json'), inState('kept.json'));
    await mkdir(inState('record.json'));
    const { code, stdout } = await call({});
    assert.notEqual(code, 0);
    const { error } = lines({ code, stdout, stderr: '' }).at(-1) as { error: { code: string } };
    assert.equal(error.code, 'unsafe-path');
    await rm(inState('record.json'), { recursive: true });
    await writeFile(inState('record.json'), '{');
    assert.match((await plan()).get('project')?.text ?? '', /record of earlier runs cannot be read/);
    await rename(inState('kept.json'), inState('record.json'));
    assert.deepEqual(definite(await plan()), []);
  });

  it('a stage that runs is said to be running', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const looking: Promise<void>[] = [];
    const command = ['run', place, '--image', world.image, '--json', '--fresh', 'build', '--until', 'build'];
    await world.julia(command, {
      signal: stop.signal,
      onOutput: (text) => {
        if (looking.length > 0 || !text.includes('"Instantiating and precompiling"')) return;
        looking.push(
          world.julia(['status', place, '--json']).then(({ stdout }) => {
            const status = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
              stages: { stage: string; state: string }[];
            };
            seen.push(...status.stages.map(({ stage, state }) => `${stage} ${state}`));
            stop.abort();
          }),
        );
      },
    });
    await Promise.all(looking);
    assert.ok(seen.includes('build running'), seen.join());
    await run();
  });

  it('a competition that has ended and takes no late submissions is told before the first byte is sent', async () => {
    const facts = join(world.examples, 'competition', 'competition.json');
    const { length } = await datasetVersions();
    const end = (text: string): string =>
      text.replace('{', '{ "takesLateSubmissions": false,').replace('2030-12-31', '2020-12-31');
    await world.changeKaggle(() => edit(facts, end));
    await shift(7);
    const { code, stdout } = await call({});
    assert.notEqual(code, 0);
    const { error } = lines({ code, stdout, stderr: '' }).at(-1) as { error: { code: string } };
    assert.equal(error.code, 'submission-closed');
    assert.equal((await datasetVersions()).length, length);
  });
});

interface RemoteDataset {
  readonly id: number;
  readonly slug: string;
  readonly versions: readonly {
    readonly version: number;
    readonly state: string;
    readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  }[];
}

/** The versions of a dataset and its newest once more. */
function again(versions: RemoteDataset['versions']): RemoteDataset['versions'] {
  return [...versions, { ...newest(versions), version: versions.length + 1 }];
}

/** One version, whose files have other contents under the old names. */
function byHand(versions: RemoteDataset['versions']): RemoteDataset['versions'] {
  const { files, ...version } = newest(versions);
  const [first = assert.fail('a version without a file')] = files;
  const others = files.map(({ name }) => ({ ...first, name }));
  return [{ ...version, version: 1, files: others }];
}

function newest(versions: RemoteDataset['versions']): RemoteDataset['versions'][number] {
  return versions.at(-1) ?? assert.fail('a dataset without a version');
}
