import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ErrorCode } from '../../src/base/errors.ts';
import { isUserError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { Bundle, Datasets, Project } from '../../src/core/artefacts.ts';
import type { PartKind } from '../../src/core/packing.ts';
import { planDatasets } from '../../src/core/contract/datasets.ts';
import { composeNotebook } from '../../src/core/contract/notebook/ipynb.ts';
import { titleSlug } from '../../src/core/contract/slugs.ts';
import { notebookStage } from '../../src/core/notebook/notebook-stage.ts';
import { parseConfig } from '../../src/core/project/config.ts';
import { uploadStage } from '../../src/core/upload/upload-stage.ts';
import { parseProjectFile } from '../../src/julia/project-file.ts';
import type { KaggleClient } from '../../src/kaggle/client.ts';
import { connectKaggle } from '../../src/kaggle/connect.ts';
import { Secret } from '../../src/kaggle/secret.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../support/artefacts.ts';
import { cellsWorld, removeWorld, runCells } from '../support/notebook-cells.ts';
import { type KeptContext, keptContext, type PlayedCalls } from '../support/stage-context.ts';
import { tempFolder } from '../support/temp.ts';
import { type Bench, list, makeDataset, push, startBench, USER } from '../wire/sandbox/support.ts';
import { attack } from './attack.ts';

const SLUG = 'tides-app';
const OTHER = '99999999-6a3b-4f0e-9b7d-2b9b5d0c7a11';
const REHEARSAL = {
  fingerprint: 'r',
  seconds: 1,
  steps: [],
  peakMemoryBytes: 1,
  rows: 1,
  submissionSha256: 's',
};
const held = 'core/upload/ownership';
const stage = 'core/upload/upload-stage';

interface Options {
  readonly pending?: unknown;
  readonly previous?: Datasets;
  readonly adopt?: readonly string[];
  readonly project?: Partial<Project>;
  /** What the package's tarball holds. */
  readonly content?: string;
  readonly kind?: PartKind;
  /** The client as it is, with what happens meanwhile. */
  readonly around?: (kaggle: KaggleClient) => PlayedCalls;
}

/** A local Kaggle with an account, and runs of the upload stage by the real client. */
async function world() {
  const bench = await startBench();
  const kaggle = connect(bench);
  const run = async (options: Options = {}): Promise<Datasets & Pick<KeptContext, 'warnings' | 'log'>> => {
    const { pack, folder } = await packed(
      options.content ?? 'sources of mine',
      options.kind ?? 'inferenceapp',
    );
    const { context, warnings, log } = keptContext(changed(kaggle, options.around?.(kaggle)), {
      folder,
      pending: options.pending,
      adopt: options.adopt ?? [],
    });
    const input = { project: aProject(options.project), pack, rehearse: REHEARSAL };
    return { ...(await uploadStage.run(input, options.previous, context)), warnings, log };
  };
  /** That the run stops with this code, and the dataset is as it was. */
  const stops = async (code: ErrorCode, options: Options = {}, slug = SLUG): Promise<void> => {
    const before = await state(bench, slug);
    const error: unknown = await run(options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(isUserError(error, code), `it went through: ${String(error)}`);
    assert.ok(error.actions.some(({ url }) => url?.endsWith(`/datasets/${USER}/${slug}`)));
    assert.deepEqual(await state(bench, slug), before);
  };
  return { bench, kaggle, run, stops };
}

function connect(bench: Bench): KaggleClient {
  const { username, key } = bench.sandbox.credentials;
  return connectKaggle({
    apiUrl: bench.sandbox.url,
    fetch,
    clock: bench.clock,
    logger: silentLogger,
    userAgent: 'julia-on-kaggle/test',
    credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
  });
}

/** The client as it is, but for these calls. */
function changed(kaggle: KaggleClient, calls: PlayedCalls = {}): PlayedCalls {
  const group = <Group extends object>(real: Group, played: Partial<Group> = {}): Group =>
    new Proxy(real, {
      get: (_, name) => {
        const member: unknown = Reflect.get(name in played ? played : real, name);
        return typeof member === 'function' ? (member.bind(real) as unknown) : member;
      },
    });
  return {
    ...kaggle,
    datasets: group(kaggle.datasets, calls.datasets),
    notebooks: group(kaggle.notebooks, calls.notebooks),
  };
}

async function packed(content: string, kind: PartKind): Promise<{ pack: Bundle; folder: string }> {
  const folder = await tempFolder({ [`bundle/${kind}`]: content });
  const file = {
    name: kind,
    path: join(folder, 'bundle', kind),
    bytes: content.length,
    sha256: sha256(content),
  };
  const parts = [{ kind, fingerprint: 'p', files: [file] }];
  return { pack: { fingerprint: 'b', bundleId: 'b'.repeat(16), parts }, folder };
}

/** Versions and files of a dataset. */
async function state(bench: Bench, slug: string): Promise<unknown> {
  const dataset = await bench.call('datasets.DatasetApiService/GetDataset', {
    ownerSlug: USER,
    datasetSlug: slug,
  });
  return [
    dataset['currentVersionNumber'],
    list(dataset['files']).map(({ name, totalBytes }) => [name, totalBytes]),
  ];
}

async function setPublic(bench: Bench, slug = SLUG): Promise<void> {
  const settings = { title: slug, isPrivate: false };
  await bench.call('datasets.DatasetApiService/UpdateDatasetMetadata', {
    ownerSlug: USER,
    datasetSlug: slug,
    settings,
  });
}

/** A `bundle.json` of julia-kaggle with something else in it. */
const marker = (more: object): string =>
  JSON.stringify({ format: 1, bundleId: 'a'.repeat(16), kinds: ['inferenceapp'], files: [], ...more });

describe('what is uploaded', function () {
  this.timeout(30_000);

  describe('datasets', () => {
    attack('H3', 'a public dataset of the same slug that others made', held, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, SLUG, { 'a.txt': 'mine' });
      await setPublic(bench);
      await stops('not-ours');
    });

    attack('H3', 'a dataset of this project that was made public, and new sources', stage, async () => {
      const { bench, run, stops } = await world();
      await run();
      await setPublic(bench);
      await stops('not-private', { content: 'newer sources' });
    });

    attack('H3', 'the same with the record of the run that made it', stage, async () => {
      const { bench, run, stops } = await world();
      const previous = await run();
      await setPublic(bench);
      await stops('not-private', { content: 'newer sources', previous });
    });

    attack('H3', 'a public dataset, and an explicit yes to adopt it', stage, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, SLUG, { 'a.txt': 'mine' });
      await setPublic(bench);
      await stops('not-private', { adopt: [SLUG] });
    });

    attack('H3', 'a private dataset of the user’s that [datasets] names', held, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, 'family-pictures', { 'a.jpg': 'a', 'b.jpg': 'b' });
      const datasets = { ...aProject().datasets, inferenceapp: 'family-pictures' };
      await stops('not-ours', { project: { datasets } }, 'family-pictures');
    });

    attack('H3', 'not one byte is sent before it is refused', stage, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, SLUG, { 'a.txt': 'mine' });
      let sent = 0;
      const around = (kaggle: KaggleClient): PlayedCalls => ({
        datasets: {
          upload: (...args) => {
            sent += 1;
            return kaggle.datasets.upload(...args);
          },
        },
      });
      await stops('not-ours', { around });
      assert.equal(sent, 0);
    });

    attack('H3', 'the dataset of another project of the account', held, async () => {
      const { run, stops } = await world();
      await run({ project: { uuid: OTHER } });
      await stops('not-ours', { content: 'sources of the second' });
    });

    attack('H3', 'the dataset with Julia of all projects, named for the package', held, async () => {
      const { run, stops } = await world();
      await run({ kind: 'julia' });
      const { julia } = aProject().datasets;
      const project = { datasets: { ...aProject().datasets, inferenceapp: julia } };
      await stops('not-ours', { project }, julia);
      await stops('not-ours', { project, adopt: [julia] }, julia);
    });

    const markers: Readonly<Record<string, string>> = {
      'is of another format': marker({ format: 2 }),
      'is no JSON': 'bundle',
      'is a list': '[]',
      'names no parts': JSON.stringify({ format: 1, bundleId: 'a' }),
      'names a project by a number': marker({ project: 7 }),
      'names another project': marker({ project: OTHER }),
      'is of Julia alone': marker({ kinds: ['julia'] }),
      'is empty': '\n',
    };
    for (const [how, text] of Object.entries(markers))
      attack('H3', `a dataset whose bundle.json ${how}`, held, async () => {
        const { bench, stops } = await world();
        await makeDataset(bench, SLUG, { 'data.csv': '1', 'bundle.json': text });
        await stops('not-ours');
      });

    attack('H3', 'a dataset with a file of our name and size, and one more', held, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, SLUG, { inferenceapp: 'sources of mine', 'data.csv': '1' });
      await stops('not-ours');
    });

    attack('H3', 'a record that came with the project and claims the dataset', stage, async () => {
      const { bench, stops } = await world();
      await makeDataset(bench, SLUG, { 'a.txt': 'mine' });
      const { pack } = await packed('sources of mine', 'inferenceapp');
      const bundleId = planDatasets(aProject(), pack)[0]?.bundleId ?? '';
      const claimed = {
        slug: SLUG,
        version: 1,
        bundleId,
        kinds: ['inferenceapp' as const],
        uploadedBytes: 1,
      };
      await stops('not-ours', { pending: { datasets: [claimed], sending: [] } });
      await stops('not-ours', { pending: { datasets: [], sending: [{ slug: SLUG, bundleId, after: 0 }] } });
      const previous = { fingerprint: 'u', owner: USER, datasets: [claimed], uploadedBytes: 1 };
      await stops('not-ours', { previous });
    });

    attack('H3', 'a dataset made public between the look and the upload', stage, async () => {
      const { bench, run, stops } = await world();
      await run();
      const around = (kaggle: KaggleClient): PlayedCalls => ({
        datasets: {
          upload: async (...args) => {
            await setPublic(bench);
            return kaggle.datasets.upload(...args);
          },
        },
      });
      await stops('not-private', { content: 'newer sources', around });
    });

    attack('H3', 'a dataset made public while its version is made', stage, async () => {
      const { bench, run } = await world();
      await run();
      const around = (kaggle: KaggleClient): PlayedCalls => ({
        datasets: {
          createVersion: async (...args) => {
            await kaggle.datasets.createVersion(...args);
            await setPublic(bench);
          },
        },
      });
      await assert.rejects(run({ content: 'newer sources', around }), { code: 'not-private' });
    });

    attack('H3', 'a Kaggle that makes the new dataset public', stage, async () => {
      const { bench, run } = await world();
      const around = (kaggle: KaggleClient): PlayedCalls => ({
        datasets: {
          create: async (...args) => {
            await kaggle.datasets.create(...args);
            await setPublic(bench);
          },
        },
      });
      await assert.rejects(run({ around }), { code: 'not-private' });
    });

    attack('L9', 'the full hash of a commit in the notes of a version', stage, async () => {
      const { kaggle, run } = await world();
      const commit = '0123456789abcdef0123456789abcdef01234567';
      await run();
      await run({ content: 'newer sources', project: { git: { commit, dirty: true } } });
      const found = await kaggle.datasets.find(USER, SLUG, new AbortController().signal);
      const notes = JSON.stringify(found?.versions);
      assert.match(notes, /from 0123456789ab \(changed\)/);
      assert.ok(!notes.includes(commit.slice(0, 13)));
    });

    it('an honest user goes on: after the record was deleted, on a second machine, after an interruption', async () => {
      const { bench, run } = await world();
      await run();
      assert.deepEqual((await run()).uploadedBytes, 0, 'nothing twice');
      assert.equal((await run({ content: 'newer sources' })).datasets[0]?.version, 2);
      // An upload of this very content of which bundle.json did not arrive.
      await makeDataset(bench, 'second-app', { inferenceapp: 'sources of mine' });
      const datasets = { ...aProject().datasets, inferenceapp: 'second-app' };
      assert.equal((await run({ project: { datasets } })).datasets[0]?.version, 2);
    });

    it('a dataset of an earlier version of julia-kaggle is adopted, and this project’s from then on', async () => {
      const { bench, run, stops } = await world();
      await makeDataset(bench, SLUG, { inferenceapp: 'older', 'bundle.json': marker({}) });
      const { datasets, log } = await run();
      assert.equal(datasets[0]?.version, 2);
      assert.ok(log.some((line) => line.includes('earlier version')));
      await stops('not-ours', { content: 'sources of the second', project: { uuid: OTHER } });
    });

    it('an explicit yes replaces what is not this project’s, and what is kept although it is public is said', async () => {
      const { bench, run } = await world();
      await makeDataset(bench, SLUG, { 'a.txt': 'old' });
      assert.equal((await run({ adopt: [SLUG] })).datasets[0]?.version, 2);
      await setPublic(bench);
      const { warnings, uploadedBytes } = await run();
      assert.equal(uploadedBytes, 0);
      assert.ok(warnings.some((text) => text.includes('is public')));
    });
  });

  describe('the notebook', () => {
    const INPUT = {
      project: aProject(),
      build: aDepot(),
      test: aTestReport(),
      pack: aBundle({ parts: [] }),
      rehearse: REHEARSAL,
      upload: { fingerprint: 'u', owner: USER, datasets: [], uploadedBytes: 0 },
    };
    const TITLE = INPUT.project.notebook.title;
    const compose = (project: Project): string => composeNotebook(project, [], INPUT.pack);

    interface Pushing {
      readonly probe?: boolean;
      readonly adopt?: readonly string[];
      readonly around?: (kaggle: KaggleClient) => PlayedCalls;
    }

    /** What a run of the stage ends with; it never gets as far as a good submission. */
    async function runStage(
      bench: Bench,
      { probe = false, adopt = [], around }: Pushing = {},
    ): Promise<unknown> {
      const kaggle = connect(bench);
      const project = { ...INPUT.project, competition: 'toy-cup' };
      const { context } = keptContext(changed(kaggle, around?.(kaggle)), {
        folder: await tempFolder(),
        probe,
        adopt,
      });
      return notebookStage.run({ ...INPUT, project }, undefined, context).catch((error: unknown) => error);
    }

    const kernel = async (bench: Bench, slug = titleSlug(TITLE)): Promise<Record<string, unknown>> => {
      const { metadata, blob } = await bench.call('kernels.KernelsApiService/GetKernel', {
        userName: USER,
        kernelSlug: slug,
      });
      return { ...(metadata as object), ...(blob as object) };
    };

    const others: Readonly<Record<string, string>> = {
      'that the user wrote by hand': JSON.stringify({
        cells: [{ cell_type: 'markdown', metadata: {}, source: ['# My analysis'] }],
      }),
      'of another project of the account': compose(aProject({ uuid: OTHER })),
      'that only prints our words': JSON.stringify({
        cells: [
          {
            cell_type: 'code',
            metadata: {},
            outputs: [],
            source: 'Made and rehearsed by Julia on Kaggle from bundle `x`',
          },
        ],
      }),
      'that is no notebook': 'print("hello")',
    };
    for (const [which, text] of Object.entries(others))
      attack('H3', `a notebook of the same slug ${which}`, 'core/notebook/push', async () => {
        const bench = await startBench();
        await push(bench, TITLE, { text });
        const error = await runStage(bench);
        assert.ok(isUserError(error, 'not-ours'), String(error));
        const there = await kernel(bench);
        assert.deepEqual([there['source'], there['currentVersionNumber']], [text, 1]);
      });

    attack('H3', 'a notebook of the user’s under the name of the probe', 'core/notebook/push', async () => {
      const bench = await startBench();
      const title = `${TITLE} probe`;
      await push(bench, title, { text: 'print("hello")' });
      assert.ok(isUserError(await runStage(bench, { probe: true }), 'not-ours'));
      assert.equal((await kernel(bench, titleSlug(title)))['currentVersionNumber'], 1);
    });

    attack('H3', 'a Kaggle that leaves a pushed notebook public', 'core/notebook/push', async () => {
      const bench = await startBench();
      const around = (kaggle: KaggleClient): PlayedCalls => ({
        notebooks: {
          push: async (init, signal) => {
            const pushed = await kaggle.notebooks.push(init, signal);
            await push(bench, TITLE, { text: init.source, isPrivate: false });
            return pushed;
          },
        },
      });
      assert.ok(isUserError(await runStage(bench, { around }), 'not-private'));
    });

    attack('H3', 'a notebook of this project that was made public', 'kaggle/notebooks', async () => {
      const bench = await startBench();
      await push(bench, TITLE, { text: compose(aProject({ version: '0.0.1' })), isPrivate: false });
      assert.ok(!isUserError(await runStage(bench), 'not-private'));
      const there = await kernel(bench);
      assert.deepEqual([there['isPrivate'], there['currentVersionNumber']], [true, 2]);
    });

    it('of an earlier version of julia-kaggle is replaced, and any other by an explicit yes', async () => {
      const bench = await startBench();
      const older = compose(aProject()).replace(/for project `[^`]*` /, '');
      assert.match(older, /by Julia on Kaggle from bundle/);
      await push(bench, TITLE, { text: older });
      await runStage(bench);
      assert.equal((await kernel(bench))['currentVersionNumber'], 2);
      const another = await startBench();
      await push(another, TITLE, { text: 'print("hello")' });
      await runStage(another, { adopt: [titleSlug(TITLE)] });
      assert.equal((await kernel(another))['currentVersionNumber'], 2);
    });
  });

  describe('texts of the project in the notebook', () => {
    const hostile: Readonly<Record<string, string>> = {
      'double quotes': '"; import os; os.system("id") #',
      'three quotes': '"""\'\'\'',
      'a backslash at the end': 'C:\\new\\',
      'a shell command of IPython after an end of line': 'a\n!touch pwned',
      'a cell magic after an end of line': 'a\n%%bash\ntouch pwned',
      'a line magic after a carriage return': 'a\r%run x',
      'a command after U+2028': 'a\u2028!touch pwned',
      'a command after U+0085': 'a\u0085!touch pwned',
      'a command after a vertical tab': 'a\v!touch pwned',
      'a command after a form feed': 'a\f!touch pwned',
      'a command after FS': 'a\x1c!touch pwned',
      'a command after GS': 'a\x1d!touch pwned',
      'a command after RS': 'a\x1e!touch pwned',
      'half of a surrogate pair': 'a\ud800b',
      'a turn of the direction, U+202E': 'a\u202e)(metsys.so',
      'the name of a character': '\\N{DASH}{competition!r}',
    };
    /**
     * What a real Python makes of each, all by one start of it: the argument as the cell has it, the same by its first
     * line alone, and the lines that IPython takes for commands (it looks at the beginning of each of `str.splitlines`).
     */
    let seen: Promise<Record<string, unknown>> | undefined;
    const readByPython = async (): Promise<Record<string, unknown>> => {
      const sources = Object.entries(hostile).map(([tried, text]) => {
        const project = aProject({ run: { ...aProject().run, args: [text] } });
        const { cells } = JSON.parse(composeNotebook(project, [], aBundle())) as {
          cells: { cell_type: string; source: string[] }[];
        };
        return [tried, cells.find(({ cell_type: type }) => type === 'code')?.source.join('') ?? ''];
      });
      const program = `import json, sys
seen = {}
for tried, source in json.load(sys.stdin):
    whole, alone = {}, {}
    exec(compile(source, "cell", "exec"), whole)
    exec([line for line in source.splitlines() if line.startswith("ARGUMENTS")][0], alone)
    commands = [line for line in source.splitlines() if line.lstrip().startswith(("!", "%"))]
    seen[tried] = [whole["ARGUMENTS"], alone["ARGUMENTS"], commands]
print(json.dumps(seen))`;
      const running = promisify(execFile)('python3', ['-c', program], { encoding: 'utf8' });
      running.child.stdin?.end(JSON.stringify(sources));
      return JSON.parse((await running).stdout) as Record<string, unknown>;
    };
    for (const [tried, text] of Object.entries(hostile))
      attack('notebook', `${tried} in [run] args`, 'core/contract/notebook/ipynb', async () => {
        seen ??= readByPython();
        assert.deepEqual((await seen)[tried], [[text], [text], []]);
      });

    const arguments_: Readonly<Record<string, string>> = {
      'a command in $()': '$(touch pwned)',
      'a command in backticks': '`touch pwned`',
      'single quotes': "'; touch pwned; '",
      'double quotes': '"; touch pwned; "',
      'ends of commands': '; touch pwned & touch pwned | cat',
      variables: '$HOME ${PATH} %PATH%',
      'a pattern and a tilde': '~/* ?[a]',
      'code of Julia in $': '$(run(`touch pwned`)) \\x41',
    };
    let arrived: Promise<readonly string[]> | undefined;
    const runWithAll = async (): Promise<readonly string[]> => {
      const project = aProject({ run: { ...aProject().run, args: Object.values(arguments_) } });
      const here = await cellsWorld(project, 'namespaced');
      try {
        const { called, code, output } = await runCells(project, here);
        assert.equal(code, 0, output);
        return called?.arguments ?? [];
      } finally {
        await removeWorld(here);
      }
    };
    for (const [at, [tried, text]] of Object.entries(arguments_).entries())
      attack(
        'notebook',
        `${tried} as an argument of the program`,
        'core/contract/notebook/cells/run.py',
        async () => {
          arrived ??= runWithAll();
          const given = (await arrived).slice(-Object.keys(arguments_).length);
          assert.equal(given[at], text);
        },
      );

    const versions: Readonly<Record<string, string>> = {
      HTML: '0.1.0<img src=//evil.test/x.png>',
      'the address of a picture': '0.1.0 ![](https://evil.test/x.png)',
      'a turn of the direction': '0.1.0\u202e0.9',
      'an end of line': '0.1.0\n\n# Another title',
      words: 'one',
      'no end': `1.${'0'.repeat(200)}`,
    };
    for (const [tried, version] of Object.entries(versions))
      attack('L7', `${tried} as version of Project.toml`, 'julia/project-file', () => {
        const toml = `name = "A"\nuuid = "${OTHER}"\nversion = ${JSON.stringify(version)}\n`;
        assert.throws(() => parseProjectFile(toml, '/p/Project.toml'), { code: 'toml-syntax' });
      });

    it('versions that Julia takes are taken', () => {
      for (const version of ['0.1.0', '1.2', '3', 'v1.0.0', '1.0.0-DEV', '1.0.0-rc1+build.5', '0.1.0+fork'])
        assert.equal(parseProjectFile(`version = "${version}"`, '/p/Project.toml').version, version);
    });

    const inMarkdown: Readonly<Record<string, string>> = {
      HTML: '<img src=//evil.test/x.png onerror=alert(1)>',
      'a picture': '![x](https://evil.test/x.png)',
      'a link': '[click](javascript:alert(1))',
      'a bare address': 'https://evil.test/x.png',
      'a reference': '[x]: https://evil.test',
      'a turn of the direction': 'a\u202eb\u2066c',
      'an end of line and a heading': 'a\n\n# Heading',
      'the end of a code span': '` <script>alert(1)</script> `',
      'an entity': '&#60;script&#62;',
      'control characters': 'a\x1b]0;x\x07\u200bb',
    };
    for (const [tried, text] of Object.entries(inMarkdown))
      attack(
        'L7',
        `${tried} in the notebook’s own text, by a record that came with the project`,
        'core/contract/notebook/markdown-text',
        () => {
          const project = aProject({
            name: text,
            version: text,
            competition: text,
            juliaVersion: text,
            uuid: text,
          });
          const pack = aBundle({ bundleId: text, git: { commit: text, dirty: false } });
          const { cells } = JSON.parse(composeNotebook(project, [], pack)) as {
            cells: { source: string[] }[];
          };
          const shown = cells[0]?.source.join('') ?? '';
          assert.equal(shown.split('\n').length, compose().split('\n').length);
          const outsideOfCode = shown.replace(/`[^`]*`/g, '');
          assert.doesNotMatch(outsideOfCode, /[<>]|&(?!#(?:38|60|62);)|(?<!\\)[[\]!]|(?<!\\):\/\/|^\[/m);
          // eslint-disable-next-line no-control-regex
          assert.doesNotMatch(shown, /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]/);
        },
      );
    const compose = (): string =>
      (
        JSON.parse(
          composeNotebook(aProject(), [], aBundle({ git: { commit: 'a'.repeat(40), dirty: false } })),
        ) as {
          cells: { source: string[] }[];
        }
      ).cells[0]?.source.join('') ?? '';

    for (const [tried, title] of [
      ['a turn of the direction', 'Tides \\u202eailuj'],
      ['a terminal’s command', 'Tides \\u001b]0;x\\u0007 julia'],
      ['characters of no width', 'Tides\\u200b julia model'],
    ] as const)
      attack('L7', `${tried} in [notebook] title`, 'core/project/config-values', () => {
        const toml = `competition = "titanic"\n[notebook]\ntitle = "${title}"`;
        assert.throws(() => parseConfig(toml, 'JuliaKaggle.toml'), { code: 'config-invalid' });
      });
  });
});
