import { html, type Html, type Part } from './html.ts';

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
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${isLive && reloads && html`<meta http-equiv="refresh" content="${RELOAD_SECONDS}" />`}
        ${again === true && html`<meta http-equiv="refresh" content="0" />`}
        <title>${title} – Kaggle sandbox</title>
        <link rel="stylesheet" href="/sandbox/style.css" />
        <link rel="icon" href="/sandbox/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a class="name" href="/">Kaggle sandbox</a>
          <nav aria-label="Sections">
            <a href="/#competitions">Competitions</a>
            <a href="/#datasets">Datasets</a>
            <a href="/#notebooks">Notebooks</a>
            <a href="/#submissions">Submissions</a>
            <a href="/#faults">Faults</a>
          </nav>
          ${username !== undefined && html`<span class="user">signed in as <b>${username}</b></span>`}
        </header>
        <main id="main">
          ${trail !== undefined && html`<p class="trail">${trail}</p>`}
          <h1>${title}</h1>
          ${isLive && liveNote(reloads, search)} ${body}
        </main>
        <footer>
          <p>
            A stand-in for Kaggle on this machine, read-only here. Nothing of it leaves the machine. Times are
            UTC.
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
        Something is on its way; this page loads itself anew every ${RELOAD_SECONDS} s.
        <a href="${address}">Stop that</a>
      </p>`
    : html`<p class="live">
        Something is on its way. <a href="${address}">Load this page anew by itself</a>
      </p>`;
}
