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
    for (const piece of frames.push(chunk)) await takers[piece.stream].write(piece.bytes);
  }
  await takers.stdout.end();
  await takers.stderr.end();
  return frames.isWhole;
}

function lineTaker(stream: OutputStream, output: RunOutput): Taker {
  const lines = new LineSplitter((line) => output.onLine?.(stream, line));
  return { write: (bytes) => lines.push(bytes), end: () => lines.end() };
}

/** The callbacks of `write` and `end` tell when the bytes were taken, and also that the sink was destroyed. */
function sinkTaker(sink: Writable): Taker {
  // The error of a sink reaches us by the callbacks; an `error` event without a listener would end the program.
  sink.on('error', () => undefined);
  const settled = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => start((error) => (error ? reject(sink.errored ?? error) : resolve())));
  return {
    write: (bytes) => settled((done) => sink.write(bytes, done)),
    end: () => settled((done) => sink.end(done)),
  };
}
