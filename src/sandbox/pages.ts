import * as l10n from '@vscode/l10n';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { defined } from '../base/defined.ts';
import { decodedParts, readForm, send } from './answers.ts';
import { answerTo, readAsked } from './authorize.ts';
import {
  closedPage,
  codePage,
  consentPage,
  missingPage,
  refusedPage,
  settingsPage,
} from './page/account-pages.ts';
import { COMPETITION_PAGES } from './page/competition-page.ts';
import { datasetPage } from './page/dataset-page.ts';
import { document, type Page } from './page/layout.ts';
import { notebookPage } from './page/notebook-page.ts';
import { overviewPage } from './page/overview.ts';
import type { Services } from './services.ts';

const AUTHORIZE = '/api/v1/oauth2/authorize';
/** Where a sign-in ends that no program listens for (kaggle-api 0.7). */
const CODE_PAGE = '/account/api/oauth/token';

/**
 * Nothing but our own style sheet and icon: what is shown was written by others. `formAction`: where a form of the page
 * leads, with the address that it is sent on to.
 */
function headersOf(formAction: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    // With `no-referrer` browsers hide the origin of a form too.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#20639b"/><path d="M5 3v10M11 3 6 8l5 5" stroke="#fff" stroke-width="2" fill="none"/></svg>`;

/** Whether a request is for a page and not for the API. */
export function isPage({ method }: IncomingMessage, { pathname }: URL): boolean {
  if (pathname === AUTHORIZE) return method === 'GET' || method === 'HEAD' || method === 'POST';
  return (method === 'GET' || method === 'HEAD') && !/^(\/api)?\/v1\//.test(pathname);
}

/**
 * Answers with one of the pages: semantic HTML without scripts, written anew for each request, and for a browser that has
 * shown a key (`PageAccess`). `hosts`: names by which a browser may come, so that a page from elsewhere cannot read them
 * under a name of its own (DNS rebinding).
 */
export async function sendPage(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  hosts: readonly string[],
): Promise<void> {
  const show = (status: number, page: Page, username?: string): void => {
    const text = document(page, username, url.searchParams);
    sendText(request, response, { status, type: 'text/html; charset=utf-8', text, forms: page.forms });
  };
  if (!hosts.includes(url.hostname)) {
    show(403, refusedPage(l10n.t('These pages are not shown under the name {0}.', url.hostname)));
    return;
  }
  switch (url.pathname) {
    case '/sandbox/style.css':
      sendText(request, response, { status: 200, type: 'text/css; charset=utf-8', text: styleSheet() });
      return;
    case '/sandbox/icon.svg':
      sendText(request, response, { status: 200, type: 'image/svg+xml', text: ICON });
      return;
  }
  const admission = services.access.admit(request, url);
  if (admission.kind === 'out') {
    // A cookie that is for this site alone does not come along with a click elsewhere, but when the page loads itself.
    const isClick = request.method === 'GET' && request.headers['sec-fetch-site'] === 'cross-site';
    show(403, closedPage(admission.why, url.origin, isClick && admission.why === 'no-key'));
  } else if (admission.kind === 'entered') {
    sendOn(response, admission.address, admission.cookie);
  } else {
    const [{ username }] = services.store.account.users;
    const opened = await open(services, request, url, username);
    if ('address' in opened) sendOn(response, opened.address);
    else show(opened.status, opened.page, username);
  }
}

/** A page, or the address where the browser goes on. */
type Opened = { readonly status: number; readonly page: Page } | { readonly address: string };

/** What a browser gets that may see pages. */
async function open(
  services: Services,
  request: IncomingMessage,
  url: URL,
  username: string,
): Promise<Opened> {
  if (url.pathname === AUTHORIZE) return await consent(services, request, url, username);
  const page = await findPage(services, url);
  return page === undefined ? { status: 404, page: missingPage(url.pathname) } : { status: 200, page };
}

/** A sign-in (kaggle-api 0.7): asks on the page, and takes the answer from that page alone. @throws ApiError 413 */
async function consent(
  { signIn }: Services,
  request: IncomingMessage,
  url: URL,
  username: string,
): Promise<Opened> {
  const asked = readAsked(url, url.origin + CODE_PAGE);
  if ('refused' in asked) return { status: 400, page: refusedPage(asked.refused) };
  if (request.method !== 'POST') return { status: 200, page: consentPage(asked, username) };
  if (request.headers.origin !== url.origin || !isOwn(request.headers['sec-fetch-site']))
    return { status: 403, page: refusedPage(l10n.t('The answer does not come from the page that asked.')) };
  const answer = (await readForm(request)).get('answer');
  if (answer !== 'allow' && answer !== 'refuse')
    return { status: 400, page: refusedPage(l10n.t('The answer must be "allow" or "refuse".')) };
  return { address: answerTo(asked, signIn, answer === 'allow').href };
}

/** Older browsers do not say where a request comes from. */
function isOwn(site: string | string[] | undefined): boolean {
  return site === undefined || site === 'same-origin';
}

/** The headers keep the address with the code, or with the key, out of what the next page is told. */
function sendOn(response: ServerResponse, address: string, cookie?: string): void {
  const headers = { ...headersOf("'none'"), Location: address };
  const more = defined({ 'Set-Cookie': cookie });
  send(response, 303, 'text/html; charset=utf-8', '', { ...headers, ...more });
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
  /** Where its forms lead; absent: it has none. */
  readonly forms?: string | undefined;
}

function sendText(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, text, forms = "'none'" }: Text,
): void {
  const headers = headersOf(forms);
  if (request.method === 'HEAD') {
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(text),
      ...headers,
    });
    response.end();
  } else {
    send(response, status, type, text, headers);
  }
}

let style: string | undefined;

function styleSheet(): string {
  style ??= readFileSync(join(import.meta.dirname, 'page', 'style.css'), 'utf8');
  return style;
}
