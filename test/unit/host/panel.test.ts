import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import type { RunRequest } from '../../../src/core/pipeline/run.ts';
import { ROUTES, STAGE_NAMES } from '../../../src/core/stages.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import { aProject } from '../../support/artefacts.ts';
import { WebviewDouble } from '../../support/editor-double.ts';
import { noEngine } from './events.ts';
import { GOOD_ACCOUNT, type Played, PlayedWindow, PROJECT, WHOLE_RUN } from './window.ts';

const COMPETITION = {
  isKernelsSubmissionsOnly: true,
  title: 'Harbour Tides',
  deadline: '2027-01-31T23:59:00Z',
  userHasEntered: false,
  submissionsDisabled: false,
  url: 'https://www.kaggle.com/competitions/harbour-tides',
};
const kaggle = () => ({
  competitions: { get: () => Promise.resolve(COMPETITION) },
  account: { quota: () => Promise.resolve({}) },
  submissions: { limits: () => Promise.resolve({ allowedNow: 4, usedToday: 1 }) },
});
const would = STAGE_NAMES.map((stage, at) => ({
  stage,
  state: at < 5 ? ('fresh' as const) : at === 5 ? ('would-run' as const) : ('later' as const),
  text: 'upload app',
  ...(at === 5 && { fingerprint: 'of upload' }),
}));

describe('the panel', () => {
  it('shows what is needed, what earlier runs left, and the keys of what is missing', async () => {
    const window = await PlayedWindow.open({
      kaggle,
      artefacts: WHOLE_RUN,
      engine: [{ subject: 'engine', text: 'none', error: noEngine }],
    });
    const page = window.page();
    const state = await page.state(
      ({ stages, facts }) => stages[1]?.state === 'earlier' && facts[3]?.state === 'missing',
    );
    assert.equal(state.project, 'Inference');
    assert.deepEqual(
      state.facts.map(({ name, state: word }) => [name, word]),
      [
        ['project', 'good'],
        ['competition', 'notice'],
        ['account', 'good'],
        ['engine', 'missing'],
      ],
    );
    assert.ok(state.pictures.depot !== undefined);
    assert.equal(window.editor.contextKeys.get('juliaKaggle.noEngine'), true);
    assert.equal(window.editor.contextKeys.get('juliaKaggle.hasProject'), true);
    assert.match(page.view.webview.html, /script-src 'nonce-/);
  });

  it('says of a competition that there is not that there is none, and offers to choose another', async () => {
    const none = new UserError({
      code: 'kaggle-not-found',
      title: 'Kaggle lists no competition harbour-tides. Did you mean harbor-tides?',
      actions: [{ title: 'Write it so.' }],
    });
    const window = await PlayedWindow.open({
      kaggle: () => ({ ...kaggle(), competitions: { get: () => Promise.reject(none) } }),
    });
    const page = window.page();
    const { facts } = await page.state(({ facts: [, competition] }) => competition?.state === 'missing');
    assert.deepEqual(
      [facts[1]?.text, facts[1]?.notes, facts[1]?.actions[0]?.label],
      [none.title, ['Write it so.'], 'Choose Competition…'],
    );
  });

  it('says after an edit which results do not hold any more, and why, until that is taken back', async () => {
    const window = await PlayedWindow.open({ kaggle, artefacts: WHOLE_RUN });
    const page = window.page();
    await page.state(({ stages }) => stages[1]?.state === 'earlier');
    const stages = STAGE_NAMES.map((stage) => ({
      stage,
      state: stage === 'test' ? ('changed' as const) : ('unchanged' as const),
      summary: '',
    })).map((each) => (each.stage === 'pack' ? { ...each, state: 'unknown' as const } : each));
    window.played.status = { stages, changed: ['Inference/src/Inference.jl'] };
    const saved = window.editor.uri(join(window.folder, 'src', 'Inference.jl'));
    window.editor.event('change **').fire(saved);
    const state = await page.state((now) => now.stages[2]?.state === 'stale');
    assert.deepEqual(
      state.stages.slice(1, 4).map(({ state: is, text }) => [is, is === 'stale' ? text : '']),
      [
        ['earlier', ''],
        ['stale', 'Changed since: Inference.jl'],
        ['stale', 'Depends on Test'],
      ],
    );
    window.played.status = {};
    window.editor.event('change **').fire(saved);
    await page.state((now) => now.stages[2]?.state === 'earlier');
  });

  it('says before a run why the project cannot be read, until it can', async () => {
    const problem = new UserError({
      code: 'manifest-missing',
      title: 'There is no Manifest.toml.',
      actions: [{ title: 'Make one.' }],
    });
    const window = await PlayedWindow.open({ kaggle, status: { problem } });
    const page = window.page();
    const { facts, ready } = await page.state(({ facts: [project] }) => project?.state === 'missing');
    assert.deepEqual(
      [facts[0]?.text, facts[0]?.notes, ready],
      ['There is no Manifest.toml.', ['Make one.'], undefined],
    );
    window.played.status = {};
    window.editor.event('delete **').fire(window.editor.uri(join(window.folder, 'Manifest.toml')));
    await page.state(({ facts: [project] }) => project?.state === 'good');
  });

  it('asks calmly for the competition of a project that was never set up', async () => {
    const { 'Inference/JuliaKaggle.toml': _, ...bare } = PROJECT;
    const window = await PlayedWindow.open({ kaggle }, bare);
    const page = window.page();
    const { facts, problem } = await page.state(({ facts: [, { text } = { text: '' }] }) => text !== '');
    assert.equal(problem, undefined);
    assert.deepEqual(
      [facts[1]?.text, facts[1]?.actions[0]?.label],
      ['No competition is chosen', 'Choose Competition…'],
    );
  });

  it('looks again when another engine is chosen in the settings', async () => {
    const played: Played = { kaggle, engine: [{ subject: 'engine', text: 'none', error: noEngine }] };
    const window = await PlayedWindow.open(played);
    const page = window.page();
    await page.state(({ facts }) => facts[3]?.state === 'missing');
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    const change = (section: string) =>
      window.editor
        .event('onDidChangeConfiguration')
        .fire({ affectsConfiguration: (asked: string) => asked === section });
    change('editor');
    await window.settled();
    assert.equal((await page.state()).facts[3]?.state, 'missing');
    change('juliaKaggle');
    const { facts } = await page.state(({ facts: all }) => all[3]?.state === 'good');
    assert.equal(facts[3]?.text, '29.4');
  });

  it('has the stages of the way that the competition takes, once that is known, and what the file says else', async () => {
    const names = ({ stages }: PanelState) => stages.map(({ name }) => name).join(' ');
    const takesFiles = { ...COMPETITION, isKernelsSubmissionsOnly: false };
    const window = await PlayedWindow.open({
      kaggle: () => ({ ...kaggle(), competitions: { get: () => Promise.resolve(takesFiles) } }),
    });
    const page = window.page();
    const file = await page.state(({ aim }) => aim === 'Submits a file to harbour-tides');
    assert.equal(names(file), ROUTES.file.stages.join(' '));
    assert.equal(file.stages.at(-1)?.text, 'Submit the file and follow it to its score');
    const settings = 'competition = "harbour-tides"\n[submit]\nas = "notebook"\n';
    await writeFile(join(window.folder, 'JuliaKaggle.toml'), settings);
    window.editor.event('change **/{Project,JuliaProject,JuliaKaggle}.toml').fire();
    const notebook = await page.state(({ stages }) => stages.length === 8);
    assert.deepEqual(
      [names(notebook), notebook.aim],
      [ROUTES.notebook.stages.join(' '), 'Submits a notebook to harbour-tides'],
    );
  });

  it('knows the way of the last run where Kaggle cannot be asked, and shows no other stage by its name', async () => {
    const competitionFacts = { slug: 'harbour-tides', takesFiles: true };
    const project = aProject({ route: 'file', competitionFacts, image: 'slim', isImageOfRoute: true });
    const submit = {
      fingerprint: '',
      ref: 7,
      state: 'complete',
      submittedAt: '',
      url: 'https://k/7',
    } as const;
    const scores = { publicScore: '0.38', privateScore: '0.41' };
    const window = await PlayedWindow.open({
      artefacts: { ...WHOLE_RUN, project, submit: { ...submit, ...scores } },
    });
    const page = window.page();
    const state = await page.state(({ stages }) => stages.length === 4);
    assert.ok(state.stages[0]?.details.some(({ value }) => value.startsWith('a small one')));
    assert.equal(state.submission?.text, 'Last submission: public score 0.38, private score 0.41');
    const item = window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');
    assert.equal(item?.['text'], '$(check) Kaggle: 0.38, private 0.41');
    const tasks = window.editor.registered.get('registerTaskProvider') as [
      string,
      { provideTasks: () => Promise<{ name: string }[]> },
    ];
    assert.deepEqual(
      (await tasks[1].provideTasks()).map(({ name }) => name),
      ['Project', 'Build', 'Test', 'Submit'],
    );
    window.editor.reply('up to and Including', 'Rehearse').reply('Run Anew', 'Build');
    assert.equal(await window.run('runStage'), 'not-run');
    await window.run('runStageFresh');
    assert.deepEqual(
      window.requests.map(({ until, fresh }) => [until, fresh]),
      [['test', 'build']],
    );
  });

  it('shows the stages of the run that goes on, whatever its settings say meanwhile', async () => {
    const project = aProject({ route: 'file' });
    const window = await PlayedWindow.open({ artefacts: { ...WHOLE_RUN, project } });
    const page = window.page();
    assert.equal((await page.state(({ stages }) => stages[1]?.state === 'earlier')).stages.length, 8);
    window.played.run = ({ signal }) => once(signal, 'abort').then(() => ({}));
    const run = window.run('runStage', 'submit');
    await page.state(({ primary, stages }) => primary.intent === 'cancel' && stages.length === 4);
    await window.run('cancel');
    await run;
  });

  it('mends what is missing by the one action of each fact', async () => {
    const notSignedIn = new UserError({
      code: 'not-signed-in',
      title: 'No account.',
      actions: [{ title: 'x' }],
    });
    const window = await PlayedWindow.open(
      { kaggle, account: { ...GOOD_ACCOUNT, error: notSignedIn } },
      { ...PROJECT, 'Inference/JuliaKaggle.toml': 'competition = 7\n' },
    );
    const page = window.page();
    await page.state(({ facts }) => facts[2]?.actions[0]?.label === 'Sign In…');
    page.view.send({ kind: 'mend', fact: 'account', label: 'Sign In…' });
    page.view.send({ kind: 'mend', fact: 'competition', label: 'Open JuliaKaggle.toml' });
    page.view.send({ kind: 'mend', fact: 'engine', label: 'None' });
    await window.until(() => window.editor.texts.includes('Sign In to Kaggle'));
    await window.until(() => window.editor.files.some((file) => file.endsWith('JuliaKaggle.toml')));
    window.played.account = GOOD_ACCOUNT;
    window.editor.secretsChanged.fire({ key: 'juliaKaggle.credentials' });
    await page.state(({ facts }) => facts[2]?.state === 'good');
  });

  it('opens the rules of a competition that was not joined, and no address that it does not show', async () => {
    const window = await PlayedWindow.open({ kaggle });
    const page = window.page();
    await page.state(({ facts }) => facts[1]?.actions[0]?.label === 'Accept the Rules');
    page.view.send({ kind: 'mend', fact: 'competition', label: 'Accept the Rules' });
    page.view.send({ kind: 'open', url: 'https://www.kaggle.com/evil' });
    await window.until(() => window.editor.opened.length > 0);
    assert.deepEqual(window.editor.opened, [`${COMPETITION.url}/rules`]);
  });

  it('makes a plan, by which what it names is agreed to', async () => {
    const window = await PlayedWindow.open({
      previews: would,
      run: async (request) => {
        assert.equal(await request.confirm?.({ text: '', fingerprint: 'of upload' }, 'upload'), true);
        return {};
      },
    });
    const page = window.page();
    page.view.send({ kind: 'plan' });
    const { plan } = await page.state((state) => state.plan?.preparing === false);
    assert.deepEqual([plan?.accept.label, plan?.leaves[0]], ['Submit', 'Upload app']);
    page.view.send({ kind: 'decline-plan' });
    assert.equal((await page.state()).plan, undefined);
    page.view.send({ kind: 'plan' });
    await page.state((state) => state.plan?.preparing === false);
    page.view.send({ kind: 'accept-plan' });
    await window.until(() => window.requests.length === 1);
    assert.equal((await page.state()).plan, undefined);
  });

  it('shows the plan of Submit by its command too, for the project of the file that is open', async () => {
    const window = await PlayedWindow.open({ previews: would });
    const page = window.page();
    await window.run('submit', window.editor.uri(join(window.folder, 'src', 'Inference.jl')));
    const { plan } = await page.state((state) => state.plan?.preparing === false);
    assert.equal(plan?.accept.label, 'Submit');
    assert.equal(window.requests.length, 0);
    assert.ok(window.editor.executed.some(([id]) => id === 'workbench.view.extension.juliaKaggle'));
    await window.run('openPipelineEditor');
    await window.run('submit');
    assert.equal(window.editor.panels[0]?.revealed, 1);
  });

  it('looks again instead of planning what cannot end well', async () => {
    const window = await PlayedWindow.open({
      engine: [{ subject: 'engine', text: 'none', error: noEngine }],
    });
    const page = window.page();
    await page.state(({ primary }) => !primary.enabled);
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    await window.run('submit');
    const state = await page.state(({ primary }) => primary.enabled);
    assert.equal(state.plan, undefined);
  });

  it('runs at once where there can be no plan, and asks no second time what was refused', async () => {
    const window = await PlayedWindow.open({ noPlan: noEngine });
    const page = window.page();
    page.view.send({ kind: 'plan' });
    await window.until(() => window.requests.length === 1);
    window.played.noPlan = new UserError({
      code: 'outside-project',
      title: 'It reads outside.',
      actions: [{ title: 'Allow it.', command: 'allow-outside' }],
    });
    page.view.send({ kind: 'plan' });
    await window.until(() => window.editor.texts.some((text) => text.startsWith('It reads outside.')));
    assert.equal(window.requests.length, 1);
  });

  for (const stage of STAGE_NAMES)
    it(`shows why ${stage} failed, and what to do about it, wherever a user looks`, async () => {
      const error = new UserError({
        code: 'kaggle-refused',
        title: `No ${stage} today.`,
        detail: 'as it said',
        actions: [{ title: 'Come back tomorrow.', url: 'https://www.kaggle.com/help' }],
      });
      const window = await PlayedWindow.open({
        run: (_, tell) => {
          tell({ kind: 'stage-started', stage, plan: 'do it' });
          tell({ kind: 'failed', stage, error });
          return Promise.reject(error);
        },
      });
      const page = window.page();
      assert.equal(await window.run('runStage', stage), 'failed');
      const { problem, stages, announcement } = await page.state(({ stages: all }) =>
        all.some(({ state }) => state === 'failed'),
      );
      assert.deepEqual(
        stages.filter(({ state }) => state === 'failed').map(({ name }) => name),
        [stage],
      );
      assert.deepEqual(
        [problem?.title, problem?.detail, problem?.remedies],
        [error.title, 'as it said', [{ text: 'Come back tomorrow.', url: 'https://www.kaggle.com/help' }]],
      );
      assert.equal(announcement, `The run failed. ${error.title}`);
      assert.ok(window.editor.texts.includes(error.title));
      const item = window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');
      assert.equal(String(item?.['text']).toLowerCase(), `$(error) kaggle: ${stage} failed`);
      assert.ok(window.editor.log.some((line) => line.includes(`${error.title} (kaggle-refused)`)));
    });

  it('takes a remedy that it offers, and no other', async () => {
    const error = new UserError({
      code: 'compile-failed',
      title: 'No.',
      actions: [{ title: 'Rehearse.', command: 'run --until rehearse' }],
    });
    const window = await PlayedWindow.open({ run: () => Promise.reject(error) });
    const page = window.page();
    await window.run('runStage', 'build');
    assert.equal((await page.state()).problem?.title, 'No.');
    page.view.send({ kind: 'take-remedy', command: 'run --fresh build' });
    page.view.send({ kind: 'take-remedy', command: 'run --until rehearse' });
    await window.until(() => window.requests.length === 2);
    assert.equal(window.requests[1]?.until, 'rehearse');
  });

  it('shows the log of a stage while it runs, how fast it goes, and what an earlier run left', async () => {
    const endless = async ({ signal }: RunRequest): Promise<never> => {
      await once(signal, 'abort');
      throw new CancelledError();
    };
    const window = await PlayedWindow.open({ run: endless, logs: { build: ['earlier line'] } });
    const page = window.page();
    const { view } = page;
    const log = (line: string) =>
      view.next((message) => {
        const { kind, lines = [] } = message as { kind: string; lines?: string[] };
        return kind === 'log' && lines.includes(line);
      });
    view.send({ kind: 'follow-log', stage: 'build', on: true });
    await log('earlier line');
    const run = window.run('runStage', 'submit');
    await window.until(() => window.requests.length === 1);
    window.tell({ kind: 'run-started', folder: window.folder, until: 'submit' });
    window.tell({ kind: 'stage-started', stage: 'build', plan: 'build it' });
    window.tell({ kind: 'progress', stage: 'build', text: 'Pulling', doneBytes: 5, totalBytes: 10 });
    const arrived = log('a line');
    window.tell({ kind: 'log', stage: 'build', stream: 'stdout', line: 'a line' });
    await arrived;
    const { stages, primary } = await page.state();
    assert.deepEqual([stages[1]?.state, stages[1]?.progress], ['running', 0.5]);
    assert.equal(primary.intent, 'cancel');
    assert.match(
      String(window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status')?.['text']),
      /Build 50 %/,
    );
    view.send({ kind: 'follow-log', stage: 'build', on: false });
    view.send({ kind: 'cancel' });
    assert.equal(await run, 'cancelled');
  });

  it('is in an editor too, which comes back with the window', async () => {
    const window = await PlayedWindow.open();
    await window.run('openPipelineEditor');
    await window.run('openPipelineEditor');
    const [panel] = window.editor.panels;
    assert.equal(panel?.revealed, 1);
    const [, serializer] = window.editor.registered.get('registerWebviewPanelSerializer') as [
      string,
      { deserializeWebviewPanel: (panel: unknown) => Promise<void> },
    ];
    const restored = new WebviewDouble();
    await serializer.deserializeWebviewPanel(restored);
    assert.equal(panel.disposed, true);
    restored.dispose();
    await window.run('openPipelineEditor');
    assert.equal(window.editor.panels.length, 2);
  });

  it('does nothing that an unknown message or an untrusted workspace wants', async () => {
    const window = await PlayedWindow.open();
    const page = window.page();
    page.view.send({ kind: 'delete-everything' });
    assert.ok(window.editor.log.some((line) => line.includes('unknown form')));
    window.editor.isTrusted = false;
    page.view.send({ kind: 'run-stage', stage: 'build' });
    page.view.send({ kind: 'plan' });
    await window.settled();
    assert.equal(window.requests.length, 0);
  });

  it('is about the project as it is written now', async () => {
    const window = await PlayedWindow.open();
    const page = window.page();
    await writeFile(join(window.folder, 'JuliaKaggle.toml'), 'competition = "titanic"\n');
    window.editor.event('change **/{Project,JuliaProject,JuliaKaggle}.toml').fire();
    window.editor.event('change **').fire(window.editor.uri(join(window.folder, 'src', 'x.jl')));
    window.editor.event('change **').fire(window.editor.uri(join(window.folder, '.git', 'HEAD')));
    await window.until(() => window.changes === 1);
    await page.state(({ primary }) => primary.label === 'Submit to titanic');
  });
});

describe('the item in the status bar', () => {
  const item = (window: PlayedWindow) =>
    window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');

  it('says what Kaggle still allows, once somebody has looked', async () => {
    const quota = { gpu: { allowedSeconds: 108_000, usedSeconds: 7200, reservedSeconds: 0 } };
    const window = await PlayedWindow.open({
      kaggle: () => ({ ...kaggle(), account: { quota: () => Promise.resolve(quota) } }),
    });
    assert.equal(item(window)?.['text'], '$(rocket) Julia on Kaggle');
    window.page();
    const label = () => (item(window)?.['accessibilityInformation'] as { label: string }).label;
    await window.until(() => label().includes('Submissions left today: 4 (1 made)'));
    assert.match(label(), /GPU hours left this week: 28\.0 of 30\.0/);
    window.tell({ kind: 'stage-finished', stage: 'submit', summary: '', milliseconds: 1 });
  });

  it('is silent of what Kaggle does not say', async () => {
    const window = await PlayedWindow.open();
    window.page();
    await window.until(() =>
      window.editor.log.some((line) => line.includes('What Kaggle allows is not known')),
    );
    assert.equal(
      (item(window)?.['accessibilityInformation'] as { label: string }).label,
      'Julia on Kaggle: Inference',
    );
  });
});
