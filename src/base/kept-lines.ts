/** No wording and no report of ours is longer than what is left of such a line. */
const LINE_CHARACTERS = 8_000;
const LINE_END_CHARACTERS = 2_000;
/** What an entry costs besides its characters, so that empty lines are not free. */
const ENTRY_CHARACTERS = 16;
/** What is too much is let go in portions of this part, since each time all that stays is moved. */
const SLACK = 1.25;

/** How much is kept of what has no end, in characters. */
export interface KeptBounds {
  readonly first: number;
  readonly last: number;
}

/** A log in memory, which is also looked through: a minute of a program that prints without end. */
const IN_MEMORY: KeptBounds = { first: 1_000_000, last: 2_000_000 };
/** Of what lies between, those lines that say something. */
const TELLING_CHARACTERS = 500_000;
/** A log on the disk. */
const ON_DISK: KeptBounds = { first: 16_000_000, last: 4_000_000 };

/** Pure: a line without its middle, where it is so long that nobody means it to be read. */
export function cappedLine(line: string): string {
  if (line.length <= LINE_CHARACTERS) return line;
  const out = line.length - LINE_CHARACTERS;
  const first = line.slice(0, LINE_CHARACTERS - LINE_END_CHARACTERS);
  const last = line.slice(-LINE_END_CHARACTERS);
  return ownCopy(`${first}… ${out.toLocaleString('en')} characters left out …${last}`);
}

/** A part of a text may keep the whole in memory (V8's sliced strings). */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

/** The end of what has no end: entries of which the first ones are let go. */
class LastEntries<T> {
  #entries: T[] = [];
  #characters = 0;

  constructor(
    private readonly most: number,
    private readonly sizeOf: (entry: T) => number,
    private readonly letGo: (entry: T) => void,
  ) {}

  get entries(): readonly T[] {
    return this.#entries;
  }

  add(entry: T): void {
    this.#entries.push(entry);
    this.#characters += this.sizeOf(entry);
    if (this.#characters > this.most * SLACK) this.#shorten();
  }

  /** Gives what is there away. */
  take(): readonly T[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#characters = 0;
    return entries;
  }

  #shorten(): void {
    let gone = 0;
    for (const entry of this.#entries) {
      if (this.#characters <= this.most) break;
      this.#characters -= this.sizeOf(entry);
      this.letGo(entry);
      gone += 1;
    }
    this.#entries = this.#entries.slice(gone);
  }
}

/** Lines that came, in order, with a note where some were left out. */
export class KeptLines {
  readonly #first: string[] = [];
  readonly #telling: string[] = [];
  readonly #last: LastEntries<string>;
  #firstCharacters = 0;
  #tellingCharacters = 0;
  #leftOut = 0;

  /** @param isTelling whether a line is worth keeping also where its neighbors are not; asked only of those. */
  constructor(
    private readonly isTelling: (line: string) => boolean = () => false,
    private readonly bounds: KeptBounds = IN_MEMORY,
  ) {
    this.#last = new LastEntries(bounds.last, costOf, (line) => this.#letGo(line));
  }

  add(line: string): void {
    const capped = cappedLine(line);
    if (this.#firstCharacters + costOf(capped) > this.bounds.first) {
      this.#firstCharacters = this.bounds.first;
      this.#last.add(capped);
      return;
    }
    this.#first.push(capped);
    this.#firstCharacters += costOf(capped);
  }

  /** The first lines, what is telling of the others, and the last ones. */
  get lines(): readonly string[] {
    const note = this.#leftOut === 0 ? [] : [leftOutNote(this.#leftOut)];
    return [...this.#first, ...this.#telling, ...note, ...this.#last.entries];
  }

  #letGo(line: string): void {
    const cost = costOf(line);
    if (this.#tellingCharacters + cost <= TELLING_CHARACTERS && this.isTelling(line)) {
      this.#telling.push(ownCopy(line));
      this.#tellingCharacters += cost;
    } else this.#leftOut += 1;
  }
}

function costOf(line: string): number {
  return line.length + ENTRY_CHARACTERS;
}

function leftOutNote(count: number): string {
  return `… ${count.toLocaleString('en')} lines left out …`;
}

/** What a capped log hands its entries to, and how it measures them. */
export interface LogSink<T> {
  readonly write: (entry: T) => void;
  /** In characters. */
  readonly sizeOf: (entry: T) => number;
  /** An entry that says that so many were left out here. */
  readonly note: (text: string, last: T) => T;
}

/**
 * A log that is written as it comes, up to a size; from there on it is held back, and its end is written at its end. What
 * is between is left out, and the log says so.
 */
export class CappedLog<T> {
  #written = 0;
  #leftOut = 0;
  #latest: T | undefined;
  readonly #last: LastEntries<T>;

  constructor(
    private readonly sink: LogSink<T>,
    private readonly bounds: KeptBounds = ON_DISK,
  ) {
    const sizeOf = (entry: T): number => sink.sizeOf(entry) + ENTRY_CHARACTERS;
    this.#last = new LastEntries(bounds.last, sizeOf, () => void (this.#leftOut += 1));
  }

  add(entry: T): void {
    const size = this.sink.sizeOf(entry) + ENTRY_CHARACTERS;
    this.#latest = entry;
    if (this.#written + size <= this.bounds.first) {
      this.#written += size;
      this.sink.write(entry);
      return;
    }
    this.#written = this.bounds.first;
    this.#last.add(entry);
  }

  /** Writes what was held back; nothing comes after it. */
  end(): void {
    if (this.#leftOut > 0 && this.#latest !== undefined)
      this.sink.write(this.sink.note(leftOutNote(this.#leftOut), this.#latest));
    for (const entry of this.#last.take()) this.sink.write(entry);
    this.#leftOut = 0;
  }
}

/** A log of lines that is written with their line ends. */
export function cappedLines(write: (text: string) => void, bounds?: KeptBounds): CappedLog<string> {
  return new CappedLog(
    { write: (line) => write(`${line}\n`), sizeOf: (line) => line.length, note: (text) => text },
    bounds,
  );
}
