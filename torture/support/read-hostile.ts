import { isUserError, UserError } from '../../src/base/errors.ts';
import { type Outcome, type Size, Tally, type TortureCase } from '../case.ts';
import { Random, seedFor } from '../random.ts';
import { Watchdog } from './watchdog.ts';

/** Something that takes what comes from outside. */
export interface Reader {
  /** What is read, e.g. `Manifest.toml`. */
  readonly name: string;
  /** One input; the same seed gives the same. */
  make(random: Random): string | Buffer | Promise<string | Buffer>;
  /**
   * Reads it. A UserError is as good as a value; anything else that is thrown is a bug.
   * @param lane its number, of those that read at the same time.
   */
  read(input: string | Buffer, random: Random, lane: number): unknown;
}

/** A reader that writes: what it needs is made before, and looked at afterwards. */
export interface FolderReader extends Reader {
  /** How many inputs may be read at once, each in a place of its own; 1 when it is left out. */
  readonly lanes?: number;
  before(): Promise<void>;
  /** What was written where it does not belong; cleans up. */
  after(): Promise<readonly string[]>;
}

const INPUTS: Readonly<Record<Size, number>> = { short: 1_000, full: 100_000 };
/** A reader that takes longer over an input of some kilobytes, on a busy machine, could be made to take for ever. */
const LONGEST_MS = 20_000;

/** Gives the reader a great many inputs: each must end in a value or a UserError, soon. */
export function hostileInputCase(reader: Reader | FolderReader, inputs = INPUTS): TortureCase {
  return {
    group: 'hostile input',
    name: reader.name,
    run: (seed, size) => readMany(reader, seed, inputs[size]),
  };
}

async function readMany(reader: Reader | FolderReader, seed: number, count: number): Promise<Outcome> {
  const tally = new Tally();
  const watchdog = new Watchdog(`${reader.name} (seed ${seed})`);
  const seen = { slowest: 0, refused: 0 };
  let next = 0;
  const readInLane = async (lane: number): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      watchdog.at(at);
      await readOne(reader, { at, seed: seedFor(seed, at), lane }, tally, seen);
    }
  };
  if ('before' in reader) await reader.before();
  try {
    const lanes = 'before' in reader ? (reader.lanes ?? 1) : 1;
    await Promise.all(Array.from({ length: lanes }, (_, lane) => readInLane(lane)));
  } finally {
    await watchdog.stop();
  }
  if ('after' in reader) for (const what of await reader.after()) tally.executed(what);
  tally.notes.push(`${seen.refused} refused with a remedy, slowest ${seen.slowest.toFixed(0)} ms`);
  return tally.outcome();
}

async function readOne(
  reader: Reader,
  { at, seed, lane }: { readonly at: number; readonly seed: number; readonly lane: number },
  tally: Tally,
  seen: { slowest: number; refused: number },
): Promise<void> {
  const random = new Random(seed);
  const input = await reader.make(random);
  const started = performance.now();
  const problem = await attempt(() => reader.read(input, random, lane));
  const took = performance.now() - started;
  seen.slowest = Math.max(seen.slowest, took);
  if (problem === REFUSED) seen.refused += 1;
  else if (problem !== undefined) {
    tally.failed(`input ${at}: ${problem}\n${quote(input)}`);
    return;
  }
  if (took > LONGEST_MS) tally.failed(`input ${at} took ${Math.round(took)} ms\n${quote(input)}`);
  else tally.survived();
}

/** It was a UserError that is as it should be. */
const REFUSED = Symbol('refused');

/** Undefined for a value, REFUSED for a UserError that is as it should be, else what is wrong. */
async function attempt(read: () => unknown): Promise<string | typeof REFUSED | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (isUserError(error)) return wordless(error) ?? REFUSED;
    return error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`;
  }
}

function wordless({ title, actions }: UserError): string | undefined {
  if (title.trim() === '') return 'a UserError without a title';
  return actions[0].title.trim() === '' ? 'a UserError without a remedy' : undefined;
}

function quote(input: string | Buffer): string {
  const text = typeof input === 'string' ? JSON.stringify(input) : `base64 ${input.toString('base64')}`;
  return text.length > 2000 ? `${text.slice(0, 1000)} … ${text.slice(-1000)}` : text;
}
