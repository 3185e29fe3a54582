import { strict as assert } from 'node:assert';
import { axeViolations } from '../support/axe.ts';
import { silentEngine } from '../support/engines.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';
import { exampleProject } from '../support/workspaces.ts';

describe('the pipeline in an editor', () => {
  const opened = new Opened();
  let window: VsCodeWindow;
  let engine: Awaited<ReturnType<typeof silentEngine>>;

  before(async () => {
    engine = opened.add(await silentEngine());
    const environment = { DOCKER_HOST: engine.address };
    window = opened.add(await VsCodeWindow.open({ workspace: exampleProject, environment }));
    await window.statusItem.filter({ hasText: 'Julia on Kaggle' }).waitFor();
  });
  after(opened.close);

  const fact = (name: string) => window.panel.locator(`[data-fact="${name}"]`);

  it('is opened by its command, and says what is missing', async () => {
    await window.runCommand('Julia on Kaggle: Open the Pipeline in an Editor');
    await window.panel.getByRole('heading', { name: 'Inference' }).waitFor();
    await fact('account').getByText('Missing').waitFor();
    // Of an engine that does not answer nothing is known; nothing else waits for it.
    await fact('engine').getByText('Looking', { exact: true }).waitFor();
    await window.picture('editor');
  });

  it('leads to what mends it', async () => {
    await fact('account').getByRole('button', { name: 'Sign In…' }).click();
    await window.page.locator('.quick-input-widget', { hasText: 'Sign In to Kaggle' }).waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('has nothing that axe objects to, in VS Code itself', async () => {
    const frames = await Promise.all(
      window.page.frames().map(async (frame) => ({ frame, count: await frame.locator('main#app').count() })),
    );
    const page = frames.find(({ count }) => count > 0)?.frame;
    assert.ok(page !== undefined);
    assert.deepEqual(await axeViolations(page), []);
  });

  it('is there again after a reload in the middle of a run, unfolded as it was, and the run goes on', async () => {
    await window.runStage('Build');
    await window.stage('build').locator('.word', { hasText: 'Running' }).waitFor();
    await window.stage('project').getByText('Details').click();
    await window.stage('project').getByText('1.5.3', { exact: true }).waitFor();
    await window.reloadByCommand();
    await window
      .notification('The run of Inference was interrupted when the window closed, at: Build.')
      .waitFor();
    await window.stage('project').getByText('1.5.3', { exact: true }).waitFor();
    await window.picture('interrupted');
    // The notification goes by; in the page it stays.
    await window.panel.locator('.question').getByRole('button', { name: 'Go On' }).click();
    await window.stage('build').locator('.word', { hasText: 'Running' }).waitFor();
    await window.panel.getByRole('button', { name: 'Cancel' }).click();
    await window.stage('build').locator('.word', { hasText: 'Cancelled' }).waitFor();
  });

  it('says what to do about an engine that is gone, and looks again', async () => {
    await engine.close();
    await fact('engine').getByText('Missing').waitFor();
    await fact('engine').getByText('Start that engine, correct DOCKER_HOST').waitFor();
    await fact('engine').getByRole('button', { name: 'Look Again' }).click();
    await fact('engine').getByText('The Docker engine of DOCKER_HOST does not answer.').waitFor();
    assert.deepEqual(window.refusals, []);
  });
});
