import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes that can be read from any place on. */
export interface Content {
  readonly bytes: number;
  readonly modified: Date;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes from `start` to `end`, both included. */
  read(start: number, end: number): Readable;
}

/** The bytes that go, both ends included; `end` is before `start` when there are none. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers GET and HEAD with a content or the one range that was asked for, as Google Cloud Storage does (kaggle-api 1.4).
 * `cutAt` tells before which byte, if any, the connection is to break.
 */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: Content,
  cutAt: (range: ByteRange) => number | undefined = () => undefined,
): Promise<void> {
  const asked = rangeOf(request.headers.range, content.bytes);
  const headers = {
    ...content.headers,
    'Accept-Ranges': 'bytes',
    'Last-Modified': content.modified.toUTCString(),
    ETag: `"${content.etag}"`,
  };
  if (asked === 'unsatisfiable') {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${content.bytes}`, 'Content-Length': 0 });
    response.end();
    return;
  }
  const range = asked ?? { start: 0, end: content.bytes - 1 };
  const { start, end } = range;
  response.writeHead(asked === undefined ? 200 : 206, {
    ...headers,
    'Content-Length': end - start + 1,
    ...(asked === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${content.bytes}` }),
  });
  if (request.method === 'HEAD' || end < start) response.end();
  else await sendBytes(response, content, range, cutAt(range));
}

async function sendBytes(
  response: ServerResponse,
  content: Content,
  { start, end }: ByteRange,
  cut: number | undefined,
): Promise<void> {
  if (cut === undefined) {
    await pipeline(content.read(start, end), response);
    return;
  }
  if (cut > start) await pipeline(content.read(start, cut - 1), response, { end: false });
  // What was written is to arrive before the connection breaks.
  await new Promise<void>((resolve) => response.write('', () => resolve()));
  response.destroy();
}

/** The range of a `Range` header, with both ends inside the content; undefined: all of it. */
function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start > end ? 'unsatisfiable' : { start, end };
}
