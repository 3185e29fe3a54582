import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import type { StageName } from '../../../src/core/stages.ts';
import { startWorld, type World } from '../../support/world.ts';
import { type Breakage, breakages } from '../support/breakages.ts';
import { Opened } from '../support/opened.ts';
import { VsCodeWindow } from '../support/window.ts';

describe('the main job in the editor, with the real engine, a real Julia and the sandbox', function () {
  this.timeout(600_000);
  const opened = new Opened();
  let world: World;
  let window: VsCodeWindow;
  let settings: Record<string, unknown>;
  let broken: readonly Breakage[];

  /** Makes the stage fail, and gives what the page says of it; mended again when that is seen. */
  async function failing(stage: StageName, run: () => Promise<void>): Promise<Locator> {
    const breakage = broken.find((each) => each.stage === stage);
    assert.ok(breakage !== undefined);
    const mend = await breakage.break();
    try {
      await window.runCommand('Notifications: Clear All Notifications');
      await run();
      await window
        .stage(stage)
        .locator('.word', { hasText: /^Failed$/ })
        .waitFor();
      const problem = window.panel.getByRole('region', { name: breakage.title });
      await problem.getByText(breakage.remedy).waitFor();
      await problem.getByRole('button', { name: 'Show Log' }).waitFor();
      await window.notification(breakage.title).waitFor();
      await window.statusItem.filter({ hasText: /Kaggle: \w+ failed/ }).waitFor();
      return problem;
    } finally {
      await mend();
    }
  }

  const answer = (button: string): Promise<void> =>
    window.panel.locator('.question').getByRole('button', { name: button, exact: true }).click();

  /** Waits until the extension has noted on the disk that the person agreed. */
  async function agreementIsKept(): Promise<void> {
    const storage = join(window.server.folder, 'user', 'User', 'workspaceStorage');
    while ((await filesWith('"agreed":true', [storage])) === '')
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  before(async () => {
    world = opened.add(await startWorld());
    // The credentials are not in the environment: the person enters them.
    const {
      KAGGLE_USERNAME: _,
      KAGGLE_KEY: __,
      HOME: ___,
      JULIA_KAGGLE_API_URL: apiUrl,
      ...environment
    } = world.environment;
    settings = { 'juliaKaggle.apiUrl': apiUrl };
    const config = join(world.project, 'JuliaKaggle.toml');
    await writeFile(config, `${await readFile(config, 'utf8')}\n[image]\nname = "${world.image}"\n`);
    broken = breakages(world);
    const workspace = (): Promise<string> => Promise.resolve(world.project);
    window = opened.add(await VsCodeWindow.open({ workspace, settings, environment }));
    window.page.setDefaultTimeout(300_000);
  });
  after(opened.close);

  it('signs in', async () => {
    await window.statusItem.click();
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
    await window.runCommand('Julia on Kaggle: Sign In to Kaggle…');
    await window.paletteEntry('Enter a user name and key').click();
    assert.equal(await window.answer('User name', world.environment['KAGGLE_USERNAME'] ?? ''), 'text');
    assert.equal(await window.answer('Key', world.environment['KAGGLE_KEY'] ?? ''), 'password');
    await window.notification('Signed in to Kaggle as').waitFor();
  });

  it('shows why Pack failed, and takes its remedy with one button', async () => {
    const config = join(world.project, 'JuliaKaggle.toml');
    const before = await readFile(config, 'utf8');
    // Before a first build, the build itself says that there is no compiler.
    await window.runStage('Build');
    await window
      .stage('build')
      .locator('.word', { hasText: /^Done$/ })
      .waitFor();
    const problem = await failing('pack', () => window.runStage('Pack'));
    // What was mended is broken once more: here the person mends it.
    await writeFile(config, `${before}\n[pack]\nmode = "app"\n`);
    await problem.getByRole('button', { name: 'Use the Depot' }).click();
    await window.notification('JuliaKaggle.toml says [pack] mode = "depot" now.').waitFor();
    assert.equal(await readFile(config, 'utf8'), `${before}\n[pack]\nmode = "depot"\n`);
    await writeFile(config, before);
  });

  it('asks before anything leaves the machine, and takes no for an answer', async () => {
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).click();
    const plan = window.panel.getByRole('region', { name: 'What will be done to submit to harbour-tides' });
    await plan.getByText('its size is known once it is packed').waitFor();
    await window.picture('plan');
    await plan.getByRole('button', { name: 'Start' }).click();
    const question = window.panel.getByRole('region', { name: 'Submit Inference to harbour-tides?' });
    await question.getByText('as private datasets').waitFor();
    await window.statusItem.filter({ hasText: 'your answer is needed' }).waitFor();
    // What the person types meanwhile answers nothing.
    assert.equal(await question.locator('button:focus').count(), 0);
    await window.picture('question');
    await question.getByRole('button', { name: 'Not Now' }).click();
    await window
      .stage('rehearse')
      .locator('.word', { hasText: /^Done$/ })
      .waitFor();
    await window.stage('upload').locator('.word', { hasText: 'Not run yet' }).waitFor();
  });

  it('shows what is to be sent in the plan, which is the only question, and why Upload failed', async () => {
    await failing('upload', async () => {
      await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).click();
      const plan = window.panel.getByRole('region', { name: 'What will be done to submit to harbour-tides' });
      await plan.getByText(/^Upload .* as private datasets/).waitFor();
      await plan.getByText('This is the only question').waitFor();
      await window.picture('plan-known');
      await plan.getByRole('button', { name: 'Submit', exact: true }).click();
    });
  });

  // It leaves the upload done: only waiting for Kaggle is left then, which goes on by itself after a reload.
  it('shows why Notebook failed', async () => {
    await failing('notebook', async () => {
      await window.runStage('Notebook');
      await answer('Upload and Run');
    });
  });

  it('takes the package to its score, through reloads at the agreement and in the middle of the wait', async () => {
    await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).click();
    const plan = window.panel.getByRole('region', { name: 'What will be done to submit to harbour-tides' });
    await plan.getByText('One submission to harbour-tides').waitFor();
    await plan.getByRole('button', { name: 'Submit', exact: true }).click();
    await agreementIsKept();
    await window.reload(settings);
    // What is left is waiting for Kaggle, to which the person agreed: it goes on by itself.
    await window.stage('notebook').locator('.word', { hasText: 'Running' }).waitFor();
    await window.reload(settings);
    await window.panel.getByText(/Submission is complete, public score 0\.\d+/).waitFor();
    await window.stage('rehearse').locator('.word', { hasText: 'Up to date' }).waitFor();
    await window.statusItem.filter({ hasText: /Kaggle: 0\.\d+/ }).waitFor();
    await window.notification(/public score 0\.\d+/).waitFor();
    await window.picture('submitted');
  });

  it('leaves the key in no file, and not in the page', async () => {
    const key = world.environment['KAGGLE_KEY'] ?? '';
    assert.ok(key.length > 8);
    const places = [window.server.folder, join(world.project, '.julia-kaggle')];
    assert.equal(await filesWith(key, places), '');
    assert.ok(!(await window.panel.locator('html').innerHTML()).includes(key));
    assert.match(await readFile(join(places[1] ?? '', 'record.json'), 'utf8'), /"publicScore"/);
  });
});

/** The names of the files below these folders that have the text. */
async function filesWith(text: string, folders: readonly string[]): Promise<string> {
  const search = promisify(execFile)('grep', [
    '--recursive',
    '--files-with-matches',
    '--fixed-strings',
    text,
    ...folders,
  ]);
  // grep's code for "nothing found" is 1.
  const { stdout } = await search.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 1) return { stdout: '' };
    throw error;
  });
  return stdout;
}
