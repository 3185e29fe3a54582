// Draws the built page in its states and in VS Code's themes, for people to look at; those in docs/pictures/page with
//   node --import=tsx test/vscode/page/pictures.ts docs/pictures/page not-ready plan-known running failed scored
// Without names of states, all are drawn.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../support/browser.ts';
import { OpenedPage } from './opened-page.ts';
import { servePage, THEMES } from './page-server.ts';
import { pageStates } from './states.ts';
import { editorWords } from './words.ts';

const [folder = 'pictures', ...chosen] = process.argv.slice(2);
const states = Object.entries(pageStates(await editorWords())).filter(
  ([name]) => chosen.length === 0 || chosen.includes(name),
);
await mkdir(folder, { recursive: true });
const server = await servePage();
const browser = await launchBrowser();
try {
  for (const theme of THEMES) {
    const page = await OpenedPage.open(browser, server, { theme });
    for (const [name, state] of states) {
      await page.show(state);
      const file = `${name}-${theme.toLowerCase().replaceAll(' ', '-')}.png`;
      await page.page.screenshot({ path: join(folder, file), fullPage: true });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
