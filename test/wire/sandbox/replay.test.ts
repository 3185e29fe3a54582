import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { ANSWERS, missing, type RecordedRequest, type Scene, SCENES } from './replay-scenes.ts';
import { type ReplayWorld, startWorld } from './replay-worlds.ts';
import { basic } from './support.ts';

interface Answer {
  readonly status: number | 'cut';
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the answers so far gave, by the number of their request. */
type Memory = Map<number, unknown>;

/** Puts in what placeholders stand for; one that is all of a text keeps its type. */
function filled(value: unknown, world: ReplayWorld, memory: Memory): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, world, memory));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, filled(inner, world, memory)]),
    );
  const [, name] = typeof value === 'string' ? (/^\{([a-zA-Z0-9.]+)\}$/.exec(value) ?? []) : [];
  if (name === undefined) return value;
  const [first = '', ...rest] = name.split('.');
  const start = /^\d+$/.test(first) ? memory.get(Number(first)) : world.values[first];
  const found = rest.reduce<unknown>((holder, key) => new Map(Object.entries(holder ?? {})).get(key), start);
  assert.ok(found !== undefined, `nothing is known of ${name}`);
  return found;
}

function authorization(
  { credential }: RecordedRequest,
  { bench, values }: ReplayWorld,
): Record<string, string> {
  const { username, key, token } = bench.sandbox.credentials;
  switch (credential) {
    case undefined:
      return {};
    case 'key':
      return basic({ username, key });
    case 'wrong key':
      return basic({ username, key: 'wrong' });
    case 'token':
      return { Authorization: `Bearer ${token}` };
    case 'dead token':
      return { Authorization: 'Bearer KGAT_dead' };
    case 'access token':
      return { Authorization: `Bearer ${String(values['accessToken'])}` };
  }
}

function contentOf(
  { body, bytes, content }: RecordedRequest,
  world: ReplayWorld,
  memory: Memory,
): Buffer | undefined {
  if (body !== undefined) return Buffer.from(JSON.stringify(filled(body, world, memory)));
  if (bytes === undefined) return undefined;
  return content === undefined ? Buffer.alloc(bytes) : Buffer.from(content);
}

/** Sends a request with its headers as they were, which `fetch` would not. */
async function send(recorded: RecordedRequest, world: ReplayWorld, memory: Memory): Promise<Answer> {
  const url = new URL(String(filled(recorded.path, world, memory)), world.bench.sandbox.url);
  const content = contentOf(recorded, world, memory);
  const isChunked = 'Transfer-Encoding' in recorded.headers;
  const length = content === undefined || isChunked ? {} : { 'Content-Length': content.length };
  const headers = { ...recorded.headers, ...length, ...authorization(recorded, world) };
  return await new Promise((resolve, reject) => {
    const broken = (): void => resolve({ status: 'cut', headers: {}, body: Buffer.alloc(0) });
    const sent = request(url, { method: recorded.method, headers }, (response) => {
      if (response.headers['content-type'] === 'text/event-stream') world.finish();
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    }).on('error', broken);
    Readable.from(content === undefined ? [] : [content]).pipe(sent);
  });
}

/** What later requests may need of an answer. */
function keep({ headers, body }: Answer): unknown {
  if (headers.location !== undefined) return { location: headers.location };
  return headers['content-type']?.startsWith('application/json') === true
    ? JSON.parse(body.toString())
    : undefined;
}

function check(recorded: RecordedRequest, answer: Answer, scene: Scene): void {
  const { method, path, status } = recorded;
  assert.equal(answer.status, status, `${recorded.id} ${path}: ${answer.body.toString('utf8', 0, 200)}`);
  if (recorded.retryAfter !== undefined) assert.equal(answer.headers['retry-after'], recorded.retryAfter);
  if (recorded.range !== undefined) assert.equal(answer.headers.range, recorded.range);
  if (status === 302) assert.ok(answer.headers.location !== undefined);
  if (method === 'GET' && path.endsWith('.location}')) checkStorage(answer, recorded);
  if (method === 'GET' && path.includes('/logs/stream/')) checkLog(answer);
  const shape = ANSWERS[path.split('/').at(-1) ?? ''];
  // An error inside a 200 has the shape of an error.
  if (method !== 'POST' || status !== 200 || scene.variant === '200 with code in body') return;
  assert.ok(shape !== undefined, `no shape for ${path}`);
  assert.deepEqual(missing(JSON.parse(answer.body.toString()), shape), [], path);
}

function checkStorage({ headers, body }: Answer, { status, headers: asked }: RecordedRequest): void {
  if (status !== 200 && status !== 206) return;
  assert.equal(Number(headers['content-length']), body.length);
  assert.equal(headers['accept-ranges'], 'bytes');
  assert.ok(!Number.isNaN(Date.parse(headers['last-modified'] ?? '')));
  if (asked['Range'] !== undefined) assert.match(headers['content-range'] ?? '', /^bytes 1000-23431\/23432$/);
}

function checkLog({ headers, body }: Answer): void {
  assert.equal(headers['content-type'], 'text/event-stream');
  assert.match(body.toString(), /^data: \{"stream_name":"stdout","time":[\d.]+,"data":"hello\\n"\}\n\n/);
  assert.match(body.toString(), /\n\ndata: END_OF_LOG\n\n$/);
}

describe("sandbox: replays the official client's", () => {
  for (const scene of SCENES) {
    const first = scene.requests[0]?.id ?? 0;
    const variant = scene.variant === undefined ? '' : ` (${scene.variant})`;
    it(`${first}: ${scene.command}${variant}`, async () => {
      const world = await startWorld(scene);
      const memory: Memory = new Map();
      for (const recorded of scene.requests) {
        const answer = await send(recorded, world, memory);
        check(recorded, answer, scene);
        memory.set(recorded.id, keep(answer));
      }
      world.finish();
    });
  }

  it('requests, 139 of them', () => {
    const ids = SCENES.flatMap(({ requests }) => requests.map(({ id }) => id));
    assert.deepEqual([ids.length, new Set(ids).size], [139, 139]);
  });
});
