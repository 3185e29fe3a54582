import { strict as assert } from 'node:assert';
import type { Artefacts } from '../../../src/core/artefacts.ts';
import type { DatasetPlan } from '../../../src/core/contract/datasets.ts';
import { type HistoryRow, historyRows } from '../../../src/core/pipeline/history.ts';
import { competitionItems } from '../../../src/host/config/choose-competition.ts';
import { inputItems as addableItems } from '../../../src/host/config/choose-input.ts';
import type { InputStatus } from '../../../src/core/pipeline/input-status.ts';
import { datasetItems, type RemoteDataset } from '../../../src/host/datasets/dataset-tree.ts';
import { inputItems } from '../../../src/host/datasets/input-items.ts';
import { withRemote } from '../../../src/host/submissions/submission-items.ts';
import { factText, submissionItems } from '../../../src/host/submissions/submission-items.ts';
import type { Competition, SubmissionState } from '../../../src/kaggle/client.ts';

function row(changes: Partial<HistoryRow> = {}): HistoryRow {
  return {
    fingerprint: 'f',
    ref: 1,
    state: 'complete',
    publicScore: '0.5',
    submittedAt: '2026-08-01T10:20:30Z',
    url: 'https://k/1',
    bundleId: 'b1',
    notebook: 'ada/n v1',
    commit: '0123456789abcdef',
    best: false,
    ...changes,
  };
}

/** By the clock of this machine, as Swedes write it. */
function local(date: string): string {
  return new Date(date).toLocaleString('sv').slice(0, 16);
}

describe('the list of submissions', () => {
  it('has the newest first, with score, date and commit, and the best marked', () => {
    const items = submissionItems([
      row(),
      row({ ref: 2, publicScore: '0.4', submittedAt: '2026-08-02T00:00:00Z', best: true, dirty: true }),
    ]);
    assert.deepEqual(
      items.map(({ label, description, icon }) => [label, description, icon]),
      [
        ['0.4 (best)', `${local('2026-08-02T00:00:00Z')} · 01234567 (with local edits)`, 'star-full'],
        ['0.5', `${local('2026-08-01T10:20:30Z')} · 01234567`, 'check'],
      ],
    );
  });

  it('has both scores where Kaggle shows them, and the file that was submitted', () => {
    const file = { name: 'submission.csv', sha256: 'f' };
    const [late] = submissionItems([
      row({ privateScore: '0.6', best: true, notebook: undefined, file, runSeconds: 3 }),
    ]);
    assert.equal(late?.label, '0.5, private 0.6 (best)');
    const facts = new Map(late.facts);
    assert.deepEqual(
      ['Public score', 'Private score', 'File', 'Run here', 'Notebook'].map((name) => facts.get(name)),
      ['0.5', '0.6', 'submission.csv', '3.0 s', undefined],
    );
  });

  it('says in words what has no score', () => {
    const [pending, failed, silent] = submissionItems([
      row({ ref: 2, state: 'pending', publicScore: undefined }),
      row({ ref: 3, publicScore: undefined, submittedAt: '2025' }),
      row({ state: 'error', publicScore: undefined, errorDescription: 'Too slow', submittedAt: '2026' }),
    ]);
    assert.deepEqual([pending?.label, pending?.icon], ['Being scored', 'clock']);
    assert.equal(silent?.label, 'Complete, no score shown');
    assert.deepEqual([failed?.label, failed?.icon], ['Error', 'error']);
    assert.ok(failed?.facts.some(([name, value]) => name === 'Kaggle says' && value === 'Too slow'));
  });

  it('gives each submission the same lines, so that two can be compared', () => {
    const [newer, older] = submissionItems([row(), row({ ref: 2, bundleId: 'b2' })]).map(factText);
    const differing = newer?.split('\n').filter((line) => !older?.includes(line));
    assert.deepEqual(differing, ['Bundle: b2', 'Submission: 2']);
  });

  it('takes in what Kaggle says now, and what was submitted elsewhere', () => {
    const rows = withRemote(
      [row({ state: 'pending', publicScore: undefined })],
      [
        {
          ref: 9,
          state: 'complete',
          publicScore: '0.1',
          errorDescription: undefined,
          privateScore: undefined,
          description: 'by hand',
          url: 'https://k/9',
          date: '2026-08-03T00:00:00Z',
        },
        {
          ref: 1,
          state: 'complete',
          publicScore: '0.3',
          errorDescription: undefined,
          privateScore: '0.35',
          description: '',
          url: 'https://k/1',
          date: '2026-08-01T10:20:30Z',
        },
      ],
      'tides',
    );
    assert.deepEqual(
      rows.map(({ ref, publicScore, privateScore, commit, note }) => [
        ref,
        publicScore,
        privateScore,
        commit,
        note,
      ]),
      [
        [1, '0.3', '0.35', '0123456789abcdef', undefined],
        [9, '0.1', undefined, undefined, 'by hand'],
      ],
    );
  });

  it('marks the best by what Kaggle says now, wherever it was submitted', () => {
    const scored = (ref: number, publicScore: string): SubmissionState => ({
      ...{ ref, publicScore, state: 'complete', errorDescription: undefined, description: '' },
      privateScore: undefined,
      ...{ url: `https://k/${ref}`, date: `2026-08-0${ref}T00:00:00Z` },
    });
    const history = [
      row({ ref: 1, competition: 'tides', publicScore: '0.5' }),
      row({ ref: 2, competition: 'tides', state: 'pending', publicScore: undefined }),
    ];
    const best = (remote: readonly SubmissionState[]): (number | undefined)[] =>
      historyRows(withRemote(history, remote, 'tides'), 'lower')
        .filter((each) => each.best)
        .map(({ ref }) => ref);
    assert.deepEqual(best([]), [1]);
    assert.deepEqual(best([scored(2, '0.4')]), [2]);
    assert.deepEqual(best([scored(2, '0.4'), scored(3, '0.3')]), [3]);
  });
});

describe('the list of datasets', () => {
  const plan = (slug: string, bundleId: string, kinds: DatasetPlan['kinds']): DatasetPlan => ({
    slug,
    kinds,
    bundleId,
    files: [{ name: slug, path: `/p/${slug}`, bytes: 1500, sha256: 's' }],
    marker: '',
  });
  const uploaded = (slug: string, bundleId: string, version = 1) => ({
    slug,
    version,
    bundleId,
    kinds: [],
    uploadedBytes: 0,
  });
  const upload: Artefacts['upload'] = {
    fingerprint: 'f',
    owner: 'ada',
    uploadedBytes: 0,
    datasets: [uploaded('julia', 'j'), uploaded('app', 'a')],
  };
  const states = (changes: Partial<Parameters<typeof datasetItems>[0]>) =>
    datasetItems({
      plans: [
        plan('julia', 'j', ['julia']),
        plan('app', 'a', ['inferenceapp']),
        plan('models', 'm', ['models']),
      ],
      uploaded: upload,
      isPackStale: false,
      remote: new Map(),
      ...changes,
    }).map(({ state }) => state);

  it('has their files with sizes and the version', () => {
    const [julia] = datasetItems({
      plans: [plan('julia', 'j', ['julia'])],
      uploaded: upload,
      isPackStale: false,
      remote: new Map(),
    });
    assert.deepEqual(
      [julia?.kinds, julia?.files, julia?.version, julia?.owner],
      [['julia'], [{ name: 'julia', size: '1.50 kB' }], 1, 'ada'],
    );
  });

  it('says what is up to date and what is stale', () => {
    assert.deepEqual(states({}), ['up-to-date', 'up-to-date', 'not-uploaded']);
    assert.deepEqual(states({ isPackStale: true }), ['up-to-date', 'not-packed', 'not-uploaded']);
    assert.deepEqual(states({ plans: [plan('app', 'a2', ['inferenceapp'])] }), ['packed-anew']);
    assert.deepEqual(states({ uploaded: undefined }), ['not-uploaded', 'not-uploaded', 'not-uploaded']);
  });

  it('does not take a model for the dataset of its name', () => {
    const model = { ...plan('app', 'a', ['models']), on: 'model' } as const;
    assert.deepEqual(states({ plans: [model] }), ['not-uploaded']);
    const sent = { ...upload, datasets: [{ ...uploaded('app', 'a'), on: 'model' as const }] };
    assert.deepEqual(states({ plans: [model], uploaded: sent }), ['up-to-date']);
  });

  it('says so when Kaggle has something else', () => {
    const remote = new Map<string, RemoteDataset | 'missing'>([
      ['julia', 'missing'],
      ['app', { currentVersion: 7, versions: [] }],
    ]);
    assert.deepEqual(states({ remote }), ['missing', 'elsewhere', 'not-uploaded']);
  });
});

describe('what others made', () => {
  const input = (changes: Partial<InputStatus> = {}): InputStatus => ({
    ...{ name: 'glove', kind: 'dataset', ref: 'ada/glove', version: 3, files: 2, bytes: 1500, isHere: true },
    ...changes,
  });
  const states = (
    inputs: readonly InputStatus[],
    remote: Readonly<Record<string, number[] | 'missing'>> = {},
  ) => inputItems(inputs, new Map(Object.entries(remote))).map(({ state }) => state);

  it('is here or not, or was never asked about', () => {
    const unasked = { version: undefined, files: undefined, bytes: undefined };
    assert.deepEqual(states([input(), input({ isHere: false }), input({ ...unasked, isHere: false })]), [
      'here',
      'not-here',
      'unknown',
    ]);
  });

  it('has a newer version, or is gone, by what Kaggle says of the very thing', () => {
    const two = [input(), input({ kind: 'model', ref: 'ada/glove/other/small' })];
    assert.deepEqual(states(two, { 'dataset ada/glove': [2, 3, 5] }), ['newer', 'here']);
    assert.deepEqual(states(two, { 'dataset ada/glove': [2, 3] }), ['here', 'here']);
    assert.deepEqual(states(two, { 'dataset ada/glove': [2, 5] }), ['gone', 'here']);
    assert.deepEqual(states(two, { 'model ada/glove/other/small': 'missing' }), ['here', 'gone']);
  });
});

describe('the datasets and models to add', () => {
  const dataset = { owner: 'ada', slug: 'glove', title: 'GloVe', bytes: 2e6, isPrivate: false };
  const found = [
    { ...dataset, lastUpdated: '2026-01-02T03:04:05Z' },
    {
      ...{ owner: 'bob', slug: 'tides', title: 'Tides' },
      variations: [
        { path: 'other/small/2', bytes: 5 },
        { path: 'pytorch/large/1', bytes: 6 },
      ],
    },
  ];
  it('have an item for each dataset and each variation, as the file names them', () => {
    assert.deepEqual(
      addableItems(found, '').map(({ key, source, label, detail }) => [key, source, label, detail]),
      [
        ['datasets', 'ada/glove', 'GloVe', 'dataset · 2.00 MB · of 2026-01-02'],
        ['models', 'bob/tides/other/small/2', 'Tides', 'model · 5 B'],
        ['models', 'bob/tides/pytorch/large/1', 'Tides', 'model · 6 B'],
      ],
    );
  });

  it('have what was typed where it is an address that Kaggle did not find', () => {
    const last = (typed: string) => {
      const item = addableItems(found, typed).at(-1);
      return [item?.key, item?.source];
    };
    assert.deepEqual(last('eve/own'), ['datasets', 'eve/own']);
    assert.deepEqual(last('eve/own/3'), ['datasets', 'eve/own/3']);
    assert.deepEqual(last('eve/own/other/x/3'), ['models', 'eve/own/other/x/3']);
    assert.deepEqual(last('ada/glove'), ['models', 'bob/tides/pytorch/large/1']);
    assert.deepEqual(last('two words'), ['models', 'bob/tides/pytorch/large/1']);
  });
});

describe('the competitions to choose from', () => {
  const NOW = Date.parse('2026-08-01T00:00:00Z');
  const competition = (slug: string, changes: Partial<Competition> = {}): Competition => ({
    slug,
    title: slug.toUpperCase(),
    url: `https://k/${slug}`,
    deadline: '2026-09-01T00:00:00Z',
    userHasEntered: false,
    isKernelsSubmissionsOnly: true,
    submissionsDisabled: false,
    evaluationMetric: undefined,
    ...changes,
  });

  it('have the entered ones first, then the nearest deadline, those that are over last', () => {
    const items = competitionItems(
      [
        competition('late', { deadline: '2026-10-01T00:00:00Z' }),
        competition('over', { deadline: '2026-07-01T00:00:00Z' }),
        competition('soon'),
        competition('mine', { userHasEntered: true, isKernelsSubmissionsOnly: false, deadline: undefined }),
        competition('mine', { userHasEntered: true, isKernelsSubmissionsOnly: false, deadline: undefined }),
      ],
      '',
      NOW,
    );
    assert.deepEqual(
      items.map(({ slug, detail }) => [slug, detail]),
      [
        ['mine', 'entered · takes files, not notebooks'],
        ['soon', 'code competition · until 2026-09-01'],
        ['late', 'code competition · until 2026-10-01'],
        ['over', 'code competition · over'],
      ],
    );
  });

  it('have what was typed where Kaggle has found nothing of that name', () => {
    const slugs = (typed: string) =>
      competitionItems([competition('tides')], typed, NOW).map(({ slug }) => slug);
    assert.deepEqual(slugs('tides'), ['tides']);
    assert.deepEqual(slugs('titanic'), ['tides', 'titanic']);
    assert.deepEqual(slugs('two words'), ['tides']);
  });
});
