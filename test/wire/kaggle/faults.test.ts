import assert from 'node:assert/strict';
import { isUserError, type UserError } from '../../../src/base/errors.ts';
import { type Bench, startBench } from '../sandbox/support.ts';
import { APP, Journey, SLUG } from './journey.ts';

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
    it('none, and the record lost afterwards: nothing is made twice', async () => {
      const { journey } = await begin();
      const { ref } = await journey.run();
      journey.loseRecord();
      assert.equal((await journey.run()).ref, ref);
      await assertWhole(journey);
    });

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
