import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NotebookRun } from '../../../src/core/artefacts.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import { entryOf } from '../../../src/core/pipeline/history.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { submitNotebookStage } from '../../../src/core/submit/submit-stage.ts';
import type { SubmissionState } from '../../../src/kaggle/client.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext, type PlayedCalls } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** Nobody catches it: it stands for the end of the process. */
class Killed extends Error {}

const INPUT = {
  project: aProject(),
  build: aDepot(),
  test: aTestReport(),
  pack: aBundle(),
  rehearse: { fingerprint: 'r', seconds: 1, steps: [], peakMemoryBytes: 1, rows: 1, submissionSha256: 's' },
  upload: { fingerprint: 'u', owner: 'ann', datasets: [], uploadedBytes: 0 },
};
const SUBMISSION = 'id,height\n1,0.5\n';
/** Looks at a run, or at a submission, before it is over. */
const LOOKS = 3;

/** Counts what a process does to the world; at one of its steps it is killed, before the step or after it. */
class Fate {
  steps = 0;
  constructor(
    private readonly at: number,
    private readonly moment: 'before' | 'after',
  ) {}

  async step<T>(work: () => Promise<T> | T): Promise<T> {
    this.steps += 1;
    const isDue = this.steps === this.at;
    if (isDue && this.moment === 'before') throw new Killed();
    const result = await work();
    if (isDue) throw new Killed();
    return result;
  }
}

/** A Kaggle that outlives the processes. */
class Kaggle {
  readonly versions: string[] = [];
  readonly submissions: SubmissionState[] = [];
  #runLooks = 0;
  #scoreLooks = 0;

  client(fate: Fate): PlayedCalls {
    const step = fate.step.bind(fate);
    return {
      notebooks: {
        find: () =>
          step(() =>
            this.versions.length === 0
              ? undefined
              : {
                  currentVersion: this.versions.length,
                  source: undefined,
                  isPrivate: true,
                },
          ),
        push: ({ owner, slug, source }) =>
          step(() => {
            this.versions.push(source);
            return { owner, slug, version: this.versions.length, url: 'https://site.test/code' };
          }),
        status: () =>
          step(() => {
            this.#runLooks += 1;
            return { status: this.#runLooks > LOOKS ? 'complete' : 'running', failureMessage: undefined };
          }),
        followLog: async function* () {
          yield* await Promise.resolve([]);
        },
        output: () => step(() => ({ files: [{ name: 'submission.csv', url: 'https://x.test' }], log: [] })),
        downloadOutput: (_, path) =>
          step(async () => {
            await mkdir(dirname(path), { recursive: true });
            await writeFile(path, SUBMISSION);
          }),
      },
      competitions: {
        get: (slug) =>
          step(() => ({
            slug,
            title: 'Tides',
            url: 'https://site.test/c',
            deadline: undefined,
            userHasEntered: true,
            isKernelsSubmissionsOnly: true,
            submissionsDisabled: false,
            evaluationMetric: 'rmse',
          })),
        leaderboardScores: () => step(() => []),
      },
      submissions: {
        limits: () =>
          step(() => ({ usedToday: 0, made: this.submissions.length, allowedNow: 5, limitedByTotal: false })),
        list: () => step(() => this.submissions),
        submitNotebook: ({ description }) =>
          step(() => {
            const ref = this.submissions.length + 7;
            this.submissions.push({ ...PENDING, ref, description });
            return { ref };
          }),
        get: (ref) =>
          step(() => {
            this.#scoreLooks += 1;
            const found = this.submissions.find((each) => each.ref === ref);
            assert.ok(found !== undefined);
            return this.#scoreLooks > LOOKS ? { ...found, state: 'complete', publicScore: '0.25' } : found;
          }),
      },
    };
  }
}

const PENDING: SubmissionState = {
  ref: 0,
  state: 'pending',
  errorDescription: undefined,
  publicScore: undefined,
  privateScore: undefined,
  description: '',
  url: 'https://site.test/s',
  date: '1970-01-01T00:00:00Z',
};

/** One process: it reads the record, goes on from there, and ends or is killed. */
async function runOnce(folder: string, kaggle: Kaggle, fate: Fate): Promise<void> {
  const record = await RunRecord.open(folder);
  const contextOf = (stage: 'notebook' | 'submit', notebook?: NotebookRun): StageContext => ({
    ...keptContext(kaggle.client(fate), { folder, pending: record.pending(stage) }).context,
    savePending: (value) => fate.step(() => record.savePending(stage, value)),
    keepSubmission: (submission) =>
      fate.step(async () => {
        const entry = entryOf(
          { ...INPUT, ...(notebook === undefined ? {} : { notebook }) },
          submission,
          undefined,
        );
        if (entry !== undefined) await record.saveSubmission(entry);
      }),
  });
  let notebook = record.artefacts.notebook;
  if (notebook === undefined) {
    const made = await notebookStage.run(INPUT, undefined, contextOf('notebook'));
    await fate.step(() => record.saveArtefact('notebook', made));
    notebook = made;
  }
  const submission = await submitNotebookStage.run(
    { ...INPUT, notebook },
    undefined,
    contextOf('submit', notebook),
  );
  await fate.step(() => record.saveArtefact('submit', submission));
}

describe('a process that is killed between the push and the score', function () {
  this.timeout(60_000);

  for (const moment of ['before', 'after'] as const) {
    it(`${moment} any of its steps, and started again, makes one version and one submission, and has its score`, async () => {
      for (let at = 1; ; at += 1) {
        const kaggle = new Kaggle();
        const folder = await tempFolder();
        const killed = await runOnce(folder, kaggle, new Fate(at, moment)).then(
          () => false,
          (error: unknown) => {
            if (error instanceof Killed) return true;
            throw error;
          },
        );
        if (killed) await runOnce(folder, kaggle, new Fate(Infinity, moment));
        assert.equal(kaggle.versions.length, 1, `killed ${moment} step ${at}`);
        assert.equal(kaggle.submissions.length, 1, `killed ${moment} step ${at}`);
        const { history, artefacts } = await RunRecord.open(folder);
        assert.deepEqual(
          history.map(({ ref, state, publicScore }) => [ref, state, publicScore]),
          [[7, 'complete', '0.25']],
          `killed ${moment} step ${at}`,
        );
        assert.equal(artefacts.submit?.publicScore, '0.25');
        if (killed) continue;
        // The whole way has more steps than a handful: push, looks, output, checks, submission, looks, score, records.
        assert.ok(at > 20, `only ${at} steps`);
        return;
      }
    });
  }

  it('twice in a row at any two of its steps does no worse', async () => {
    for (let first = 1; first <= 24; first += 3) {
      for (let second = 1; second <= 24; second += 5) {
        const kaggle = new Kaggle();
        const folder = await tempFolder();
        for (const [at, moment] of [
          [first, 'after'],
          [second, 'before'],
          [Infinity, 'after'],
        ] as const)
          await runOnce(folder, kaggle, new Fate(at, moment)).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
        assert.deepEqual([kaggle.versions.length, kaggle.submissions.length], [1, 1], `${first}, ${second}`);
      }
    }
  });
});
