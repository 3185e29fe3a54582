import type { Asked } from '../authorize.ts';
import { html, type Html } from './html.ts';
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
        The access token is printed by <code>julia-kaggle sandbox</code> when it starts. It is not shown here.
      </p>
      <p>${link('/', 'Back to the overview')}</p>`,
  };
}

/** Asks whether a program may act as the user. */
export function consentPage({ target }: Asked, username: string): Page {
  return {
    title: 'A program asks to sign in',
    isLive: false,
    // Browsers look at where a form is sent on to as well.
    forms: `'self' ${target.origin}`,
    body: html`<p>
        A program that waits at <code>${target.origin}</code> asks to use this local Kaggle as
        <b>${username}</b>. Allow it only if you began to sign in just now.
      </p>
      <form method="post">
        <button name="answer" value="allow">Allow</button>
        <button name="answer" value="refuse">Refuse</button>
      </form>`,
  };
}

/** What is shown to a browser that has no key, or none that is good. `origin`: where it asks. */
export function closedPage(why: 'no-key' | 'wrong-key' | 'used-key', origin: string, again: boolean): Page {
  return { title: 'These pages need a key', isLive: false, again, body: closedText(why, origin) };
}

function closedText(why: 'no-key' | 'wrong-key' | 'used-key', origin: string): Html {
  const printed = html`<p>
    Open the address that <code>julia-kaggle sandbox</code> printed when it started in this browser, here as
    <code>${origin}/?key=…</code>; in VS Code choose <b>Look at the Local Kaggle</b>. Then this page opens
    too.
  </p>`;
  switch (why) {
    case 'no-key':
      return html`<p class="problem">These pages are for the user who started this local Kaggle.</p>
        ${printed}`;
    case 'wrong-key':
      return html`<p class="problem">This key is not good, or not any more.</p>
        ${printed}`;
    case 'used-key':
      return html`<p class="problem">
          This address was good once, and was opened before. If that was not you, another user of this machine
          came first; who did has no access any more.
        </p>
        ${printed}`;
  }
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
