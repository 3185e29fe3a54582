import type { Browser, Locator, Page } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../../src/protocol/messages.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import type { PageServer, Place, ThemeName } from './page-server.ts';

/** A side bar as people have it, and the height of a laptop. */
const SIDE_BAR = { width: 340, height: 900 };

interface OpenOptions {
  readonly theme?: ThemeName;
  readonly size?: typeof SIDE_BAR;
  readonly place?: Place;
}

/** The built page in a browser, alone: the test is its editor. */
export class OpenedPage {
  private constructor(readonly page: Page) {}

  static async open(
    browser: Browser,
    server: PageServer,
    { theme = 'Dark Modern', size = SIDE_BAR, place = 'view' }: OpenOptions = {},
  ): Promise<OpenedPage> {
    const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(server.url(theme, place));
    const opened = new OpenedPage(page);
    await opened.untilSent();
    return opened;
  }

  /** Shows this state, and waits until the page has drawn it. */
  async show(state: PanelState): Promise<void> {
    await this.send({ kind: 'state', state });
    await this.page.locator('h1').waitFor();
    await this.drawn();
  }

  async send(message: unknown): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message satisfies unknown)}, '*')`);
  }

  async sendAll(messages: readonly ToPanel[]): Promise<void> {
    for (const message of messages) await this.send(message);
    await this.drawn();
  }

  /** Waits for two frames: what was sent before is then drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
    );
  }

  /** What the page has sent since this was asked last. */
  async sent(): Promise<FromPanel[]> {
    return this.page.evaluate<FromPanel[]>('window.sent.splice(0)');
  }

  /** Waits until the page has sent something. `waitForFunction` evaluates in the page again, which its policy refuses. */
  async untilSent(): Promise<void> {
    while (!(await this.page.evaluate<boolean>('window.sent.length > 0'))) await this.drawn();
  }

  /** What its content security policy refused. */
  async refused(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.refused');
  }

  stage(name: string): Locator {
    return this.page.locator(`[data-stage="${name}"]`);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
