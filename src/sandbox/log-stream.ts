import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodedParts, send } from './answers.ts';
import { Injected } from './faults/injected.ts';
import { findKernel, type KernelRef } from './kernel-lookup.ts';
import { type LiveLog, logEntry } from './live-log.ts';
import type { User } from './records.ts';
import type { Services } from './services.ts';

const END = 'END_OF_LOG';

/**
 * `GET /v1/kernels/logs/stream/{owner}/{slug}` and its RPC twin (kaggle-api 4.5): events while the version runs, from its
 * start and to its end; a JSON array once it has ended.
 * @throws ApiError 403, 404; Injected
 */
export async function sendLog(
  services: Pick<Services, 'store' | 'runs' | 'faults'>,
  response: ServerResponse,
  ref: KernelRef,
  user: User,
): Promise<void> {
  const { store, runs, faults } = services;
  const refused = faults.take('log', ({ entries }) => (entries === undefined ? 0 : undefined));
  if (refused !== undefined) throw new Injected(refused.effect);
  const { kernel, version } = findKernel(store, ref, user, 'kernelSessions.get');
  const live = runs.logOf(kernel.id, version.version);
  if (live !== undefined) {
    await sendLive(services, response, live);
    return;
  }
  const log = version.log === undefined ? '[]' : await store.blobs.text(version.log);
  send(response, 200, 'application/json; charset=utf-8', log);
}

async function sendLive(
  { faults }: Pick<Services, 'faults'>,
  response: ServerResponse,
  live: LiveLog,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  let sent = 0;
  for await (const line of live.follow(gone.signal)) {
    const cut = faults.take('log', ({ entries }) => (entries === sent ? 0 : undefined));
    if (cut !== undefined) throw new Injected(cut.effect);
    await new Promise<void>((resolve) => response.write(`data: ${logEntry(line)}\n\n`, () => resolve()));
    sent += 1;
  }
  response.end(`data: ${END}\n\n`);
}

/** Owner and slug of a log path, or undefined when it is none. A version in it is not understood. */
export function logPath(request: IncomingMessage, pathname: string): KernelRef | undefined {
  const [, place] = /^(?:\/api)?\/v1\/kernels\/logs\/stream\/([^/]+\/[^/]+)$/.exec(pathname) ?? [];
  const [owner, slug] = decodedParts(place ?? '') ?? [];
  if (request.method !== 'GET' || owner === undefined || slug === undefined) return undefined;
  return { userName: owner, kernelSlug: slug, versionLabel: '' };
}
