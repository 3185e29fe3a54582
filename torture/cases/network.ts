import type { Clock } from '../../src/base/abort.ts';
import { isUserError } from '../../src/base/errors.ts';
import type { RouteName } from '../../src/core/stages.ts';
import { APP, FILE_COMPETITION, FileJourney, Journey, type Wire } from '../../test/wire/kaggle/journey.ts';
import { type Bench, COMPETITION_FILES, startBench } from '../../test/wire/sandbox/support.ts';
import { type Outcome, type Size, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { KeptLog } from '../../test/wire/kaggle/setup.ts';
import { BadLine, type Trouble } from '../support/bad-line.ts';
import { searchForSecrets } from '../support/search-for-secrets.ts';

const TIMES: Readonly<Record<Size, number>> = { short: 2, full: 25 };
const SILENCE_MS = 400;
const HOUR_MS = 3_600_000;

/** What is wrong with the network in one run. */
interface Weather {
  /** What the line does to a connection while the trouble lasts. */
  readonly trouble?: Trouble;
  /** Where requests are sent in place of the line. */
  readonly instead?: (port: number) => string;
  /** What `fetch` says without an attempt: a resolver that does not answer takes its time. */
  readonly refusal?: string;
  /** Faults of the server itself (docs/sandbox.md). */
  readonly faults?: readonly string[];
  /** Strikes once, when the trouble begins. */
  readonly begins?: (own: OwnClock, bench: Bench) => void;
}

/** The clock of the client's machine. It can be set; Kaggle's, which it follows, goes on as before. */
class OwnClock implements Clock {
  offMs = 0;
  readonly #true: Clock;

  constructor(trueClock: Clock) {
    this.#true = trueClock;
  }

  now(): number {
    return this.#true.now() + this.offMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#true.sleep(ms, signal);
  }
}

const PAGE = '<!doctype html><title>Welcome</title><p>Please accept our terms.';
const answer = (head: string, body: string): Trouble => ({
  kind: 'answer',
  text: `HTTP/1.1 ${head}\r\nConnection: close\r\n\r\n${body}`,
});

/** By name of the case; `at` is the number of the request that is struck first, `long` how many are. */
const WEATHERS: Readonly<Record<string, (random: Random, at: number, long: number) => Weather>> = {
  'connections refused': () => ({ instead: () => 'http://127.0.0.1:1' }),
  'connections reset': () => ({ trouble: { kind: 'reset' } }),
  'connections that hang': () => ({ trouble: { kind: 'hung' } }),
  'a line of 1 kB/s': () => ({ trouble: { kind: 'slow', bytesPerSecond: 1024 } }),
  'requests cut at byte n': (random) => ({
    trouble: { kind: 'cut', direction: 'up', bytes: random.below(random.chance(0.5) ? 1000 : APP.length) },
  }),
  'answers cut at byte n': (random) => ({
    trouble: { kind: 'cut', direction: 'down', bytes: random.below(1200) },
  }),
  'names that are not found': (random) => ({
    refusal: random.pick(['ENOTFOUND', 'EAI_AGAIN']),
  }),
  'TLS that fails': () => ({ instead: (port) => `https://127.0.0.1:${port}` }),
  'bursts of 5xx': (random, at, long) => ({
    faults: [
      `*#${at}-${at + long}=${random.pick([500, 502, 503, 504])}${random.pick(['', ',html', ',flat'])}`,
    ],
  }),
  'storms of 429': (random, at, long) => ({
    faults: [`*#${at}-${at + long}=429${random.pick(['', ',retry-after=2', ',retry-after-date=3'])}`],
  }),
  'HTML with status 200 in place of JSON': () => ({
    trouble: answer(`200 OK\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}`, PAGE),
  }),
  'a redirect to a page of terms': () => ({
    trouble: answer('302 Found\r\nLocation: http://hotel.invalid/terms\r\nContent-Length: 0', ''),
  }),
  'a content length that is too long': () => ({
    trouble: answer('200 OK\r\nContent-Type: application/json\r\nContent-Length: 900', '{}'),
  }),
  'a content length that is too short': () => ({
    trouble: answer('200 OK\r\nContent-Type: application/json\r\nContent-Length: 1', '{"a":1}'),
  }),
  'an upload session that expired': (random) => ({
    faults: [`upload@${random.below(APP.length)}#1=${random.pick([404, 410])}`],
  }),
  'a clock that jumps': (random) => ({
    begins: (own) => (own.offMs += random.between(-48, 48) * HOUR_MS),
  }),
  'a day asleep, after which every connection is dead': () => ({
    trouble: { kind: 'reset' },
    begins: (_own, { clock }) => (clock.time += 24 * HOUR_MS),
  }),
};

/** What is made of the project on the way to the score, and how. */
interface Way {
  readonly competition: Readonly<Record<string, string>>;
  /** It makes about so many requests; the first trouble strikes at one of them. */
  readonly requests: number;
  readonly prepare: (bench: Bench, wire: Wire) => Promise<Travel>;
}

interface Travel {
  readonly journey: Journey | FileJourney;
  /** What there is on the other side, and what there should be. */
  readonly compare: () => Promise<readonly [found: string, wanted: string]>;
}

const WAYS: Readonly<Record<RouteName, Way>> = {
  notebook: {
    competition: COMPETITION_FILES,
    requests: 36,
    prepare: async (bench, wire) => {
      const journey = await Journey.prepare(bench, wire);
      return { journey, compare: () => compareNotebook(journey) };
    },
  },
  file: {
    competition: FILE_COMPETITION,
    requests: 12,
    prepare: async (bench, wire) => {
      const journey = await FileJourney.prepare(bench, wire);
      const wanted = JSON.stringify({ datasets: 0, notebooks: 0, submissions: 1 });
      return { journey, compare: async () => [JSON.stringify(await journey.there()), wanted] };
    },
  },
};

/** From the upload to the score, over real connections, to a Kaggle of one's own. */
export const networkCases: readonly TortureCase[] = [
  ...Object.entries(WEATHERS).map(([name, weather]) => caseOf('notebook', name, weather)),
  ...Object.entries(WEATHERS).map(([name, weather]) => caseOf('file', name, weather)),
];

function caseOf(route: RouteName, name: string, weather: (typeof WEATHERS)[string]): TortureCase {
  const way = WAYS[route];
  const run = async (seed: number, size: Size): Promise<Outcome> => {
    const tally = new Tally();
    const random = new Random(seed);
    const ends = { score: 0, remedy: 0 };
    for (let time = 0; time < TIMES[size]; time += 1) {
      const at = random.between(1, way.requests);
      // Most troubles pass; some last until the run gives up.
      const long = random.chance(0.3) ? 1000 : random.between(1, 4);
      const slow = name.includes('kB/s') ? 4 : long;
      await oneRun(way, weather(random, at, slow), { at, long: slow }, tally, ends);
    }
    tally.notes.push(`${ends.score} runs ended with the score, ${ends.remedy} with an error and a remedy`);
    return tally.outcome();
  };
  return { group: 'network', name: route === 'file' ? `${name}, submitting a file` : name, run };
}

interface Span {
  readonly at: number;
  readonly long: number;
}

async function oneRun(
  way: Way,
  weather: Weather,
  span: Span,
  tally: Tally,
  ends: { score: number; remedy: number },
): Promise<void> {
  const { faults = [] } = weather;
  const bench = await startBench({ faults, competition: way.competition });
  const sky = await Sky.over(bench, weather, span);
  const what = `request ${span.at}, ${span.long} long, ${JSON.stringify({ ...weather, faults })}`;
  try {
    const log = new KeptLog();
    const { journey, compare } = await way.prepare(bench, {
      fetch: sky.fetch,
      clock: sky.clock,
      silenceMs: SILENCE_MS,
      logger: log,
    });
    const first = await attempt(journey);
    sky.clear();
    bench.sandbox.faults.clear();
    if (first === 'score') ends.score += 1;
    else if (isRemedied(first)) ends.remedy += 1;
    else {
      tally.failed(`${what}: ${tellOf(first)}`);
      return;
    }
    const second = await attempt(journey);
    const told = [first, second, ...log.lines];
    await searchForSecrets(secretsOf(bench), { folders: [journey.folder], told }, tally);
    if (second !== 'score') {
      tally.failed(`${what}: the next run: ${tellOf(second)}`);
      return;
    }
    tally.survived();
    const [found, wanted] = await compare();
    if (found !== wanted) tally.lost(`${what}: ${found} in place of ${wanted}`);
  } finally {
    await sky.close();
    await bench.sandbox.close();
  }
}

function secretsOf({ sandbox }: Bench): Readonly<Record<string, string>> {
  const { username, key } = sandbox.credentials;
  return { key, header: Buffer.from(`${username}:${key}`).toString('base64') };
}

async function attempt(journey: Travel['journey']): Promise<unknown> {
  try {
    const submission = await journey.run();
    return submission.state === 'complete' ? 'score' : submission.state;
  } catch (error) {
    return error;
  }
}

function isRemedied(error: unknown): boolean {
  return isUserError(error) && error.title.length > 10 && error.actions.length > 0;
}

function tellOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.stack}` : String(error);
}

async function compareNotebook(journey: Journey): Promise<readonly [found: string, wanted: string]> {
  const markerBytes = await journey.markerBytes();
  const { files, datasetVersions, notebookVersions, submissions } = await journey.there();
  const wanted = [
    1,
    1,
    1,
    [
      ['bundle.json', markerBytes],
      ['inferenceapp', APP.length],
    ],
  ];
  const found = [datasetVersions, notebookVersions, submissions, files.sort()];
  return [JSON.stringify(found), JSON.stringify(wanted)];
}

/** Sends the client's requests over a line that is bad from one request to another. */
class Sky {
  readonly clock: OwnClock;
  #requests = 0;
  #over = false;
  readonly #bench: Bench;
  readonly #weather: Weather;
  readonly #span: Span;
  #good: BadLine | undefined;
  #bad: BadLine | undefined;

  private constructor(bench: Bench, weather: Weather, span: Span) {
    this.#bench = bench;
    this.#weather = weather;
    this.#span = span;
    this.clock = new OwnClock(bench.clock);
  }

  static async over(bench: Bench, weather: Weather, span: Span): Promise<Sky> {
    const sky = new Sky(bench, weather, span);
    const port = Number(new URL(bench.sandbox.url).port);
    sky.#good = await BadLine.to(port, () => ({ kind: 'none' }));
    // An upload session that was opened over it keeps its address, also when the sky is clear.
    sky.#bad = await BadLine.to(port, () => (sky.#over ? undefined : weather.trouble) ?? { kind: 'none' });
    return sky;
  }

  readonly fetch: typeof globalThis.fetch = (input, init) => {
    this.#requests += 1;
    const { at, long } = this.#span;
    const struck = !this.#over && this.#requests >= at && this.#requests < at + long;
    if (this.#requests === at) this.#weather.begins?.(this.clock, this.#bench);
    const { refusal } = this.#weather;
    if (struck && refusal !== undefined) {
      const cause = Object.assign(new Error(`getaddrinfo ${refusal}`), { code: refusal });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    }
    const url = input instanceof Request ? input.url : input.toString();
    const there = url.replace(this.#bench.sandbox.url, this.#address(struck));
    // A silence so short also ends requests that a busy machine answers late; and they would arrive after the client
    // has looked for them, since its waits take no time here.
    const { signal: _, ...patient } = init ?? {};
    return fetch(there, struck ? init : patient);
  };

  clear(): void {
    this.#over = true;
  }

  async close(): Promise<void> {
    await this.#good?.close();
    await this.#bad?.close();
  }

  #address(struck: boolean): string {
    const line = struck ? this.#bad : this.#good;
    const port = line?.port ?? 0;
    return struck && this.#weather.instead !== undefined
      ? this.#weather.instead(port)
      : `http://127.0.0.1:${port}`;
  }
}
