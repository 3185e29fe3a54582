import { strict as assert } from 'node:assert';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject, foreignFolder } from '../support/workspaces.ts';

describe('where nothing can be run', () => {
  const opened = new Opened();
  afterEach(opened.close);

  it('says so in a workspace that is not trusted, and runs nothing', async () => {
    const window = opened.add(await VsCodeWindow.open({ workspace: exampleProject, trusted: false }));
    await window.openContainer('Julia on Kaggle');
    await window.page.getByText('In Restricted Mode nothing is run.').waitFor();
    await window.page.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await window.picture('untrusted');
    await window.typeIntoPalette('Julia on Kaggle: ');
    await window.paletteEntry('Show Log').first().waitFor();
    assert.equal(await window.paletteEntry('Run a Stage').count(), 0);
    assert.equal(await window.paletteEntry('Julia on Kaggle: Submit').count(), 0);
  });

  it('says so in a folder without a Julia project', async () => {
    const window = opened.add(await VsCodeWindow.open({ workspace: foreignFolder }));
    await window.openContainer('Julia on Kaggle');
    await window.page.getByText('There is no Project.toml in this folder').waitFor();
    await window.picture('no-project');
    assert.equal(await window.statusItem.count(), 0);
  });

  it('begins as soon as the workspace is trusted', async () => {
    const window = opened.add(await VsCodeWindow.open({ workspace: exampleProject, trusted: false }));
    await window.openContainer('Julia on Kaggle');
    await window.page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await window.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
  });
});
