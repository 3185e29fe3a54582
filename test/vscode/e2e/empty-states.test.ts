import { VsCodeWindow } from '../support/window.ts';
import { exampleProject, foreignFolder } from '../support/workspaces.ts';
import { strict as assert } from 'node:assert';

describe('where nothing can be run', () => {
  it('says so in a workspace that is not trusted, and runs nothing', async () => {
    const window = await VsCodeWindow.open({ workspace: exampleProject, trusted: false });
    try {
      await window.openContainer('Julia on Kaggle');
      await window.page.getByText('In Restricted Mode nothing is run.').waitFor();
      await window.page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
      await window.picture('untrusted');
      await window.typeIntoPalette('Julia on Kaggle: ');
      await window.paletteEntry('Show Log').first().waitFor();
      assert.equal(await window.paletteEntry('Run a Stage').count(), 0);
      assert.equal(await window.paletteEntry('Julia on Kaggle: Submit').count(), 0);
    } finally {
      await window.close();
    }
  });

  it('says so in a folder without a Julia project', async () => {
    const window = await VsCodeWindow.open({ workspace: foreignFolder });
    try {
      await window.openContainer('Julia on Kaggle');
      await window.page.getByText('There is no Project.toml in this folder').waitFor();
      await window.picture('no-project');
      assert.equal(await window.statusItem.count(), 0);
    } finally {
      await window.close();
    }
  });
});
