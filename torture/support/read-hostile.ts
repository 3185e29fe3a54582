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
  /** Reads it. A UserError is as good as a value; anything else that is thrown is a bug. */
  read(input: string | Buffer, random: Random): unknown;
}

/** A reader that writes: what it needs is made before, and looked at afterwards. */
export interface FolderReader extends Reader {
  before(): Promise<void>;
  /** What was written where it does not belong; cleans up. */
  after(): Promise<readonly string[]>;
}

const INPUTS: Readonly<Record<Size, number>> = { short: 1_000, full: 100_000 };
/** A reader that takes longer over an input of some kilobytes could be made to take for ever. */
const LONGEST_MS = 5_000;

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
  let slowest = 0;
  let refused = 0;
  if ('before' in reader) await reader.before();
  try {
    for (let at = 0; at < count; at += 1) {
      watchdog.at(at);
      const random = new Random(seedFor(seed, at));
      const input = await reader.make(random);
      const started = performance.now();
      const problem = await attempt(() => reader.read(input, random));
      const took = performance.now() - started;
      slowest = Math.max(slowest, took);
      if (problem === REFUSED) refused += 1;
      else if (problem !== undefined) {
        tally.failed(`input ${at}: ${problem}\n${quote(input)}`);
        continue;
      }
      if (took > LONGEST_MS) tally.failed(`input ${at} took ${Math.round(took)} ms\n${quote(input)}`);
      else tally.survived();
    }
  } finally {
    await watchdog.stop();
  }
  if ('after' in reader) for (const what of await reader.after()) tally.executed(what);
  tally.notes.push(`${refused} refused with a remedy, slowest ${slowest.toFixed(0)} ms`);
  return tally.outcome();
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
