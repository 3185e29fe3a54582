import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/base/errors.ts';
import { type Ending, explainFailure, submissionMissing } from '../../../src/core/test/explain.ts';
import { getCompetitionData } from '../../../src/core/test/competition-data.ts';
import { testStage } from '../../../src/core/test/test-stage.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const GIB = 1024 ** 3;
const KAGGLE = { cpus: 4, memoryBytes: 30 * GIB };

function ending(changes: Partial<Ending>): Ending {
  return {
    state: { exitCode: 1, outOfMemory: false },
    exitCode: 1,
    peakMemoryBytes: GIB,
    limits: KAGGLE,
    lines: [],
    ...changes,
  };
}

const SEGFAULT = [
  'signal (11): Segmentation fault',
  'in expression starting at none:1',
  'unsafe_store! at ./pointer.jl:118',
];

const CASES: Readonly<Record<string, readonly [changes: Partial<Ending>, code: ErrorCode, title: RegExp]>> = {
  'killed for its memory, by the engine’s word': [
    { state: { exitCode: 137, outOfMemory: true }, exitCode: -9 },
    'out-of-memory',
    /^Inference needed more memory than Kaggle's machine has \(32\.2 GB\)/,
  ],
  'killed with its memory used up, where the engine does not say so': [
    { state: { exitCode: 137, outOfMemory: false }, exitCode: -9, peakMemoryBytes: 29 * GIB },
    'out-of-memory',
    /more memory than Kaggle/,
  ],
  'killed for its memory on a smaller engine': [
    { state: { exitCode: 137, outOfMemory: true }, exitCode: -9, limits: { cpus: 2, memoryBytes: 7 * GIB } },
    'out-of-memory',
    /more memory than this engine has \(7\.52 GB\); Kaggle's machine has more/,
  ],
  'an allocation that Julia could not make': [
    { lines: ['ERROR: LoadError: OutOfMemoryError()', 'Stacktrace:'] },
    'out-of-memory',
    /more memory/,
  ],
  'a segmentation fault': [
    { state: { exitCode: 139, outOfMemory: false }, exitCode: -11, lines: SEGFAULT },
    'test-failed',
    /^Inference\.main crashed in the image: a segmentation fault \(SIGSEGV\)/,
  ],
  'a signal without a word for it': [
    { state: { exitCode: 128 + 31, outOfMemory: false }, exitCode: -31 },
    'test-failed',
    /crashed in the image: SIG[A-Z]+\./,
  ],
  'a kill from outside': [
    { state: { exitCode: 137, outOfMemory: false }, exitCode: -9 },
    'test-failed',
    /crashed in the image: a kill \(SIGKILL\)/,
  ],
  'a kill of everything, so that nobody reported': [
    { state: { exitCode: 137, outOfMemory: false }, exitCode: undefined, peakMemoryBytes: 0 },
    'test-failed',
    /a kill \(SIGKILL\)/,
  ],
  'an exit code of its own that looks like a signal’s': [
    { state: { exitCode: 139, outOfMemory: false }, exitCode: 139 },
    'test-failed',
    /ended with exit code 139/,
  ],
  'a failing exit code': [
    { state: { exitCode: 2, outOfMemory: false }, exitCode: 2 },
    'test-failed',
    /^Inference\.main ended with exit code 2 in the image\.$/,
  ],
  'a file that is not there': [
    {
      lines: [
        'ERROR: LoadError: SystemError: opening file "/home/ada/data/train.csv": No such file or directory',
      ],
    },
    'test-failed',
    /opened \/home\/ada\/data\/train\.csv, which is not there/,
  ],
  'a package that is not in the project': [
    { lines: ['ERROR: ArgumentError: Package DataFrames not found in current path:'] },
    'package-missing',
    /DataFrames/,
  ],
  'an artifact that could not be got': [
    { lines: ["ERROR: Unable to automatically install 'stations' from '/x/Artifacts.toml'"] },
    'artifact-missing',
    /"stations"/,
  ],
};

describe('explainFailure', () => {
  for (const [name, [changes, code, title]] of Object.entries(CASES)) {
    it(`${name}: ${code}`, () => {
      const error = explainFailure(aProject(), ending(changes));
      assert.equal(error.code, code);
      assert.match(error.title, title);
      assert.ok(error.actions.every((action) => action.title.length > 10));
    });
  }

  const downloads: Readonly<Record<string, string>> = {
    'an artifact': "ERROR: Unable to automatically install 'stations' from '/x/Artifacts.toml'",
    'a host': 'curl: (6) Could not resolve host: example.org',
  };
  for (const [what, line] of Object.entries(downloads))
    it(`${what} that was asked for without network: test-download, and how to have one`, () => {
      const ended = ending({ lines: [line] });
      const error = explainFailure({ ...aProject(), offlineTest: true }, ended);
      assert.equal(error.code, 'test-download');
      assert.match(error.title, /stations|example\.org/);
      assert.match(error.actions[0].title, /network = true/);
      assert.notEqual(explainFailure(aProject(), ended).code, 'test-download');
    });

  it('shows Julia’s own words of a crash', () => {
    const lines = ['reading', ...SEGFAULT];
    const error = explainFailure(aProject(), ending({ exitCode: -11, lines }));
    assert.equal(error.detail, SEGFAULT.join('\n'));
  });
});

describe('submissionMissing', () => {
  it('says what there is instead', () => {
    const error = submissionMissing(aProject(), '/kaggle/working', ['predictions.csv']);
    assert.equal(error.code, 'submission-file');
    assert.match(
      error.title,
      /wrote no submission\.csv in \/kaggle\/working; it left predictions\.csv there/,
    );
    assert.match(submissionMissing(aProject(), '/kaggle/working', []).title, /it left nothing there/);
  });

  it('asks for the function where the package’s own file was run and did nothing', () => {
    const run = { ...aProject().run, form: 'script', target: 'src/Inference.jl' } as const;
    const remedy = (found: string[], target: string = run.target): string => {
      const project = { ...aProject(), run: { ...run, target } };
      return submissionMissing(project, '/kaggle/working', found).actions[0].title;
    };
    assert.match(remedy([]), /\[run\] entry = "Inference\.main"/);
    assert.match(remedy(['a.csv']), /^Write it to/);
    assert.match(remedy([], 'run.jl'), /^Write it to/);
  });
});

describe('the test stage', () => {
  const artifact = { kind: 'artifact', name: 'artifacts/lazy', bytes: 1, lazy: true } as const;
  const stands = async (
    last: Parameters<typeof aTestReport>[0],
    build: Parameters<typeof aDepot>[0],
  ): Promise<boolean> => {
    const dataFolder = await tempFolder({ 'test.csv': 'id\n1\n' });
    const { context } = keptContext({}, { folder: dataFolder });
    const project = aProject({ root: dataFolder, dataFolder });
    const { files: dataFiles } = await getCompetitionData(project, context);
    const report = aTestReport({ dataFolder, dataFiles, ...last });
    const input = { project, build: aDepot(build) };
    return (await testStage.doubt?.(report, input, context)) === undefined;
  };

  it('stands as long as the depot has what it had after the run', async () => {
    const brought = { depotId: 'one', depotContent: [artifact.name] };
    assert.equal(await stands(brought, { depotId: 'one', inventory: [] }), true);
    assert.equal(await stands(brought, { depotId: 'one', inventory: [artifact] }), true);
    // Made anew: by a build that found it there, and by one that did not.
    assert.equal(await stands(brought, { depotId: 'two', inventory: [artifact] }), true);
    assert.equal(await stands(brought, { depotId: 'two', inventory: [] }), false);
    assert.equal(await stands({ depotId: 'one', depotContent: [] }, { depotId: 'two', inventory: [] }), true);
  });

  it('does not stand when the data are others', async () => {
    assert.equal(await stands({ dataFiles: [] }, {}), false);
  });
});
