import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { isUserError } from '../base/errors.ts';
import type { ExitState } from './engine.ts';
import { ask, type LentContainer, withinMs } from './engine-link.ts';
import { engineStopped } from './translate-error.ts';

const stateAnswer = z.object({
  State: z.object({ Running: z.boolean(), ExitCode: z.number(), OOMKilled: z.optional(z.boolean()) }),
});
type State = z.infer<typeof stateAnswer>['State'];

/** The pauses between looks at a container whose output has ended; the last one is repeated. */
const PAUSES_MS = [20, 40, 80, 160, 320, 640] as const;
const LONGEST_PAUSE_MS = 1000;

/** SIGKILL and SIGTERM as exit codes. */
const KILLED_EXIT_CODES: ReadonlySet<number> = new Set([137, 143]);
const SHUTDOWN_LOOKS = 4;
const SHUTDOWN_PAUSE_MS = 500;

/**
 * How a container ended whose output has ended; waits for it. The engine's `wait` call is not used: it answers at once
 * before the start, never when the engine is killed, and it does not tell of memory (docker-julia section 5).
 * @throws UserError `engine-unreachable` when the engine stopped meanwhile; CancelledError.
 */
export async function exitState(lent: LentContainer): Promise<ExitState> {
  for (let look = 0; ; look += 1) {
    const { Running, ExitCode, OOMKilled } = await stateOf(lent);
    if (!Running) return unlessShuttingDown(lent, { exitCode: ExitCode, outOfMemory: OOMKilled ?? false });
    await pause(lent, PAUSES_MS[look] ?? LONGEST_PAUSE_MS);
  }
}

/**
 * Ended by a signal that we did not send, and not for its memory: an engine that shuts down does that to its
 * containers first, and answers for a moment longer.
 */
async function unlessShuttingDown(lent: LentContainer, exit: ExitState): Promise<ExitState> {
  if (exit.outOfMemory || !KILLED_EXIT_CODES.has(exit.exitCode)) return exit;
  for (let look = 0; look < SHUTDOWN_LOOKS; look += 1) {
    await pause(lent, SHUTDOWN_PAUSE_MS);
    await stateOf(lent);
  }
  return exit;
}

async function stateOf({ link, container }: LentContainer): Promise<State> {
  try {
    const answer: unknown = await ask(
      link,
      { failure: l10n.t('The Docker engine could not tell how a container ended.') },
      () => withinMs(link.answerLimitMs, (abortSignal) => container.inspect({ abortSignal })),
    );
    if (answer === undefined) throw engineStopped(link.address);
    return stateAnswer.parse(answer).State;
  } catch (error) {
    throw isUserError(error, 'engine-unreachable') ? engineStopped(link.address, error) : error;
  }
}

function pause({ link }: LentContainer, ms: number): Promise<void> {
  return link.clock.sleep(ms, link.signal);
}
