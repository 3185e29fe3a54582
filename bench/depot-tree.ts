import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pack } from 'tar-stream';
import { Readable } from 'node:stream';
import type { Engine } from '../src/docker/engine.ts';
import { IMAGE } from './engine.ts';

/** The shape of a depot with a deep-learning stack: mostly small sources, most bytes in libraries and caches. */
const SMALL_FILES = 60_000;
const TOTAL_BYTES = 2_060_000_000;
const SMALL_BYTES = 12_000;
const ROOTS = ['/usr', '/opt', join(import.meta.dirname, '..', 'node_modules')];
const TEXT = new Set(
  '.py .js .mjs .cjs .ts .h .hpp .c .md .json .txt .html .css .toml .yml .yaml .jl .rb .go .rs .java .pl .pm'.split(
    ' ',
  ),
);
type AddFile = (name: string, content: Buffer) => Promise<void>;

const MODIFIED = new Date(1_600_000_000_000);

/**
 * Fills a volume with a tree in the shape of a depot, out of the text files and libraries of this machine: longer texts are
 * cut into several files. What it is made of hangs on the machine, so that only figures of one run compare.
 * @throws Error when the machine has too few files.
 */
export async function makeDepotTree(
  engine: Engine,
  volume: string,
): Promise<{ files: number; bytes: number }> {
  await engine.volume.ensure(volume);
  const made = { files: 0, bytes: 0 };
  const mounts = [{ volume, target: '/root/.julia', readOnly: false }];
  await engine.container.use({ image: IMAGE, command: ['true'], network: 'none', mounts }, (container) =>
    container.putArchive('/root/.julia', treeTar(made)),
  );
  if (made.files < SMALL_FILES || made.bytes < 2e9)
    throw new Error(`This machine has too few files for the tree: ${made.files} files, ${made.bytes} bytes.`);
  return made;
}

function treeTar(made: { files: number; bytes: number }): Readable {
  const archive = pack();
  const add: AddFile = (name, content) =>
    new Promise((resolve, reject) => {
      made.files += 1;
      made.bytes += content.length;
      archive.entry({ name, mtime: MODIFIED, mode: 0o444 }, content, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  void writeTree(add, made).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive, { objectMode: false });
}

async function writeTree(add: AddFile, made: { readonly bytes: number }): Promise<void> {
  const { texts, libraries } = await findFiles();
  let small = 0;
  for (const path of texts) {
    for (const piece of piecesOf(await readFile(path))) {
      if (small === SMALL_FILES) break;
      await add(`${sourceFolder(small)}/${small % 25}_${basename(path).slice(0, 60)}`, piece);
      small += 1;
    }
  }
  for (const [index, path] of libraries.entries()) {
    if (made.bytes >= TOTAL_BYTES) break;
    await add(`${libraryFolder(index)}/${basename(path).slice(0, 60)}`, await readFile(path));
  }
}

function sourceFolder(index: number): string {
  const packageNumber = Math.floor(index / 150);
  return `packages/Package${packageNumber}/aB3x${packageNumber % 7}/src/${Math.floor((index % 150) / 25)}`;
}

function libraryFolder(index: number): string {
  return index % 3 === 0
    ? `compiled/v1.8/Package${index}`
    : `artifacts/${String(index).padStart(40, '0')}/lib`;
}

/** Texts and libraries of this machine, no library twice. */
async function findFiles(): Promise<{ texts: string[]; libraries: string[] }> {
  const texts: string[] = [];
  const libraries = new Map<string, string>();
  for (const root of ROOTS)
    for await (const { path, bytes } of filesBelow(root)) {
      if (TEXT.has(extname(path)) && bytes > 0 && bytes < 1_000_000) texts.push(path);
      else if (bytes > 500_000 && bytes < 200_000_000 && (await isLibrary(path)))
        libraries.set(`${basename(path)} ${bytes}`, path);
    }
  return { texts, libraries: [...libraries.values()] };
}

async function* filesBelow(folder: string): AsyncGenerator<{ path: string; bytes: number }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield { path, bytes: (await lstat(path)).size };
  }
}

async function isLibrary(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === '\x7fELF';
  } finally {
    await file.close();
  }
}

/** A text in pieces of whole lines. */
function piecesOf(text: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < text.length;) {
    const cut = text.lastIndexOf('\n', at + SMALL_BYTES) + 1;
    const end = cut <= at || text.length - at <= SMALL_BYTES ? Math.min(text.length, at + SMALL_BYTES) : cut;
    pieces.push(text.subarray(at, end));
    at = end;
  }
  return pieces;
}
