import type { Locator } from 'playwright-core';
import type { VsCodeWindow } from '../support/window.ts';

/** A way to go wrong, and the clicks by which it is right again. */
export interface Failure {
  readonly what: string;
  /** Goes wrong. What is clicked here is not counted: it is the work that one was about to do. */
  readonly break: () => Promise<unknown>;
  /** Waits until it is known. */
  readonly known: () => Promise<unknown>;
  /** What a person does about it. */
  readonly mend: (walker: Walker) => Promise<unknown>;
  /** Waits until all is right again. */
  readonly green: () => Promise<unknown>;
}

/** Walks, and counts clicks, scrolls and seconds. */
export class Walker {
  #clicks = 0;
  #scrolls = 0;
  #total = 0;
  isGood = true;
  #rows = 0;

  /** @param window that is looked at, of which there may be others later. */
  constructor(public window: VsCodeWindow) {
    this.#tell('what', 'clicks', 'seconds');
    this.#tell('---', '---', '---');
  }

  /** Clicks what a person sees; what is out of sight is scrolled to, which counts. */
  async click(target: Locator): Promise<void> {
    await target.waitFor();
    if (!(await target.evaluate(isSeen))) this.#scrolls += 1;
    this.#clicks += 1;
    this.#total += 1;
    await target.click();
  }

  /** @param most clicks that it may take; absent: as many as it does. */
  async step(what: string, work: () => Promise<unknown>, most = Infinity): Promise<void> {
    this.#clicks = 0;
    const seconds = await secondsOf(work);
    if (this.#clicks > most) this.isGood = false;
    this.#tell(what, this.#clicks, seconds);
    this.#rows += 1;
    await this.window.picture(`walk-${this.#rows}`);
  }

  /** Notes what was clicked so far, and that it may be so much without scrolling. */
  atMost(most: number, what: string): void {
    if (this.#total > most || this.#scrolls > 0) this.isGood = false;
    this.#tell(`${what}, in all (${this.#scrolls} scrolls)`, this.#total);
  }

  /** A row of its own, which counts nothing. */
  note(what: string): void {
    this.#tell(what);
  }

  /** Something that a person should not see. */
  fault(what: string): void {
    this.isGood = false;
    console.error(what);
  }

  async break({ what, break: goWrong, known, mend, green }: Failure, most: number): Promise<void> {
    await goWrong();
    await this.step(`${what}: known`, known);
    const rightAgain = async (): Promise<void> => {
      await mend(this);
      await green();
    };
    await this.step(`${what}: right again`, rightAgain, most);
  }

  /** A row of the table, as soon as it is known. */
  #tell(what: string, clicks: number | string = '', seconds = ''): void {
    console.log(`| ${[what, clicks, seconds].join(' | ')} |`);
  }
}

interface Seen {
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
  readonly ownerDocument: { readonly defaultView: { readonly innerHeight: number } | null };
}

/** In the page: whether the whole height of an element is in sight. */
function isSeen(element: Seen): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= (element.ownerDocument.defaultView?.innerHeight ?? 0);
}

async function secondsOf(work: () => Promise<unknown>): Promise<string> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) / 1000).toFixed(1);
}
