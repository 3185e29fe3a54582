import { deflateSync } from 'node:zlib';

const MOST_COLOURS = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Pure: opaque pixels as a PNG with a palette, some half as large as one without; colours that are rare become the nearest
 * of the 256 that are not. Format: W3C PNG, sections 11.2 and 11.3.2. @param rgba four bytes a pixel.
 */
export function palettePng(rgba: Uint8Array, width: number, height: number): Buffer {
  const { palette, indexOf } = reduced(colours(rgba));
  const stride = width + 1;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 1; x < stride; x += 1, at += 4) rows[y * stride + x] = indexOf(colourAt(rgba, at));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, which are an index into the palette.
  header.set([8, 3, 0, 0, 0], 8);
  const entries = Buffer.from(palette.flatMap(channels));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', entries),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colours(rgba: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = colourAt(rgba, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

function reduced(counts: ReadonlyMap<number, number>): {
  palette: number[];
  indexOf: (colour: number) => number;
} {
  const byCount = [...counts].sort(([a, many], [b, few]) => few - many || a - b).map(([colour]) => colour);
  // One of each kind first: the yellow of a small sign has few pixels, and no other colour stands for it.
  const kinds = new Map<number, number>();
  for (const colour of byCount) if (!kinds.has(kindOf(colour))) kinds.set(kindOf(colour), colour);
  const palette = [...new Set([...[...kinds.values()].slice(0, MOST_COLOURS / 2), ...byCount])].slice(
    0,
    MOST_COLOURS,
  );
  const indices = new Map(palette.map((colour, index) => [colour, index]));
  return {
    palette,
    indexOf: (colour) => {
      const known = indices.get(colour) ?? nearest(palette, colour);
      indices.set(colour, known);
      return known;
    },
  };
}

/** The three highest bits of each channel. */
function kindOf(colour: number): number {
  return colour & 0xe0e0e0;
}

function nearest(palette: readonly number[], colour: number): number {
  const from = channels(colour);
  let best = 0;
  let least = Infinity;
  for (const [index, candidate] of palette.entries()) {
    const distance = channels(candidate).reduce((sum, value, i) => sum + (value - (from[i] ?? 0)) ** 2, 0);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function colourAt(rgba: Uint8Array, at: number): number {
  return ((rgba[at] ?? 0) << 16) | ((rgba[at + 1] ?? 0) << 8) | (rgba[at + 2] ?? 0);
}

function channels(colour: number): number[] {
  return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** Node.js has one of its own only from 22.2 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
