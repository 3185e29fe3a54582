import { Readable } from 'node:stream';
import { throwIfAborted } from '../base/abort.ts';
import type { EngineLink } from './engine-link.ts';
import { type Attempt, translateError } from './translate-error.ts';

/** dockerode's stream as a Node.js Readable. */
export function asReadable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}

/**
 * The chunks of a stream of the engine; its errors are translated, and when the signal is aborted CancelledError is
 * thrown (the stream itself says `ECONNRESET aborted`). Ending early destroys the stream.
 */
export async function* chunksOf(
  stream: Readable,
  { address, signal }: Pick<EngineLink, 'address' | 'signal'>,
  attempt: Attempt,
): AsyncGenerator<Buffer> {
  const onAbort = (): void => void stream.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const chunks: AsyncIterable<Buffer> = stream;
    for await (const chunk of chunks) yield chunk;
    throwIfAborted(signal);
  } catch (error) {
    throwIfAborted(signal);
    throw translateError(error, address, attempt);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stream.destroy();
  }
}
