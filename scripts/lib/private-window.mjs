// The VS Code of `npm start` in a browser: whoever has its token can run anything as this user, so the token is in files
// that nobody else can read, and never an argument, which everybody on the machine can.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/**
 * Starts the server, in a process group of its own: Ctrl+C is for us, and its end reaches every child.
 * @param folder where its token is kept.
 * @returns the process, the promise of its end, and `address(opened, stopped)`, which gives the page's address, or
 * undefined when the server or `stopped` ends first.
 */
export function startServer(program, args, { folder, ...options }) {
  const token = randomBytes(16).toString('hex');
  const file = writePrivately(join(folder, 'connection-token'), token);
  const child = spawn(program, [...args, '--host', '127.0.0.1', '--connection-token-file', file], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = once(child, 'close');
  const address = async (opened, stopped) => {
    const port = await Promise.race([portOf(child), ended, stopped]);
    if (typeof port !== 'string') return undefined;
    return `http://127.0.0.1:${port}/?tkn=${token}&folder=${encodeURIComponent(opened)}`;
  };
  return { child, ended, address };
}

function portOf(child) {
  const lines = createInterface({ input: child.stdout });
  return new Promise((found) => {
    lines.on('line', (line) => {
      const [, port] = /Extension host agent listening on (\d+)/.exec(line) ?? [];
      if (port !== undefined) found(port);
    });
  });
}

/** A page that leads to the address: what opens a browser is given the name of this file. @returns its own address. */
export function pageLeadingTo(address, folder) {
  const quoted = address.replaceAll('&', '&amp;');
  const text = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${quoted}">\n`;
  return pathToFileURL(writePrivately(join(folder, 'open.html'), text)).href;
}

/** A new file: what is there may be somebody else's, or open to be read. */
function writePrivately(path, text) {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}
