import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { fingerprint } from '../../base/hash.ts';
import type { Competitions } from '../competition.ts';
import type { Content } from '../content.ts';
import type { StoredFile } from '../records.ts';
import type { Store } from '../store.ts';
import { layOutZip, zipBytes, type ZipPiece } from './zip-layout.ts';

/** A file on disk that goes into an archive. */
export interface ZippedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** Makes archives of files; remembers the files' checksums, which take a pass over each. */
export class ZipMaker {
  readonly #checksums = new Map<string, number>();

  /** The archive, not compressed: made while it is read, in constant memory, from any place on. */
  async content(files: readonly ZippedFile[]): Promise<Content> {
    const listed = [];
    for (const file of files) listed.push({ ...file, crc32: await this.#checksum(file) });
    const pieces = layOutZip(listed);
    return {
      bytes: zipBytes(pieces),
      modified: new Date(Math.max(0, ...files.map(({ modified }) => modified.getTime()))),
      etag: fingerprint(listed).slice(0, 32),
      headers: { 'Content-Type': 'application/zip' },
      read: (start, end) => Readable.from(read(pieces, files, start, end)),
    };
  }

  async #checksum({ path, bytes, modified }: ZippedFile): Promise<number> {
    const key = `${path}:${bytes}:${modified.getTime()}`;
    const known = this.#checksums.get(key);
    if (known !== undefined) return known;
    let sum = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) sum = crc32(chunk, sum);
    this.#checksums.set(key, sum);
    return sum;
  }
}

async function* read(
  pieces: readonly ZipPiece[],
  files: readonly ZippedFile[],
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const piece of pieces) {
    const from = Math.max(0, start - offset);
    const to = Math.min(piece.bytes - 1, end - offset);
    offset += piece.bytes;
    if (from > to) continue;
    if ('data' in piece) yield piece.data.subarray(from, to + 1);
    else yield* readFile(files[piece.file], from, to);
  }
}

async function* readFile(file: ZippedFile | undefined, start: number, end: number): AsyncGenerator<Buffer> {
  if (file === undefined) return;
  let left = end - start + 1;
  for await (const chunk of createReadStream(file.path, { start, end }) as AsyncIterable<Buffer>) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw new Error(`${file.path} changed while it was sent.`);
}

/** What is given out as one archive: the files of a `competition` (by slug), or of a `dataset` (by id and version). */
export interface ZipSource {
  readonly of: string;
  readonly id: string;
  /** 0 for what has none. */
  readonly version: number;
}

/** The files of an archive; undefined when what they belong to is not there any more. */
export async function filesToZip(
  store: Store,
  competitions: Competitions,
  { of, id, version }: ZipSource,
): Promise<ZippedFile[] | undefined> {
  switch (of) {
    case 'competition':
      return await competitions.get(id)?.publicFiles();
    case 'dataset': {
      const found = store.datasets.get(id)?.versions.find((candidate) => candidate.version === version);
      return found && blobFiles(store, found.files, found.createdAt);
    }
    default:
      return undefined;
  }
}

function blobFiles(store: Store, files: readonly StoredFile[], time: string): ZippedFile[] {
  const modified = new Date(time);
  return files.map(({ name, bytes, sha256 }) => ({ name, bytes, path: store.blobs.path(sha256), modified }));
}
