import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { panelHtml } from '../../../src/host/panel/page.ts';
import { ROOT } from '../support/setup.ts';
import themes from './themes.json' with { type: 'json' };

export type ThemeName = keyof typeof themes;
export const THEMES = Object.keys(themes) as ThemeName[];

const NONCE = 'dGVzdHM';
const TYPES = { js: 'text/javascript', css: 'text/css' } as const;

export type Place = Parameters<typeof panelHtml>[0]['place'];

export interface PageServer {
  /** The address of the page in this theme, in the side bar or in an editor. */
  url(theme: ThemeName, place?: Place): string;
  close(): Promise<void>;
}

/** Serves the built page as a webview has it: with its content security policy, VS Code's variables and its three calls. */
export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    void answer(url).then(
      ({ type, body }) => response.setHeader('content-type', type).end(body),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Its address is a port's: it does not listen on a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    url: (theme, place = 'view') =>
      `http://127.0.0.1:${port}/?place=${place}&theme=${encodeURIComponent(theme)}`,
    close: () => closed(server),
  };
}

async function answer(url: URL): Promise<{ type: string; body: string }> {
  const file = /^\/(panel\.(js|css))$/.exec(url.pathname);
  if (file?.[1] !== undefined) {
    const body = await readFile(join(ROOT, 'dist', 'webview', file[1]), 'utf8');
    return { type: TYPES[file[2] === 'js' ? 'js' : 'css'], body };
  }
  if (url.pathname !== '/') throw new Error(`There is no ${url.pathname}.`);
  const place = url.searchParams.get('place') === 'editor' ? 'editor' : 'view';
  return { type: 'text/html; charset=utf-8', body: pageIn(url.searchParams.get('theme') ?? '', place) };
}

function pageIn(name: string, place: Place): string {
  const theme = THEMES.find((each) => each === name) ?? 'Dark Modern';
  const page = panelHtml({
    script: '/panel.js',
    style: '/panel.css',
    source: "'self'",
    nonce: NONCE,
    language: 'en',
    title: 'Julia on Kaggle',
    place,
  });
  return page.replace('<body>', `<body><script nonce="${NONCE}">${lent(theme, place)}</script>`);
}

/** What VS Code lends to the page: its variables, its style of the body, its calls. What the page sends is kept. */
function lent(theme: ThemeName, place: Place): string {
  return `
    const { kind, variables } = ${JSON.stringify(themes[theme])};
    document.body.className = kind;
    const style = document.documentElement.style;
    for (const [name, value] of Object.entries(variables)) style.setProperty(name, value);
    style.setProperty('background', 'var(--vscode-${place === 'view' ? 'sideBar' : 'editor'}-background)');
    window.sent = [];
    window.refused = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile, lineNumber }) =>
      window.refused.push([violatedDirective, sourceFile, lineNumber].join(' ')));
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => window.sent.push(message),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
    });`;
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
