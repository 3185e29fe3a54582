import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface FakeRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** What to answer. */
export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Buffer;
  /** Cuts the connection after this many bytes of the body; 0: before any answer. */
  readonly cutAfter?: number;
  /** With `cutAfter`: cuts only then, e.g. when the client has the bytes; what is on its way would be lost, too. */
  readonly cutWhen?: Promise<unknown>;
  /** Answers nothing and keeps the connection open. */
  readonly silent?: boolean;
}

export type FakeHandler = FakeReply | ((request: FakeRequest) => FakeReply | Promise<FakeReply>);

/** A Kaggle on loopback whose every answer the test programs. */
export class FakeKaggle {
  readonly requests: FakeRequest[] = [];
  readonly #server: Server;
  readonly #handlers: { readonly matches: (path: string) => boolean; readonly queue: FakeHandler[] }[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<FakeKaggle> {
    const fake = new FakeKaggle();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The fake is not listening.');
    return `http://127.0.0.1:${address.port}`;
  }

  /**
   * Answers calls of a method, e.g. `GetDataset`: the first call with the first handler and so on, further calls with
   * the last one. Programming a method again replaces what it answered.
   */
  on(method: string, ...queue: FakeHandler[]): this {
    return this.#add((path) => path.endsWith(`/${method}`), queue);
  }

  /** Answers requests whose path begins so. */
  onPath(prefix: string, ...queue: FakeHandler[]): this {
    return this.#add((path) => path.startsWith(prefix), queue);
  }

  /** The calls of a method so far. */
  calls(method: string): readonly FakeRequest[] {
    return this.requests.filter(({ path }) => path.endsWith(`/${method}`));
  }

  /** The requests so far whose path begins so. */
  requestsTo(prefix: string): readonly FakeRequest[] {
    return this.requests.filter(({ path }) => path.startsWith(prefix));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #add(matches: (path: string) => boolean, queue: FakeHandler[]): this {
    this.#handlers.unshift({ matches, queue: [...queue] });
    return this;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await received(incoming);
    this.requests.push(request);
    const queue = this.#handlers.find(({ matches }) => matches(request.path))?.queue;
    const handler = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    const unknown = { status: 418, body: `The test programs no answer to ${request.path}.` };
    reply(response, typeof handler === 'function' ? await handler(request) : (handler ?? unknown));
  }
}

async function received(incoming: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, body, json: parse(body) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, answer: FakeReply): void {
  const { status = 200, headers = {}, json, body, cutAfter, cutWhen, silent } = answer;
  if (silent === true) return;
  if (cutAfter === 0) {
    response.destroy();
    return;
  }
  const content = json === undefined ? Buffer.from(body ?? '') : Buffer.from(JSON.stringify(json));
  const type = json === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, 'Content-Length': content.length, ...headers });
  if (cutAfter === undefined) {
    response.end(content);
    return;
  }
  response.write(content.subarray(0, cutAfter), () => {
    void Promise.resolve(cutWhen).then(() => response.destroy());
  });
}
