import * as l10n from '@vscode/l10n';
import type { Asked } from '../authorize.ts';
import { filled, html, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { link } from './parts.ts';

/** Where Kaggle shows the code of a sign-in that is to be pasted (kaggle-api 0.7). */
export function codePage(code: string): Page {
  return {
    title: l10n.t('Your verification code'),
    isLive: false,
    body: html`<p>${l10n.t('Paste this code into the program that asked for it:')}</p>
      <p><code class="code">${code}</code></p>
      <p>${l10n.t('It is good for ten minutes, and once.')}</p>`,
  };
}

/** Where Kaggle has its tokens. Here they are printed by the one who started the sandbox, and never shown to a browser. */
export function settingsPage(): Page {
  return {
    title: l10n.t('Settings'),
    isLive: false,
    body: html`<p>
        ${filled(
          l10n.t('The access token is printed by {0} when it starts. It is not shown here.'),
          html`<code>julia-kaggle sandbox</code>`,
        )}
      </p>
      <p>${link('/', l10n.t('Back to the overview'))}</p>`,
  };
}

/** Asks whether a program may act as the user. */
export function consentPage({ target }: Asked, username: string): Page {
  return {
    title: l10n.t('A program asks to sign in'),
    isLive: false,
    // Browsers look at where a form is sent on to as well.
    forms: `'self' ${target.origin}`,
    body: html`<p>
        ${filled(
          l10n.t(
            'A program that waits at {0} asks to use this local Kaggle as {1}. Allow it only if you began to sign in just now.',
          ),
          html`<code>${target.origin}</code>`,
          html`<b>${username}</b>`,
        )}
      </p>
      <form method="post">
        <button name="answer" value="allow">${l10n.t('Allow')}</button>
        <button name="answer" value="refuse">${l10n.t('Refuse')}</button>
      </form>`,
  };
}

/** What is shown to a browser that has no key, or none that is good. `origin`: where it asks. */
export function closedPage(why: 'no-key' | 'wrong-key' | 'used-key', origin: string, again: boolean): Page {
  return { title: l10n.t('These pages need a key'), isLive: false, again, body: closedText(why, origin) };
}

function closedText(why: 'no-key' | 'wrong-key' | 'used-key', origin: string): Html {
  const printed = html`<p>
    ${filled(
      l10n.t(
        'Open the address that {0} printed when it started in this browser, here as {1}; in VS Code choose {2}. Then this page opens too.',
      ),
      html`<code>julia-kaggle sandbox</code>`,
      html`<code>${origin}/?key=…</code>`,
      html`<b>${l10n.t('Look at the Local Kaggle')}</b>`,
    )}
  </p>`;
  switch (why) {
    case 'no-key':
      return html`<p class="problem">
          ${l10n.t('These pages are for the user who started this local Kaggle.')}
        </p>
        ${printed}`;
    case 'wrong-key':
      return html`<p class="problem">${l10n.t('This key is not good, or not any more.')}</p>
        ${printed}`;
    case 'used-key':
      return html`<p class="problem">
          ${l10n.t(
            'This address was good once, and was opened before. If that was not you, another user of this machine came first; who did has no access any more.',
          )}
        </p>
        ${printed}`;
  }
}

/** What is shown where nothing is. */
export function missingPage(path: string): Page {
  return {
    title: l10n.t('There is no such page'),
    isLive: false,
    body: html`<p>
      ${filled(l10n.t('Nothing is at {0}. {1}'), html`<code>${path}</code>`, link('/', l10n.t('Go to the overview')))}
    </p>`,
  };
}

/** What is shown for a form that was not taken. */
export function refusedPage(reason: string): Page {
  return { title: l10n.t('That is refused'), isLive: false, body: html`<p class="problem">${reason}</p>` };
}
