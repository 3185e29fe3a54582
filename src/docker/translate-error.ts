import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { DISK_FULL } from '../base/files.ts';
import {
  type ErrorAction,
  isCancelled,
  isUserError,
  messageOf,
  systemCode,
  UserError,
} from '../base/errors.ts';

/** What was being asked of the engine. */
export interface Attempt {
  /** The sentence that says what failed. */
  readonly failure: string;
  /** Knows what certain answers mean here; undefined for all others. */
  readonly explain?: (answer: EngineAnswer) => UserError | undefined;
  /** What to do when it fails for another reason, the likeliest first; absent: what helps an engine that is not well. */
  readonly remedies?: readonly [ErrorAction, ...ErrorAction[]];
}

/** The engine answered, and the answer is an error. */
export interface EngineAnswer {
  /** HTTP status; undefined for an error line inside a stream that began with 200. */
  readonly status: number | undefined;
  /** The engine's own words. */
  readonly message: string;
  readonly cause: unknown;
}

/** An error line in a stream whose status was 200: the engine's way of failing late (docker-julia section 5). */
export class EngineStreamError extends Error {
  override readonly name = 'EngineStreamError';
}

/**
 * Turns what dockerode throws into UserError; UserError, CancelledError and errors that did not come from the engine
 * (bugs) are returned as they are.
 */
export function translateError(error: unknown, address: string, attempt: Attempt): unknown {
  if (isUserError(error) || isCancelled(error)) return error;
  const answer = engineAnswer(error);
  if (answer !== undefined)
    return diskFull(answer) ?? attempt.explain?.(answer) ?? engineFailed(answer, attempt);
  // No answer: the transport failed. Node.js gives such errors a code; an error without one is a bug of ours.
  return systemCode(error) === undefined ? error : engineUnreachable(address, error);
}

const dockerodeError = z.object({
  statusCode: z.number(),
  message: z.string(),
  json: z.catch(z.object({ message: z.string() }), { message: '' }),
});

/** dockerode's error as the engine's answer; undefined when the engine did not answer at all. */
function engineAnswer(error: unknown): EngineAnswer | undefined {
  if (error instanceof EngineStreamError) return { status: undefined, message: error.message, cause: error };
  const parsed = dockerodeError.safeParse(error);
  if (!parsed.success) return undefined;
  const { statusCode, json, message } = parsed.data;
  // For streams dockerode keeps the engine's words only inside its own sentence: "(HTTP code 404) reason - words ".
  const words = json.message === '' ? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim() : json.message;
  return { status: statusCode, message: words, cause: error };
}

/** The HTTP status of the engine's answer, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  return engineAnswer(error)?.status;
}

/** What the engine answers, or undefined when it says that there is no such thing. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * A full disk has no status or code of its own: the engine answers 500, or sends an error line, and only the text tells
 * (docker-julia section 5). Besides remedies for Podman this is the one place where the text of an answer decides.
 */
function diskFull(answer: EngineAnswer): UserError | undefined {
  if (!DISK_FULL.test(answer.message)) return undefined;
  return new UserError({
    code: 'disk-full',
    title: l10n.t('The disk of the Docker engine is full.'),
    detail: answer.message,
    actions: [
      {
        title: l10n.t(
          'Free some space there, for example with `docker system prune`, and run again; finished stages are kept.',
        ),
      },
    ],
    cause: answer.cause,
  });
}

/** What to do when an engine fails for no reason that is known. */
export function anUnwellEngine(): ErrorAction {
  return { title: l10n.t('Run again. If it stays, restart the Docker engine and look into its log.') };
}

/** Pure: what Podman lacks on a machine where its packages were installed without what they recommend, or with low limits. */
function ofPodman(message: string): [ErrorAction] | undefined {
  if (message.includes('container-init binary not found'))
    return [{ title: l10n.t('Install catatonit where Podman runs: its `--init` needs it.') }];
  if (/setrlimit.*RLIMIT_/.test(message))
    return [
      {
        title: l10n.t(
          'Give Podman limits that its machine allows: default_ulimits in the section [containers] of containers.conf.',
        ),
        url: 'https://github.com/containers/common/blob/main/docs/containers.conf.5.md',
      },
    ];
  return undefined;
}

function engineFailed(answer: EngineAnswer, attempt: Attempt): UserError {
  return new UserError({
    code: 'engine-failed',
    title: attempt.failure,
    detail:
      answer.status === undefined
        ? l10n.t('It says: {0}', answer.message)
        : l10n.t('It says (status {0}): {1}', answer.status, answer.message),
    actions: attempt.remedies ?? ofPodman(answer.message) ?? [anUnwellEngine()],
    cause: answer.cause,
  });
}

/** The engine did not answer a call. */
function engineUnreachable(address: string, cause: unknown): UserError {
  return new UserError({
    code: 'engine-unreachable',
    title: l10n.t('The Docker engine does not answer.'),
    detail: `${address}: ${refusalInWords(cause)}`,
    actions: [
      {
        title: l10n.t('Start the Docker engine (or Docker Desktop) and run again; finished stages are kept.'),
        command: 'start-engine',
      },
    ],
    cause,
  });
}

/**
 * The engine went away while a container of ours was running: its output just ends (docker-julia section 5). The cause
 * may be an `engine-unreachable`, which says nothing of a container.
 */
export function engineStopped(address: string, error?: unknown): UserError {
  const cause = isUserError(error) ? error.cause : error;
  return new UserError({
    code: 'engine-unreachable',
    title: l10n.t('The Docker engine stopped while a container was running.'),
    detail:
      cause === undefined
        ? l10n.t('{0}: no answer any more', address)
        : `${address}: ${refusalInWords(cause)}`,
    actions: [
      {
        title: l10n.t(
          'Start the Docker engine (or Docker Desktop) again and run again; finished stages are kept.',
        ),
        command: 'start-engine',
      },
    ],
    cause,
  });
}

function refusals(): Readonly<Record<string, string>> {
  return {
    ENOENT: l10n.t('no socket there (not installed, or not running)'),
    EACCES: l10n.t('permission denied (your user may not use the socket)'),
    EPERM: l10n.t('permission denied (your user may not use the socket)'),
    ECONNREFUSED: l10n.t('connection refused (the engine is not running)'),
    ECONNRESET: l10n.t('the connection was cut'),
    EPIPE: l10n.t('the connection was cut'),
    ENOTFOUND: l10n.t('the host name is not known'),
    EAI_AGAIN: l10n.t('the host name could not be looked up'),
    EHOSTUNREACH: l10n.t('the host cannot be reached'),
    ENETUNREACH: l10n.t('the host cannot be reached'),
    ETIMEDOUT: l10n.t('the host does not answer'),
  };
}

/** Pure: what is no engine may answer with a whole page. */
function inOneLine(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
}

const MOST_CHARACTERS = 200;

/** Why a connection failed, in words. */
export function refusalInWords(error: unknown): string {
  return refusals()[systemCode(error) ?? ''] ?? inOneLine(messageOf(error));
}
