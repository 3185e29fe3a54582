import assert from 'node:assert/strict';
import { entryOf, type HistoryEntry, historyRows, scoreOf } from '../../../src/core/pipeline/history.ts';
import { aBundle, aProject, aTestReport } from '../../support/artefacts.ts';

const SUBMISSION = {
  fingerprint: 'f',
  ref: 7,
  state: 'complete',
  submittedAt: '2026-08-01T00:00:00.000Z',
  url: 'https://site.test/7',
} as const;

const NOTEBOOK = {
  fingerprint: 'f',
  owner: 'ada',
  slug: 'tides-julia',
  version: 3,
  url: 'https://site.test/code/ada/tides-julia',
  seconds: 61,
  submissionSha256: 'a'.repeat(64),
} as const;

const project = aProject({ git: { commit: 'c'.repeat(40), dirty: true } });

function entry(change: Partial<HistoryEntry>): HistoryEntry {
  return { ...SUBMISSION, bundleId: 'b', notebook: 'ada/tides-julia v3', competition: 'tides', ...change };
}

/** The numbers of the submissions that are marked as the best. */
function best(history: readonly HistoryEntry[], better?: 'lower' | 'higher'): number[] {
  return historyRows(history, better).flatMap((row) => (row.best ? [row.ref] : []));
}

describe('an entry of the history', () => {
  it('says of a file which it was', () => {
    const test = aTestReport({ seconds: 3 });
    assert.deepEqual(entryOf({ project, test }, SUBMISSION, undefined), {
      ...SUBMISSION,
      competition: project.competition,
      commit: 'c'.repeat(40),
      dirty: true,
      file: { name: 'submission.csv', sha256: test.submissionSha256 },
      runSeconds: 3,
      note: undefined,
    });
    assert.equal(entryOf({ project }, SUBMISSION, undefined), undefined);
  });

  it('says what the submission was made of, as far as it is known', () => {
    const dataset = {
      slug: 'tides-app',
      version: 2,
      bundleId: 'b',
      kinds: ['app' as const],
      uploadedBytes: 1,
    };
    const upload = { fingerprint: 'f', owner: 'ada', datasets: [dataset], uploadedBytes: 1 };
    const pack = aBundle();
    const made = entryOf({ project, pack, upload, notebook: NOTEBOOK }, SUBMISSION, 'a note');
    assert.deepEqual(made, {
      ...SUBMISSION,
      competition: project.competition,
      bundleId: pack.bundleId,
      commit: 'c'.repeat(40),
      dirty: true,
      notebook: 'ada/tides-julia v3',
      datasets: [{ slug: 'tides-app', version: 2 }],
      rehearsalSeconds: undefined,
      runSeconds: 61,
      note: 'a note',
    });
    const sparse = entryOf({ project: aProject(), pack, notebook: NOTEBOOK }, SUBMISSION, undefined);
    assert.deepEqual([sparse?.datasets, sparse?.commit, sparse?.note], [undefined, undefined, undefined]);
  });

  it('is not made while something of it is missing', () => {
    const all = { project, pack: aBundle(), notebook: NOTEBOOK };
    for (const missing of ['project', 'pack', 'notebook'])
      assert.equal(entryOf({ ...all, [missing]: undefined }, SUBMISSION, undefined), undefined, missing);
  });
});

describe('the score of a submission', () => {
  for (const [state, publicScore, score] of [
    ['complete', '0.25', 0.25],
    ['complete', '-1e-3', -0.001],
    ['complete', '0', 0],
    ['complete', undefined, undefined],
    ['complete', '', undefined],
    ['complete', ' ', undefined],
    ['complete', 'none', undefined],
    ['complete', 'Infinity', undefined],
    ['pending', '0.25', undefined],
    ['error', '0.25', undefined],
  ] as const)
    it(`of state ${state} and text ${JSON.stringify(publicScore)} is ${score ?? 'none'}`, () => {
      assert.equal(scoreOf({ state, publicScore }), score);
    });
});

describe('the best score', () => {
  const scored = (ref: number, publicScore: string, change: Partial<HistoryEntry> = {}): HistoryEntry =>
    entry({ ref, publicScore, ...change });

  it('is the lowest or the highest, as it is said, and of equals the earliest', () => {
    const history = [scored(1, '3'), scored(2, '1'), scored(3, '4'), scored(4, '1'), scored(5, '4')];
    assert.deepEqual(best(history, 'lower'), [2]);
    assert.deepEqual(best(history, 'higher'), [3]);
  });

  it('is none where nobody says which scores are the better ones', () => {
    assert.deepEqual(best([scored(1, '3'), scored(2, '1')]), []);
  });

  it('goes by what was found out last in the same competition', () => {
    const history = [
      scored(1, '3', { betterScore: 'lower' }),
      scored(2, '1', { betterScore: 'higher' }),
      scored(3, '2'),
      scored(4, '5', { competition: 'trains', betterScore: 'lower' }),
      scored(5, '6', { competition: 'trains' }),
    ];
    assert.deepEqual(best(history), [1, 4]);
  });

  it('is one of its own for the entries that name no competition', () => {
    const old = { competition: undefined, betterScore: 'lower' } as const;
    assert.deepEqual(best([scored(1, '3', old), scored(2, '2', old), scored(3, '1')], 'lower'), [2, 3]);
  });
});
