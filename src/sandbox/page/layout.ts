import * as l10n from '@vscode/l10n';
import { filled, html, type Html, type Part } from './html.ts';

export interface Page {
  readonly title: string;
  /** Above the heading: where one is. */
  readonly trail?: Part;
  readonly body: Part;
  /** Something on it will change by itself. */
  readonly isLive: boolean;
  /** Loads itself again at once. */
  readonly again?: boolean;
  /** Where its forms lead, as sources of a Content-Security-Policy; absent: it has none. */
  readonly forms?: string;
}

const RELOAD_SECONDS = 5;

/** Lets a live page reload itself, or not. */
const RELOAD = 'reload';

/** A whole document. `username`: absent for whom nothing is to be told. `search`: the parameters of its address. */
export function document(page: Page, username: string | undefined, search: URLSearchParams): string {
  const { title, trail, body, isLive, again } = page;
  const reloads = search.get(RELOAD) !== 'off';
  return html`<!doctype html>
    <html lang="${l10n.t('en')}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${isLive && reloads && html`<meta http-equiv="refresh" content="${RELOAD_SECONDS}" />`}
        ${again === true && html`<meta http-equiv="refresh" content="0" />`}
        <title>${title} – ${l10n.t('Kaggle sandbox')}</title>
        <link rel="stylesheet" href="/sandbox/style.css" />
        <link rel="icon" href="/sandbox/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">${l10n.t('Skip to the content')}</a>
        <header>
          <a class="name" href="/">${l10n.t('Kaggle sandbox')}</a>
          <nav aria-label="${l10n.t('Sections')}">
            <a href="/#competitions">${l10n.t('Competitions')}</a>
            <a href="/#datasets">${l10n.t('Datasets')}</a>
            <a href="/#notebooks">${l10n.t('Notebooks')}</a>
            <a href="/#submissions">${l10n.t('Submissions')}</a>
            <a href="/#faults">${l10n.t('Faults')}</a>
          </nav>
          ${username !== undefined && html`<span class="user">${filled(l10n.t('signed in as {0}'), html`<b>${username}</b>`)}</span>`}
        </header>
        <main id="main">
          ${trail !== undefined && html`<p class="trail">${trail}</p>`}
          <h1>${title}</h1>
          ${isLive && liveNote(reloads, search)} ${body}
        </main>
        <footer>
          <p>
            ${l10n.t(
              'A stand-in for Kaggle on this machine, read-only here. Nothing of it leaves the machine. Times are UTC.',
            )}
          </p>
        </footer>
      </body>
    </html>`.text;
}

function liveNote(reloads: boolean, search: URLSearchParams): Html {
  const other = new URLSearchParams(search);
  if (reloads) other.set(RELOAD, 'off');
  else other.delete(RELOAD);
  const address = `?${other.toString()}`;
  return reloads
    ? html`<p class="live">
        ${l10n.t('Something is on its way; this page loads itself anew every {0} s.', RELOAD_SECONDS)}
        <a href="${address}">${l10n.t('Stop that')}</a>
      </p>`
    : html`<p class="live">
        ${l10n.t('Something is on its way.')}
        <a href="${address}">${l10n.t('Load this page anew by itself')}</a>
      </p>`;
}
