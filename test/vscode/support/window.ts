import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser, newPage } from './browser.ts';
import { ROOT } from './setup.ts';
import { type ServerOptions, startServer, type VsCodeServer } from './vscode-server.ts';

export interface WindowOptions extends ServerOptions {
  /** Makes the folder that the window opens, below the given one. */
  readonly workspace: (parent: string) => Promise<string>;
  /** Done with the page before VS Code is loaded into it. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** How long a command may take to stand in the palette on a busy machine, and how often it is looked for. */
const PALETTE_MS = 20_000;
const PALETTE_TRIES = 5;

/** A window of a real VS Code with the packaged extension. */
export class VsCodeWindow {
  /** What the browser's console said of content that was refused. */
  readonly refusals: string[] = [];

  private constructor(
    readonly server: VsCodeServer,
    readonly page: Page,
    readonly folder: string,
    private readonly browser: Browser,
  ) {
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.refusals.push(message.text());
    });
  }

  static async open({ workspace, prepare, ...options }: WindowOptions): Promise<VsCodeWindow> {
    const browser = await launchBrowser();
    const server = await startServer({ vsix: join(ROOT, 'dist', 'julia-on-kaggle.vsix'), ...options }).catch(
      async (error: unknown) => {
        await browser.close();
        throw error;
      },
    );
    const folder = await workspace(server.folder);
    const page = await newPage(browser, server);
    await prepare?.(page);
    const window = new VsCodeWindow(server, page, folder, browser);
    await window.page.goto(server.windowUrl(folder), { waitUntil: 'commit' });
    await window.page.locator('.monaco-workbench .part.statusbar').waitFor();
    return window;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  /** The page of the extension's view; the walkthrough's pictures are in another. */
  get panel(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready[src*="extensionId=julia-on-kaggle."]')
      .frameLocator('#active-frame');
  }

  get statusItem(): Locator {
    return this.page.locator('[id="julia-on-kaggle.julia-on-kaggle.juliaKaggle.status"]');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  stage(name: string): Locator {
    return this.panel.locator(`[data-stage="${name}"]`);
  }

  /** Runs the stages up to this one by its button in the page. */
  async runStage(title: string): Promise<void> {
    await this.panel.getByRole('button', { name: `Run up to ${title}` }).click();
  }

  /** Opens a container of the activity bar. */
  async openContainer(title: string): Promise<void> {
    await this.page.getByRole('tab', { name: title }).locator('a').click();
  }

  /**
   * Runs a command by its title. VS Code closes the palette when something else takes the focus, as an editor does that
   * has just been filled: then it is opened again, as a person would.
   */
  async runCommand(title: string): Promise<void> {
    const entry = this.paletteEntry(title).first();
    for (let tries = 1; ; tries++) {
      try {
        await this.typeIntoPalette(title);
        await entry.waitFor({ timeout: PALETTE_MS });
        break;
      } catch (error) {
        if (tries === PALETTE_TRIES) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.page.keyboard.press('Enter');
  }

  /** Opens the window again with these settings. */
  async reload(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.server.writeSettings(settings);
    await this.page.reload({ waitUntil: 'commit' });
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  /** Reloads the window as a person does, so that VS Code first stores which editors are open. */
  async reloadByCommand(): Promise<void> {
    const reloaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await reloaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  async typeIntoPalette(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').first().fill(`>${title}`, { timeout: PALETTE_MS });
  }

  paletteEntry(title: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: title });
  }

  /** Answers an input box whose question begins so; gives what its field is for: `text` or `password`. */
  async answer(prompt: string, text: string): Promise<string | null> {
    const box = this.page.locator('.quick-input-widget');
    await box.locator('.quick-input-message', { hasText: new RegExp(`^${prompt}`) }).waitFor();
    const input = box.locator('input').first();
    const type = await input.getAttribute('type');
    await input.fill(text);
    await this.page.keyboard.press('Enter');
    return type;
  }

  /** A picture for people to look at, in the folder that the variable SHOTS names, if any. */
  async picture(name: string): Promise<void> {
    const folder = process.env['SHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
