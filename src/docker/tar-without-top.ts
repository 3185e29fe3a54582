import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Extract, extract, type Header, pack, type Pack } from 'tar-stream';
import { below } from './tar-files.ts';

/** A remote engine gets few bytes, and a local one hardly waits for it. */
const LEVEL = 1;

/**
 * A plain tar stream as one, packed by gzip, of what lies in its folder `top`, to be unpacked in another folder. What goes
 * wrong with the source comes out of it.
 */
export function tarWithoutTop(tar: Readable, top: string): Readable {
  const [entries, archive, packed] = [extract(), pack(), createGzip({ level: LEVEL })];
  const fail = (error: unknown): void => {
    packed.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  const move = async (): Promise<void> => {
    const feeding = pipeline(tar, entries);
    // It comes out of the loop too.
    feeding.catch(() => undefined);
    for await (const entry of entries) await copyEntry(entry, archive, moved(entry.header, top));
    await feeding;
    archive.finalize();
  };
  const packing = pipeline(archive, packed);
  Promise.all([move(), packing]).catch(fail);
  packed.once('close', () => {
    tar.destroy();
    archive.destroy();
  });
  return packed;
}

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

/** What is cut in the middle of an entry ends its source, which the loop over the entries hears of. */
function copyEntry(entry: Entry, archive: Pack, header: Header | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    entry.on('error', reject);
    if (header === undefined) {
      entry.once('close', () => resolve()).resume();
      return;
    }
    const into = archive.entry(header, (error) => {
      if (error) reject(error);
      else resolve();
    });
    into.on('error', reject);
    entry.pipe(into);
  });
}

/** Pure: the header with names below `top`; undefined for the folder itself. */
function moved(header: Header, top: string): Header | undefined {
  const name = below(top, header.name);
  if (name === top) return undefined;
  // A hard link's target is a path in the archive; a symbolic one's is a path from where it lies.
  const linkname = header.type === 'link' ? below(top, header.linkname) : header.linkname;
  const { pax: _, ...plain } = header;
  return { ...plain, name: header.type === 'directory' ? `${name}/` : name, linkname };
}
