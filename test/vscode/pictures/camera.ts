import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { palettePng } from './palette-png.ts';

export const LOOKS = ['light', 'dark', 'high-contrast'] as const;
export type Look = (typeof LOOKS)[number];

/** Settings with which a window takes the look that the browser asks for, without a reload. */
export const LOOK_SETTINGS = {
  'window.autoDetectColorScheme': true,
  'workbench.preferredLightColorTheme': 'Light Modern',
  'workbench.preferredDarkColorTheme': 'Dark Modern',
  'workbench.preferredHighContrastColorTheme': 'Default High Contrast',
};

/** Run in the page before anything else: the system's high contrast, which VS Code asks for, without its drawing. */
const HIGH_CONTRAST_SWITCH = `(() => {
  const real = window.matchMedia.bind(window);
  const lists = [];
  let high = false;
  window.setHighContrast = (on) => {
    if (on === high) return;
    high = on;
    for (const list of lists) list.dispatchEvent(new Event('change'));
  };
  window.matchMedia = (query) => {
    if (query !== '(forced-colors: active)') return real(query);
    const list = new EventTarget();
    Object.defineProperty(list, 'matches', { get: () => high });
    lists.push(list);
    return list;
  };
})()`;

/** A state that was drawn in each look. */
export interface Shot {
  readonly group: string;
  readonly name: string;
  /** What is to be seen, in a sentence. */
  readonly about: string;
}

/** Takes pictures of a whole window in each look. */
export class Camera {
  readonly shots: Shot[] = [];
  #developer: Browser | undefined;

  /** `only`: words of which a name has one; without any, all are taken. */
  constructor(
    private readonly folder: string,
    private readonly only: readonly string[],
    readonly looks: readonly Look[] = LOOKS,
  ) {}

  wants(name: string): boolean {
    return this.only.length === 0 || this.only.some((word) => name.includes(word));
  }

  /** Makes a page ready for pictures. */
  static async prepare(page: Page): Promise<void> {
    await page.addInitScript(HIGH_CONTRAST_SWITCH);
  }

  /** What is open stays open: only the colours change between the pictures of a state. */
  async take(page: Page, shot: Shot): Promise<void> {
    if (!this.wants(shot.name) && !this.wants(shot.group)) return;
    for (const look of this.looks) {
      await dress(page, look);
      await this.keep(await page.screenshot({ caret: 'hide', animations: 'disabled' }), shot, look);
    }
  }

  /** Keeps a picture that was taken otherwise. */
  async keep(png: Buffer, shot: Shot, look: Look): Promise<void> {
    const folder = join(this.folder, shot.group);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${shot.name}-${look}.png`), await this.#developed(png));
    if (this.shots.some(({ group, name }) => group === shot.group && name === shot.name)) return;
    this.shots.push(shot);
    console.error(`  ${shot.group}/${shot.name}`);
  }

  async close(): Promise<void> {
    await this.#developer?.close();
  }

  async #developed(png: Buffer): Promise<Buffer> {
    this.#developer ??= await launchBrowser();
    const page = await this.#developer.newPage();
    try {
      const { width, height, base64 } = await page.evaluate<Pixels>(
        `(${DECODE})(${JSON.stringify(png.toString('base64'))})`,
      );
      return palettePng(Buffer.from(base64, 'base64'), width, height);
    } finally {
      await page.close();
    }
  }
}

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly base64: string;
}

/** Run in a page, as text: it needs the document's types. */
const DECODE = `async (png) => {
  const blob = await (await fetch('data:image/png;base64,' + png)).blob();
  const image = await createImageBitmap(blob);
  const { width, height } = image;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const parts = [];
  for (let at = 0; at < data.length; at += 32768)
    parts.push(String.fromCharCode(...data.subarray(at, at + 32768)));
  return { width, height, base64: btoa(parts.join('')) };
}`;

async function dress(page: Page, look: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: look === 'light' ? 'light' : 'dark', reducedMotion: 'reduce' });
  await page.evaluate(`setHighContrast(${look === 'high-contrast'})`);
  const kind = { light: 'vs', dark: 'vs-dark', 'high-contrast': 'hc-black' }[look];
  await page.locator(`.monaco-workbench.${kind}`).waitFor();
  // Each webview hears of it by a message, and draws after that.
  await page.waitForTimeout(400);
}
