import { VsCodeWindow, type WindowOptions } from '../support/window.ts';
import { Camera, LOOK_SETTINGS } from './camera.ts';

/** As large as its parts can still be read in a page of the documentation. */
const SIZE = { width: 1120, height: 720 };
const SIDE_BAR_END = 430;

/** What all pictures share: the language of the editor. */
export interface Taking {
  readonly camera: Camera;
  readonly locale: string | undefined;
}

/** A window as pictures show it. */
export async function openPictureWindow(options: WindowOptions, { locale }: Taking): Promise<VsCodeWindow> {
  const window = await VsCodeWindow.open({
    ...options,
    settings: { ...LOOK_SETTINGS, 'editor.minimap.enabled': false, ...options.settings },
    prepare: async (page) => {
      await page.setViewportSize(SIZE);
      await Camera.prepare(page);
      // Where VS Code looks for its language, and with it for that of extensions.
      if (locale !== undefined)
        await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(locale)}`);
    },
  });
  window.page.setDefaultTimeout(60_000);
  return window;
}

/** Makes the side bar as wide as people have it who work with it. */
export async function widenSideBar({ page }: VsCodeWindow): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(SIDE_BAR_END, y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(700, 600);
}

/** Clears what notifications are open, so that they do not lie over the next picture. */
export async function clearNotifications(window: VsCodeWindow): Promise<void> {
  await window.runCommand('Notifications: Clear All Notifications');
}
