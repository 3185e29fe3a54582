import type { IncomingMessage, ServerResponse } from 'node:http';
import { send } from './answers.ts';
import { logEntry } from './live-log.ts';
import type { User } from './records.ts';
import { find } from './rpc/kernels.ts';
import type { Services } from './services.ts';

const END = 'END_OF_LOG';

/**
 * `GET /v1/kernels/logs/stream/{owner}/{slug}` (kaggle-api 4.5): events while the latest version runs, from its start
 * and to its end; a JSON array once it has ended.
 * @throws ApiError 403
 */
export async function sendLog(
  services: Services,
  response: ServerResponse,
  path: { readonly owner: string; readonly slug: string },
  user: User,
): Promise<void> {
  const request = { userName: path.owner, kernelSlug: path.slug, versionLabel: '' };
  const { kernel, version } = find(services, request, user, 'kernelSessions.get');
  const live = services.runs.logOf(kernel.id, version.version);
  if (live === undefined) {
    const log = version.log === undefined ? '[]' : await services.store.blobs.text(version.log);
    send(response, 200, 'application/json; charset=utf-8', log);
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  for await (const line of live.follow(gone.signal)) response.write(`data: ${logEntry(line)}\n\n`);
  response.end(`data: ${END}\n\n`);
}

/** Owner and slug of a log path, or undefined when it is none. A version in it is not understood. */
export function logPath(
  request: IncomingMessage,
  pathname: string,
): { readonly owner: string; readonly slug: string } | undefined {
  const [, owner, slug] = /^(?:\/api)?\/v1\/kernels\/logs\/stream\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  if (request.method !== 'GET' || owner === undefined || slug === undefined) return undefined;
  return { owner: decodeURIComponent(owner), slug: decodeURIComponent(slug) };
}
