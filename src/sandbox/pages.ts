import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { send } from './answers.ts';
import { authorize } from './authorize.ts';
import { decodedParts } from './decoded-parts.ts';
import { codePage, missingPage, refusedPage, settingsPage } from './page/account-pages.ts';
import { COMPETITION_PAGES } from './page/competition-page.ts';
import { datasetPage } from './page/dataset-page.ts';
import { document, type Page } from './page/layout.ts';
import { notebookPage } from './page/notebook-page.ts';
import { overviewPage } from './page/overview.ts';
import type { Services } from './services.ts';

const AUTHORIZE = '/api/v1/oauth2/authorize';
/** Where a sign-in ends that no program listens for (kaggle-api 0.7). */
const CODE_PAGE = '/account/api/oauth/token';

/** Nothing but our own style sheet and icon: what is shown was written by others. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#20639b"/><path d="M5 3v10M11 3 6 8l5 5" stroke="#fff" stroke-width="2" fill="none"/></svg>`;

/** Whether a GET is for a page and not for the API. */
export function isPage({ pathname }: URL): boolean {
  return pathname === AUTHORIZE || !/^(\/api)?\/v1\//.test(pathname);
}

/**
 * Answers with one of the pages: semantic HTML without scripts, written anew for each request. `hosts`: names by which a
 * browser may come, so that a page from elsewhere cannot read them under a name of its own (DNS rebinding).
 */
export async function sendPage(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  hosts: readonly string[],
): Promise<void> {
  const show = (status: number, page: Page): void => {
    const [{ username }] = services.store.account.users;
    const text = document(page, username, url.searchParams);
    sendText(request, response, { status, type: 'text/html; charset=utf-8', text });
  };
  if (!hosts.includes(url.hostname)) {
    show(403, refusedPage(`These pages are not shown under the name ${url.hostname}.`));
    return;
  }
  switch (url.pathname) {
    case '/sandbox/style.css':
      sendText(request, response, { status: 200, type: 'text/css; charset=utf-8', text: styleSheet() });
      return;
    case '/sandbox/icon.svg':
      sendText(request, response, { status: 200, type: 'image/svg+xml', text: ICON });
      return;
    case AUTHORIZE: {
      const outcome = authorize(services.signIn, url, url.origin + CODE_PAGE);
      if ('refused' in outcome) show(400, refusedPage(outcome.refused));
      else send(response, 302, 'text/html; charset=utf-8', '', { Location: outcome.redirect });
      return;
    }
  }
  const page = await findPage(services, url);
  if (page === undefined) show(404, missingPage(url.pathname));
  else show(200, page);
}

async function findPage(services: Services, url: URL): Promise<Page | undefined> {
  const [first = '', ...rest] = decodedParts(url.pathname) ?? ['malformed'];
  switch (first) {
    case '':
      return rest.length === 0 ? overviewPage(services, url.origin) : undefined;
    case 'datasets':
      return dataset(services, rest);
    case 'code':
      return await notebook(services, rest, url.searchParams.get('v') ?? undefined);
    case 'competitions':
      return await competition(services, rest);
    case 'settings':
      return settingsPage();
    default:
      return url.pathname === CODE_PAGE ? codePage(url.searchParams.get('code') ?? '') : undefined;
  }
}

function dataset(services: Services, [owner, slug, ...more]: readonly string[]): Page | undefined {
  const found = services.store.datasets.find((record) => record.owner === owner && record.slug === slug);
  return found === undefined || more.length > 0 ? undefined : datasetPage(services, found);
}

/** With or without a version in its address: `?v=3` here, and whatever Kaggle has behind the slug (`/log`, `/output`). */
async function notebook(
  services: Services,
  [owner, slug]: readonly string[],
  version: string | undefined,
): Promise<Page | undefined> {
  const found = services.store.kernels.find((record) => record.owner === owner && record.slug === slug);
  if (found === undefined) return undefined;
  return await notebookPage(services, found, version === undefined ? undefined : Number(version));
}

async function competition(
  services: Services,
  [slug = '', name = '', ...more]: readonly string[],
): Promise<Page | undefined> {
  const found = services.competitions.get(slug);
  const view = Object.hasOwn(COMPETITION_PAGES, name) ? COMPETITION_PAGES[name] : undefined;
  return found === undefined || view === undefined || more.length > 0
    ? undefined
    : await view(services, found);
}

interface Text {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function sendText(request: IncomingMessage, response: ServerResponse, { status, type, text }: Text): void {
  if (request.method === 'HEAD') {
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(text),
      ...HEADERS,
    });
    response.end();
  } else {
    send(response, status, type, text, HEADERS);
  }
}

let style: string | undefined;

function styleSheet(): string {
  style ??= readFileSync(join(import.meta.dirname, 'page', 'style.css'), 'utf8');
  return style;
}
