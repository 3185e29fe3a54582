import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from './format.ts';
import { parseJson } from './json.ts';
import { ownProgram } from './programs.ts';

/** A file is no Parquet file, a damaged one, or one that is made to fill memories. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';
}

/** How it begins, and ends. */
const MARK = 'PAR1';
/** Its columns and rows are read by hyparquet, which trusts a file to be what it says. */
const MEMORY_MEGABYTES = 1000;
const SILENT_SECONDS = 120;
const PORTION_CHARACTERS = 200_000;
const LONGEST_ROW_CHARACTERS = 10_000_000;
/** A table shrinks to a fifth or a twentieth. What grows so much more is made to fill memories and disks. */
const HARMLESS_CHARACTERS = 100_000_000;
const MAX_RATIO = 200;

/**
 * The rows of a Parquet file in portions, its values as the text that they have in a CSV file; the first is the header, and
 * comes alone. The file is read in a process of its own, whose memory is bounded and whose end is no harm (decision 29).
 * @throws ParquetError; errors of the file system.
 */
export async function* parquetRows(path: string): AsyncGenerator<readonly (readonly string[])[]> {
  const size = await sizeOf(path);
  const most = Math.max(HARMLESS_CHARACTERS, MAX_RATIO * size);
  const limits = [PORTION_CHARACTERS, LONGEST_ROW_CHARACTERS, most].map(String);
  const script = join(import.meta.dirname, 'scripts', 'read-parquet.mjs');
  const child = ownProgram(script, [path, ...limits], MEMORY_MEGABYTES);
  const ended = new Promise<unknown>((resolve) => child.on('error', resolve).on('exit', resolve));
  const watch = setTimeout(() => child.kill('SIGKILL'), SILENT_SECONDS * 1000);
  try {
    for await (const line of lines(child.stdout)) {
      watch.refresh();
      yield readPortion(line);
    }
    const end = await ended;
    if (child.signalCode === 'SIGKILL') throw new ParquetError(l10n.t('reading it comes to no end'));
    if (end instanceof Error) throw end;
    if (end !== 0)
      throw new ParquetError(
        l10n.t('reading it takes more memory than {0}', formatBytes(1e6 * MEMORY_MEGABYTES)),
      );
  } finally {
    clearTimeout(watch);
    child.kill('SIGKILL');
  }
}

/** @throws ParquetError for a file that does not even begin as one. */
async function sizeOf(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK.length), 0, MARK.length, 0);
    if (buffer.toString('latin1', 0, bytesRead) !== MARK)
      throw new ParquetError(l10n.t('it is no Parquet file, or a damaged one'));
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

function readPortion(line: string): string[][] {
  const portion = parseJson(line) as string[][] | { readonly problem: string } | undefined;
  if (Array.isArray(portion)) return portion;
  throw new ParquetError(l10n.t('it is no Parquet file, or a damaged one ({0})', portion?.problem ?? line));
}

/** Without a limit for a line: the program has one. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      rest = [];
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
  }
}
