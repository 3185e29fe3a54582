import { strict as assert } from 'node:assert';
import { readFile, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { UserError } from '../../../src/base/errors.ts';
import { PlayedWindow, PROJECT } from './window.ts';

const competition = (slug: string) => ({
  slug,
  title: slug.toUpperCase(),
  url: `https://www.kaggle.com/competitions/${slug}`,
  deadline: '2027-01-31T23:59:00Z',
  userHasEntered: false,
  isKernelsSubmissionsOnly: true,
  submissionsDisabled: false,
});
const notFound = new UserError({ code: 'kaggle-not-found', title: 'None.', actions: [{ title: 'x' }] });
const nearly = new UserError({
  code: 'kaggle-not-found',
  title: 'None.',
  actions: [{ title: 'x', command: 'choose-competition titanic' }],
});
const summary = (owner: string, slug: string) => ({
  ...{ owner, slug, title: slug.toUpperCase(), bytes: 2e6, isPrivate: false },
  lastUpdated: '2026-01-02T03:04:05Z',
});
const kaggle = () => ({
  apiUrl: 'https://api.kaggle.com',
  datasets: {
    search: (words: string) => Promise.resolve(words === 'none' ? [] : [summary('ada', 'glove')]),
    get: (owner: string, slug: string) =>
      slug === 'glove'
        ? Promise.resolve({ slug, currentVersion: 3, versions: [{ version: 2, notes: '' }] })
        : Promise.reject(notFound),
  },
  models: {
    search: () =>
      Promise.resolve([
        { owner: 'bob', slug: 'tides', title: 'Tides', variations: [{ path: 'other/small/2', bytes: 5 }] },
      ]),
    versions: () => Promise.resolve([1, 2]),
  },
  competitions: {
    list: () => Promise.resolve([{ ...competition('harbour-tides'), userHasEntered: true }]),
    search: (text: string) => Promise.resolve(text === 'titanic' ? [] : [competition('harbour-lights')]),
    get: (slug: string) => {
      if (slug === 'titanik') return Promise.reject(nearly);
      return slug === 'gone' ? Promise.reject(notFound) : Promise.resolve(competition(slug));
    },
  },
});
/** The file as the window has it, saved. */
const config = (window: PlayedWindow): string | undefined =>
  window.editor.documents.find(({ fileName }) => fileName.endsWith('JuliaKaggle.toml'))?.saved.at(-1);

describe('what is chosen is written into JuliaKaggle.toml', () => {
  it('the competition, which is searched for while one types', async () => {
    const window = await PlayedWindow.open({ kaggle });
    const chosen = window.run('chooseCompetition');
    await window.until(() => window.editor.quickPicks.length === 1);
    const [pick] = window.editor.quickPicks;
    await window.until(() => pick?.items.length === 2);
    assert.deepEqual(
      pick?.items.map(({ label }) => label),
      ['HARBOUR-TIDES', 'HARBOUR-LIGHTS'],
    );
    pick.type('titanic');
    await window.until(() => pick.items.some(({ label }) => label === 'titanic'));
    pick.choose('titanic');
    await chosen;
    assert.equal(config(window), 'competition = "titanic"\n');
    assert.equal(pick.isDisposed, true);
  });

  it('a dataset and a model, beside those that are there, with their comments', async () => {
    const text = 'competition = "x"\n[inputs]\ndatasets = [\n  "eve/cities", # of the towns\n]\n';
    const window = await PlayedWindow.open({ kaggle }, { ...PROJECT, 'Inference/JuliaKaggle.toml': text });
    const add = async (typed: string, label: string): Promise<void> => {
      const before = window.editor.quickPicks.length;
      const chosen = window.run('addInput');
      await window.until(() => window.editor.quickPicks.length > before);
      const pick = window.editor.quickPicks.at(-1);
      pick?.type(typed);
      await window.until(() => pick?.items.some((item) => item.label === label));
      pick?.choose(label);
      await chosen;
    };
    await add('vectors', 'GLOVE');
    await add('none', 'Tides');
    await add('someone/own-data', 'someone/own-data');
    assert.equal(
      config(window),
      'competition = "x"\n[inputs]\nmodels = [ "bob/tides/other/small/2" ]\ndatasets = [\n  "eve/cities", # of the towns\n  "ada/glove",\n  "someone/own-data",\n]\n',
    );
  });

  it('the competition although Kaggle cannot be asked, which is said', async () => {
    const window = await PlayedWindow.open();
    const chosen = window.run('chooseCompetition');
    await window.until(() => window.editor.quickPicks[0]?.title === 'Kaggle could not be asked.');
    window.editor.quickPicks[0]?.hide();
    await chosen;
    assert.equal(config(window), undefined);
  });

  it('the accelerator, the image and the mode, or none', async () => {
    const window = await PlayedWindow.open();
    window.editor.reply('Choose the Accelerator', 'T4');
    await window.run('chooseAccelerator');
    assert.match(config(window) ?? '', /^\[notebook\]\naccelerator = "\w+"$/m);
    window.editor.reply('Choose the Image', 'for everybody').reply('Choose the Image', 'registry/x:1');
    await window.run('chooseImage');
    assert.match(config(window) ?? '', /^name = "registry\/x:1"$/m);
    window.editor.reply('Choose the Image', 'The image of Kaggle');
    await window.run('chooseImage');
    assert.doesNotMatch(config(window) ?? '', /^name = /m);
    window.editor.reply('Choose How Julia Code Travels', 'App');
    await window.run('choosePackMode');
    assert.match(config(window) ?? '', /^mode = "app"$/m);
    window.editor.reply('says [pack] mode = "depot" now', 'Pack Again');
    await window.run('choosePackMode', 'depot');
    await window.until(() => window.requests.length === 1);
    assert.equal(window.requests[0]?.until, 'pack');
  });

  it('the image and the engine of this machine into its settings', async () => {
    const window = await PlayedWindow.open();
    window.editor.reply('Choose the Image', 'on this machine only').reply('Choose the Image', 'mine:2');
    await window.run('chooseImage');
    assert.equal(window.editor.settings.get('image'), 'mine:2');
    window.editor.reply('Choose the Image', 'No longer another image');
    await window.run('chooseImage');
    assert.equal(window.editor.settings.get('image'), undefined);
    window.editor.reply('Choose the Docker Engine', 'As for the docker command');
    await window.run('chooseEngine');
    assert.ok(window.editor.settings.has('dockerContext'));
    await window.run('chooseEngine');
  });

  it('but not through a link, nor where the form is beyond it, which is said', async () => {
    const window = await PlayedWindow.open(
      {},
      {
        ...PROJECT,
        'Inference/JuliaKaggle.toml': 'competition = "x"\nnotebook.title = "y"\n',
        'other.toml': 'a = 1\n',
      },
    );
    window.editor.reply('Choose the Accelerator', 'None');
    await window.run('chooseAccelerator');
    const file = join(window.folder, 'JuliaKaggle.toml');
    await unlink(file);
    await symlink(join(window.folder, '..', 'other.toml'), file);
    window.editor.reply('Choose the Accelerator', 'T4');
    await window.run('chooseAccelerator');
    assert.equal(await readFile(join(window.folder, '..', 'other.toml'), 'utf8'), 'a = 1\n');
  });
});

describe('help with JuliaKaggle.toml', () => {
  type Provide = (...given: unknown[]) => Promise<unknown>;
  const provider = (window: PlayedWindow, name: string): Record<string, Provide> =>
    (window.editor.registered.get(name) as [unknown, Record<string, Provide>])[1];
  const token = { isCancellationRequested: false, onCancellationRequested: () => undefined };

  async function written(text: string) {
    const window = await PlayedWindow.open({ kaggle });
    const uri = window.editor.uri(join(window.folder, 'JuliaKaggle.toml'));
    const document = window.editor.document(uri, text);
    window.editor.event('onDidOpenTextDocument').fire(document);
    const shown = (): { message: string; range: vscode.Range }[] =>
      (window.editor.diagnostics.get(uri.toString()) ?? []) as never;
    return { window, document, shown, uri };
  }

  it('shows mistakes where they are, and mends a misspelt key', async () => {
    const { window, document, shown } = await written('competition = "gone"\n[notebok]\n');
    await window.until(() => shown().length === 1);
    assert.match(shown()[0]?.message ?? '', /notebok/);
    const actions = (await provider(window, 'registerCodeActionsProvider')['provideCodeActions']?.(
      document,
      shown()[0]?.range,
    )) as vscode.CodeAction[];
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Change it to notebook'],
    );
    window.editor.event('onDidCloseTextDocument').fire(document);
    assert.equal(shown().length, 0);
  });

  it('mends the name of a competition that is nearly that of another', async () => {
    const { window, document, shown } = await written('competition = "titanik"\n');
    await window.until(() => shown().length === 1);
    assert.equal(
      shown()[0]?.message,
      'Kaggle has no competition titanik that you can see. Did you mean titanic?',
    );
    const [action] = (await provider(window, 'registerCodeActionsProvider')['provideCodeActions']?.(
      document,
      shown()[0]?.range,
    )) as vscode.CodeAction[];
    assert.equal(action?.title, 'Change it to "titanic"');
    await window.editor.vs.workspace.applyEdit(action.edit ?? assert.fail());
    assert.equal(document.getText(), 'competition = "titanic"\n');
  });

  it('looks for what the file names, here and at Kaggle', async () => {
    const { window, shown, document } = await written(
      'competition = "gone"\n[run]\nscript = "no.jl"\n[data]\nfolder = "src/Inference.jl"\n[models]\nfiles = ["src"]\n',
    );
    await window.until(() => shown().length === 3);
    assert.deepEqual(
      shown().map(({ message }) => message),
      [
        'There is no no.jl here.',
        'src/Inference.jl is not a folder.',
        'Kaggle has no competition gone that you can see.',
      ],
    );
    document.change('competition = "harbour-lights"\n');
    window.editor.event('onDidSaveTextDocument').fire(document);
    await window.until(() => shown()[0]?.message.startsWith('You have not entered'));
    window.editor.isTrusted = false;
    window.editor.event('onDidChangeWindowState').fire({ focused: true });
    await window.until(() => shown().length === 0);
  });

  it('says which inputs Kaggle does not show, or not in that version, and mends the version', async () => {
    const { window, document, shown } = await written(
      'competition = "harbour-lights"\n[inputs]\ndatasets = ["ada/glove/9", "eve/wrong", "eve/wrong"]\nmodels = ["bob/tides/other/small/2"]\n[run]\nargs = ["{inputs.tide}"]\n',
    );
    await window.until(() => shown().length === 6);
    const messages = shown().map(({ message }) => message);
    assert.deepEqual(
      messages.filter((message) => !message.startsWith('You have not')),
      [
        'inputs.datasets[2] names eve/wrong again. Remove one of the two in JuliaKaggle.toml.',
        'run.args[0] names the input "tide", which is none of [inputs]. The names are: {inputs.glove}, {inputs.wrong}, {inputs.wrong}, {inputs.tides}.',
        'the dataset ada/glove has no version 9; its newest is 3.',
        'Kaggle does not show you the dataset eve/wrong.',
        'Kaggle does not show you the dataset eve/wrong.',
      ],
    );
    const version = shown().find(({ message }) => message.includes('no version'));
    const [action] = (await provider(window, 'registerCodeActionsProvider')['provideCodeActions']?.(
      document,
      version?.range,
    )) as vscode.CodeAction[];
    assert.equal(action?.title, 'Change it to "ada/glove/3"');
  });

  it('completes inputs by what Kaggle finds for what is typed', async () => {
    const { window, document } = await written(
      'competition = "x"\n[inputs]\ndatasets = ["glo"]\nmodels = [""]\n',
    );
    const { Position } = window.editor.vs;
    const at = async (line: number, column: number) => {
      const provide = provider(window, 'registerCompletionItemProvider')['provideCompletionItems'];
      const items = await provide?.(document, new Position(line, column), token);
      return (items as vscode.CompletionItem[]).map(({ label }) => label);
    };
    assert.deepEqual(await at(2, 15), ['"ada/glove"']);
    assert.deepEqual(await at(3, 11), ['"bob/tides/other/small/2"']);
    window.editor.isTrusted = false;
    assert.deepEqual(await at(2, 15), []);
  });

  it('completes, tells what a key is, and offers to submit', async () => {
    const { window, document } = await written('competition = ""\n');
    const { Position } = window.editor.vs;
    const items = (await provider(window, 'registerCompletionItemProvider')['provideCompletionItems']?.(
      document,
      new Position(0, 15),
      token,
    )) as vscode.CompletionItem[];
    assert.equal(items[0]?.label, '"harbour-tides"');
    const keys = (await provider(window, 'registerCompletionItemProvider')['provideCompletionItems']?.(
      document,
      new Position(1, 0),
      token,
    )) as vscode.CompletionItem[];
    assert.ok(keys.some(({ command }) => command?.command === 'editor.action.triggerSuggest'));
    document.change('competition = "harbour-lights"\n');
    const hover = (await provider(window, 'registerHoverProvider')['provideHover']?.(
      document,
      new Position(0, 16),
      token,
    )) as vscode.Hover;
    assert.match(
      (hover.contents[0] as vscode.MarkdownString).value,
      /^\[HARBOUR\\-LIGHTS\].*until 2027-01-31, not entered yet/,
    );
    assert.equal(
      await provider(window, 'registerHoverProvider')['provideHover']?.(document, new Position(1, 0), token),
      undefined,
    );
    const lenses = (await provider(window, 'registerCodeLensProvider')['provideCodeLenses']?.(
      document,
    )) as vscode.CodeLens[];
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['$(rocket) Submit to harbour-lights', '$(checklist) Pipeline'],
    );
    window.editor.isTrusted = false;
    assert.deepEqual(await provider(window, 'registerCodeLensProvider')['provideCodeLenses']?.(document), []);
  });
});
