import { crc32, deflateRawSync } from 'node:zlib';
import { layOutZip } from '../../../src/sandbox/zip/zip-layout.ts';

export interface Packed {
  readonly name: string;
  readonly content: string;
  /** Type and permissions; 0 as an archive made on Windows has it. */
  readonly mode?: number;
  /** In place of the right checksum. */
  readonly crc?: number;
}

/** A compressed zip, as other programs make it: our own writer neither compresses nor writes links. */
export function zipOf(...files: readonly Packed[]): Buffer {
  const modified = new Date('2026-01-01T00:00:00Z');
  const packed = files.map(({ name, content, crc }) => {
    const bytes = deflateRawSync(content);
    return { name, bytes, size: Buffer.byteLength(content), crc: crc ?? crc32(content) };
  });
  const pieces = layOutZip(
    packed.map(({ name, bytes, crc }) => ({ name, bytes: bytes.length, crc32: crc, modified })),
  );
  const archive = Buffer.concat(
    pieces.map((piece) => ('data' in piece ? piece.data : (packed[piece.file]?.bytes ?? Buffer.alloc(0)))),
  );
  let at = archive.indexOf('PK\x01\x02', 0, 'latin1');
  for (const [index, { size }] of packed.entries()) {
    archive.writeUInt16LE(8, at + 10);
    archive.writeUInt32LE(size, at + 24);
    archive.writeUInt32LE((files[index]?.mode ?? 0o100755) * 0x10000, at + 38);
    at = archive.indexOf('PK\x01\x02', at + 4, 'latin1');
  }
  return archive;
}
