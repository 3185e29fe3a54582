import { strict as assert } from 'node:assert';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorld, type World } from '../../support/world.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';

describe('the walkthrough, from nothing to a score with the local Kaggle of the editor', function () {
  this.timeout(600_000);
  const opened = new Opened();
  let world: World;
  let window: VsCodeWindow;

  before(async () => {
    world = opened.add(await startWorld());
    // Of the world only the mirror of Julia's servers is used: neither its sandbox nor its credentials.
    const names = [
      'PATH',
      'DOCKER_HOST',
      'JULIA_PKG_SERVER',
      'JULIA_KAGGLE_JULIA_SERVER',
      'JULIA_KAGGLE_CACHE',
    ];
    const environment = Object.fromEntries(
      Object.entries(world.environment).filter(([name]) => names.includes(name)),
    );
    window = opened.add(
      await VsCodeWindow.open({
        workspace: async (parent) => {
          await cp(world.examples, join(parent, 'examples'), { recursive: true });
          return join(parent, 'examples');
        },
        settings: { 'juliaKaggle.image': world.image },
        environment,
      }),
    );
    window.page.setDefaultTimeout(300_000);
  });
  after(opened.close);

  it('is offered, with a picture and a button for each step', async () => {
    await window.runCommand('Welcome: Open Walkthrough...');
    await window.page.locator('.quick-input-list').getByText('From a Julia package to a score').click();
    const walkthrough = window.page.locator('.gettingStartedContainer');
    await walkthrough.getByText('Start a local Kaggle').click();
    await walkthrough.getByRole('button', { name: 'Start the Local Kaggle' }).waitFor();
    await window.picture('walkthrough');
  });

  it('starts a local Kaggle, and says so in the status bar', async () => {
    await window.page
      .locator('.gettingStartedContainer')
      .getByRole('button', { name: 'Start the Local Kaggle' })
      .click();
    await window.page.locator('.quick-input-list').getByText('Harbour tides').first().click();
    await window.notification('A local Kaggle with the competition Harbour tides answers at').waitFor();
    await localKaggleItem().waitFor();
    await window.picture('local-kaggle');
  });

  it('takes the package to its score there', async () => {
    await window.runCommand('Julia on Kaggle: Submit');
    // The examples are two projects.
    await window.page.getByText('Choose a Julia Project').waitFor();
    await window.page.keyboard.press('Enter');
    await window.panel.getByRole('button', { name: 'Start' }).click();
    await window.notification('Your answer is needed').getByRole('button', { name: 'Review' }).click();
    const question = window.panel.getByRole('region', { name: 'Submit Inference to harbour-tides?' });
    await question.getByRole('button', { name: 'Submit' }).click();
    await window.statusItem.filter({ hasText: /0\.\d+/ }).waitFor();
    await window.picture('score');
    const record = await readFile(join(window.folder, 'Inference', '.julia-kaggle', 'record.json'), 'utf8');
    assert.match(record, /"publicScore"/);
    assert.match(record, /http:\/\/127\.0\.0\.1:\d+/);
  });

  it('goes on with the window, and ends when it is told to', async () => {
    await window.reload({ 'juliaKaggle.image': world.image });
    await localKaggleItem().waitFor();
    await window.runCommand('Julia on Kaggle: Stop the Local Kaggle');
    await localKaggleItem().waitFor({ state: 'hidden' });
  });

  const localKaggleItem = () =>
    window.page.locator('[id="julia-on-kaggle.julia-on-kaggle.juliaKaggle.localKaggle"]');
});
