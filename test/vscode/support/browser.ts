import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { setUp } from './setup.ts';
import type { VsCodeServer } from './vscode-server.ts';

const SIZE = { width: 1280, height: 800 };

/** Chromium without a window, with what it would ask the internet for turned off. */
export async function launchBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  return chromium.launch({
    executablePath: await setUp('chromium.sh'),
    args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

/** A page for a window of this server, in a browser profile of its own. */
export async function newPage(browser: Browser, { origin }: VsCodeServer): Promise<Page> {
  const context = await browser.newContext({ viewport: SIZE });
  await stayHere(context, origin);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

async function stayHere(context: BrowserContext, origin: string): Promise<void> {
  // Requests that would leave this machine fail at once. Resources of webviews have an address at vscode-cdn.net, but
  // a service worker answers them from the server.
  await context.route(
    ({ protocol, origin: to, hostname }) =>
      protocol.startsWith('http') && to !== origin && !hostname.endsWith('vscode-cdn.net'),
    (route) => route.abort(),
  );
  // Half of the key that encrypts SecretStorage in the browser. Without it a reload of the window loses the secrets.
  await context.route(
    (url) => url.origin === origin && url.pathname.endsWith('/mint-key'),
    (route) => route.fulfill({ body: Buffer.alloc(32, 1) }),
  );
}
