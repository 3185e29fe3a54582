import { strict as assert } from 'node:assert';
import { Uri, workspace } from 'vscode';
import { eventually, innards, panelState, runUntil, theExtension } from './support.ts';

describe('in a window with a Julia project that has no JuliaKaggle.toml', () => {
  before(innards);

  it('is active', () => {
    assert.equal(theExtension().isActive, true);
  });

  it('says that the file is missing and what to write', async () => {
    assert.equal(await runUntil('project'), 'failed');
    const { problem, stages } = panelState();
    assert.match(problem?.title ?? '', /There is no JuliaKaggle\.toml in .*Plain/);
    assert.match(problem?.remedies[0]?.text ?? '', /competition = /);
    assert.equal(stages[0]?.state, 'failed');
  });

  it('takes the file in as soon as it is written', async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const write = (competition: string): Thenable<void> =>
      workspace.fs.writeFile(
        Uri.joinPath(folder, 'JuliaKaggle.toml'),
        Buffer.from(`competition = "${competition}"\n`),
      );
    await write('titanic');
    await eventually(() => panelState().primary.label === 'Submit to titanic');
    await eventually(() => panelState().problem === undefined);
    await write('harbour-tides');
    await eventually(() => panelState().primary.label === 'Submit to harbour-tides');
  });
});
