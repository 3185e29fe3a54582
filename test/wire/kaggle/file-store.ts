import type { FakeKaggle, FakeReply, FakeRequest } from '../../support/fake-kaggle.ts';

/** What the store does with one PUT, instead of its duty. `keep`: how many of the bytes sent it keeps all the same. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly keep?: number; readonly retryAfter?: string }
  | { readonly kind: 'cut'; readonly keep?: number }
  | { readonly kind: 'partial'; readonly keep: number }
  | { readonly kind: 'gone'; readonly status: 404 | 410 }
  | { readonly kind: 'premature' };

interface Session {
  readonly size: number;
  content: Buffer;
  complete: boolean;
  /** Bytes that the client was told to be safe. */
  acknowledged: number;
}

/** A file store with resumable sessions, as Kaggle hands them out, that fails as the test says. */
export class FileStore {
  /** In the order of the PUTs; undefined does its duty. */
  readonly faults: (Fault | undefined)[] = [];
  /** What the client did wrong. */
  readonly complaints: string[] = [];
  readonly #sessions = new Map<string, Session>();
  readonly #fake: FakeKaggle;

  constructor(fake: FakeKaggle) {
    this.#fake = fake;
    this.serve();
  }

  /** Answers again, after the test had something else answer. */
  serve(): void {
    this.#fake
      .on('StartBlobUpload', ({ json }) => this.#open(json))
      .onPath('/upload/', (request) => this.#put(request));
  }

  /** The content of a token, when its upload is complete. */
  contentOf(token: string): Buffer | undefined {
    const session = this.#sessions.get(token);
    return session?.complete === true ? session.content : undefined;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  #open(json: unknown): FakeReply {
    const token = `BLOB${this.#sessions.size + 1}`;
    const size = (json as { contentLength?: number }).contentLength ?? 0;
    this.#sessions.set(token, { size, content: Buffer.alloc(0), complete: false, acknowledged: 0 });
    return { json: { token, createUrl: `${this.#fake.url}/upload/${token}?upload_id=secret` } };
  }

  #put({ path, headers, body }: FakeRequest): FakeReply {
    const token = /BLOB\d+/.exec(path)?.[0] ?? '';
    const session = this.#sessions.get(token);
    if (headers.authorization !== undefined) this.complaints.push('A credential was sent.');
    if (session === undefined) return { status: 404 };
    return this.#answer(token, session, this.faults.shift(), headers['content-range'], body);
  }

  #answer(
    token: string,
    session: Session,
    fault: Fault | undefined,
    range: string | undefined,
    body: Buffer,
  ): FakeReply {
    switch (fault?.kind) {
      case 'gone':
        this.#sessions.set(`${token} gone`, session);
        this.#sessions.delete(token);
        return { status: fault.status };
      case 'premature':
        return { status: 200 };
      case 'cut':
        this.#take(session, range, body, fault.keep ?? 0);
        return { cutAfter: 0 };
      case 'status':
        this.#take(session, range, body, fault.keep ?? 0);
        return {
          status: fault.status,
          headers: fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter },
        };
      default:
        this.#take(session, range, body, fault?.keep ?? body.length);
        return this.#state(session);
    }
  }

  #take(session: Session, range: string | undefined, body: Buffer, keep: number): void {
    const { from, to, size } = rangeOf(range, body.length);
    if (size !== session.size) this.complaints.push(`The size is ${session.size}, not ${size}.`);
    if (from === undefined || to === undefined) return;
    if (to - from !== body.length) this.complaints.push(`${body.length} bytes came for ${range ?? ''}.`);
    if (body.length > 0 && from < session.acknowledged)
      this.complaints.push(`${from} was acknowledged before.`);
    if (to !== size && (to - from) % (256 * 1024) !== 0)
      this.complaints.push(`A part of ${to - from} bytes.`);
    if (from !== session.content.length) return;
    session.content = Buffer.concat([session.content, body.subarray(0, keep)]);
    session.complete = session.content.length === session.size;
  }

  #state(session: Session): FakeReply {
    if (session.complete) return { status: 200, json: { size: String(session.size) } };
    session.acknowledged = session.content.length;
    return session.acknowledged === 0
      ? { status: 308 }
      : { status: 308, headers: { Range: `bytes=0-${session.acknowledged - 1}` } };
  }
}

/** `bytes a-b/size`, `bytes *\u002fsize`, or nothing: the whole. */
function rangeOf(range: string | undefined, length: number): { from?: number; to?: number; size: number } {
  if (range === undefined) return { from: 0, to: length, size: length };
  const [, from, last, size] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(range) ?? [];
  if (from === undefined || last === undefined) return { size: Number(size) };
  return { from: Number(from), to: Number(last) + 1, size: Number(size) };
}
