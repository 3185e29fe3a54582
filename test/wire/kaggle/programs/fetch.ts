// Fetches what others published, as test and rehearsal do; a process of its own, to be killed. Arguments as JSON in
// argv[2]. Prints a line for each piece, and one at the end.
import { systemClock } from '../../../../src/base/abort.ts';
import { silentLogger } from '../../../../src/base/logger.ts';
import { fetchInput } from '../../../../src/core/contract/image/fetch-input.ts';
import type { KnownInput } from '../../../../src/core/contract/image/other-inputs.ts';
import type { StageContext } from '../../../../src/core/stage.ts';
import { connectKaggle } from '../../../../src/kaggle/connect.ts';
import { Secret } from '../../../../src/kaggle/secret.ts';

export interface FetchOrder {
  readonly apiUrl: string;
  readonly username: string;
  readonly key: string;
  readonly cache: string;
  readonly input: KnownInput;
}

async function main({ apiUrl, username, key, cache, input }: FetchOrder): Promise<void> {
  const kaggle = connectKaggle({
    ...{ apiUrl, fetch, clock: systemClock, logger: silentLogger, userAgent: 'julia-on-kaggle/test' },
    credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
  });
  // As much of what a stage is lent as fetching takes.
  const context = {
    ports: {
      kaggle: () => Promise.resolve(kaggle),
      inputsFolder: cache,
      clock: systemClock,
      environment: {},
    },
    signal: new AbortController().signal,
    folder: cache,
    anew: false,
    progress: (_: string, done = 0) => void process.stdout.write(`${done}\n`),
    warn: () => undefined,
  } as unknown as StageContext;
  const { files } = await fetchInput(input, context);
  process.stdout.write(`${files[0]?.sha256 ?? ''}\n`);
}

void main(JSON.parse(process.argv[2] ?? '') as FetchOrder);
