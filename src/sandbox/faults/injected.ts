import type { ServerResponse } from 'node:http';
import { send } from '../answers.ts';
import { statusName } from '../api-error.ts';
import type { Cut, FalseAnswer } from './fault.ts';

/** Thrown where a fault strikes, so that what is answered otherwise is not. */
export class Injected extends Error {
  override readonly name = 'Injected';
  constructor(readonly effect: Cut | FalseAnswer) {
    super('injected fault');
  }
}

/** Answers, or cuts the connection. `now`: for a date in `Retry-After`, in milliseconds. */
export function strike(response: ServerResponse, effect: Cut | FalseAnswer, now: number): void {
  if (effect.kind === 'cut' || response.headersSent) {
    response.destroy();
    return;
  }
  const { type, text } = bodyOf(effect);
  const status = effect.body === 'inside' ? 200 : effect.status;
  send(response, status, type, text, retryHeader(effect, now));
}

function retryHeader({ retryAfter }: FalseAnswer, now: number): Record<string, string> {
  if (retryAfter === undefined) return {};
  const { seconds, as } = retryAfter;
  return { 'Retry-After': as === 'date' ? new Date(now + seconds * 1000).toUTCString() : String(seconds) };
}

/** The shapes in which errors come (kaggle-api 0.5). */
function bodyOf(effect: FalseAnswer): { readonly type: string; readonly text: string } {
  const code = effect.status;
  const message = effect.message ?? messageOf(code);
  switch (effect.body) {
    case 'nested':
      return json({ error: { code, message, status: statusName(code) } });
    case 'flat':
    case 'inside':
      return json({ code, message });
    case 'html':
      return {
        type: 'text/html; charset=utf-8',
        text: `<!doctype html><html><head><title>${code}</title></head><body><h1>${code}</h1></body></html>\n`,
      };
  }
}

function json(value: object): { readonly type: string; readonly text: string } {
  return { type: 'application/json; charset=utf-8', text: JSON.stringify(value) };
}

function messageOf(status: number): string {
  switch (status) {
    case 401:
      return 'Unauthenticated';
    case 403:
      return "Permission 'sandbox.fault' was denied";
    case 429:
      return 'Too many requests';
    default:
      return status < 500 ? 'Request refused by a fault of the sandbox' : 'Internal error';
  }
}
