import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contrasts } from '../support/contrast.ts';
import { silentEngine } from '../support/engines.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject } from '../support/workspaces.ts';

const STAGES = ['Project', 'Build', 'Test', 'Pack', 'Rehearse', 'Upload', 'Notebook', 'Submit'];
/** That VS Code's own colors reach the page; the page alone is looked at in all kinds of themes (page.test.ts). */
const THEME = 'Default High Contrast';

describe('the pipeline view', () => {
  let window: VsCodeWindow;
  let engine: Awaited<ReturnType<typeof silentEngine>>;

  const opened = new Opened();

  before(async () => {
    engine = opened.add(await silentEngine());
    const environment = { DOCKER_HOST: engine.address };
    window = opened.add(await VsCodeWindow.open({ workspace: exampleProject, environment }));
  });
  after(opened.close);

  it('opens by the item in the status bar', async () => {
    await window.statusItem.filter({ hasText: 'Julia on Kaggle' }).click();
    await window.panel.getByRole('heading', { name: 'Inference' }).waitFor();
  });

  it('lists the stages in their order, with their state in words', async () => {
    const items = window.panel.getByRole('list', { name: 'Pipeline' }).getByRole('listitem');
    assert.deepEqual(await items.locator('.title').allTextContents(), STAGES);
    assert.deepEqual(
      await items.locator('.word').allTextContents(),
      Array(STAGES.length).fill('Not run yet'),
    );
    await window.picture('idle');
  });

  it('can be used by the keyboard alone', async () => {
    const submit = window.panel.getByRole('button', { name: 'Submit to harbour-tides' });
    await submit.focus();
    await window.page.keyboard.press('Tab');
    await window.page.keyboard.press('Enter');
    await window
      .stage('project')
      .locator('.word', { hasText: /^Done$/ })
      .waitFor();
    assert.match(
      (await window.stage('project').locator('.text').textContent()) ?? '',
      /^Inference .* for harbour-tides\b/,
    );
    await window.picture('project-done');
  });

  it('offers no Submit while nobody is signed in, and the way to sign in', async () => {
    await window.panel.getByRole('button', { name: 'Sign In…' }).first().waitFor();
    const submit = window.panel.getByRole('button', { name: 'Submit to harbour-tides' });
    assert.equal(await submit.getAttribute('aria-disabled'), 'true');
  });

  it('shows the same again after it was hidden', async () => {
    await window.openContainer('Explorer');
    await window.page.locator('iframe.webview.ready').waitFor({ state: 'hidden' });
    await window.openContainer('Julia on Kaggle');
    await window
      .stage('project')
      .locator('.word', { hasText: /^Done$/ })
      .waitFor();
  });

  it('runs and cancels', async () => {
    await window.runStage('Build');
    await window.stage('build').locator('.word', { hasText: 'Running' }).waitFor();
    await window.statusItem.filter({ hasText: 'Build' }).waitFor();
    await window.picture('running');
    await window.panel.getByRole('button', { name: 'Cancel' }).click();
    await window.stage('build').locator('.word', { hasText: 'Cancelled' }).waitFor();
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
  });

  it('shows a failure with its remedy', async () => {
    await engine.close();
    await window.runCommand('Julia on Kaggle: Run a Stage…');
    await window.paletteEntry('Build').first().click();
    await window.stage('build').locator('.word', { hasText: 'Failed' }).waitFor();
    const problem = window.panel.getByRole('region', {
      name: 'The Docker engine of DOCKER_HOST does not answer.',
    });
    await problem.getByText('Start that engine, correct DOCKER_HOST').waitFor();
    await window.notification('The Docker engine of DOCKER_HOST does not answer.').waitFor();
    assert.match(
      (await window.panel.getByRole('status').textContent()) ?? '',
      /^The run failed\. The Docker engine/,
    );
    await window.picture('failed');
  });

  it('leads from the failure to the log', async () => {
    await window.panel.getByRole('button', { name: 'Show Log' }).click();
    await window.page.locator('.part.panel .view-lines', { hasText: 'engine-unreachable' }).waitFor();
  });

  it('can be read in a theme of high contrast, after a reload', async () => {
    await window.reload({ 'workbench.colorTheme': THEME });
    await window.panel.locator(`body[data-vscode-theme-id="${THEME}"]`).waitFor();
    await window.stage('project').locator('.word', { hasText: 'Done earlier' }).waitFor();
    await window.runStage('Build');
    await window.panel.locator('.problem').waitFor();
    const weak = (await contrasts(window.panel)).filter(({ ratio }) => ratio < 4.5);
    assert.deepEqual(weak, []);
    await window.picture(THEME.toLowerCase().replaceAll(' ', '-'));
  });

  it('tells of a mistake in JuliaKaggle.toml as soon as it is saved', async () => {
    const file = join(window.folder, 'JuliaKaggle.toml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^competition/m, 'competiton'));
    await window.runStage('Project');
    const problem = window.panel.locator('.problem');
    await problem.getByText('competiton is not a known key; the nearest is competition').first().waitFor();
    await problem.getByText('Write competition, or remove competiton').waitFor();
    await window.picture('mistake');
  });

  it('was never refused anything by its content security policy, which is in force', async () => {
    assert.deepEqual(window.refusals, []);
    await window.panel
      .locator('body')
      .evaluate(`document.body.innerHTML += '<p onclick="1" style="color: red">x</p>'`, undefined);
    await window.panel.getByText('x', { exact: true }).click();
    assert.equal(window.refusals.length, 2);
  });
});
