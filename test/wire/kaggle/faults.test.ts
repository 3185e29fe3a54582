import assert from 'node:assert/strict';
import { isUserError, type UserError } from '../../../src/base/errors.ts';
import { type Bench, startBench } from '../sandbox/support.ts';
import { APP, FILE_COMPETITION, FileJourney, Journey, SLUG } from './journey.ts';

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
/** Sent again by the run that lost the answer, once it has looked. */
const SENT_AGAIN = ['CreateDataset', 'SaveKernel'];
/** A submission whose answer is lost is looked for, and never sent again by the same run. */
const SENT_ONCE = ['cut', '503', '502,html'];

/** Faults after which the first run ends well by itself; those of one line strike in one run. */
const SURVIVED: readonly (string | readonly string[])[] = [
  READS.map((method) => `${method}#1=cut`),
  READS.map((method) => `${method}#1=503,html`),
  READS.map((method) => `${method}#1=429,retry-after=2`),
  ...SENT_AGAIN.flatMap((method) => [`${method}#1=cut`, `${method}#1=503`]),
  ...WRITES.flatMap((method) => [
    `${method}#1=cut,after`,
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
    ...SENT_AGAIN.map((method) => `${method}=503`),
    'GetSubmission=cut',
    'GetKernelSessionStatus=502,html',
    'download=503',
    'download=404',
  ],
  'upload-incomplete': ['upload=503', 'upload@300000=cut', 'upload=410', 'upload#1=403'],
  'submission-limit': ['allowance=full'],
  'submission-unknown': SENT_ONCE.flatMap((effect) => [
    `CreateCodeSubmission#1=${effect}`,
    `CreateCodeSubmission=${effect}`,
  ]),
};

/** The same two for a file that is submitted. */
const SURVIVED_BY_FILE: readonly (string | readonly string[])[] = [
  ['StartSubmissionUpload', 'ListSubmissions', 'GetCompetition', 'GetSubmissionLimits', 'GetSubmission'].map(
    (method) => `${method}#1=cut`,
  ),
  'StartSubmissionUpload#1=cut,after',
  'StartSubmissionUpload#1=503',
  'StartSubmissionUpload#1=429,retry-after=2',
  'upload@0#1=cut',
  'upload@300000#1=cut',
  'upload@300000#1=308,range',
  'upload@300000#1=404',
  'upload#1=cut,after',
  'upload#1=503,after',
  'CreateSubmission#1=cut,after',
  'CreateSubmission#1=502,html,after',
  'CreateSubmission#1=429,retry-after-date=3',
];
const TOLD_OF_FILE: Readonly<Record<string, readonly string[]>> = {
  'kaggle-unauthorized': ['*#1=401'],
  'kaggle-unreachable': ['StartSubmissionUpload=503', 'GetSubmission=cut'],
  'upload-incomplete': ['upload=503', 'upload@300000=cut', 'upload=410', 'upload#1=403'],
  'kaggle-refused': [
    'StartSubmissionUpload#1=400,message=Too large',
    'CreateSubmission#1=400,message=Not now',
  ],
  'kaggle-forbidden': ['CreateSubmission#1=403'],
  'submission-limit': ['allowance=full'],
  'submission-unknown': SENT_ONCE.flatMap((effect) => [
    `CreateSubmission#1=${effect}`,
    `CreateSubmission=${effect}`,
  ]),
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

  it('none, and the record lost afterwards: nothing is made twice', async () => {
    const { journey } = await begin();
    const { ref } = await journey.run();
    journey.loseRecord();
    assert.equal((await journey.run()).ref, ref);
    await assertWhole(journey);
  });

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

describe('every fault of the sandbox that a submitted file meets', function () {
  this.timeout(30_000);

  const begin = async (...faults: readonly string[]): Promise<{ bench: Bench; journey: FileJourney }> => {
    const bench = await startBench({ faults, competition: FILE_COMPETITION });
    return { bench, journey: await FileJourney.prepare(bench) };
  };
  const assertOne = async (journey: FileJourney): Promise<void> =>
    assert.deepEqual(await journey.there(), { datasets: 0, notebooks: 0, submissions: 1 });

  it('none, and the record lost afterwards: nothing is made twice, and nothing but the file has left', async () => {
    const { journey } = await begin();
    const { ref, publicScore } = await journey.run();
    assert.equal(publicScore, '0.70711');
    journey.loseRecord();
    assert.equal((await journey.run()).ref, ref);
    await assertOne(journey);
  });

  for (const faults of SURVIVED_BY_FILE) {
    const several = typeof faults === 'string' ? [faults] : faults;
    it(`${several.join(' ')}: ends with a score and one submission`, async () => {
      const { bench, journey } = await begin(...several);
      assert.equal((await journey.run()).state, 'complete');
      for (const { fault, struck } of bench.sandbox.faults.list()) assert.ok(struck > 0, fault);
      await assertOne(journey);
    });
  }

  for (const [code, faults] of Object.entries(TOLD_OF_FILE)) {
    for (const fault of faults) {
      it(`${fault}: is ${code} with a remedy, and the next run ends with one submission`, async () => {
        const { bench, journey } = await begin(fault);
        const error: unknown = await journey.run().catch((reason: unknown) => reason);
        assertHelps(error);
        assert.equal(error.code, code, error.message);
        bench.sandbox.faults.clear();
        assert.equal((await journey.run()).state, 'complete');
        await assertOne(journey);
      });
    }
  }

  it('a competition that takes notebooks only: is submission-form, and nothing is sent', async () => {
    const bench = await startBench();
    const journey = await FileJourney.prepare(bench);
    const error: unknown = await journey.run().catch((reason: unknown) => reason);
    assertHelps(error);
    assert.equal(error.code, 'submission-form');
    assert.equal((await journey.there()).submissions, 0);
  });

  for (const [takesLateSubmissions, outcome] of [
    [true, 'both scores'],
    [false, 'submission-closed'],
  ] as const) {
    it(`a competition that has ended and ${takesLateSubmissions ? 'takes' : 'refuses'} late ones: ${outcome}`, async () => {
      const facts = JSON.parse(FILE_COMPETITION['competition.json'] ?? '') as object;
      const ended = { ...facts, deadline: '2026-03-01T00:00:00Z', takesLateSubmissions };
      const bench = await startBench({
        competition: { ...FILE_COMPETITION, 'competition.json': JSON.stringify(ended) },
      });
      const journey = await FileJourney.prepare(bench);
      const found = await journey.run().then(
        ({ publicScore, privateScore }) => `${publicScore} ${privateScore}`,
        (error: unknown) => (isUserError(error) ? error.code : String(error)),
      );
      assert.equal(found, takesLateSubmissions ? '0.70711 2.00000' : 'submission-closed');
    });
  }
});
