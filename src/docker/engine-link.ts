import type Dockerode from 'dockerode';
import { cancellable, type Clock } from '../base/abort.ts';
import { CancelledError } from '../base/errors.ts';
import type { GpuWay } from './engine.ts';
import { type Attempt, translateError } from './translate-error.ts';

/** A way to an engine that has answered. */
export interface EngineLink {
  readonly docker: Dockerode;
  /** Ends every call. */
  readonly signal: AbortSignal;
  /** For people: `unix:///var/run/docker.sock (default)`. */
  readonly address: string;
  /** How long a question that the engine answers at once may take before the engine counts as gone. */
  readonly answerLimitMs: number;
  /** Waits between two looks at a container. */
  readonly clock: Clock;
}

/** Calls of dockerode that take an abort signal although its published types do not say so. */
export interface AbortableCalls {
  ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  df(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

export const ANSWER_LIMIT_MS = 30_000;

/**
 * One call to the engine.
 * @throws UserError or CancelledError, whatever dockerode threw.
 */
export async function ask<T>(link: EngineLink, attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await orAborted(link.signal, work);
  } catch (error) {
    throw translateError(error, link.address, attempt);
  }
}

/**
 * Runs `work`, but throws CancelledError as soon as the signal is aborted: some calls of dockerode take no signal, and
 * an engine that hangs answers no call.
 */
export function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new CancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
    cancellable(signal, work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The answer, or undefined after `ms` without one. The signal given to `work` is aborted then. */
export async function withinMs<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ms);
  try {
    return await orAborted(limit.signal, () => work(limit.signal));
  } catch (error) {
    if (limit.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A created container and what it was created with. */
export interface LentContainer {
  readonly link: EngineLink;
  readonly container: Dockerode.Container;
  /** The way in which it was to get a GPU. */
  readonly gpu: GpuWay | undefined;
}
