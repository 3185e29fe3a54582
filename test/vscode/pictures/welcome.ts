import { Opened } from '../support/opened.ts';
import type { WindowOptions } from '../support/window.ts';
import { exampleProject, foreignFolder, plainJuliaProject, severalProjects } from '../support/workspaces.ts';
import { openPictureWindow, type Taking, widenSideBar } from './picture-window.ts';

const GROUP = 'welcome';

interface Empty extends WindowOptions {
  readonly name: string;
  readonly about: string;
}

const STATES: readonly Empty[] = [
  {
    name: 'untrusted',
    about: 'A workspace that is not trusted: nothing is run, and the view says how to trust it.',
    workspace: exampleProject,
    trusted: false,
  },
  { name: 'no-project', about: 'A folder without a Julia project.', workspace: foreignFolder },
  {
    name: 'several-projects',
    about: 'A window with several projects, of which none was chosen yet.',
    workspace: severalProjects,
  },
  {
    name: 'not-set-up',
    about: 'A package that knows nothing of Kaggle, nobody signed in, no engine.',
    workspace: plainJuliaProject,
    environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  },
];

/** The states in which there is nothing to run, and the walkthrough. */
export async function welcomePictures(taking: Taking): Promise<void> {
  const { camera } = taking;
  const opened = new Opened();
  for (const { name, about, ...options } of STATES.filter((state) => camera.wants(state.name))) {
    const window = opened.add(await openPictureWindow(options, taking));
    try {
      await window.openContainer('Julia on Kaggle');
      await window.page.locator('.welcome-view-content').first().waitFor();
      await widenSideBar(window);
      await camera.take(window.page, { group: GROUP, name, about });
    } finally {
      await opened.close();
    }
  }
  if (camera.wants('walkthrough')) await walkthrough(taking, opened).finally(opened.close);
}

async function walkthrough(taking: Taking, opened: Opened): Promise<void> {
  const window = opened.add(await openPictureWindow({ workspace: foreignFolder }, taking));
  // Beside a side bar there is no room for its picture.
  await window.runCommand('View: Toggle Primary Side Bar Visibility');
  await window.runCommand('Welcome: Open Walkthrough...');
  const entry = window.page.locator('.quick-input-list .monaco-list-row', { hasText: /Julia|Kaggle/ });
  await entry.first().click();
  const page = window.page.locator('.gettingStartedContainer');
  await page.locator('.getting-started-step').nth(2).click();
  // The picture of the step is in a frame of its own.
  await window.page.waitForTimeout(1500);
  await taking.camera.take(window.page, {
    group: GROUP,
    name: 'walkthrough',
    about: 'The walkthrough, from a package to a score, at the step that starts a local Kaggle.',
  });
}
