import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorld, type World } from '../../support/world.ts';
import { type Breakage, breakages } from '../support/breakages.ts';
import { Opened } from '../support/opened.ts';
import type { VsCodeWindow } from '../support/window.ts';
import { clearNotifications, openPictureWindow, type Taking, widenSideBar } from './picture-window.ts';
import { playAll, type Scene } from './scene.ts';

type WorldScene = Scene<World>;

const STAGES = ['Project', 'Build', 'Test', 'Pack', 'Rehearse', 'Upload', 'Notebook', 'Submit'];

/** What is done on the way with the real engine; each failure is mended before the next scene. */
function scenes(world: World): WorldScene[] {
  const [project, build, test, pack, rehearse, upload, notebook, submit] = breakages(world).map(failure);
  const all: (WorldScene | undefined)[] = [
    project,
    build,
    {
      group: 'pipeline',
      name: 'running',
      about: 'A running stage: what it is at, in the view and in the status bar; it can be cancelled.',
      show: async (window) => {
        await calm(window);
        await window.runStage('Build');
        await window
          .stage('build')
          .locator('.text', { hasText: /Instantiat/ })
          .waitFor();
      },
    },
    test,
    pack,
    rehearse,
    {
      group: 'pipeline',
      name: 'plan',
      about: 'The plan before anything is done: what runs, and what leaves this machine.',
      show: async (window) => {
        await calm(window);
        await window.runStage('Rehearse');
        await stageIs(window, 'rehearse', /^Done$/);
        await window.panel.getByRole('button', { name: /^Submit to/ }).click();
        await window.panel.locator('.plan .leaves').waitFor();
      },
    },
    {
      group: 'pipeline',
      name: 'question',
      about: 'The question before anything leaves this machine, where a stage is run by itself.',
      show: async (window) => {
        await window.panel.locator('.plan .secondary').click();
        await window.runStage('Upload');
        await window.panel.locator('.question').getByText('as private datasets').waitFor();
      },
    },
    upload,
    notebook,
    {
      group: 'pipeline',
      name: 'waiting',
      about: 'Waiting for Kaggle: the notebook runs there.',
      show: async (window) => {
        await calm(window);
        await window.panel.getByRole('button', { name: /^Submit to/ }).click();
        await window.panel.locator('.plan .primary:not(.secondary)').click();
        await stageIs(window, 'notebook', 'Running');
      },
    },
    {
      group: 'pipeline',
      name: 'scored',
      about: 'The score: in the view, in the status bar, in the tree and told.',
      show: async (window) => {
        await window.statusItem.filter({ hasText: /0\.\d+/ }).waitFor();
        await window.notification(/public score 0\.\d+/).waitFor();
      },
    },
    submit,
  ];
  return all.filter((scene) => scene !== undefined);
}

function failure(breakage: Breakage): WorldScene {
  const { stage } = breakage;
  return {
    group: 'failures',
    name: stage,
    about: `${STAGES.find((title) => title.toLowerCase() === stage)}: what went wrong, and what to do about it.`,
    show: async (window) => {
      await calm(window);
      mend = await breakage.break();
      await runStage(window, stage);
      await stageIs(window, stage, 'Failed');
      await window.panel.locator('.problem').scrollIntoViewIfNeeded();
    },
  };
}

/** Mends what is broken for the scene before. */
let mend: () => Promise<unknown> = () => Promise.resolve();

/** Leaves the scene before: what is broken is mended, dialogs and notifications are closed, nothing runs. */
async function calm(window: VsCodeWindow): Promise<void> {
  await mend();
  mend = () => Promise.resolve();
  await window.page.keyboard.press('Escape');
  const no = window.panel.locator('.question .secondary');
  if (await no.isVisible()) await no.click();
  await window.panel
    .getByRole('button', { name: /^Submit/ })
    .first()
    .waitFor();
  await clearNotifications(window);
}

async function runStage(window: VsCodeWindow, stage: string): Promise<void> {
  await window.runStage(STAGES.find((title) => title.toLowerCase() === stage) ?? '');
  if (!['upload', 'notebook', 'submit'].includes(stage)) return;
  await window.panel.locator('.question .primary').first().click();
}

function stageIs(window: VsCodeWindow, stage: string, word: string | RegExp): Promise<void> {
  return window.stage(stage).locator('.word', { hasText: word }).waitFor();
}

/** The whole way to a score, and a failure of each stage. */
export async function wholeWayPictures(taking: Taking): Promise<void> {
  const { camera } = taking;
  const opened = new Opened();
  const names = ['running', 'plan', 'question', 'waiting', 'scored', 'failures'];
  if (!names.some((name) => camera.wants(name))) return;
  try {
    const world = opened.add(await startWorld());
    const config = join(world.project, 'JuliaKaggle.toml');
    await writeFile(config, `${await readFile(config, 'utf8')}\n[image]\nname = "${world.image}"\n`);
    const { JULIA_KAGGLE_API_URL: apiUrl, HOME: _, ...environment } = world.environment;
    const workspace = (): Promise<string> => Promise.resolve(world.project);
    const settings = { 'juliaKaggle.apiUrl': apiUrl };
    const window = opened.add(await openPictureWindow({ workspace, settings, environment }, taking));
    window.page.setDefaultTimeout(200_000);
    await window.statusItem.click();
    await window.panel.locator('h1').waitFor();
    await widenSideBar(window);
    await window.page.locator('.pane-header', { hasText: 'Submissions' }).first().click();
    await playAll(scenes(world), window, world, camera);
  } finally {
    await opened.close();
  }
}
