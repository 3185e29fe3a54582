import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type * as vscode from 'vscode';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import type { StagePlan } from '../../../src/core/pipeline/bound-stage.ts';
import type { RunRequest } from '../../../src/core/pipeline/run.ts';
import { aProject } from '../../support/artefacts.ts';
import { noEngine } from './events.ts';
import { asking, PlayedWindow, PROJECT, SUBMISSION } from './window.ts';

const PLAN = { text: 'upload app (5 B)', fingerprint: 'f' } as StagePlan;
const submitted = { artefacts: { submit: SUBMISSION as never } };

/** A run that goes on until it is cancelled. */
const endless = async ({ signal }: RunRequest): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw new CancelledError();
};

describe('a run in the editor', () => {
  it('asks once before anything leaves the machine, and tells its score', async () => {
    const window = await PlayedWindow.open({ run: asking() });
    window.editor.reply('public score 0.1', 'Open on Kaggle').reply('Your answer is needed', 'Review');
    const run = window.run('runStage', 'submit');
    const page = window.page();
    await page.state(({ question }) => question !== undefined);
    const item = window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');
    assert.equal(item?.['text'], '$(bell-dot) Kaggle: your answer is needed');
    assert.deepEqual(page.view.badge, { value: 1, tooltip: 'Submit Inference to harbour-tides?' });
    // The notification leads to the page, and nothing that it has answers.
    const [told] = window.editor.shown.filter(
      ({ kind, text }) => kind === 'info' && text.startsWith('Your answer is needed'),
    );
    assert.deepEqual(told?.choices, ['Review']);
    await window.until(() => window.editor.executed.some(([id]) => id === 'juliaKaggle.openPipeline'));
    const { lines, accept } = await window.answer('Submit Inference to harbour-tides?', true, page);
    assert.deepEqual([lines[0], accept], ['Next: upload app (5 B).', 'Submit']);
    assert.equal(await run, 'done');
    assert.equal(page.view.badge, undefined);
    await window.until(() => window.editor.opened.length === 1);
    assert.deepEqual(window.editor.opened, [SUBMISSION.url]);
  });

  it('says with a Kaggle on this machine that nothing leaves it: on the page, in the plan, the question and the status bar', async () => {
    const practice = 'Local Kaggle (practice): nothing leaves this machine';
    const previews = [{ stage: 'build', state: 'would-run', text: 'build' }] as const;
    const window = await PlayedWindow.open(
      { run: asking(), previews: [...previews, { stage: 'upload', state: 'later', text: '' }] },
      undefined,
      ({ settings }) => settings.set('apiUrl', 'http://127.0.0.1:33125'),
    );
    const page = window.page();
    await window.run('submit');
    const { plan } = await page.state((state) => state.plan?.preparing === false);
    assert.deepEqual(
      [plan?.leavesTitle, plan?.note],
      [practice, 'You are asked before anything is uploaded, as soon as its size is known.'],
    );
    const run = window.run('runStage', 'submit');
    const asked = await page.state(({ question }) => question !== undefined);
    assert.equal(asked.practice, practice);
    const item = window.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');
    assert.equal(item?.['text'], '$(bell-dot) Local Kaggle: your answer is needed');
    const { lines } = await window.answer('Submit Inference to harbour-tides?', false, page);
    assert.equal(lines[0], `${practice}.`);
    assert.equal(await run, 'declined');
  });

  it('asks with the account, what is left of today, and the way to the files', async () => {
    const limits = { allowedNow: 4, usedToday: 1 };
    const window = await PlayedWindow.open({
      kaggle: () => ({ submissions: { limits: () => Promise.resolve(limits) } }),
      run: async (request) => {
        const plan = { ...PLAN, text: 'upload app (5 B); account ada', work: PLAN.text, account: 'ada' };
        return (await request.confirm?.(plan, 'upload')) === true ? submitted : { declined: true };
      },
    });
    const run = window.run('runStage', 'submit');
    const page = window.page();
    const { question } = await page.state((state) => state.question !== undefined);
    assert.deepEqual(question?.lines.slice(0, 3), [
      'Next: upload app (5 B).',
      'Account: ada.',
      'Submissions left today: 4 (1 made).',
    ]);
    assert.equal(question.files, 'Look Through the Files');
    page.view.send({ kind: 'show-files' });
    await window.until(() => window.editor.executed.some(([id]) => id === 'juliaKaggle.files.focus'));
    await window.answer('Submit Inference', false, page);
    assert.equal(await run, 'declined');
  });

  it('that is cancelled while its notebook runs on Kaggle asks whether to stop it there', async () => {
    const window = await PlayedWindow.open({
      artefacts: {
        project: aProject(),
        upload: { fingerprint: 'f', owner: 'ada', datasets: [], uploadedBytes: 0 },
      },
      run: async (request, tell) => {
        tell({ kind: 'stage-started', stage: 'notebook', plan: 'push' });
        return endless(request);
      },
    });
    const page = window.page();
    const run = window.run('runStage', 'submit');
    await page.state(({ stages }) => stages.some(({ state }) => state === 'running'));
    await window.run('cancel');
    assert.equal(await run, 'cancelled');
    const { accept, lines } = await window.answer('Stop the notebook on Kaggle too?', true, page);
    assert.equal(accept, 'Open It on Kaggle');
    assert.match(lines.join(' '), /uses its quota.*on its own page only/);
    await window.until(() => window.editor.opened.length === 1);
    assert.deepEqual(window.editor.opened, ['https://www.kaggle.com/code/ada/harbour-tides-inference-julia']);
  });

  it('ends where the user says no, which is only noted', async () => {
    const window = await PlayedWindow.open({ run: asking() });
    const run = window.run('runStage', 'submit');
    await window.answer('Submit Inference', false);
    assert.equal(await run, 'declined');
    assert.ok(window.editor.log.some((line) => line.includes('nothing left this machine')));
    assert.ok(window.editor.shown.every(({ kind }) => kind !== 'error' && kind !== 'warning'));
  });

  it('marks where it failed, in the file and as a link, until the project is run again', async () => {
    const file = '/home/ada/Inference/src/Inference.jl';
    const error = new UserError({
      code: 'julia-failed',
      title: 'Inference could not be compiled.',
      actions: [{ title: 'Correct it.' }],
      source: { file, line: 18, message: 'syntax: missing comma or )' },
    });
    let fails = true;
    const window = await PlayedWindow.open({
      run: (_, tell) => {
        tell({ kind: 'run-started', folder: window.folder, until: 'build' });
        if (!fails) return Promise.resolve({});
        tell({ kind: 'failed', stage: 'build', error });
        return Promise.reject(error);
      },
    });
    const marks = () => [...window.editor.diagnostics.entries()];
    assert.equal(await window.run('runStage', 'build'), 'failed');
    const [[uri, [mark]]] = marks() as [[string, { message: string; range: vscode.Range }[]]];
    assert.equal(uri.replace(/^file:(?:\/\/)?/, ''), file);
    assert.deepEqual([mark?.message, mark?.range.start.line], ['syntax: missing comma or )', 17]);

    const page = window.page();
    const { problem } = await page.state((state) => state.problem !== undefined);
    assert.equal(problem?.source, `${relative(window.folder, file)}:18`);
    page.view.send({ kind: 'open-source' });
    await window.until(() => window.editor.files.includes(`${file}:18`));

    fails = false;
    assert.equal(await window.run('runStage', 'build'), 'done');
    assert.deepEqual(marks(), []);
    page.view.send({ kind: 'open-source' });
    await window.settled();
    assert.equal(window.editor.files.length, 1, 'there is none any more');
  });

  it('asks for an upload, for a run on Kaggle, and to go on without a GPU, each in its words', async () => {
    const window = await PlayedWindow.open({
      run: async (request, tell) => {
        assert.equal(await request.confirmWithoutGpu?.('no driver'), true);
        return asking()(request, tell);
      },
    });
    for (const [stage, title] of [
      ['upload', 'Upload Inference to Kaggle?'],
      ['notebook', 'run its notebook'],
    ] as const) {
      const run = window.run('runStage', stage);
      await window.answer('without a GPU?', true);
      await window.answer(title, true);
      assert.equal(await run, 'done');
    }
  });

  it('asks what a project may read outside of itself, naming the places', async () => {
    const window = await PlayedWindow.open({
      run: async (request) => {
        const { askOutside } = request as unknown as {
          askOutside: (folder: string, places: string[], signal: AbortSignal) => Promise<boolean>;
        };
        assert.equal(await askOutside('/w/Inference', ['/data/sets'], request.signal), true);
        return {};
      },
    });
    window.editor.reply('read outside of its folder?', 'Allow Reading');
    assert.equal(await window.run('runStage', 'test'), 'done');
    assert.match(window.editor.shown.find(({ kind }) => kind === 'warning')?.detail ?? '', /^\/data\/sets\n/);
  });

  it('that fails is told with its remedies as buttons, which do what they say', async () => {
    const error = new UserError({
      code: 'compile-failed',
      title: 'Flux could not be compiled.',
      actions: [{ title: 'Pack the depot.', command: 'run --until pack' }],
    });
    const window = await PlayedWindow.open({ run: () => Promise.reject(error) });
    window.editor.reply('Flux could not be compiled', 'Run up to Pack');
    window.editor.reply('Flux could not be compiled', undefined);
    assert.equal(await window.run('runStage', 'build'), 'failed');
    await window.until(() => window.requests.length === 2);
    assert.deepEqual(
      window.requests.map(({ until }) => until),
      ['build', 'pack'],
    );
    assert.deepEqual(window.editor.shown.find(({ kind }) => kind === 'error')?.choices, [
      'Run up to Pack',
      'Show Log',
    ]);
  });

  it('that fails by a fault of ours offers to report it, and one without an engine its page', async () => {
    const window = await PlayedWindow.open({ run: () => Promise.reject(new TypeError('x is undefined')) });
    window.editor.reply('This is a bug', 'Report Issue');
    assert.equal(await window.run('runStage', 'build'), 'failed');
    await window.settled();
    assert.equal(window.editor.executed.at(-1)?.[0], 'workbench.action.openIssueReporter');
    window.played.run = () => Promise.reject(noEngine);
    window.editor.reply('No Docker engine', 'Install Docker.');
    assert.equal(await window.run('runStage', 'build'), 'failed');
    await window.until(() => window.editor.opened.length === 1);
    assert.deepEqual(window.editor.opened, ['https://docs.docker.com/get-docker/']);
  });

  it('that is not signed in has the button for it', async () => {
    const error = new UserError({
      code: 'not-signed-in',
      title: 'You are not signed in.',
      actions: [{ title: 'Sign in.', command: 'login' }],
    });
    const window = await PlayedWindow.open({ run: () => Promise.reject(error) });
    window.editor.reply('You are not signed in', 'Sign In');
    assert.equal(await window.run('runStage', 'submit'), 'failed');
    await window.until(() => window.editor.texts.includes('Sign In to Kaggle'));
  });

  it('is the only one of its project, and is cancelled by the command and by the end of the window', async () => {
    const window = await PlayedWindow.open({ run: endless });
    const first = window.run('runStage', 'submit');
    await window.until(() => window.requests.length === 1);
    assert.equal(await window.run('runStage', 'submit'), 'not-run');
    assert.ok(window.editor.texts.some((text) => text.startsWith('A run is in progress')));
    await window.run('cancel');
    assert.equal(await first, 'cancelled');
    const second = window.run('runStage', 'submit');
    await window.until(() => window.requests.length === 2);
    await window.close();
    assert.equal(await second, 'cancelled');
    const kept = JSON.parse(
      await readFile(join(window.context.storageUri?.fsPath ?? '', 'open-runs.json'), 'utf8'),
    ) as object;
    assert.deepEqual(kept, { [window.folder]: { until: 'submit', agreed: false } });
  });

  it('says whether its score is the best so far', async () => {
    const history = (['0.2', '0.1'] as const).map((publicScore, index) => ({
      ...{ fingerprint: 'f', ref: 6 + index, state: 'complete' as const, publicScore, url: 'https://k' },
      ...{ submittedAt: `2026-08-0${index + 1}`, competition: 'harbour-tides' },
    }));
    const told = async (better: 'lower' | 'higher'): Promise<string | undefined> => {
      const window = await PlayedWindow.open({
        ...{ artefacts: { project: aProject({ betterScore: better }) }, history },
        run: () => Promise.resolve(submitted),
      });
      await window.run('runStage', 'submit');
      await window.until(() => window.editor.texts.some((text) => text.startsWith('Submitted')));
      return window.editor.texts.find((text) => text.startsWith('Submitted'));
    };
    assert.equal(await told('lower'), 'Submitted: public score 0.1, the best so far.');
    assert.equal(await told('higher'), 'Submitted: public score 0.1, the best so far is 0.2.');
  });

  it('says so in the background when it is done and nobody looks', async () => {
    const window = await PlayedWindow.open();
    window.editor.focused = false;
    window.editor.reply('Inference: the run is done.', 'Show');
    assert.equal(await window.run('runStage', 'test'), 'done');
    await window.settled();
    assert.deepEqual(window.editor.executed.at(-2)?.[0], 'juliaKaggle.openPipeline');
  });

  it('says that nothing was submitted where the very same was', async () => {
    const outcome = { stage: 'submit', state: 'fresh', summary: '', milliseconds: 0 } as const;
    const window = await PlayedWindow.open({
      run: () => Promise.resolve({ ...submitted, outcomes: [outcome] }),
    });
    assert.equal(await window.run('runStage', 'submit'), 'done');
    assert.match(
      window.editor.texts.at(-1) ?? '',
      /^Nothing was submitted: submission 7 is of this very content\./,
    );
  });

  it('can be chosen: up to a stage, or anew from one', async () => {
    const window = await PlayedWindow.open();
    window.editor
      .reply('up to and Including', 'Rehearse')
      .reply('Run Anew', 'Test')
      .reply('Run Anew', 'Submit');
    await window.run('runStage');
    await window.run('runStageFresh');
    await window.run('runStageFresh');
    await window.run('runStageFresh', 'pack');
    assert.equal(await window.run('runStage'), 'not-run');
    assert.deepEqual(
      window.requests.map(({ until, fresh, again }) => [until, fresh, again]),
      [
        ['rehearse', undefined, undefined],
        ['rehearse', 'test', undefined],
        ['submit', undefined, true],
        ['rehearse', 'pack', undefined],
      ],
    );
  });

  it('needs a project, and a workspace that is trusted', async () => {
    const empty = await PlayedWindow.open({}, {});
    assert.equal(await empty.run('runStage', 'submit'), 'not-run');
    assert.match(empty.editor.texts.at(-1) ?? '', /^There is no Project\.toml/);
    empty.editor.isTrusted = false;
    empty.editor.reply('trust this workspace first', 'Manage Workspace Trust');
    assert.equal(await empty.run('runStage', 'submit'), 'not-run');
    await empty.settled();
    assert.equal(empty.editor.executed.at(-1)?.[0], 'workbench.trust.manage');
  });

  it('works on the project that is chosen of several', async () => {
    const other = Object.fromEntries(
      Object.entries(PROJECT).map(([name, text]) => [name.replace('Inference/', 'Inference/Other/'), text]),
    );
    const window = await PlayedWindow.open(
      { run: () => Promise.resolve(submitted) },
      { ...PROJECT, ...other },
    );
    window.editor.reply('Choose a Julia Project', 'Other');
    assert.equal(await window.run('runStage', 'submit'), 'done');
    assert.match(window.editor.texts.at(-1) ?? '', /^Other: Submitted/);
    await window.run('chooseProject', window.editor.uri(join(window.folder, 'Project.toml')));
    assert.equal(await window.run('runStage', 'submit'), 'done');
    assert.match(window.editor.texts.at(-1) ?? '', /^Inference: Submitted/);
    // The toolbar of a notebook names it so.
    const notebookUri = window.editor.uri(join(window.folder, 'Other', 'try.ipynb'));
    await window.run('chooseProject', window.editor.uri(join(window.folder, 'Project.toml')));
    await window.run('submit', { notebookEditor: { notebookUri } });
    assert.equal((await window.page().state()).project, 'Other');
  });
});

describe('a question of a run that is cancelled', () => {
  it('is gone, and an answer to it does nothing', async () => {
    const window = await PlayedWindow.open({ run: asking() });
    const run = window.run('runStage', 'submit');
    const page = window.page();
    await page.state(({ question }) => question !== undefined);
    await window.run('cancel');
    assert.equal(await run, 'cancelled');
    page.view.send({ kind: 'answer', yes: true });
    const { question, announcement } = await page.state();
    assert.deepEqual(
      [question, announcement],
      [undefined, 'The run was cancelled; finished stages are kept.'],
    );
  });
});

describe('an interrupted run of the window before', () => {
  const interrupted = (agreed: boolean, previews: readonly unknown[], apiUrl?: string, byNotice = true) =>
    PlayedWindow.open({ previews: previews as never }, PROJECT, async (editor, context) => {
      const { RunMemory } = await import('../../../src/host/run/run-memory.ts');
      const file = join(context.storageUri?.fsPath ?? '', 'open-runs.json');
      const memory = new RunMemory(file, (error) => assert.fail(String(error)));
      const [root = ''] = editor.folders;
      await memory.begin(root, { until: 'submit', ...(apiUrl === undefined ? {} : { apiUrl }) });
      if (agreed) await memory.agree(root);
      if (byNotice) editor.reply('was interrupted', 'Go On');
    });
  const left = (stage: string) => [{ stage, state: 'would-run', text: '' }];

  it('goes on where it only waited for Kaggle', async () => {
    const window = await interrupted(true, left('notebook'));
    await window.until(() => window.requests.length === 1);
    assert.deepEqual([window.requests[0]?.until, window.requests[0]?.patienceMs], ['submit', 60_000]);
    assert.ok(!window.editor.texts.some((text) => text.includes('interrupted')));
  });

  it('asks no second time where only the submission is left, of a notebook or of a file', async () => {
    const window = await interrupted(true, left('submit'));
    await window.until(() => window.requests.length === 1);
    const [request] = window.requests;
    assert.equal(await request?.confirm?.(PLAN, 'submit'), true);
    const upload = request?.confirm?.(PLAN, 'upload');
    await window.answer('Submit Inference', false);
    assert.equal(await upload, false);
  });

  it('is asked about where there is work left', async () => {
    const window = await interrupted(true, left('upload'));
    await window.until(() => window.requests.length === 1);
    assert.ok(window.editor.texts.some((text) => text.endsWith('when the window closed, at: Upload.')));
  });

  it('is asked about in the page too, for as long as nobody has answered or run something else', async () => {
    const goOn = await interrupted(true, left('upload'), undefined, false);
    const question = await goOn.answer('was interrupted', true);
    assert.deepEqual([question.accept, question.decline], ['Go On', 'Not Now']);
    await goOn.until(() => goOn.requests.length === 1);
    assert.equal(goOn.requests[0]?.until, 'submit');
    const other = await interrupted(true, left('upload'), undefined, false);
    const page = other.page();
    await page.state((state) => state.question !== undefined);
    const item = other.editor.statusItems.find(({ id }) => id === 'juliaKaggle.status');
    assert.match(String(item?.['text']), /your answer is needed/);
    await other.run('runStage', 'test');
    assert.equal((await page.state()).question, undefined);
    assert.deepEqual(
      other.requests.map(({ until }) => until),
      ['test'],
    );
  });

  it('is forgotten where nothing is left', async () => {
    const window = await interrupted(false, []);
    await window.settled();
    assert.equal(window.requests.length, 0);
  });
});

describe('a task of a stage', () => {
  interface Terminal extends vscode.Pseudoterminal {
    readonly onDidClose: vscode.Event<number>;
  }
  type Provider = vscode.TaskProvider & { resolveTask: (task: unknown) => vscode.Task | undefined };
  const providerOf = (window: PlayedWindow): Provider =>
    (window.editor.registered.get('registerTaskProvider') as [string, Provider])[1];

  async function opened(window: PlayedWindow, before: () => unknown = () => undefined) {
    const task = providerOf(window).resolveTask({ definition: { type: 'julia-kaggle', stage: 'test' } });
    const { callback } = task?.execution as unknown as { callback: () => Promise<Terminal> };
    const terminal = await callback();
    const lines: string[] = [];
    terminal.onDidWrite((text) => lines.push(text.trim()));
    const code = new Promise<number>((resolve) => terminal.onDidClose(resolve));
    before();
    terminal.open(undefined);
    return { terminal, lines, code };
  }

  it('is offered for each, runs it, shows its log and ends with its exit code', async () => {
    const window = await PlayedWindow.open({
      run: (_, tell) => {
        tell({ kind: 'log', stage: 'test', stream: 'stdout', line: 'hello' });
        return Promise.resolve({});
      },
    });
    const tasks = (await providerOf(window).provideTasks({} as never)) ?? [];
    assert.deepEqual([tasks.length, tasks[2]?.name], [8, 'Test']);
    assert.equal(providerOf(window).resolveTask({ definition: { stage: 'rm' } }), undefined);
    const { lines, code } = await opened(window);
    assert.equal(await code, 0);
    assert.deepEqual(lines, ['[test] hello', 'The run is done.']);
  });

  it('is cancelled with its terminal, and does not run where there is no project', async () => {
    const window = await PlayedWindow.open({ run: endless });
    const { terminal, code } = await opened(window);
    await window.until(() => window.requests.length === 1);
    terminal.close();
    assert.equal(await code, 130);
    assert.equal(await (await opened(await PlayedWindow.open({}, {}))).code, 1);
  });

  it('ends when it cannot even begin', async () => {
    const window = await PlayedWindow.open();
    const { lines, code } = await opened(window, () =>
      Object.defineProperty(window.editor, 'folders', {
        get: () => {
          throw new Error('no folders today');
        },
      }),
    );
    assert.equal(await code, 1);
    assert.deepEqual(lines, ['The run failed.']);
    assert.match(window.editor.texts.at(-1) ?? '', /no folders today/);
  });
});
