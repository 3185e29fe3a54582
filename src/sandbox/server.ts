import * as l10n from '@vscode/l10n';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, systemCode, UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { readJson, send, sendJson } from './answers.ts';
import { ApiError, invalid, notFound } from './api-error.ts';
import { answerControl, callerOf, isControl } from './control.ts';
import type { CallFault } from './faults/fault.ts';
import type { Faults } from './faults/faults.ts';
import { Injected, strike } from './faults/injected.ts';
import { logPath, sendLog } from './log-stream.ts';
import { isPage, sendPage } from './pages.ts';
import type { User } from './records.ts';
import { accountMethods } from './rpc/accounts.ts';
import { blobMethods } from './rpc/blobs.ts';
import { competitionMethods } from './rpc/competitions.ts';
import { datasetMethods } from './rpc/datasets.ts';
import { kernelMethods } from './rpc/kernels.ts';
import { type Answer, type Methods, Streamed, unauthenticated } from './rpc/rpc.ts';
import { modelMethods } from './rpc/models.ts';
import { securityMethods } from './rpc/security.ts';
import { submissionMethods } from './rpc/submissions.ts';
import type { Services } from './services.ts';

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The services by the name they have in the path (kaggle-api 0.1). */
export function rpcServices(services: Services, image: string): Readonly<Record<string, Methods>> {
  return {
    'competitions.CompetitionApiService': { ...competitionMethods(services), ...submissionMethods(services) },
    'datasets.DatasetApiService': datasetMethods(services),
    'blobs.BlobApiService': blobMethods(services),
    'kernels.KernelsApiService': kernelMethods(services, image),
    'models.ModelApiService': modelMethods(services),
    'security.OAuthService': securityMethods(services),
    'users.AccountService': accountMethods(services),
  };
}

/**
 * Everything that the sandbox answers: the API, the live log, uploads, signed downloads, the control of faults, the
 * sign-in and the pages.
 */
export function createHandler(services: Services, options: HandlerOptions): Handler {
  const table = rpcServices(services, options.image);
  return async (request, response) => {
    const url = addressOf(request);
    try {
      await route({ services, table, request, response, url, options });
    } catch (error) {
      if (!(error instanceof Injected)) throw error;
      strike(response, error.effect, services.clock.now());
    }
  };
}

/** @throws ApiError 400 when the request is for what is no address. */
function addressOf({ url: target = '/', headers }: IncomingMessage): URL {
  const origin = `http://${headers.host ?? 'localhost'}`;
  if (!URL.canParse(target, origin)) throw invalid('The request is for no address');
  return new URL(target, origin);
}

export interface HandlerOptions {
  /** What all notebooks run in. */
  readonly image: string;
  /** Names by which a browser may reach the pages; others may be a trick of a page from elsewhere. */
  readonly hosts: readonly string[];
}

interface Exchange {
  readonly services: Services;
  readonly table: Readonly<Record<string, Methods>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly options: HandlerOptions;
}

async function route(exchange: Exchange): Promise<void> {
  const { services, request, response, url, options } = exchange;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (url.pathname.startsWith('/storage/') && isRead) {
    await services.storage.serve(request, response, url);
  } else if (url.pathname.startsWith('/upload/') && request.method === 'PUT') {
    await services.uploads.receive(request, response, url);
  } else if (isControl(url)) {
    await answerControl(services, request, response, url);
  } else if (isPage(request, url)) {
    await sendPage(services, request, response, url, options.hosts);
  } else {
    await answerApi(exchange);
  }
}

async function answerApi({ services, table, request, response, url }: Exchange): Promise<void> {
  const caller = callerOf(services, request);
  const log = logPath(request, url.pathname);
  if (log === undefined) await reply(response, await call(services, table, request, url, caller));
  else if (typeof caller === 'object') await sendLog(services, response, log, caller);
  else throw unauthenticated();
}

async function call(
  { faults }: Services,
  table: Readonly<Record<string, Methods>>,
  request: IncomingMessage,
  url: URL,
  caller: User | 'anonymous' | undefined,
): Promise<Answer> {
  // `api.kaggle.com/v1/…` and the form of other hosts, `<host>/api/v1/…` (kaggle-api 0.1, 0.2).
  const [, service = '', name = ''] = /^(?:\/api)?\/v1\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? [];
  const methods = Object.hasOwn(table, service) ? table[service] : undefined;
  const method = methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw notFound(`Unknown method ${url.pathname}`);
  if (request.method !== 'POST') throw new ApiError(405, 'Only POST is understood here');
  const body = await readJson(request);
  strikeCall(faults, name, false);
  if (caller === undefined && method.wrongCredential === 'refused') throw unauthenticated();
  const user = typeof caller === 'object' ? caller : undefined;
  const answer = await method.answer(body, { user, origin: url.origin });
  strikeCall(faults, name, true);
  return answer;
}

/** @throws Injected when a fault is set for this call */
function strikeCall(faults: Faults, name: string, after: boolean): void {
  const isMeant = (fault: CallFault): boolean =>
    fault.after === after && (fault.method === '*' || fault.method === name);
  const fault = faults.take('call', (candidate) => (isMeant(candidate) ? 0 : undefined));
  if (fault !== undefined) throw new Injected(fault.effect);
}

async function reply(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer instanceof Streamed) await answer.send(response);
  else if ('json' in answer) sendJson(response, 200, answer.json);
  else send(response, 302, 'text/html; charset=utf-8', '', { Location: answer.redirect });
}

export interface Listening {
  /** `http://127.0.0.1:8001` */
  readonly url: string;
  /** Cuts all connections and waits for what still works on an answer. */
  close(): Promise<void>;
}

/** Opens the port; 0: any that is free. @throws UserError `port-in-use` */
export async function listen(
  handler: Handler,
  host: string,
  port: number,
  logger: Logger,
): Promise<Listening> {
  const answering = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const done = handler(request, response)
      .catch((error: unknown) => refuse(response, error, logger))
      .finally(() => answering.delete(done));
    answering.add(done);
  });
  // Uploads may take long.
  server.requestTimeout = 0;
  await opened(server, host, port);
  return {
    url: urlOf(server.address()),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.all(answering);
    },
  };
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, host, port)));
    server.listen(port, host, () => resolve());
  });
}

function portError(error: Error, host: string, port: number): Error {
  if (!['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(systemCode(error) ?? '')) return error;
  return new UserError({
    code: 'port-in-use',
    title: l10n.t('The sandbox cannot listen on {0} ({1}).', `${host}:${port}`, systemCode(error) ?? ''),
    detail: l10n.t('Another program, perhaps another sandbox, has that port, or it may not be used.'),
    actions: [
      { title: l10n.t('End that program, or choose another port with --port; 0 takes any that is free.') },
    ],
    cause: error,
  });
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

function refuse(response: ServerResponse, error: unknown, logger: Logger): void {
  const known = error instanceof ApiError ? error : new ApiError(500, 'Internal error');
  if (known.status === 500) logger.warn(`sandbox: ${messageOf(error)}`);
  if (response.headersSent || response.destroyed) response.destroy();
  else sendJson(response, known.status, known.body());
}
