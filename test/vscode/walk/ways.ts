import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../support/world.ts';
import type { VsCodeWindow } from '../support/window.ts';
import type { Walker } from './walker.ts';

interface Around {
  readonly world: World;
  readonly window: VsCodeWindow;
}

const NOT_READY = 'There is no data provider registered';

export async function beginWalk(walker: Walker, { page, panel }: VsCodeWindow): Promise<void> {
  await walker.step('icon to a side bar that is drawn', async () => {
    await walker.click(page.getByRole('tab', { name: 'Julia on Kaggle' }).locator('a'));
    await panel.locator('.ready').waitFor();
  });
}

/** The example's first way to a score, from the beginning: what is counted for the whole. */
export async function toTheScore(walker: Walker, window: VsCodeWindow, most: number): Promise<void> {
  const { panel } = window;
  await walker.step('Submit to the question', () => toTheQuestion(walker, window));
  await walker.step('question to the score', async () => {
    await walker.click(panel.locator('.question').getByRole('button', { name: 'Submit' }));
    await panel.getByText(/Submission is complete, public score 0\.\d+/).waitFor();
  });
  walker.atMost(most, 'the first score');
}

async function toTheQuestion(walker: Walker, { panel }: VsCodeWindow): Promise<void> {
  await walker.click(panel.getByRole('button', { name: 'Submit to harbour-tides' }));
  await walker.click(panel.getByRole('button', { name: 'Start' }));
  await panel.locator('.question').waitFor();
}

/** One more line in the source, up to the question, to which the answer is no. */
export async function editAgain(walker: Walker, { world, window }: Around): Promise<void> {
  await editSource(world);
  await window.stage('build').locator('.word', { hasText: 'Out of date' }).waitFor();
  await walker.step('one line edited, to the question', () => toTheQuestion(walker, window), 2);
  const question = window.panel.locator('.question');
  const sent = /\d[\d.]* k?B/.exec((await question.textContent()) ?? '')?.[0] ?? '?';
  walker.note(`that would be uploaded: ${sent}`);
  await question.getByRole('button', { name: 'Not Now' }).click();
  await window.panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
}

/** A run that is cancelled, and done after all. */
export async function cancel(walker: Walker, { world, window }: Around): Promise<void> {
  const { panel } = window;
  await beginTest({ world, window });
  await walker.step('Cancel to stopped', async () => {
    await walker.click(panel.getByRole('button', { name: 'Cancel' }));
    await panel.locator('.word', { hasText: 'Cancelled' }).first().waitFor();
    await panel.getByRole('button', { name: 'Submit to harbour-tides' }).waitFor();
  });
  await window.statusItem.filter({ hasText: 'Cancelled' }).waitFor();
  await walker.step('cancelled: right again', async () => {
    await walker.click(panel.getByRole('button', { name: 'Run up to Test' }));
    await testIsDone(window);
  });
}

/** The window is reloaded in a stage on this machine, and what it interrupted is gone on with. */
export async function reload(walker: Walker, { world, window }: Around): Promise<void> {
  const { panel } = window;
  await beginTest({ world, window });
  const seen: string[] = [];
  window.page
    .getByText(NOT_READY)
    .waitFor()
    .then(
      () => seen.push(NOT_READY),
      () => undefined,
    );
  await walker.step('window reload in a local stage, to its side bar', async () => {
    await window.reloadByCommand();
    await window.stage('build').waitFor();
  });
  for (const text of seen) walker.fault(`"${text}" was shown`);
  await walker.step('reload: the interruption is told', () =>
    panel.locator('.question').getByText('was interrupted when the window closed').waitFor(),
  );
  await walker.step(
    'reload: right again',
    async () => {
      await walker.click(panel.locator('.question').getByRole('button', { name: 'Go On' }));
      await testIsDone(window);
    },
    1,
  );
}

/** A package that knows nothing of Kaggle, of which neither the Julia nor what is run is clear. */
export async function ownPackage(parent: string): Promise<string> {
  const folder = join(parent, 'OwnPackage');
  const files = {
    'Project.toml': 'name = "OwnPackage"\nuuid = "7f1c1b0e-2a6f-4a52-9a86-0f5d8f2a4b12"\nversion = "0.1.0"\n',
    'Manifest.toml': '# This file is machine-generated - editing it directly is not advised\n\n',
    'src/OwnPackage.jl': 'module OwnPackage\n\ndouble(x) = 2x\n\nend # module\n',
  };
  await mkdir(join(folder, 'src'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** From a folder with a package of one's own to a Submit that can be taken: each question is a button and a choice. */
export async function setUpOwnPackage(walker: Walker, window: VsCodeWindow, most: number): Promise<void> {
  const { panel } = window;
  const step = async (what: string, button: string, choice: string): Promise<void> => {
    const offered = panel.getByRole('button', { name: button }).first();
    await walker.step(`own package: ${what} is asked for`, () => offered.waitFor());
    await walker.step(
      `own package: ${what}`,
      async () => {
        await walker.click(offered);
        await walker.click(window.paletteEntry(choice).first());
        await offered.waitFor({ state: 'detached' });
      },
      most,
    );
  };
  await window.openContainer('Julia on Kaggle');
  await panel.locator('.fact').first().waitFor();
  if ((await panel.locator('.problem').count()) > 0) walker.fault('an own package begins with a red box');
  await step('its competition', 'Choose Competition…', 'Harbour tides');
  await step('its Julia', 'Choose Julia Version…', '1.5.3');
  await step('what is run', 'Choose What Is Run…', 'Add main to src/OwnPackage.jl');
  await walker.step('own package: Submit can be taken', () =>
    panel.locator('.dock .primary[aria-disabled="false"]', { hasText: 'Submit to' }).waitFor(),
  );
}

async function beginTest({ world, window }: Around): Promise<void> {
  await editSource(world);
  await window.runStage('Test');
  await window.panel.locator('.word', { hasText: 'Running' }).first().waitFor();
}

function testIsDone(window: VsCodeWindow): Promise<void> {
  return window
    .stage('test')
    .locator('.word', { hasText: /^(Done|Up to date)$/ })
    .waitFor();
}

/** Each time something that was not there before: else nothing would be to be done. */
async function editSource({ project }: World): Promise<void> {
  const file = join(project, 'src', 'Inference.jl');
  const lines = (await readFile(file, 'utf8')).split('\n').length;
  await appendFile(file, `# line ${lines}\n`);
}
