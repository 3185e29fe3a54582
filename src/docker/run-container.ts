import type { Readable } from 'node:stream';
import { isUserError } from '../base/errors.ts';
import { deliverOutput } from './deliver-output.ts';
import type { ExitState, RunOutput } from './engine.ts';
import { ask, type LentContainer, orAborted } from './engine-link.ts';
import { exitState } from './exit-state.ts';
import { gpuFailed } from './gpu-unavailable.ts';
import { asReadable, chunksOf } from './streams.ts';
import { type Attempt, engineStopped, EngineStreamError, translateError } from './translate-error.ts';

const READING: Attempt = { doing: 'read the output of a container' };

/** Attaches, starts, delivers the output and tells how it ended. In this order, or the first output is lost. */
export async function runContainer(lent: LentContainer, output: RunOutput): Promise<ExitState> {
  const { link, container } = lent;
  const options = { stream: true, stdout: true, stderr: true, hijack: true, abortSignal: link.signal };
  const stream = asReadable(await ask(link, READING, () => container.attach(options)));
  try {
    await start(lent);
    // A sink that is stuck does not notice that the run was cancelled.
    const isWhole = await orAborted(link.signal, () => deliverOutput(chunks(stream, lent), output));
    const exit = await exitState(lent);
    if (isWhole) return exit;
    throw new EngineStreamError('it was cut short');
  } catch (error) {
    // Other errors are translated already, or are those of the sink and none of ours.
    throw error instanceof EngineStreamError ? translateError(error, link.address, READING) : error;
  } finally {
    stream.destroy();
  }
}

async function start({ link, container, gpu }: LentContainer): Promise<void> {
  const attempt: Attempt = {
    doing: 'start a container',
    ...(gpu === undefined ? {} : { explain: (answer) => gpuFailed(gpu, answer) }),
  };
  await ask(link, attempt, () => container.start({ abortSignal: link.signal }));
}

async function* chunks(stream: Readable, { link }: LentContainer): AsyncGenerator<Buffer> {
  try {
    yield* chunksOf(stream, link, READING);
  } catch (error) {
    throw isUserError(error, 'engine-unreachable') ? engineStopped(link.address, error) : error;
  }
}
