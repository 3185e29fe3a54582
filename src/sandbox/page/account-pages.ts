import { html } from './html.ts';
import type { Page } from './layout.ts';
import { link } from './parts.ts';

/** Where Kaggle shows the code of a sign-in that is to be pasted (kaggle-api 0.7). */
export function codePage(code: string): Page {
  return {
    title: 'Your verification code',
    isLive: false,
    body: html`<p>Paste this code into the program that asked for it:</p>
      <p><code class="code">${code}</code></p>
      <p>It is good for ten minutes, and once.</p>`,
  };
}

/** Where Kaggle has its tokens. Here they are printed by the one who started the sandbox, and never shown to a browser. */
export function settingsPage(): Page {
  return {
    title: 'Settings',
    isLive: false,
    body: html`<p>
        The username, the key and the access token are printed by <code>julia-kaggle sandbox</code> when it
        starts. They are not shown here: any program on this machine may read these pages.
      </p>
      <p>${link('/', 'Back to the overview')}</p>`,
  };
}

/** What is shown where nothing is. */
export function missingPage(path: string): Page {
  return {
    title: 'There is no such page',
    isLive: false,
    body: html`<p>Nothing is at <code>${path}</code>. ${link('/', 'Go to the overview')}</p>`,
  };
}

/** What is shown for a form that was not taken. */
export function refusedPage(reason: string): Page {
  return { title: 'That is refused', isLive: false, body: html`<p class="problem">${reason}</p>` };
}
