import { createHash, createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../base/abort.ts';
import { decodedParts, send } from './answers.ts';
import { same } from './auth.ts';
import type { Competitions } from './competition.ts';
import { type Content, sendContent } from './content.ts';
import type { Faults } from './faults/faults.ts';
import { Injected } from './faults/injected.ts';
import type { Store } from './store.ts';
import { filesToZip, ZipMaker, type ZipSource } from './zip/zip-content.ts';

/** How long a signed URL is good for. */
const URL_LIFE_MS = 3600 * 1000;

/** What a signed URL leads to. The last part of `name` is the last part of the URL (kaggle-api 1.4). */
export type StoredObject =
  | { readonly kind: 'blob'; readonly sha256: string; readonly name: string }
  | { readonly kind: 'competition'; readonly slug: string; readonly name: string }
  | { readonly kind: 'zip'; readonly source: ZipSource; readonly name: string };

/** Signed URLs that give out stored files without a credential, like Google Cloud Storage's. */
export class Storage {
  /** md5 by path, size and time: it is asked for anew with every range of a file. */
  readonly #md5 = new Map<string, string>();
  readonly #zips = new ZipMaker();

  constructor(
    private readonly store: Store,
    private readonly competitions: Competitions,
    private readonly clock: Clock,
    private readonly faults: Faults,
  ) {}

  signedUrl(origin: string, object: StoredObject): string {
    const path = ['storage', object.kind, holderOf(object), ...object.name.split('/')]
      .map(encodeURIComponent)
      .join('/');
    const expires = String(this.clock.now() + URL_LIFE_MS);
    return `${origin}/${path}?Expires=${expires}&X-Goog-Signature=${this.#sign(`/${path}`, expires)}`;
  }

  /** Answers a request below `/storage/`. @throws Injected */
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
    const content = await this.#find(url.pathname);
    if (content === undefined) refuse(response, 404, 'NoSuchKey');
    else await this.#send(request, response, content);
  }

  async #send(request: IncomingMessage, response: ServerResponse, content: Content): Promise<void> {
    const refused = this.faults.take('download', ({ byte }) => (byte === undefined ? 0 : undefined));
    if (refused !== undefined) throw new Injected(refused.effect);
    await sendContent(request, response, content, ({ start, end }) => {
      const isInside = (byte: number): boolean => byte >= start && byte <= end;
      return this.faults.take('download', ({ byte = -1 }) => (isInside(byte) ? byte : undefined))?.byte;
    });
  }

  async #find(pathname: string): Promise<Content | undefined> {
    const [, kind = '', holder = '', ...name] = decodedParts(pathname) ?? [];
    switch (kind) {
      case 'competition':
        return await this.#file(await this.competitions.get(holder)?.publicPath(name.join('/')));
      case 'zip':
        return await this.#zip(holder);
      default:
        return await this.#file(this.store.blobs.path(holder));
    }
  }

  async #zip(holder: string): Promise<Content | undefined> {
    const files = await filesToZip(this.store, this.competitions, sourceOf(holder));
    return files && (await this.#zips.content(files));
  }

  async #file(path: string | undefined): Promise<Content | undefined> {
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || found === undefined) return undefined;
    const md5 = await this.#md5Of(path, found.size, found.mtimeMs);
    return {
      bytes: found.size,
      modified: found.mtime,
      etag: md5.toString('hex'),
      headers: { 'Content-Type': 'application/octet-stream', 'X-Goog-Hash': `md5=${md5.toString('base64')}` },
      read: (start, end) => createReadStream(path, { start, end }),
    };
  }

  async #md5Of(path: string, bytes: number, modifiedMs: number): Promise<Buffer> {
    const key = `${path}:${bytes}:${modifiedMs}`;
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

/** The part of the path that says where the object is. */
function holderOf(object: StoredObject): string {
  switch (object.kind) {
    case 'blob':
      return object.sha256;
    case 'competition':
      return object.slug;
    case 'zip':
      return `${object.source.of}.${object.source.id}.${object.source.version}`;
  }
}

function sourceOf(holder: string): ZipSource {
  const [of = '', id = '', version = ''] = holder.split('.');
  return { of, id, version: Number(version) };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`;
  send(response, status, 'application/xml; charset=UTF-8', body);
}
