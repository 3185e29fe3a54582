import { OpenedPage } from '../page/opened-page.ts';
import { servePage, type ThemeName } from '../page/page-server.ts';
import { pageStates } from '../page/states.ts';
import { launchBrowser } from '../support/browser.ts';
import type { Look } from './camera.ts';
import type { Taking } from './picture-window.ts';

const THEMES: Readonly<Record<Look, ThemeName>> = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  'high-contrast': 'Default High Contrast',
};

/** The states of the page that say the most, whole, however long: what a window shows of it ends at its border. */
const STATES: Readonly<Record<string, string>> = {
  'not-ready': 'Nobody is signed in and no engine answers.',
  notices: 'Several projects, rules that were not accepted, an engine that is smaller than Kaggle’s machine.',
  earlier: 'What earlier runs gave.',
  'plan-known': 'The plan: what is up to date, what runs, what leaves this machine. It is the only question.',
  'plan-unknown': 'The plan while its size is not known yet.',
  question:
    'The question before anything leaves this machine: in the page, where no key of an editor answers it.',
  running: 'Uploading, with bytes, rate and time left.',
  cancelled: 'A run that was cancelled.',
  failed: 'A failure with its remedies.',
  'not-compiled': 'An app that cannot be compiled: packing the depot instead is one button.',
  bug: 'A fault of the extension itself says so.',
  scored: 'The score, and the pictures.',
  'file-plan':
    'The plan where a file is submitted, to a competition that has ended: the small image and why.',
  'file-scored': 'A late submission of a file, with both scores.',
  modes: 'The ways to pack side by side.',
  hostile: 'Texts with HTML, control characters and turned direction do nothing.',
};

const WIDEST_SIDE_BAR = 600;

/** The page of the pipeline by itself. @param width absent: that of a usual side bar. */
export async function pagePictures({ camera }: Taking, width?: number): Promise<void> {
  const wanted = Object.keys(STATES).filter((name) => camera.wants(name));
  if (wanted.length === 0) return;
  const states = pageStates();
  const server = await servePage();
  const browser = await launchBrowser();
  try {
    for (const look of camera.looks) {
      const page = await OpenedPage.open(browser, server, {
        theme: THEMES[look],
        ...(width !== undefined && {
          size: { width, height: 900 },
          place: width > WIDEST_SIDE_BAR ? 'editor' : 'view',
        }),
      });
      for (const name of wanted) {
        const state = states[name];
        if (state === undefined) throw new Error(`The page has no state ${name}.`);
        await page.show(state);
        const shot = { group: 'page', name, about: STATES[name] ?? '' };
        await camera.keep(await page.page.screenshot({ fullPage: true }), shot, look);
      }
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}
