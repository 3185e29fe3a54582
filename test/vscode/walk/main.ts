// npm run walk: the way of a new user through a real VS Code in a browser, with the real engine, a Julia and the local
// Kaggle, told in clicks and seconds. It fails where the first score takes more than four clicks, or scrolling, and where
// what goes wrong takes more than two clicks to be right again. After `npm run package`.
import { startWorld } from '../../support/world.ts';
import { Opened } from '../support/opened.ts';
import { setUp } from '../support/setup.ts';
import { VsCodeWindow } from '../support/window.ts';
import { failures } from './failures.ts';
import { Walker } from './walker.ts';

/** The longest of the steps is all local stages on a very busy machine. */
const STEP_MS = 420_000;
const MOST_TO_SCORE = 4;
const MOST_TO_GREEN = 2;

await setUp('vscode.sh');
await setUp('chromium.sh');
const opened = new Opened();
try {
  const world = opened.add(await startWorld());
  const { HOME: _, ...environment } = world.environment;
  const settings = { 'juliaKaggle.image': world.image };
  const workspace = (): Promise<string> => Promise.resolve(world.project);
  const window = opened.add(await VsCodeWindow.open({ workspace, settings, environment }));
  window.page.setDefaultTimeout(STEP_MS);
  const walker = new Walker(window);
  try {
    await toTheScore(walker, window);
    for (const failure of failures({ world, window })) await walker.break(failure, MOST_TO_GREEN);
  } catch (error) {
    console.error(error);
    walker.isGood = false;
    await window.picture('walk-end');
  }
  console.log(walker.table());
  process.exitCode = walker.isGood ? 0 : 1;
} finally {
  await opened.close();
}

async function toTheScore(walker: Walker, window: VsCodeWindow): Promise<void> {
  const { panel } = window;
  await walker.step('icon to a side bar that is drawn', async () => {
    await walker.click(window.page.getByRole('tab', { name: 'Julia on Kaggle' }).locator('a'));
    await panel.locator('.ready').waitFor();
  });
  await walker.step('Submit to the question', async () => {
    await walker.click(panel.getByRole('button', { name: 'Submit to harbour-tides' }));
    await walker.click(panel.getByRole('button', { name: 'Start' }));
    await panel.locator('.question').waitFor();
  });
  await walker.step('question to the score', async () => {
    await walker.click(panel.locator('.question').getByRole('button', { name: 'Submit' }));
    await panel.getByText(/Submission is complete, public score 0\.\d+/).waitFor();
  });
  walker.atMost(MOST_TO_SCORE, 'the first score');
}
