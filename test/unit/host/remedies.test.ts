import { strict as assert } from 'node:assert';
import { homedir } from 'node:os';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../src/base/errors.ts';
import { startCommand } from '../../../src/host/config/start-engine.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import { noEngine } from './events.ts';
import { type Played, PlayedWindow, PROJECT } from './window.ts';

const COMPETITION = {
  isKernelsSubmissionsOnly: true,
  title: 'Harbour Tides',
  userHasEntered: true,
  submissionsDisabled: false,
  url: 'https://www.kaggle.com/competitions/harbour-tides',
};
const noCompetition = new UserError({
  code: 'kaggle-not-found',
  title: 'Kaggle lists no competition harbor-tides. Did you mean harbour-tides?',
  actions: [{ title: 'Write competition = "harbour-tides".', command: 'choose-competition harbour-tides' }],
});
/** A Kaggle with one competition. */
const kaggle = () => ({
  competitions: {
    get: (slug: string) =>
      slug === 'harbour-tides' ? Promise.resolve(COMPETITION) : Promise.reject(noCompetition),
    list: () => Promise.resolve([]),
    search: () => Promise.resolve([{ ...COMPETITION, slug: 'harbour-tides' }]),
  },
  account: { quota: () => Promise.resolve({}) },
  submissions: { limits: () => Promise.resolve({}) },
});

const noMain = new UserError({
  code: 'submission-file',
  title: 'The run ended well but wrote no submission.csv.',
  actions: [{ title: 'Name the function to call.', command: 'choose-entry' }],
});
const scripts = new UserError({
  code: 'entry-missing',
  title: 'Inference is an environment with 2 scripts: which one is run?',
  actions: [{ title: 'Run predict it.jl.', command: 'choose-entry predict it.jl' }],
});
/** What the editor saved of the file with this name last. */
const saved = ({ editor }: PlayedWindow, name: string): string =>
  editor.documents.find(({ fileName }) => fileName.endsWith(name))?.saved.at(-1) ?? '';
const config = (window: PlayedWindow): string => saved(window, 'JuliaKaggle.toml');

/** A run that fails by this, and is seen to be wrong afterwards. */
async function failed(error: UserError, played: Played) {
  const window = await PlayedWindow.open({ kaggle, run: () => Promise.reject(error), ...played });
  await window.run('runStage', 'test');
  const page = window.page();
  const isGone = ({ problem, facts }: PanelState): boolean =>
    problem === undefined && facts.every(({ state }) => state !== 'missing' && state !== 'checking');
  return { window, page, isGone };
}

describe('a remedy that is followed by its button', () => {
  it('another Docker engine: the box goes without a run, and Submit can be taken again', async () => {
    const engine = [{ subject: 'engine', text: 'none', error: noEngine }];
    const { window, page, isGone } = await failed(noEngine, { engine });
    const { problem, primary } = await page.state(({ facts }) => facts[3]?.state === 'missing');
    assert.deepEqual(problem?.offers, [
      { command: 'choose-engine', label: 'Choose Docker Engine…', enabled: true },
    ]);
    assert.equal(primary.enabled, false);
    window.editor.reply('Choose the Docker Engine', 'As for the docker command');
    page.view.send({ kind: 'take-remedy', command: 'choose-engine' });
    await window.until(() => window.editor.settings.has('dockerContext'));
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    window.editor.event('onDidChangeConfiguration').fire({ affectsConfiguration: () => true });
    assert.equal((await page.state(isGone)).primary.enabled, true);
    assert.equal(window.requests.length, 1);
  });

  it('an engine that was started meanwhile, as soon as the window has the focus again', async () => {
    const engine = [{ subject: 'engine', text: 'none', error: noEngine }];
    const { window, page, isGone } = await failed(noEngine, { engine });
    await page.state(({ facts }) => facts[3]?.state === 'missing');
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    window.editor.event('onDidChangeWindowState').fire({ focused: true });
    await page.state(isGone);
  });

  it('the competition that was meant', async () => {
    const files = { 'Inference/JuliaKaggle.toml': 'competition = "harbor-tides"\n' };
    const window = await PlayedWindow.open(
      { kaggle, run: () => Promise.reject(noCompetition) },
      {
        'Inference/Project.toml': 'name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
        ...files,
      },
    );
    await window.run('runStage', 'test');
    const page = window.page();
    const { problem, facts } = await page.state((state) => state.facts[1]?.state === 'missing');
    assert.equal(problem?.remedies[0]?.action?.label, 'Use harbour-tides');
    assert.deepEqual(
      facts[1]?.actions.map(({ label }) => label),
      ['Use harbour-tides', 'Choose Competition…'],
    );
    page.view.send({ kind: 'mend', fact: 'competition', label: 'Use harbour-tides' });
    const config = join(window.folder, 'JuliaKaggle.toml');
    await window.until(() => window.editor.documents[0]?.saved.length === 1);
    const [saved = ''] = window.editor.documents[0]?.saved ?? [];
    assert.equal(saved, 'competition = "harbour-tides"\n');
    await writeFile(config, saved);
    window.editor.event('change **/{Project,JuliaProject,JuliaKaggle}.toml').fire();
    await page.state((state) => state.problem === undefined && state.facts[1]?.state === 'good');
  });

  it('what a failed test has to do with none of them stays until the next run', async () => {
    const error = new UserError({ code: 'test-failed', title: 'It is wrong.', actions: [{ title: 'x' }] });
    const { window, page } = await failed(error, {
      engine: [{ subject: 'engine', text: 'none', error: noEngine }],
    });
    await page.state(({ facts }) => facts[3]?.state === 'missing');
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    window.editor.event('onDidChangeWindowState').fire({ focused: true });
    const { problem } = await page.state(({ facts }) => facts[3]?.state === 'good');
    assert.equal(problem?.title, 'It is wrong.');
  });

  it('a function main, in the package that has none: it is named and written, to be filled', async () => {
    const { window, page } = await failed(noMain, {});
    const source = join(window.folder, 'src', 'Inference.jl');
    await mkdir(join(window.folder, 'src'), { recursive: true });
    await writeFile(source, 'module Inference\n\nf(x) = x\n\nend # module\n');
    const { problem } = await page.state((state) => state.problem !== undefined);
    assert.equal(problem?.remedies[0]?.action?.label, 'Choose What Is Run…');
    window.editor.reply('Choose What Is Run', 'Add main to src/Inference.jl');
    page.view.send({ kind: 'take-remedy', command: 'choose-entry' });
    await window.until(() => saved(window, 'Inference.jl').includes('function main'));
    assert.match(
      saved(window, 'Inference.jl'),
      /^module Inference\n\nf\(x\) = x\n\n"The program.*\nend\n\nend # module\n$/s,
    );
    await window.until(() => window.editor.files.some((file) => file.startsWith(source)));
    assert.match(config(window), /^\[run\]\nentry = "Inference\.main"$/m);
  });

  it('a script in place of a function, chosen or the one that the remedy names', async () => {
    const files = {
      ...PROJECT,
      'Inference/JuliaKaggle.toml': 'competition = "harbour-tides"\n\n[run]\nentry = "Inference.f"\n',
    };
    const window = await PlayedWindow.open(
      { kaggle, run: () => Promise.reject(scripts) },
      { ...files, 'Inference/predict it.jl': '1\n', 'Inference/train.jl': '1\n' },
    );
    await window.run('runStage', 'test');
    const page = window.page();
    const { problem } = await page.state((state) => state.problem !== undefined);
    const [action] = problem?.remedies.map((remedy) => remedy.action) ?? [];
    assert.equal(action?.label, 'Use predict it.jl');
    page.view.send({ kind: 'take-remedy', command: action.command });
    await window.until(() => config(window).includes('script'));
    assert.match(config(window), /\[run\]\nscript = "predict it\.jl"\n$/);
    window.editor.reply('Choose What Is Run', 'train.jl');
    await window.run('chooseEntry');
    assert.match(config(window), /\[run\]\nscript = "train\.jl"\n$/);
  });

  it('the rules of the competition: their page is opened, and Submit can be taken once they are accepted', async () => {
    let userHasEntered = false;
    const window = await PlayedWindow.open({
      kaggle: () => ({
        ...kaggle(),
        competitions: {
          ...kaggle().competitions,
          get: () => Promise.resolve({ ...COMPETITION, userHasEntered }),
        },
      }),
    });
    const page = window.page();
    const { facts } = await page.state((state) => state.facts[1]?.state === 'notice');
    assert.deepEqual(facts[1]?.actions, [{ label: 'Accept the Rules', enabled: true }]);
    page.view.send({ kind: 'mend', fact: 'competition', label: 'Accept the Rules' });
    await window.until(() => window.editor.opened.length === 1);
    assert.deepEqual(window.editor.opened, [`${COMPETITION.url}/rules`]);
    userHasEntered = true;
    window.editor.event('onDidChangeWindowState').fire({ focused: true });
    await page.state((state) => state.facts[1]?.state === 'good');
  });

  it('the engine that is not running: it is started in a terminal, and seen when that ends', async () => {
    const error = new UserError({
      code: 'engine-unreachable',
      title: 'No Docker engine answers.',
      actions: [{ title: 'Start the engine: sudo systemctl start docker.', command: 'start-engine' }],
    });
    const engine = [{ subject: 'engine', text: 'none', error }];
    const { window, page, isGone } = await failed(error, { engine });
    const { facts } = await page.state((state) => state.facts[3]?.state === 'missing');
    assert.deepEqual(
      facts[3]?.actions.map(({ label }) => label),
      ['Choose Docker Engine…', 'Start the Engine', 'Look Again'],
    );
    page.view.send({ kind: 'take-remedy', command: 'start-engine' });
    await window.until(() => window.editor.typed.length === 1);
    assert.deepEqual(window.editor.typed, [
      `Start the Docker Engine in ${homedir()}: ${startCommand(process.platform)}`,
    ]);
    window.played.engine = [{ subject: 'engine', text: '29.4' }];
    window.editor.event('onDidCloseTerminal').fire({});
    await page.state(isGone);
  });

  it('the file of a submission, beside the sample that it should be like', async () => {
    const error = new UserError({
      code: 'submission-file',
      title: 'The submission file does not match the sample: level is missing.',
      actions: [{ title: 'Correct it.' }],
      source: { file: '/w/submission.csv', line: 1, message: 'level is missing', like: '/w/sample.csv' },
    });
    const { window, page } = await failed(error, {});
    const { problem } = await page.state((state) => state.problem !== undefined);
    assert.equal(problem?.compare, 'Compare with the Sample');
    page.view.send({ kind: 'open-source' });
    page.view.send({ kind: 'compare-source' });
    await window.settled();
    assert.deepEqual(window.editor.files, ['/w/submission.csv:1']);
    const diff = window.editor.executed.find(([id]) => id === 'vscode.diff');
    assert.deepEqual(diff?.slice(1).map(String), [
      'file:/w/sample.csv',
      'file:/w/submission.csv',
      'sample.csv ↔ submission.csv',
    ]);
  });

  it('the log of the stage that failed, where it says why, also after a reload', async () => {
    const error = new UserError({ code: 'julia-failed', title: 'No.', actions: [{ title: 'x' }] });
    const window = await PlayedWindow.open({
      kaggle,
      run: (_, tell) => {
        tell({ kind: 'stage-started', stage: 'build', plan: 'build' });
        tell({ kind: 'failed', stage: 'build', error });
        return Promise.reject(error);
      },
    });
    window.editor.reply('No.', 'Show Log');
    const logs = join(window.folder, '.julia-kaggle', 'logs');
    await mkdir(logs, { recursive: true });
    await writeFile(join(logs, 'build.log'), 'Precompiling\nERROR: LoadError: syntax\nStacktrace:\n');
    await window.run('runStage', 'build');
    const place = `${join(logs, 'build.log')}:2`;
    await window.until(() => window.editor.files.includes(place));
    const page = window.page();
    await page.state((state) => state.problem !== undefined);
    page.view.send({ kind: 'show-log' });
    await window.until(() => window.editor.files.length === 2);
    assert.deepEqual(window.editor.files, [place, place]);
    // What kept a stage from saying anything is in the log of the window.
    await writeFile(join(logs, 'test.log'), '');
    for (const stage of ['test', 'pack']) await window.run('showLog', stage);
    assert.equal(window.editor.log.filter((line) => line === 'shown').length, 2);
    assert.equal(window.editor.files.length, 2);
  });
});
