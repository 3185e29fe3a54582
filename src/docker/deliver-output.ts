import type { Writable } from 'node:stream';
import { LineSplitter } from '../base/lines.ts';
import { Demultiplexer, type OutputStream } from './demultiplex.ts';
import type { RunOutput } from './engine.ts';

/** Takes the bytes of one stream, one chunk at a time. */
interface Taker {
  write(bytes: Buffer): Promise<void> | void;
  end(): Promise<void> | void;
}

/**
 * Delivers a container's framed output until it ends. The next chunk is read only when the last one was taken, so a
 * slow taker slows the container down instead of filling the memory.
 * @returns whether the output was whole; false when it ended inside a frame.
 * @throws what a taker throws, unchanged.
 */
export async function deliverOutput(source: AsyncIterable<Buffer>, output: RunOutput): Promise<boolean> {
  const frames = new Demultiplexer();
  const takers: Record<OutputStream, Taker> = {
    stdout: output.stdout === undefined ? lineTaker('stdout', output) : sinkTaker(output.stdout),
    stderr: lineTaker('stderr', output),
  };
  for await (const chunk of source) {
    for (const piece of frames.push(chunk)) {
      const taken = takers[piece.stream].write(piece.bytes);
      // Waiting for what need not be waited for costs more than the delivery.
      if (taken !== undefined) await taken;
    }
  }
  await takers.stdout.end();
  await takers.stderr.end();
  return frames.isWhole;
}

function lineTaker(stream: OutputStream, output: RunOutput): Taker {
  const lines = new LineSplitter((line) => output.onLine?.(stream, line));
  return { write: (bytes) => lines.push(bytes), end: () => lines.end() };
}

/** Waits when the sink has as much as it wants for now, and notices when it was destroyed meanwhile. */
function sinkTaker(sink: Writable): Taker {
  // The error of a sink reaches us otherwise; an `error` event without a listener would end the program.
  sink.on('error', () => undefined);
  return {
    write: (bytes) => (sink.write(bytes) ? undefined : room(sink)),
    end: () =>
      new Promise((resolve, reject) =>
        sink.end((error?: Error | null) => (error ? reject(sink.errored ?? error) : resolve())),
      ),
  };
}

function room(sink: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      sink.off('drain', settle).off('close', settle);
      if (sink.destroyed) reject(sink.errored ?? new Error('The sink was closed.'));
      else resolve();
    };
    if (sink.destroyed) settle();
    else sink.on('drain', settle).on('close', settle);
  });
}
