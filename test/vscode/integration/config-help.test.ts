import { strict as assert } from 'node:assert';
import {
  type CodeAction,
  type CodeLens,
  commands,
  type CompletionList,
  type Hover,
  languages,
  MarkdownString,
  Position,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { eventually } from './support.ts';

describe('help with JuliaKaggle.toml in a real editor', () => {
  let document: TextDocument;

  before(async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    document = await workspace.openTextDocument(Uri.joinPath(folder, 'JuliaKaggle.toml'));
    await window.showTextDocument(document);
  });

  async function write(text: string): Promise<void> {
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
    await workspace.applyEdit(edit);
  }

  const messages = (): string[] => languages.getDiagnostics(document.uri).map(({ message }) => message);

  it('has nothing to say against the example', async () => {
    await eventually(() => languages.getDiagnostics().length === 0);
    const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['$(rocket) Submit to harbour-tides', '$(checklist) Pipeline'],
    );
  });

  it('completes keys, values and files', async () => {
    const labels = async (line: number, column: number): Promise<unknown[]> => {
      const { items } = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new Position(line, column),
      );
      return items.map(({ label }) => label);
    };
    await write('competition = "x"\n\n[notebook]\naccelerator = ""\n[run]\nentry = ""\n');
    assert.ok((await labels(1, 0)).includes('julia'));
    assert.ok((await labels(3, 15)).includes('"NvidiaTeslaT4"'));
    assert.ok((await labels(5, 9)).includes('"Inference.main"'));
  });

  it('explains a key', async () => {
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new Position(3, 3),
    );
    const texts = hovers.flatMap(({ contents }) =>
      contents.map((each) => (each instanceof MarkdownString ? each.value : '')),
    );
    assert.match(texts.join('\n'), /Kaggle's machine shape/);
  });

  it('knows the inputs that the file names, and underlines one that it does not', async () => {
    await write('competition = "x"\n[run]\nargs = [""]\n[inputs]\ndatasets = ["ada/glove", "bob/glove"]\n');
    await eventually(() =>
      messages().some((message) =>
        message.startsWith('inputs.datasets[1] has the name of ada/glove: glove.'),
      ),
    );
    const { items } = await commands.executeCommand<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new Position(2, 9),
    );
    assert.ok(items.some(({ label }) => label === '"{inputs.glove}"'));
    assert.ok((await commands.getCommands(true)).includes('juliaKaggle.addInput'));
  });

  it('underlines a mistake, and mends it', async () => {
    await write('competiton = "x"\n');
    await eventually(() => messages().includes('competiton is not a known key; the nearest is competition.'));
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new Range(0, 3, 0, 3),
    );
    const mend = actions.find(({ title }) => title === 'Change it to competition');
    assert.ok(mend?.edit);
    await workspace.applyEdit(mend.edit);
    assert.equal(document.getText(), 'competition = "x"\n');
    await eventually(() => messages().length === 0);
  });
});
