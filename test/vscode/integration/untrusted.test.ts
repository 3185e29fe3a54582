import { strict as assert } from 'node:assert';
import { workspace } from 'vscode';
import { innards, panelState, runUntil, theExtension } from './support.ts';

describe('in a window that the person does not trust', () => {
  before(innards);

  it('runs nothing, and knows no project', async () => {
    assert.equal(workspace.isTrusted, false);
    assert.equal(theExtension().isActive, true);
    assert.equal(await runUntil('project'), 'not-run');
    assert.equal(panelState().project, undefined);
    assert.ok(panelState().stages.every(({ state }) => state === 'waiting'));
  });
});
