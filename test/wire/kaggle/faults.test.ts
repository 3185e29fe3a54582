import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError, type UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Artefacts, Bundle } from '../../../src/core/artefacts.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { submitStage } from '../../../src/core/submit/submit-stage.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import { connectKaggle } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, COMPETITION, list, record, startBench, until, USER } from '../sandbox/support.ts';

const PART = 256 * 1024;
const APP = Buffer.alloc(2 * PART + 77, 'app');
const SLUG = 'toy-cup-inference';
const NOTEBOOK = 'toy-cup-inference-julia';

type StageName = 'upload' | 'notebook' | 'submit';
type Input = Pick<Artefacts, 'project' | 'pack' | 'build' | 'test' | 'rehearse'>;

/** One person's project, taken from the bundle to the score against a sandbox: again, as often as it takes. */
class Journey {
  readonly #bench: Bench;
  readonly #folder: string;
  #input: Input;
  readonly #pending = new Map<StageName, unknown>();

  private constructor(bench: Bench, folder: string, input: Input) {
    this.#bench = bench;
    this.#folder = folder;
    this.#input = input;
  }

  static async prepare(bench: Bench): Promise<Journey> {
    // As the real one does: a prediction for each row of the test set that it is given.
    bench.notebook = async ({ inputs, log }) => {
      const test = Object.entries(inputs).find(([path]) => path.endsWith('/test.csv'))?.[1] ?? '';
      for (const row of ['one\n', 'two\n', 'three\n', 'four\n']) log(row);
      await until(() => Promise.resolve(bench.sandbox.faults.list()), logFaultsStruck);
      const ids = test.trim().split('\n').slice(1);
      return { outputs: { 'submission.csv': `id,height\n${ids.map((id) => `${id},1\n`).join('')}` } };
    };
    const folder = await tempFolder();
    await mkdir(join(folder, 'bundle'));
    const base = aProject();
    const project = aProject({
      competition: COMPETITION,
      datasets: { ...base.datasets, inferenceapp: SLUG },
      notebook: { title: NOTEBOOK, accelerator: 'none' },
    });
    return new Journey(bench, folder, {
      project,
      pack: await packed(folder, APP),
      build: aDepot(),
      test: aTestReport({ dataFolder: join(bench.competitionFolder, 'public') }),
      rehearse: {
        fingerprint: 'x',
        seconds: 1,
        submissionSha256: 's',
        rows: 1,
        peakMemoryBytes: 1,
        steps: [],
      },
    });
  }

  /** Another line in the package: the same size, another content. */
  async edit(): Promise<void> {
    const content = Buffer.concat([Buffer.from('new'), APP.subarray(3)]);
    this.#input = { ...this.#input, pack: await packed(this.#folder, content) };
    this.#pending.clear();
  }

  /** One run of what a person starts with "Submit"; what an earlier one left is gone on with. */
  async run(): Promise<Artefacts['submit']> {
    const upload = await this.#stage('upload', (context) => uploadStage.run(this.#input, undefined, context));
    const notebook = await this.#stage('notebook', (context) =>
      notebookStage.run({ ...this.#input, upload }, undefined, context),
    );
    return this.#stage('submit', (context) =>
      submitStage.run({ ...this.#input, notebook }, undefined, context),
    );
  }

  async #stage<T>(stage: StageName, work: (context: StageContext) => Promise<T>): Promise<T> {
    const { sandbox, clock } = this.#bench;
    const { username, key } = sandbox.credentials;
    const kaggle = connectKaggle({
      apiUrl: sandbox.url,
      credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
      sessionFolder: join(this.#folder, 'uploads'),
      chunkBytes: PART,
      fetch,
      clock,
      logger: silentLogger,
      userAgent: 'julia-on-kaggle/test',
      random: () => 0.5,
    });
    const { context } = keptContext({}, { folder: this.#folder, pending: this.#pending.get(stage) });
    const ports = { ...context.ports, clock, kaggle: () => Promise.resolve(kaggle) };
    const savePending = (value: unknown): Promise<void> => {
      this.#pending.set(stage, value);
      return Promise.resolve();
    };
    return work({ ...context, ports, savePending });
  }

  /** How many of each there are on the other side, and what is in the newest version. */
  async there() {
    const { call } = this.#bench;
    const of = { ownerSlug: USER, datasetSlug: SLUG };
    const dataset = await call('datasets.DatasetApiService/GetDataset', of);
    const files = await call('datasets.DatasetApiService/ListDatasetFiles', of);
    const kernel = await call('kernels.KernelsApiService/GetKernel', {
      userName: USER,
      kernelSlug: NOTEBOOK,
    });
    const made = await call('competitions.CompetitionApiService/ListSubmissions', {
      competitionName: COMPETITION,
    });
    return {
      datasetVersions: dataset['currentVersionNumber'],
      files: list(files['datasetFiles']).map(({ name, totalBytes }) => [name, totalBytes]),
      notebookVersions: record(kernel['metadata'])['currentVersionNumber'],
      submissions: list(made['submissions']).length,
    };
  }

  async markerBytes(): Promise<number> {
    return (await readFile(join(this.#folder, 'bundle', `${SLUG}.bundle.json`))).length;
  }
}

async function packed(folder: string, content: Buffer): Promise<Bundle> {
  const path = join(folder, 'bundle', 'inferenceapp');
  await writeFile(path, content);
  const hash = sha256(content);
  const file = { name: 'inferenceapp', path, bytes: content.length, sha256: hash };
  const part = { kind: 'inferenceapp', fingerprint: hash, files: [file] } as const;
  return { fingerprint: hash, bundleId: hash.slice(0, 16), parts: [{ ...part, files: [file] }] };
}

type FaultState = ReturnType<Bench['sandbox']['faults']['list']>[number];

/** A run that ends at once would have no live log for a fault to strike. */
function logFaultsStruck(faults: readonly FaultState[]): boolean {
  return faults.every(({ fault, struck }) => !fault.startsWith('log') || struck > 0);
}

/** A remedy, in words or with a link. */
function assertHelps(error: unknown): asserts error is UserError {
  if (!isUserError(error)) throw error;
  assert.ok(error.title.length > 10 && error.actions.every(({ title }) => title.length > 5), error.message);
}

const READS = [
  'GetDataset',
  'ListDatasetFiles',
  'GetDatasetStatus',
  'StartBlobUpload',
  'GetKernel',
  'GetKernelSessionStatus',
  'ListKernelSessionOutput',
  'ListSubmissions',
  'GetCompetition',
  'GetSubmissionLimits',
  'GetSubmission',
];
const WRITES = ['CreateDataset', 'SaveKernel', 'CreateCodeSubmission'];

/** Faults after which the first run ends well by itself; those of one line strike in one run. */
const SURVIVED: readonly (string | readonly string[])[] = [
  READS.map((method) => `${method}#1=cut`),
  READS.map((method) => `${method}#1=503,html`),
  READS.map((method) => `${method}#1=429,retry-after=2`),
  ...WRITES.flatMap((method) => [
    `${method}#1=cut`,
    `${method}#1=cut,after`,
    `${method}#1=503`,
    `${method}#1=502,html,after`,
    `${method}#1=429,retry-after-date=3`,
  ]),
  '*#1-3=429,retry-after=1',
  'upload@0#1=cut',
  'upload@300000#1=cut',
  'upload@524288#1=cut',
  'upload@300000#1=503',
  'upload#1=500,html',
  'upload#1=308',
  'upload@300000#1=308',
  'upload@300000#1=308,range',
  'upload@300000#1=404',
  'upload@300000#1=410',
  'upload#1=cut,after',
  'upload#1=503,after',
  'ready=30s',
  'fresh=20s',
  'log=cut',
  'log@2=cut',
  'log=503',
  'log=403',
  'download#1=cut',
  'download@5#1=cut',
  'download#1=503',
  'mounts=classic',
];

/** Faults that a run tells of; the next one, without them, ends well. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'kaggle-unauthorized': ['*#1=401'],
  'kaggle-forbidden': [...WRITES.map((method) => `${method}#1=403`), 'GetKernelSessionStatus#1=403'],
  'kaggle-conflict': ['SaveKernel#1=409'],
  'kaggle-refused': [
    ...WRITES.map((method) => `${method}#1=400,message=Not now`),
    'CreateDataset#1=400,inside',
    'SaveKernel#1=400,inside',
  ],
  'kaggle-rate-limited': ['GetSubmission#1=429,retry-after=9999'],
  'kaggle-unreachable': [
    ...WRITES.map((method) => `${method}=503`),
    'GetSubmission=cut',
    'GetKernelSessionStatus=502,html',
    'download=503',
    'download=404',
  ],
  'upload-incomplete': ['upload=503', 'upload@300000=cut', 'upload=410', 'upload#1=403'],
  'submission-limit': ['allowance=full'],
};

describe('every fault of the sandbox', function () {
  this.timeout(30_000);

  const begin = async (...faults: readonly string[]): Promise<{ bench: Bench; journey: Journey }> => {
    const bench = await startBench({ faults });
    return { bench, journey: await Journey.prepare(bench) };
  };
  const assertWhole = async (journey: Journey, counts: object = {}): Promise<void> => {
    const markerBytes = await journey.markerBytes();
    const { files, ...found } = await journey.there();
    assert.deepEqual(found, { datasetVersions: 1, notebookVersions: 1, submissions: 1, ...counts });
    assert.deepEqual(files.sort(), [
      ['bundle.json', markerBytes],
      ['inferenceapp', APP.length],
    ]);
  };
  const assertStruck = (bench: Bench): void => {
    for (const { fault, struck } of bench.sandbox.faults.list())
      assert.ok(struck > 0, `${fault} never struck`);
  };
  const fails = async (journey: Journey, code: string): Promise<UserError> => {
    const error: unknown = await journey.run().catch((reason: unknown) => reason);
    assertHelps(error);
    assert.equal(error.code, code, error.message);
    return error;
  };

  for (const faults of SURVIVED) {
    const several = typeof faults === 'string' ? [faults] : faults;
    it(`${several.join(' ')}: ends with a score, everything once and whole`, async () => {
      const { bench, journey } = await begin(...several);
      assert.equal((await journey.run()).state, 'complete');
      assertStruck(bench);
      await assertWhole(journey);
    });
  }

  for (const [code, faults] of Object.entries(TOLD)) {
    for (const fault of faults) {
      it(`${fault}: is ${code} with a remedy, and the next run ends with everything once and whole`, async () => {
        const { bench, journey } = await begin(fault);
        await fails(journey, code);
        bench.sandbox.faults.clear();
        assert.equal((await journey.run()).state, 'complete');
        await assertWhole(journey);
      });
    }
  }

  const AGAIN = ['cut', 'cut,after', '503,html', '502,after', '429,retry-after=2'];
  for (const effect of AGAIN) {
    it(`CreateDatasetVersion#1=${effect}: an edit makes one new version of each`, async () => {
      const { bench, journey } = await begin();
      await journey.run();
      await journey.edit();
      bench.sandbox.faults.add(`CreateDatasetVersion#1=${effect}`);
      assert.equal((await journey.run()).state, 'complete');
      assertStruck(bench);
      await assertWhole(journey, { datasetVersions: 2, notebookVersions: 2, submissions: 2 });
    });
  }

  it('ready=failed: is dataset-failed with a remedy, and the next run makes a version that is whole', async () => {
    const { bench, journey } = await begin('ready=failed');
    const error = await fails(journey, 'dataset-failed');
    assert.ok(error.actions[0].url?.includes(SLUG));
    bench.sandbox.faults.clear();
    assert.equal((await journey.run()).state, 'complete');
    await assertWhole(journey, { datasetVersions: 2 });
  });

  for (const name of ['inferenceapp', 'bundle.json', '*']) {
    it(`drop=${name}: is upload-incomplete with a remedy, and the next run makes a version that is whole`, async () => {
      const { bench, journey } = await begin(`drop=${name}`);
      await fails(journey, 'upload-incomplete');
      bench.sandbox.faults.clear();
      assert.equal((await journey.run()).state, 'complete');
      await assertWhole(journey, { datasetVersions: 2 });
    });
  }

  const SCORING: Readonly<Record<string, RegExp>> = {
    exception: /ended with an error/,
    timeout: /took longer/,
    compute: /memory or disk/,
    missing: /without a submission file/,
    format: /could not score the submission file/,
    system: /wrong at Kaggle/,
  };
  for (const [kind, reason] of Object.entries(SCORING)) {
    it(`scoring=${kind}: is submission-failed, explained; the next run submits ${kind === 'system' ? 'once more' : 'nothing'}`, async () => {
      const { bench, journey } = await begin(`scoring=${kind}`);
      const error = await fails(journey, 'submission-failed');
      assert.match(error.title, reason);
      bench.sandbox.faults.clear();
      if (kind === 'system') assert.equal((await journey.run()).state, 'complete');
      else await fails(journey, 'submission-failed');
      await assertWhole(journey, { submissions: kind === 'system' ? 2 : 1 });
    });
  }
});
