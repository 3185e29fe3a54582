import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/abort.ts';
import { send, sendFile } from './answers.ts';
import { same } from './auth.ts';
import type { Competitions } from './competition.ts';
import type { Store } from './store.ts';

/** How long a signed URL is good for. */
const URL_LIFE_MS = 3600 * 1000;

/** What a signed URL leads to. The last part of `name` is the last part of the URL (kaggle-api 1.4). */
export type StoredObject =
  | { readonly kind: 'blob'; readonly sha256: string; readonly name: string }
  | { readonly kind: 'competition'; readonly slug: string; readonly name: string };

/** Signed URLs that give out stored files without a credential, like Google Cloud Storage's. */
export class Storage {
  /** md5 by path, size and time: it is asked for anew with every range of a file. */
  readonly #md5 = new Map<string, string>();

  constructor(
    private readonly store: Store,
    private readonly competitions: Competitions,
    private readonly clock: Clock,
  ) {}

  signedUrl(origin: string, object: StoredObject): string {
    const holder = object.kind === 'blob' ? object.sha256 : object.slug;
    const path = ['storage', object.kind, holder, ...object.name.split('/')]
      .map(encodeURIComponent)
      .join('/');
    const expires = String(this.clock.now() + URL_LIFE_MS);
    return `${origin}/${path}?Expires=${expires}&X-Goog-Signature=${this.#sign(`/${path}`, expires)}`;
  }

  /** Answers a request below `/storage/`. */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const expires = url.searchParams.get('Expires') ?? '';
    const signature = url.searchParams.get('X-Goog-Signature') ?? '';
    if (!same(this.#sign(url.pathname, expires), signature)) {
      refuse(response, 403, 'SignatureDoesNotMatch');
      return;
    }
    if (Number(expires) < this.clock.now()) {
      refuse(response, 400, 'ExpiredToken');
      return;
    }
    const path = await this.#find(url.pathname);
    if (path === undefined) refuse(response, 404, 'NoSuchKey');
    else await this.#send(request, response, path);
  }

  async #send(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const md5 = await this.#md5Of(path);
    await sendFile(request, response, {
      path,
      etag: md5.toString('hex'),
      headers: { 'Content-Type': 'application/octet-stream', 'X-Goog-Hash': `md5=${md5.toString('base64')}` },
    });
  }

  async #find(pathname: string): Promise<string | undefined> {
    const [, , kind = '', holder = '', ...name] = pathname.split('/').map(decodeURIComponent);
    if (kind === 'competition') return await this.competitions.get(holder)?.publicPath(name.join('/'));
    const path = this.store.blobs.path(holder);
    return (await stat(path).catch(() => undefined)) === undefined ? undefined : path;
  }

  async #md5Of(path: string): Promise<Buffer> {
    const { size, mtimeMs } = await stat(path);
    const key = `${path}:${size}:${mtimeMs}`;
    const known = this.#md5.get(key);
    if (known !== undefined) return Buffer.from(known, 'hex');
    const hash = createHash('md5');
    await pipeline(createReadStream(path), hash);
    const md5 = hash.digest();
    this.#md5.set(key, md5.toString('hex'));
    return md5;
  }

  #sign(path: string, expires: string): string {
    return createHmac('sha256', this.store.account.signingSecret).update(`${path}\n${expires}`).digest('hex');
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`;
  send(response, status, 'application/xml; charset=UTF-8', body);
}
