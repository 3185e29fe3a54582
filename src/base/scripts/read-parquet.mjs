// Reads a Parquet file, in a process of its own with bounded memory (docs/decisions/0029): whoever wrote the file may have
// made it to fill memories. Prints a line of JSON for each portion of rows, all values as text; the first has the names of
// the columns alone. The last line is {"problem": words} where the file cannot be read.
//
// Arguments: the file; the most characters of a portion, of a row, and of all.
import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path, ...limits] = process.argv.slice(2);
const [PORTION, LONGEST, MOST] = limits.map(Number);
/** Of one group of rows, which is in memory at a time. */
const MOST_CELLS = 40_000_000;
const MOST_COLUMNS = 10_000;

const file = await open(path);
const { size } = await file.stat();
const buffer = {
  byteLength: size,
  async slice(start, end = size) {
    if (!(start >= 0 && start <= end && end <= size)) throw new Error('it points outside of itself');
    const bytes = new Uint8Array(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes.buffer;
  },
};

/** Each unpacks no more than a table can have shrunk by. */
const bounded = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input, length) => {
      if (length > MOST) throw new Error(`${input.length} bytes of it unpack to ${length}`);
      return unpack(input, length);
    },
  ]),
);

/** As tables in CSV mostly have them: a moment without its midnight. */
function moment(ticks, perSecond) {
  const [count, unit] = [BigInt(ticks), BigInt(perSecond)];
  const fraction = ((count % unit) + unit) % unit;
  const date = new Date(Number((count - fraction) / unit) * 1000);
  if (Number.isNaN(date.getTime())) return String(ticks);
  const [day, time] = date.toISOString().split('T');
  const seconds = time.slice(0, 8);
  if (fraction === 0n) return seconds === '00:00:00' ? day : `${day} ${seconds}`;
  const digits = String(fraction).padStart(String(perSecond).length - 1, '0');
  return `${day} ${seconds}.${digits}`;
}

const parsers = {
  timestampFromMilliseconds: (ticks) => moment(ticks, 1e3),
  timestampFromMicroseconds: (ticks) => moment(ticks, 1e6),
  timestampFromNanoseconds: (ticks) => moment(ticks, 1e9),
  dateFromDays: (days) => moment(days * 86_400, 1),
};

function textOf(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'object':
      if (value === null) return '';
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
      if (Array.isArray(value)) return value.map(textOf).join(' ');
      return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));
    default:
      return value === undefined ? '' : String(value);
  }
}

function print(value) {
  const text = Buffer.from(JSON.stringify(value) + '\n');
  for (let at = 0; at < text.length;) at += written(text, at);
}

function written(text, at) {
  try {
    return writeSync(1, text, at);
  } catch (error) {
    // The reader has not taken what came before. What else happens in this process can wait as well.
    if (error.code === 'EAGAIN') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      return 0;
    }
    throw error;
  }
}

async function columnOf(metadata, name, rowStart, rows) {
  const parts = [];
  const onChunk = ({ columnData }) => parts.push(columnData);
  const rowEnd = rowStart + rows;
  await parquetRead({
    ...{ file: buffer, metadata, columns: [name], rowStart, rowEnd, onChunk, parsers },
    compressors: bounded,
  });
  if (parts.reduce((sum, { length }) => sum + length, 0) !== rows)
    throw new Error(`${name} has another number of rows than the file says`);
  return parts.length === 1 ? parts[0] : [].concat(...parts.map((part) => Array.from(part)));
}

/** The names of the columns. */
function columnsOf(metadata) {
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  if (names.length > MOST_COLUMNS) throw new Error(`it has ${names.length} columns`);
  if (new Set(names).size !== names.length) throw new Error('two of its columns have one name');
  const cells = Number(metadata.num_rows) * names.length;
  if (!(cells >= 0 && cells <= MOST))
    throw new Error(`${size} bytes of it are said to hold ${metadata.num_rows} rows`);
  return names;
}

let characters = 0;

function printRows(columns, rows, start) {
  let [portion, length] = [[], 0];
  for (let at = 0; at < rows; at += 1) {
    const values = columns.map((column) => textOf(column[at]));
    const row = values.reduce((sum, value) => sum + value.length + 1, 0);
    characters += row;
    if (row > LONGEST) throw new Error(`row ${start + at + 1} has ${row} characters`);
    if (characters > MOST) throw new Error(`${size} bytes of it unpack to more than ${MOST}`);
    portion.push(values);
    length += row;
    if (length < PORTION) continue;
    print(portion);
    [portion, length] = [[], 0];
  }
  if (portion.length > 0) print(portion);
}

async function main() {
  const metadata = await parquetMetadataAsync(buffer, { parsers, geoparquet: false });
  const names = columnsOf(metadata);
  print([names]);
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    if (!(rows >= 0 && rows * names.length <= MOST_CELLS))
      throw new Error(`a group of its rows has ${rows} rows of ${names.length} columns`);
    if (rows === 0) continue;
    const columns = [];
    for (const name of names) columns.push(await columnOf(metadata, name, start, rows));
    printRows(columns, rows, start);
    start += rows;
  }
  if (start !== Number(metadata.num_rows))
    throw new Error(`it has ${start} rows, and says that it has ${metadata.num_rows}`);
}

try {
  await main();
} catch (error) {
  print({ problem: error.message });
}
