import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type * as z from 'zod/mini';
import { readAnswer } from '../../src/kaggle/answer.ts';
import { EventStream } from '../../src/kaggle/event-stream.ts';
import { lineOf, parseNotebookLog } from '../../src/kaggle/notebook-log.ts';
import { isSafeName } from '../../src/kaggle/remote-name.ts';
import * as schemas from '../../src/kaggle/schemas.ts';
import { translateFailure } from '../../src/kaggle/translate-error.ts';
import { readUploadAnswer } from '../../src/kaggle/upload-state.ts';
import type { Random } from '../random.ts';
import { inChunks, mutateJson, mutateText } from '../support/mutate.ts';
import type { Reader } from '../support/read-hostile.ts';

const FIXTURES = resolve(import.meta.dirname, '..', '..', 'test', 'fixtures');

/** What Kaggle's own client was answered, each value by its kind. */
const SHAPES = JSON.parse(readFileSync(join(FIXTURES, 'kaggle-requests', 'answers.json'), 'utf8')) as Record<
  string,
  unknown
>;

const VALUES: Readonly<Record<string, unknown>> = {
  string: 'ann/julia-depot',
  number: 42,
  boolean: true,
  time: '2026-01-01T00:00:00Z',
  list: [],
};

function filled(shape: unknown): unknown {
  if (typeof shape === 'string') return VALUES[shape] ?? shape;
  if (Array.isArray(shape)) return shape.map(filled);
  if (typeof shape !== 'object' || shape === null) return shape;
  return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, filled(value)]));
}

const FAILURES = [
  { code: 404, message: 'Not found' },
  { error: { code: 403, message: 'Forbidden' } },
  { error: 'It is refused', errorCode: 0, errorMessage: 'no' },
];
const ANSWERS = [...Object.values(SHAPES).map(filled), ...FAILURES];

const SCHEMAS = Object.values(schemas).filter(
  (each): each is Extract<typeof each, z.ZodMiniObject> => typeof each === 'object' && 'shape' in each,
);

const SENDER = {
  apiUrl: 'https://api.kaggle.com',
  settingsUrl: 'https://www.kaggle.com/settings',
  credentialSource: 'kaggle.json',
  shadowed: [],
};

const LOG = readFileSync(join(FIXTURES, 'logs', 'clean', 'kaggle-papermill.json'), 'utf8').slice(0, 8_000);
const PAGE = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

const answerReader: Reader = {
  name: 'Kaggle’s answers',
  make: (random) => (random.chance(0.05) ? mutateText(random, [PAGE]) : mutateJson(random, ANSWERS)),
  read: (input, random) => {
    const status = random.pick([200, 200, 200, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503]);
    const answer = { status, body: String(input), retryAfterMs: undefined };
    const schema = random.pick(SCHEMAS) as z.ZodMiniType;
    const attempt = readAnswer(answer, schema);
    if (!attempt.ok) throw translateFailure(attempt.failure, { thing: 'the dataset a/b' }, SENDER);
  },
};

const NAMES = ['train.csv', 'images/a b.png', 'a/../../etc/passwd', '/etc/passwd', 'C:\\x', '..', 'a//b'];

/** Reading is deciding here: what is called safe must stay below the folder, on any system. */
const nameReader: Reader = {
  name: 'names of remote files',
  make: (random) => mutateText(random, NAMES),
  read: (input) => {
    const name = String(input);
    if (!isSafeName(name)) return;
    const outside = ['/work/folder', '/'].some(
      (folder) => !resolve(folder, ...name.split('/')).startsWith(folder),
    );
    if (outside || name.includes('\0') || /(^|[\\/])\.\.([\\/]|$)/.test(name))
      throw new Error(`${JSON.stringify(name)} leads outside`);
  },
};

function logText(random: Random): string {
  return random.chance(0.5) ? mutateText(random, [LOG]) : mutateJson(random, [JSON.parse(LOG_ENTRIES)]);
}

const LOG_ENTRIES = JSON.stringify([
  { stream_name: 'stdout', time: 1.5, data: 'a\n' },
  { stream_name: 'stderr', time: '2.25', data: 'b' },
]);

/** Readers of what Kaggle sends. */
export const kaggleReaders: readonly Reader[] = [
  answerReader,
  nameReader,
  { name: 'the log of a notebook', make: logText, read: (input) => parseNotebookLog(String(input)) },
  {
    name: 'the live log of a notebook',
    make: (random) =>
      mutateText(random, [
        ': hello\n\ndata: {"stream_name":"stdout","time":1,"data":"x\\n"}\n\ndata: [\ndata: ]\n\n',
      ]),
    read: (input, random) => {
      const events = new EventStream();
      for (const chunk of inChunks(random, input))
        for (const event of events.push(chunk)) {
          parseNotebookLog(event);
          lineOf(event);
        }
    },
  },
  {
    name: 'ranges of an upload',
    make: (random) => mutateText(random, ['bytes=0-262143', 'bytes 0-1', 'bytes=0-999999999999999']),
    read: (input, random) => {
      const status = random.pick([200, 201, 308, 400, 404, 410, 429, 503]);
      const answer = readUploadAnswer(status, random.chance(0.1) ? null : String(input));
      if (answer.kind === 'incomplete' && !Number.isSafeInteger(answer.received))
        throw new Error(`a position of ${answer.received}`);
    },
  },
];
