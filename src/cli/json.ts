import type { UserError } from '../base/errors.ts';
import type { RunEvent } from '../core/events.ts';

/** For programs: the events of a run as they are, errors with all that they carry. */
export function eventJson(event: RunEvent): object {
  return event.kind === 'failed' ? { ...event, error: errorJson(event.error) } : event;
}

export function errorJson({ code, title, detail, actions, places, source }: UserError): object {
  return { code, title, detail, actions, places, source };
}
