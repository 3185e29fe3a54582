import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, invalid } from './api-error.ts';

/** Large enough for a notebook with pictures in it; files go through uploads. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_FORM_BYTES = 4096;

/** Reads a JSON body; an empty one is an empty object. @throws ApiError 400, 413 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request, MAX_BODY_BYTES);
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('Request body is not JSON');
  }
}

/** Reads what a form of a page sends. @throws ApiError 413 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(request, MAX_FORM_BYTES));
}

async function readText(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new ApiError(413, 'Request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/** Answers with a text of this media type. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** The parts of an address's path without its first slash, decoded; undefined when a `%` in it is none of an encoding. */
export function decodedParts(path: string): readonly string[] | undefined {
  try {
    return path.replace(/^\//, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
