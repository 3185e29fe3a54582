import { strict as assert } from 'node:assert';
import { commands, Uri, workspace } from 'vscode';
import packageJson from '../../../package.json' with { type: 'json' };
import { eventually, innards, panelState, runUntil, theExtension } from './support.ts';

describe('in a window with examples/Inference', () => {
  before(innards);

  it('is active because there is a Project.toml', () => {
    assert.equal(theExtension().isActive, true);
  });

  it('registers every command of package.json', async () => {
    const registered = new Set(await commands.getCommands(true));
    const missing = packageJson.contributes.commands
      .map(({ command }) => command)
      .filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });

  it('offers to submit to the competition of JuliaKaggle.toml', async () => {
    await eventually(() => panelState().project === 'Inference');
    assert.deepEqual(panelState().primary, {
      intent: 'plan',
      label: 'Submit to harbour-tides',
      enabled: true,
    });
    assert.ok(panelState().stages.every(({ state }) => state === 'waiting'));
  });

  it('runs a stage for real', async () => {
    assert.equal(await runUntil('project'), 'done');
    const [project, build] = panelState().stages;
    assert.equal(project?.state, 'done');
    assert.match(project.text, /^Inference \S+, Julia 1\.5\.3, \d+ files, for harbour-tides\b/);
    assert.equal(build?.state, 'waiting');
  });

  it('takes JuliaKaggle.toml in as soon as it is written', async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const file = Uri.joinPath(folder, 'JuliaKaggle.toml');
    const before = await workspace.fs.readFile(file);
    await workspace.fs.writeFile(file, Buffer.from('competition = "titanic"\n'));
    await eventually(() => panelState().primary.label === 'Submit to titanic');
    await workspace.fs.writeFile(file, before);
    await eventually(() => panelState().primary.label === 'Submit to harbour-tides');
  });

  it('runs one thing at a time', async () => {
    const answers = await Promise.all([runUntil('project'), runUntil('project')]);
    assert.deepEqual(answers.toSorted(), ['done', 'not-run']);
  });

  it('writes what happened to its log', async () => {
    await commands.executeCommand('juliaKaggle.showLog');
    await eventually(() =>
      workspace.textDocuments.some(
        (document) => document.uri.scheme === 'output' && document.getText().includes('[project] done in'),
      ),
    );
  });
});
