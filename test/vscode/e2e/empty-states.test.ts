import { strict as assert } from 'node:assert';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { foreignFolder } from '../support/workspaces.ts';

describe('where nothing can be run', () => {
  const opened = new Opened();
  afterEach(opened.close);

  it('says so in a folder without a Julia project', async () => {
    const window = opened.add(await VsCodeWindow.open({ workspace: foreignFolder }));
    await window.openContainer('Julia on Kaggle');
    await window.page.getByText('There is no Project.toml in this folder').waitFor();
    await window.picture('no-project');
    assert.equal(await window.statusItem.count(), 0);
  });
});
