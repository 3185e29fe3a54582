import type { VsCodeWindow } from '../support/window.ts';
import { type LightWorld, startLightWorld } from '../support/light-world.ts';
import { Opened } from '../support/opened.ts';
import { projectWithRecord } from '../support/workspaces.ts';
import { openPictureWindow, type Taking, widenSideBar } from './picture-window.ts';
import { playAll, type Scene } from './scene.ts';

type LightScene = Scene<LightWorld>;

const choices = (title: string) => async (window: VsCodeWindow) => {
  await window.page.keyboard.press('Escape');
  await window.runCommand(title);
  await window.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
};

const PICKERS: readonly (readonly [name: string, title: string, about: string])[] = [
  [
    'competition',
    'Julia on Kaggle: Choose Competition…',
    'Competitions, the entered ones first, with kind and deadline.',
  ],
  ['julia', 'Julia on Kaggle: Choose Julia Version…', 'Versions of Julia: channels, series and releases.'],
  ['accelerator', 'Julia on Kaggle: Choose Accelerator…', 'Accelerators: what each machine of Kaggle’s is.'],
  ['image', 'Julia on Kaggle: Choose Image…', 'The image: Kaggle’s, or another one.'],
  ['pack-mode', 'Julia on Kaggle: Choose Pack Mode…', 'How Julia code travels.'],
  ['stage', 'Julia on Kaggle: Run a Stage…', 'The stages, each with what it does.'],
  ['sign-in', 'Julia on Kaggle: Sign In to Kaggle…', 'The ways to sign in.'],
];

/** In this order: each scene begins where the one before it ended. */
const SCENES: readonly LightScene[] = [
  {
    group: 'pipeline',
    name: 'ready',
    about:
      'A project after some runs: what is needed is there, results of earlier runs, the submissions below.',
    show: async (window) => {
      await pane(window, 'Submissions').click();
      await window.panel.locator('[data-fact="account"] .good').first().waitFor({ state: 'attached' });
    },
  },
  {
    group: 'pipeline',
    name: 'modes',
    about: 'Depot and app side by side, with the figures of `julia-kaggle status`.',
    show: (window) => window.panel.locator('[data-picture="modes"]').scrollIntoViewIfNeeded(),
  },
  {
    group: 'trees',
    name: 'submissions',
    about: 'The submissions, the best one marked and unfolded.',
    show: async (window) => {
      await pane(window, 'Pipeline').click();
      await pane(window, 'Submissions').click();
      const best = window.page.getByRole('treeitem', { name: /0\.0913/ });
      await best.click();
      await window.page.keyboard.press('ArrowRight');
      await window.page.getByText('ridge, 12 features').last().waitFor();
    },
  },
  {
    group: 'trees',
    name: 'datasets',
    about: 'The datasets with their versions and files, and what of them is stale.',
    show: async (window) => {
      await pane(window, 'Submissions').click();
      await pane(window, 'Datasets').click();
      const item = window.page.getByRole('treeitem', { name: /tides-app/ });
      await item.click();
      await window.page.keyboard.press('ArrowRight');
    },
  },
  {
    group: 'status-bar',
    name: 'tooltip',
    about: 'The item in the status bar, with submissions and hours left in its tooltip.',
    show: async (window) => {
      await window.statusItem.hover();
      await window.page.locator('.monaco-hover', { hasText: 'Inference' }).waitFor();
    },
  },
  ...PICKERS.map(([name, title, about]): LightScene => ({
    group: 'choices',
    name,
    about,
    show: choices(title),
  })),
  {
    group: 'choices',
    name: 'commands',
    about: 'The commands in the palette.',
    show: async (window) => {
      await window.page.keyboard.press('Escape');
      await window.typeIntoPalette('Julia on Kaggle: ');
    },
  },
  {
    group: 'config',
    name: 'lens',
    about: 'JuliaKaggle.toml with what can be done above its first line.',
    show: async (window) => {
      await window.page.keyboard.press('Escape');
      await window.runCommand('Julia on Kaggle: Open JuliaKaggle.toml');
      await window.page.locator('.codelens-decoration').first().waitFor();
    },
  },
  {
    group: 'config',
    name: 'hover',
    about: 'A key explained; the competition with its deadline, as Kaggle tells it.',
    show: async (window) => {
      await window.page.locator('.view-line span', { hasText: 'harbour-tides' }).last().hover();
      await window.page.locator('.monaco-hover', { hasText: 'Harbour tides' }).first().waitFor();
    },
  },
  {
    group: 'config',
    name: 'mistakes',
    about: 'Mistakes are underlined and listed: an unknown key with the nearest, a missing file.',
    show: async (window) => {
      await rewrite(
        window,
        'competition = "harbour-tides"\njulai = "1.5.3"\n\n[models]\nfiles = ["../models/model.csv"]\n',
      );
      await window.runCommand('Problems: Focus on Problems View');
      await window.page.locator('.markers-panel', { hasText: 'julai' }).waitFor();
    },
  },
  {
    group: 'config',
    name: 'unknown-competition',
    about: 'A competition that Kaggle does not know, and a model file that is not there.',
    show: async (window) => {
      await rewrite(window, 'competition = "harbor-tides"\n\n[models]\nfiles = ["../models/lost.csv"]\n');
      await window.page.locator('.markers-panel', { hasText: 'Kaggle has no competition' }).waitFor();
    },
  },
  {
    group: 'config',
    name: 'completion',
    about: 'Keys and values are completed.',
    show: async (window) => {
      await window.runCommand('View: Toggle Panel Visibility');
      await rewrite(window, 'competition = "harbour-tides"\n\n[notebook]\naccelerator = ');
      await window.page.keyboard.press('Control+End');
      await window.page.keyboard.press('Control+Space');
      await window.page.locator('.suggest-widget .monaco-list-row').first().waitFor();
    },
  },
  {
    group: 'account',
    name: 'accounts-menu',
    about: 'The account in the Accounts menu of the editor.',
    show: async (window, { sandbox }) => {
      await window.page.keyboard.press('Escape');
      await rewrite(window, 'competition = "harbour-tides"\n');
      await window.runCommand('Julia on Kaggle: Sign In to Kaggle…');
      await window.paletteEntry('Enter a user name and key').click();
      await window.answer('User name', sandbox.credentials.username);
      await window.answer('Key', sandbox.credentials.key);
      await window.notification('Signed in to Kaggle as ada').waitFor();
      await window.page.locator('.activitybar [aria-label^="Accounts"]').first().click();
      await window.page.locator('.monaco-menu', { hasText: 'ada' }).waitFor();
    },
  },
];

/** What the editor itself draws: trees, choices, the status bar, JuliaKaggle.toml, the account. */
export async function nativePictures(taking: Taking): Promise<void> {
  const { camera } = taking;
  if (!SCENES.some(({ name }) => camera.wants(name))) return;
  const opened = new Opened();
  try {
    const world = opened.add(await startLightWorld());
    const { settings, environment } = world;
    const window = opened.add(
      await openPictureWindow({ workspace: projectWithRecord, settings, environment }, taking),
    );
    await window.statusItem.click();
    await window.panel.locator('h1').waitFor();
    await widenSideBar(window);
    await playAll(SCENES, window, world, camera);
  } finally {
    await opened.close();
  }
}

/** By its place: titles are in the language of the editor. */
function pane({ page }: VsCodeWindow, title: 'Pipeline' | 'Submissions' | 'Datasets') {
  return page.locator('.pane-header').nth(['Pipeline', 'Submissions', 'Datasets'].indexOf(title));
}

async function rewrite({ page }: VsCodeWindow, text: string): Promise<void> {
  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}
