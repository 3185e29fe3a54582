import { strict as assert } from 'node:assert';
import type { ErrorCode } from '../../../src/base/errors.ts';
import type { ModeFigures, InventoryItem } from '../../../src/core/artefacts.ts';
import { KAGGLE_MEMORY_BYTES } from '../../../src/core/kaggle-machines.ts';
import type { StagePreview } from '../../../src/core/pipeline/preview.ts';
import { type RouteName, STAGE_NAMES } from '../../../src/core/stages.ts';
import { type Examination, type Look, NOT_EXAMINED } from '../../../src/host/panel/examiner.ts';
import { Pace } from '../../../src/host/panel/logs.ts';
import { comparisonHead, comparisonRows } from '../../../src/core/contract/depot/mode-comparison.ts';
import { depotPicture, limitsPicture, modesTable, scoresPicture } from '../../../src/host/panel/pictures.ts';
import { presentPlan } from '../../../src/host/panel/plan.ts';
import { presentFacts, setupFacts } from '../../../src/host/panel/setup-facts.ts';
import { stageDetails } from '../../../src/host/panel/stage-details.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';

const PROJECT = { name: 'Inference', folder: '/w/Inference', competition: 'harbour-tides' };
const seen = (text: string, notes: string[] = []): Look => ({ state: 'seen', text, notes });
const wrong = (title: string, code: ErrorCode): Look => ({
  state: 'seen',
  text: title,
  notes: [],
  problem: { title, actions: [{ title: 'Do this.' }], code },
});

function factsOf(
  examination: Partial<Examination>,
  project: typeof PROJECT | undefined = PROJECT,
  severalProjects = false,
) {
  const facts = setupFacts({
    ...{ project, severalProjects, isSearched: true },
    examination: { ...NOT_EXAMINED, ...examination },
  });
  return Object.fromEntries(facts.map((fact) => [fact.name, fact]));
}

describe('what is needed', () => {
  it('is told before anybody looked, with the way to look', () => {
    const { project, competition, account, engine } = factsOf({});
    assert.deepEqual([project?.state, project?.text], ['good', '/w/Inference']);
    assert.deepEqual([competition?.state, competition?.text], ['good', 'harbour-tides']);
    assert.equal(account?.state, 'unknown');
    assert.deepEqual(engine?.actions, [{ label: 'Look Again', mending: { kind: 'look-again' } }]);
  });

  it('is good when it was seen and nothing is to be said', () => {
    const { account, engine } = factsOf({ account: seen('ada'), engine: seen('29.4') });
    assert.deepEqual([account?.state, account?.text, account?.actions], ['good', 'ada', []]);
    assert.equal(engine?.state, 'good');
  });

  it('names what mends it', () => {
    const { account, engine } = factsOf({
      account: wrong('not signed in', 'not-signed-in'),
      engine: wrong('no engine', 'engine-unreachable'),
    });
    assert.deepEqual(
      account?.actions.map(({ label }) => label),
      ['Sign In…', 'Look Again'],
    );
    assert.deepEqual([engine?.state, engine?.text, engine?.notes], ['missing', 'no engine', ['Do this.']]);
    assert.deepEqual(
      engine?.actions.map(({ label }) => label),
      ['Choose Docker Engine…', 'Look Again'],
    );
  });

  it('says what should be otherwise', () => {
    const { engine } = factsOf({ engine: seen('29.4', ['little memory']) });
    assert.deepEqual([engine?.state, engine?.notes], ['notice', ['little memory']]);
  });

  it('tells of a competition that was not joined, or is over', () => {
    const facts = {
      title: 'T',
      deadline: '2027-01-31T23:59:00Z',
      entered: true,
      takesFiles: false,
      isOver: false,
      isClosed: false,
      rulesUrl: 'https://k/rules',
    };
    assert.equal(factsOf({ competition: facts })['competition']?.text, 'harbour-tides, until 2027-01-31');
    const stranger = factsOf({ competition: { ...facts, entered: false } })['competition'];
    assert.deepEqual(
      [stranger?.state, stranger?.actions[0]?.mending],
      ['notice', { kind: 'open', url: 'https://k/rules' }],
    );
    const over = factsOf({ competition: { ...facts, isOver: true } })['competition'];
    assert.deepEqual(
      [over?.state, over?.text, over?.notes],
      [
        'notice',
        'harbour-tides, ended on 2027-01-31',
        ['It has ended: a late submission is scored but not ranked.'],
      ],
    );
    const closed = factsOf({ competition: { ...facts, isOver: true, isClosed: true, entered: false } });
    assert.deepEqual(closed['competition']?.notes, [
      'It takes no submissions now.',
      'You have not joined it: accept its rules on Kaggle.',
    ]);
  });

  it('offers to choose where there are several projects, and no action while something runs', () => {
    const facts = setupFacts({
      ...{ project: undefined, severalProjects: true, isSearched: true },
      examination: NOT_EXAMINED,
    });
    const [project] = presentFacts(facts, false);
    assert.deepEqual(project?.actions, [{ label: 'Choose Project…', enabled: false }]);
    assert.equal(project.word, 'Missing');
  });

  it('says nothing of a project before any was looked for', () => {
    const around = { project: undefined, severalProjects: false, examination: NOT_EXAMINED };
    const [project, competition] = setupFacts({ ...around, isSearched: false });
    assert.deepEqual(
      [project?.state, project?.text, competition?.state],
      ['checking', 'Looking for Julia projects…', 'checking'],
    );
  });
});

describe('the plan', () => {
  const preview = (
    stage: StagePreview['stage'],
    state: StagePreview['state'],
    text = `do ${stage}`,
  ): StagePreview => ({ stage, state, text, ...(state === 'would-run' && { fingerprint: `of ${stage}` }) });
  const plan = (previews: StagePreview[], route: RouteName = 'notebook', isLate = false) =>
    presentPlan({ state: 'ready', previews }, { competition: 'tides', route, isLate });
  const local = (['project', 'build', 'test', 'pack', 'rehearse'] as const).map((stage) =>
    preview(stage, 'fresh'),
  );

  it('is the question itself when it is known what leaves the machine, which is said once', () => {
    const shown = plan([
      ...local,
      preview('upload', 'would-run', 'upload app (5 B) as private datasets'),
      preview('notebook', 'later'),
      preview('submit', 'later'),
    ]);
    assert.equal(shown.standing, 'Up to date: Project, Build, Test, Pack, Rehearse.');
    assert.deepEqual(shown.leaves, [
      'Upload app (5 B) as private datasets',
      'The notebook, private, internet off.',
      'One submission to tides.',
    ]);
    assert.deepEqual(
      [shown.note, shown.accept.label],
      ['This is the only question: what follows, up to the score, is done without asking again.', 'Submit'],
    );
    assert.deepEqual(
      shown.stages.map(({ text }) => text),
      ['Send what changed to private datasets'],
    );
    assert.equal(shown.then, 'Then: Notebook, Submit.');
  });

  it('says that a question follows when it is not known yet', () => {
    const shown = plan([
      preview('project', 'fresh'),
      preview('build', 'would-run'),
      ...(['test', 'pack', 'rehearse', 'upload', 'notebook', 'submit'] as const).map((stage) =>
        preview(stage, 'later'),
      ),
    ]);
    assert.deepEqual(
      [shown.note, shown.accept.label, shown.leaves[0]],
      [
        'You are asked before anything leaves this machine, as soon as its size is known.',
        'Start',
        'What changed, as private datasets; its size is known once it is packed.',
      ],
    );
  });

  it('says after an edit how long it took the last time, and what will not go up again', () => {
    const timed = (each: StagePreview, seconds: number): StagePreview => ({
      ...each,
      lastMilliseconds: 1000 * seconds,
    });
    const foreseen = 'about 16 kB as a private dataset (inferenceapp); not uploaded again: julia (100 MB)';
    const previews = [
      preview('project', 'would-run'),
      timed(preview('build', 'would-run'), 24),
      timed({ ...preview('upload', 'later', foreseen), foreseen }, 36),
    ];
    const shown = plan(previews);
    assert.equal(shown.cost, 'When these stages were last done, they took 1 min 00 s.');
    assert.equal(shown.stages[1]?.text, 'Do build (last time 24.0 s)');
    assert.equal(shown.leaves[0], foreseen.replace('a', 'A'));
    assert.equal(shown.files, 'Look Through the Files');
    assert.equal(plan([...previews, preview('submit', 'later')]).cost, '', 'of one stage it is not known');
  });

  it('names the file where only that leaves the machine, and the image with its reason', () => {
    const built = 'instantiate and precompile Sunshine in python:slim (a small one)';
    const begun = plan(
      [
        preview('project', 'fresh'),
        preview('build', 'would-run', built),
        preview('test', 'later'),
        preview('submit', 'later'),
      ],
      'file',
    );
    assert.equal(begun.stages[0]?.text, built.replace('i', 'I'));
    assert.deepEqual(begun.leaves, ['The file that the test leaves, as one submission to tides.']);
    const known = plan(
      [
        ...local.slice(0, 3),
        preview('submit', 'would-run', 'submit submission.csv (4.0 kB) to tides; account ada'),
      ],
      'file',
    );
    assert.deepEqual(known.leaves, ['Submit submission.csv (4.0 kB) to tides; account ada']);
    assert.deepEqual(
      known.stages.map(({ text }) => text),
      ['Submit the file and follow it to its score'],
    );
    assert.deepEqual([known.accept.label, known.stages.length], ['Submit', 1]);
  });

  it('says that a submission would be late', () => {
    const previews = [
      ...local,
      ...(['upload', 'notebook', 'submit'] as const).map((s) => preview(s, 'later')),
    ];
    assert.deepEqual(plan(previews, 'notebook', true).leaves.slice(-2), [
      'One submission to tides.',
      'It has ended: a late submission is scored but not ranked.',
    ]);
  });

  it('says when there is nothing to do', () => {
    const shown = plan(STAGE_NAMES.map((stage) => preview(stage, 'fresh')));
    assert.deepEqual(
      [shown.note, shown.leaves, shown.stages],
      ['Everything is up to date: there is nothing to do.', ['Nothing.'], []],
    );
  });

  it('can be closed and not accepted while it is being made', () => {
    const shown = presentPlan(
      { state: 'preparing' },
      { competition: undefined, route: undefined, isLate: false },
    );
    assert.deepEqual(
      [shown.title, shown.preparing, shown.accept.enabled],
      ['What will be done', true, false],
    );
  });
});

describe('the pictures', () => {
  const item = (kind: InventoryItem['kind'], name: string, bytes: number, label?: string): InventoryItem => ({
    kind,
    name,
    bytes,
    ...(label === undefined ? {} : { label }),
  });

  it('name an artifact as its package does, and put versions together', () => {
    const inventory = [
      item('artifact', 'artifacts/0123456789abcdef', 10),
      item('artifact', 'artifacts/x', 30, 'CUDA'),
      item('package', 'packages/CSV/aB', 4),
      item('package', 'packages/CSV/cD', 5),
    ];
    const picture = depotPicture({ inventory, bytes: 49 });
    assert.deepEqual(picture?.rows, [
      ['CUDA', 'artifact', '30 B'],
      ['0123456789', 'artifact', '10 B'],
      ['CSV', 'package', '9 B'],
    ]);
    assert.equal(picture.summary, '49 B in all, in 3 parts; the largest is CUDA with 30 B.');
    assert.equal(depotPicture({ inventory: [], bytes: 0 }), undefined);
  });

  it('say what else than packages and artifacts fills the depot: the parts are as large as the whole', () => {
    const picture = depotPicture({ inventory: [item('package', 'packages/CSV/aB', 4360)], bytes: 178_000 });
    assert.deepEqual(picture?.rows, [
      ['compiled caches, registries', 'others', '174 kB'],
      ['CSV', 'package', '4.36 kB'],
    ]);
    assert.equal(
      picture.summary,
      '178 kB in all, in 2 parts; the largest is compiled caches, registries with 174 kB.',
    );
  });

  it('hold the rehearsal against Kaggle’s limits', () => {
    const rehearsal = { seconds: 3600, peakMemoryBytes: KAGGLE_MEMORY_BYTES * 1.5 };
    const { bars } = limitsPicture(rehearsal, undefined);
    assert.deepEqual(
      bars.map(({ share, over }) => [share, over]),
      [
        [1 / 12, false],
        [1.5, true],
      ],
    );
    const project = aProject({ notebook: { title: 't', accelerator: 'none', timeLimitMinutes: 60 } });
    assert.equal(limitsPicture(rehearsal, project).bars[0]?.share, 1);
  });

  it('compare the modes once two were rehearsed, with the figures of the terminal', () => {
    const figures = { rehearsalSeconds: 40, runSeconds: 30, bundleBytes: 5_000_000, startSeconds: 1.25 };
    const app = { ...figures, rehearsalSeconds: 90, bundleBytes: 4_000_000, compileSeconds: 75 };
    const tableOf = (modes: Record<string, ModeFigures>) => modesTable(comparisonRows(modes), modes);
    assert.equal(tableOf({ depot: figures }), undefined);
    const table = tableOf({ depot: figures, app });
    assert.deepEqual(table?.columns, ['Mode', 'depot', 'app']);
    assert.deepEqual(
      table.rows.map(([measure]) => measure),
      comparisonHead()
        .slice(1)
        .map((name) => name.charAt(0).toUpperCase() + name.slice(1)),
    );
    const columns = [1, 2].map((at) => [table.columns[at], ...table.rows.map((row) => row[at])]);
    assert.deepEqual(columns, comparisonRows({ depot: figures, app }));
    assert.equal(table.summary, 'The quickest rehearsal: depot; the smallest bundle: app.');
  });

  it('show scores in the order of time, the best marked', () => {
    const at = (ref: number, publicScore: string | undefined, day: number, best = false) => ({
      ref,
      publicScore,
      submittedAt: `2026-11-0${day}T10:00:00Z`,
      best,
    });
    const picture = scoresPicture([
      at(3, '0.2', 3),
      at(1, '0.4', 1),
      at(2, '0.1', 2, true),
      at(4, undefined, 4),
      at(5, 'none', 5),
    ]);
    assert.deepEqual(
      picture?.points.map(({ value, height, best }) => [value, Math.round(height * 100), best]),
      [
        ['0.4', 100, false],
        ['0.1', 0, true],
        ['0.2', 33, false],
      ],
    );
    assert.deepEqual(
      [picture.top, picture.bottom, picture.summary],
      ['0.4', '0.1', 'Scored submissions: 3; the last one 0.2, the best 0.1.'],
    );
    assert.equal(picture.rows[1]?.[1], '0.1 (best)');
    assert.equal(picture.legend, undefined);
    assert.equal(scoresPicture([at(1, undefined, 1)]), undefined);
    assert.equal(scoresPicture([at(1, '0.4', 1)])?.summary, 'Scored submissions: 1; the last one 0.4.');
  });
});

describe('the scores of late submissions', () => {
  const picture = scoresPicture([
    { ref: 1, publicScore: '0.4', privateScore: '0.5', submittedAt: '2026-11-01T10:00:00Z', best: false },
    { ref: 2, publicScore: '0.3', submittedAt: '2026-11-02T10:00:00Z', best: false },
    { ref: 3, publicScore: '0.1', privateScore: '0.2', submittedAt: '2026-11-03T10:00:00Z', best: true },
  ]);

  it('stand beside the public ones, in the same measure, in picture, words and table', () => {
    const hidden = picture?.points.map(
      (point) => point.hidden && [point.hidden.value, Math.round(100 * point.hidden.height)],
    );
    assert.deepEqual(hidden, [['0.5', 100], undefined, ['0.2', 25]]);
    assert.deepEqual(
      [picture?.top, picture?.bottom, picture?.title],
      ['0.5', '0.1', 'Scores over submissions'],
    );
    assert.equal(picture?.summary, 'Scored submissions: 3; the last one 0.1 (private 0.2), the best 0.1.');
    assert.deepEqual(picture.columns, ['Date', 'Public score', 'Private score', 'Commit']);
    assert.deepEqual(
      picture.rows.map((cells) => cells[2]),
      ['0.5', '', '0.2'],
    );
    assert.deepEqual(picture.legend, { shown: 'public', hidden: 'private' });
  });
});

describe('the details of a stage', () => {
  it('are what its last result holds', () => {
    const details = stageDetails({
      project: aProject(),
      build: aDepot(),
      test: aTestReport(),
      pack: aBundle(),
    });
    assert.deepEqual(details.test, [
      { label: 'Time', value: '1.0 s' },
      { label: 'Peak memory', value: '1 B' },
      { label: 'Rows', value: '1' },
    ]);
    assert.deepEqual(details.pack[0], { label: 'julia', value: '100 B' });
    assert.ok(details.build.some(({ label, value }) => label === 'Artifacts' && value === '1'));
    assert.deepEqual(details.submit, []);
  });

  it('never hold a path of this machine that is not the person’s own to see', () => {
    const text = JSON.stringify(stageDetails({ project: aProject(), pack: aBundle() }));
    assert.doesNotMatch(text, /\/home|\/bundle/);
  });
});

describe('the pace', () => {
  it('is told where a stage does not tell it, from what moved since the step began', () => {
    let now = 0;
    const pace = new Pace(() => now);
    const step = (text: string, doneBytes: number, totalBytes = 1000) =>
      pace.of({ kind: 'progress', stage: 'build', text, doneBytes, totalBytes });
    assert.equal(step('Downloading', 500), '');
    now = 2_000;
    assert.equal(step('Downloading', 700), '100 B/s, 3.0 s left');
    assert.equal(step('Copying', 0), '');
    assert.equal(step('Pulling, 3 MB/s', 5), '');
    assert.equal(pace.of({ kind: 'progress', stage: 'build', text: 'Packing', doneBytes: 5 }), '');
  });
});
