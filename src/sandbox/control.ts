import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { isUserError } from '../base/errors.ts';
import { readJson, sendJson } from './answers.ts';
import { ApiError, invalid, notFound } from './api-error.ts';
import { authenticate } from './auth.ts';
import type { ActiveFault, Faults } from './faults/faults.ts';
import type { User } from './records.ts';
import { unauthenticated } from './rpc/rpc.ts';
import type { Services } from './services.ts';

const PATH = '/sandbox/faults';
const newFault = z.object({ fault: z.string() });

/** Whether a request is for the control endpoint, which Kaggle does not have. */
export function isControl(url: URL): boolean {
  return url.pathname === PATH || url.pathname.startsWith(`${PATH}/`);
}

/** Who sends the request. */
export function callerOf(
  { store, signIn }: Pick<Services, 'store' | 'signIn'>,
  request: IncomingMessage,
): User | 'anonymous' | undefined {
  return authenticate(request.headers.authorization, store.account, (token) => signIn.grantOf(token)?.user);
}

/**
 * Faults at run time, with the credentials of the API: `GET /sandbox/faults` lists them, `POST` with `{"fault": "SPEC"}`
 * sets one, `DELETE` clears them all, `DELETE /sandbox/faults/<id>` one.
 * @throws ApiError 400 (no fault; its sentence says why), 401, 404, 405
 */
export async function answerControl(
  services: Pick<Services, 'store' | 'signIn' | 'faults'>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (typeof callerOf(services, request) !== 'object') throw unauthenticated();
  const id = url.pathname.slice(PATH.length + 1);
  const { faults } = services;
  switch (id === '' ? request.method : `${request.method ?? ''} one`) {
    case 'GET':
      sendJson(response, 200, { faults: faults.list() });
      break;
    case 'POST':
      sendJson(response, 200, add(faults, await readJson(request)));
      break;
    case 'DELETE':
      sendJson(response, 200, { cleared: faults.clear() });
      break;
    case 'DELETE one':
      if (faults.clear(Number(id)) === 0) throw notFound(`There is no fault ${id}`);
      sendJson(response, 200, { cleared: 1 });
      break;
    default:
      throw new ApiError(405, `${request.method ?? ''} is not understood here`);
  }
}

function add(faults: Faults, body: unknown): ActiveFault {
  const parsed = newFault.safeParse(body);
  if (!parsed.success) throw invalid('The body must be {"fault": "SPEC"}');
  try {
    return faults.add(parsed.data.fault);
  } catch (error) {
    if (isUserError(error, 'wrong-usage')) throw invalid(error.message);
    throw error;
  }
}
