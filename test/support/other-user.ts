import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The user `nobody` of Linux. */
const NOBODY = 65534;

/** Whether this process may start one of another user. */
export const canBeStranger = process.getuid?.() === 0;

/**
 * Runs a program text of Node.js as another user of this machine, who knows nothing but its arguments. Where this
 * process may not change users it runs as this one: what is asked over the network makes no difference between them.
 * @returns what it printed. @throws where it ends with an error.
 */
export async function asStranger(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, ['--input-type=commonjs', '-e', script, ...args], {
    cwd: '/',
    env: {},
    maxBuffer: 64e6,
    ...(canBeStranger && { uid: NOBODY, gid: NOBODY }),
  });
  return stdout;
}

export interface StrangerRequest {
  readonly method?: string;
  /** Path and query, sent as it stands. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface StrangerAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ASK = `
const { request } = require('node:http');
const [origin, text] = process.argv.slice(1);
const { hostname, port } = new URL(origin);
const one = ({ method = 'GET', path, headers = {}, body = '' }) => new Promise((resolve, reject) => {
  const asking = request({ hostname: hostname.replace(/[\\[\\]]/g, ''), port, method, path, headers, agent: false }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({
      status: response.statusCode, location: response.headers.location, cookies: response.headers['set-cookie'] ?? [],
      headers: response.headers, body: Buffer.concat(chunks).toString('utf8'),
    }));
    response.on('error', reject);
  });
  asking.on('error', reject);
  asking.end(body);
});
(async () => {
  const answers = [];
  for (const each of JSON.parse(text)) answers.push(await one(each));
  process.stdout.write(JSON.stringify(answers));
})();
`;

/** Asks as another user, one after the other; follows nothing. */
export async function strangerAsks(
  origin: string,
  ...requests: readonly StrangerRequest[]
): Promise<readonly StrangerAnswer[]> {
  return JSON.parse(await asStranger(ASK, origin, JSON.stringify(requests))) as StrangerAnswer[];
}

const READ = `
const { readFileSync, readdirSync, statSync } = require('node:fs');
for (const path of process.argv.slice(1))
  try {
    process.stdout.write((statSync(path).isDirectory() ? readdirSync(path).join() : readFileSync(path, 'utf8')) + '\\n');
  } catch (error) {
    process.stdout.write(error.code + '\\n');
  }
`;

/** What another user reads at each path: a file's text, a folder's names, or the error's code. */
export async function strangerReads(...paths: readonly string[]): Promise<readonly string[]> {
  return (await asStranger(READ, ...paths)).trimEnd().split('\n');
}

const LISTEN = `
const [port, ...hosts] = process.argv.slice(1);
const one = (host) => new Promise((resolve) => {
  const server = require('node:net').createServer();
  server.on('error', ({ code }) => resolve(code));
  server.listen({ port: Number(port), host, ipv6Only: true }, () => server.close(() => resolve('listened')));
});
(async () => { const all = []; for (const host of hosts) all.push(await one(host)); process.stdout.write(all.join()); })();
`;

/** Tries to listen on a port, as another user; `listened` or the error's code for each address. */
export async function strangerListens(port: number, ...hosts: readonly string[]): Promise<readonly string[]> {
  return (await asStranger(LISTEN, String(port), ...hosts)).split(',');
}
