import { deliverOutput } from '../../src/docker/deliver-output.ts';
import { readDf } from '../../src/docker/disk.ts';
import { readRunnerLine } from '../../src/docker/notebook-log.ts';
import { PullReader } from '../../src/docker/pull-progress.ts';
import { translateError } from '../../src/docker/translate-error.ts';
import type { Random } from '../random.ts';
import { inChunks, mutateBytes, mutateJson, mutateText } from '../support/mutate.ts';
import type { Reader } from '../support/read-hostile.ts';

const PULL = [
  { status: 'Pulling from library/x', id: 'latest' },
  { status: 'Pulling fs layer', progressDetail: {}, id: 'a1' },
  { status: 'Downloading', progressDetail: { current: 10, total: 100 }, progress: '[=>  ]', id: 'a1' },
  { status: 'Extracting', progressDetail: { current: 10, total: 100 }, id: 'a1' },
  { status: 'Pull complete', progressDetail: {}, id: 'a1' },
  { status: 'Status: Downloaded newer image for x:latest' },
  { errorDetail: { message: 'no space left on device' }, error: 'no space left on device' },
];

/** As the engine's adapter does at its edge. */
function translated(work: () => unknown): unknown {
  const translate = (error: unknown): never => {
    throw translateError(error, 'unix:///x', { failure: 'The Docker engine could not do it.' });
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(translate) : result;
  } catch (error) {
    return translate(error);
  }
}

function pullText(random: Random): string {
  const lines = random.list(random.between(1, 5), () =>
    random.chance(0.7) ? JSON.stringify(random.pick(PULL)) : mutateJson(random, PULL),
  );
  return random.chance(0.2) ? mutateText(random, [lines.join('\r\n')]) : lines.join('\n');
}

function frame(type: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}
const FRAMES = [
  Buffer.concat([frame(1, 'hello\n'), frame(2, 'Precompiling X\n'), frame(1, 'half')]),
  Buffer.concat([frame(1, '\u001b[32m✓\u001b[0m\n'), frame(3, 'the engine failed'), frame(2, '')]),
];

const RUNNER = [
  { stream_name: 'stdout', time: 0.5, data: 'x\n' },
  { result: { state: 'error', error: { name: 'E', message: 'm', cell: 3 } } },
  { result: { state: 'complete' } },
];

/** Readers of what the engine and its containers send. */
export const engineReaders: readonly Reader[] = [
  {
    name: 'the account of a pull',
    make: pullText,
    read: (input, random) =>
      translated(() => {
        const reader = new PullReader(({ doneBytes, totalBytes }) => {
          if (Number.isNaN(doneBytes) || Number.isNaN(totalBytes)) throw new Error('no number of bytes');
        });
        for (const chunk of inChunks(random, input)) reader.push(chunk);
        reader.end();
      }),
  },
  {
    name: 'the framed output of a container',
    make: (random) => mutateBytes(random, FRAMES),
    read: (input, random) =>
      translated(() => deliverOutput(source(inChunks(random, input)), { onLine: () => undefined })),
  },
  {
    name: 'lines of the notebook’s runner',
    make: (random) => mutateJson(random, RUNNER),
    read: (input) => readRunnerLine(String(input)),
  },
  {
    name: 'the output of df',
    make: (random) =>
      mutateText(random, [
        'Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 100 50 50 50% /\n',
      ]),
    read: (input) => readDf(String(input).split('\n')),
  },
];

// eslint-disable-next-line @typescript-eslint/require-await -- an engine's stream comes in its own time, this one at once
async function* source(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
