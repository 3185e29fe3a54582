import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { commands, Uri, workspace } from 'vscode';
import { eventually, innards, panelState, runUntil } from './support.ts';

describe('in a window with several Julia projects', () => {
  before(innards);

  const file = (...names: string[]): Uri =>
    Uri.file(join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', ...names));

  it('works on none before one is chosen', async () => {
    await eventually(() => panelState().project === undefined);
  });

  it('works on the one whose file a command is used on', async () => {
    await commands.executeCommand('juliaKaggle.chooseProject', file('Second', 'Project.toml'));
    await eventually(() => panelState().primary.label === 'Submit to second-competition');
  });

  it('keeps the state of each while the other is shown', async () => {
    assert.equal(await runUntil('project'), 'failed');
    assert.equal(panelState().stages[0]?.state, 'failed');
    await commands.executeCommand('juliaKaggle.chooseProject', file('First', 'JuliaKaggle.toml'));
    await eventually(() => panelState().primary.label === 'Submit to first-competition');
    assert.equal(panelState().stages[0]?.state, 'waiting');
    await commands.executeCommand('juliaKaggle.chooseProject', file('Second', 'Project.toml'));
    await eventually(() => panelState().stages[0]?.state === 'failed');
  });
});
