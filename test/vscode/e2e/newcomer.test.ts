import { strict as assert } from 'node:assert';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LightWorld, LTS, startLightWorld } from '../support/light-world.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { foreignFolder } from '../support/workspaces.ts';

describe('a newcomer in an empty window, who signs in and begins a project', function () {
  this.timeout(120_000);
  const opened = new Opened();
  let world: LightWorld;
  let window: VsCodeWindow;
  const file = (...names: string[]): string => join(window.folder, 'Inference', ...names);

  before(async () => {
    world = opened.add(await startLightWorld());
    const { settings, environment } = world;
    const { KAGGLE_USERNAME: _, KAGGLE_KEY: __, ...cache } = environment;
    window = opened.add(await VsCodeWindow.open({ workspace: foreignFolder, settings, environment: cache }));
  });
  after(opened.close);

  /** The browser is on the machine of the editor: it goes to Kaggle, which sends it back to a port of the editor. */
  async function letBrowserOut(): Promise<void> {
    const context = window.page.context();
    const isOurs = ({ origin, hostname, port }: URL) =>
      origin === world.sandbox.url || hostname === 'localhost' || /^(8\d{3}|9000)$/.test(port);
    await context.route(isOurs, (route) => route.continue());
    // A VS Code in the browser hands on what is on its machine; for this the server of the tests has no door.
    await context.route(/\/proxy\/\d+\//, (route) => {
      const [, port = '', path = ''] = /\/proxy\/(\d+)(\/.*)/.exec(route.request().url()) ?? [];
      return route.fulfill({ status: 302, headers: { location: `http://127.0.0.1:${port}${path}` } });
    });
  }

  it('is shown how to begin', async () => {
    await window.openContainer('Julia on Kaggle');
    await window.page.getByText('There is no Project.toml in this folder').waitFor();
    await window.page.getByRole('button', { name: 'New Project' }).waitFor();
  });

  it('signs in with the browser', async () => {
    await letBrowserOut();
    const kaggle = await window.page.context().newPage();
    await kaggle.goto(world.sandbox.page);
    await kaggle.close();
    await window.runCommand('Julia on Kaggle: Sign In to Kaggle…');
    const page = window.page.context().waitForEvent('page');
    await window.paletteEntry('Sign in with the browser').click();
    const browser = await page;
    await browser.getByRole('button', { name: 'Allow' }).click();
    await browser.getByText('Kaggle has answered').waitFor();
    await browser.close();
    const dialog = window.page
      .getByRole('dialog')
      .filter({ hasText: 'Signed in to Kaggle as ada. Keep it?' });
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await window.notification(/^Signed in to Kaggle as ada/).waitFor();
  });

  it('is in the Accounts menu', async () => {
    await window.page.locator('.activitybar [aria-label^="Accounts"]').first().click();
    await window.page.locator('.monaco-menu').getByText('ada (Kaggle)').waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('begins a project for a competition that it searches, by the keyboard alone', async () => {
    await window.runCommand('Julia on Kaggle: New Project…');
    const choice = window.paletteEntry('Harbour tides');
    await choice.getByText('entered').first().waitFor();
    // What takes files and what is over are said to be so.
    await window.paletteEntry('Fog hours').getByText('takes files, not notebooks').waitFor();
    await window.page.keyboard.type('harbour');
    await window.paletteEntry('Fog hours').waitFor({ state: 'hidden' });
    await choice.first().waitFor();
    await window.page.keyboard.press('Enter');
    await window.answer('Name of the package', 'Inference');
    await window.notification('Inference is ready').waitFor();
    assert.deepEqual(
      (await readdir(file())).sort(),
      ['.gitignore', 'JuliaKaggle.toml', 'Manifest.toml', 'Project.toml', 'src', 'test'].sort(),
    );
    const config = await readFile(file('JuliaKaggle.toml'), 'utf8');
    assert.match(config, /^competition = "harbour-tides"/m);
    assert.ok((await readFile(file('Manifest.toml'), 'utf8')).includes(`julia_version = "${LTS}"`));
  });

  it('is shown what is there', async () => {
    await window.statusItem.filter({ hasText: 'Local Kaggle (practice)' }).click();
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
    const fact = (name: string) => window.panel.locator(`[data-fact="${name}"]`);
    // Where nothing is wanting they are folded into one line.
    await fact('competition').getByText('until 2030-12-31').waitFor({ state: 'attached' });
    await fact('account').getByText('ada at').waitFor({ state: 'attached' });
  });

  for (const [title, choice, line] of [
    ['Choose Julia Version…', '1.11', 'julia = "1.11"'],
    ['Choose Accelerator…', 'NvidiaTeslaT4', 'accelerator = "NvidiaTeslaT4"'],
    ['Choose Pack Mode…', 'sysimage', 'mode = "sysimage"'],
  ] as const)
    it(`${title} changes its one line by the keyboard alone`, async () => {
      const before = await readFile(file('JuliaKaggle.toml'), 'utf8');
      await window.runCommand(`Julia on Kaggle: ${title}`);
      await window.page.locator('.quick-input-title', { hasText: /^Choose (the|How)/ }).waitFor();
      await window.paletteEntry(choice).first().waitFor();
      await window.page.keyboard.type(choice);
      await window.page.keyboard.press('Enter');
      const after = await changed(file('JuliaKaggle.toml'), before);
      assert.ok(after.split('\n').includes(line), after);
    });

  it('is told of a competition that Kaggle does not know, and of the deadline of one that it knows', async () => {
    await window.runCommand('Julia on Kaggle: Open JuliaKaggle.toml');
    const text = (competition: string) => `competition = "${competition}"\n`;
    await writeFile(file('JuliaKaggle.toml'), text('harbor-tides'));
    await window.page.locator('[id="status.problems"]').click();
    await window.page.locator('.markers-panel').getByText('Kaggle has no competition harbor-tides').waitFor();
    await writeFile(file('JuliaKaggle.toml'), text('harbour-tides'));
    await window.page.locator('.markers-panel').getByText('No problems').waitFor();
    await window.page
      .locator('.editor-instance .view-line span', { hasText: 'harbour-tides' })
      .last()
      .hover();
    await window.page.locator('.monaco-hover').getByText('until 2030-12-31').first().waitFor();
  });

  it('opens the quick example in a window of its own, with the walkthrough and a local Kaggle', async () => {
    await window.runCommand('Julia on Kaggle: Open the Quick Example…');
    const box = window.page.locator('.quick-input-widget');
    await box.getByText('Where Is the Example to Be Put?').waitFor();
    const next = window.page.context().waitForEvent('page');
    await box.getByRole('button', { name: 'Put the Example Here' }).click();
    const page = await next;
    // A whole window, on a machine that has others to draw.
    page.setDefaultTimeout(90_000);
    await page.locator('.gettingStartedContainer').getByText('Start a local Kaggle').waitFor();
    await page.getByText('A local Kaggle with the competition Sunshine hours answers at').first().waitFor();
    const folder = new URL(page.url()).searchParams.get('folder') ?? '';
    const names = await readdir(folder);
    assert.ok(folder.startsWith(window.server.folder), folder);
    assert.deepEqual(names.toSorted(), ['Sunshine', 'sunshine-hours']);
    await page.close();
  });
});

/** Waits until a file has another text, and gives it; VS Code empties a file before it writes it. */
async function changed(path: string, before: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8');
    if (text !== '' && text !== before) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
