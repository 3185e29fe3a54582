import { Buffer } from 'node:buffer';

/** A file to be put into a zip archive as it is, without compression. */
export interface ZipFile {
  /** Path with `/`. */
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly modified: Date;
}

/** A stretch of an archive: bytes, or the content of the file with that index. */
export type ZipPiece =
  { readonly bytes: number; readonly data: Buffer } | { readonly bytes: number; readonly file: number };

/** From these on a number does not fit the old fields, and the zip64 ones take it. */
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;

const VERSION = 20;
const VERSION_ZIP64 = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** A plain file, rw-r--r--, made on Unix. */
const MADE_BY_UNIX = 3 << 8;
const ATTRIBUTES = 0o100644 * 0x10000;

/**
 * The whole archive as pieces in their order (APPNOTE.TXT 4.3). Sizes and checksums are known beforehand, so its length is
 * known too and any part of it can be made without the rest. Zip64 fields only where they are needed.
 */
export function layOutZip(files: readonly ZipFile[]): ZipPiece[] {
  const pieces: ZipPiece[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [index, file] of files.entries()) {
    const header = localHeader(file);
    directory.push(directoryEntry(file, offset));
    pieces.push({ bytes: header.length, data: header }, { bytes: file.bytes, file: index });
    offset += header.length + file.bytes;
  }
  const list = Buffer.concat(directory);
  const end = endOfDirectory(files.length, list.length, offset);
  return [...pieces, { bytes: list.length, data: list }, { bytes: end.length, data: end }];
}

/** Bytes of the whole archive. */
export function zipBytes(pieces: readonly ZipPiece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}

function localHeader(file: ZipFile): Buffer {
  const name = Buffer.from(file.name);
  const large = file.bytes >= MAX_32;
  const extra = large ? zip64Extra([file.bytes, file.bytes]) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(large ? VERSION_ZIP64 : VERSION, 4);
  writeCommon(head, 6, file, name.length, extra.length);
  return Buffer.concat([head, name, extra]);
}

function directoryEntry(file: ZipFile, offset: number): Buffer {
  const name = Buffer.from(file.name);
  const sizes = file.bytes >= MAX_32 ? [file.bytes, file.bytes] : [];
  const large = [...sizes, ...(offset >= MAX_32 ? [offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const version = large.length > 0 ? VERSION_ZIP64 : VERSION;
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(MADE_BY_UNIX | version, 4);
  head.writeUInt16LE(version, 6);
  writeCommon(head, 8, file, name.length, extra.length);
  head.writeUInt32LE(ATTRIBUTES, 38);
  head.writeUInt32LE(Math.min(offset, MAX_32), 42);
  return Buffer.concat([head, name, extra]);
}

/** The fields that both kinds of entry have in the same order, from the flags on. */
function writeCommon(head: Buffer, at: number, file: ZipFile, nameBytes: number, extraBytes: number): void {
  const { date, time } = dosTime(file.modified);
  const size = Math.min(file.bytes, MAX_32);
  head.writeUInt16LE(FLAGS, at);
  head.writeUInt16LE(0, at + 2);
  head.writeUInt16LE(time, at + 4);
  head.writeUInt16LE(date, at + 6);
  head.writeUInt32LE(file.crc32, at + 8);
  head.writeUInt32LE(size, at + 12);
  head.writeUInt32LE(size, at + 16);
  head.writeUInt16LE(nameBytes, at + 20);
  head.writeUInt16LE(extraBytes, at + 22);
}

function zip64Extra(numbers: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  for (const [index, number] of numbers.entries()) extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  return extra;
}

function endOfDirectory(files: number, bytes: number, offset: number): Buffer {
  const large = files >= MAX_16 || bytes >= MAX_32 || offset >= MAX_32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files, MAX_16), 8);
  end.writeUInt16LE(Math.min(files, MAX_16), 10);
  end.writeUInt32LE(Math.min(bytes, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  return large ? Buffer.concat([zip64End(files, bytes, offset), end]) : end;
}

/** The zip64 end record and the locator that points to it. */
function zip64End(files: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(files), 24);
  end.writeBigUInt64LE(BigInt(files), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + bytes), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

/** In UTC; two seconds are the finest step, 1980 the first year. */
function dosTime(when: Date): { readonly date: number; readonly time: number } {
  const year = Math.min(Math.max(when.getUTCFullYear(), 1980), 2107);
  return {
    date: ((year - 1980) << 9) | ((when.getUTCMonth() + 1) << 5) | when.getUTCDate(),
    time: (when.getUTCHours() << 11) | (when.getUTCMinutes() << 5) | (when.getUTCSeconds() >> 1),
  };
}
