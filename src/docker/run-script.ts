import type { Writable } from 'node:stream';
import { KeptLines } from '../base/kept-lines.ts';
import type { Container, ContainerSpec, Engine, ExitState } from './engine.ts';
import { type TarFile, tarOfFiles } from './tar-files.ts';

/** A program that runs in a container of its own, and who hears what it prints. */
export interface Script<Fact> extends ContainerSpec {
  /** What is put into the container before it starts, below the root folder. */
  readonly files?: readonly TarFile[];
  /** Looks into the container before the program starts. */
  readonly before?: ((container: Container) => Promise<void>) | undefined;
  /** The fact that a line tells; undefined for any other line, of which programs of the image may print what they like. */
  readonly read?: (line: string) => Fact | undefined;
  /** Hears each fact as it comes. */
  readonly onFact?: (fact: Fact) => void;
  /** Hears every other line. */
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Which lines are kept of a log that is too long to be kept whole; absent: its first and last ones. */
  readonly isTelling?: (line: string) => boolean;
  /** Takes the raw bytes of stdout; then only stderr has lines. */
  readonly stdout?: Writable;
}

/** How a program ended, and what it said. */
export interface Ended<Fact> {
  readonly exit: ExitState;
  readonly facts: readonly Fact[];
  /** Every other line, as far as they are kept. */
  readonly lines: readonly string[];
}

/** In facts, of the lines that they were read from; those of the largest depot have some megabytes. */
const MOST_CHARACTERS = 100_000_000;

/**
 * Runs a program in a container, which is removed whatever happens. More facts than memory is meant for are lines like
 * any other.
 * @param afterwards looks into the container once the program has ended, well or not; its result is the whole call's.
 * @throws UserError of the engine, CancelledError. A program that fails has an exit code.
 */
export function runScript<Fact, Result = Ended<Fact>>(
  engine: Pick<Engine, 'container'>,
  { files = [], before, read, onFact, onLine, isTelling, stdout, ...spec }: Script<Fact>,
  afterwards: (ended: Ended<Fact>, container: Container) => Promise<Result> = (ended) =>
    Promise.resolve(ended as Result),
): Promise<Result> {
  const facts: Fact[] = [];
  const lines = new KeptLines(isTelling);
  let characters = 0;
  const take = (stream: 'stdout' | 'stderr', line: string): void => {
    const fact = characters + line.length > MOST_CHARACTERS ? undefined : read?.(line);
    if (fact === undefined) {
      lines.add(line);
      onLine?.(stream, line);
      return;
    }
    characters += line.length;
    facts.push(fact);
    onFact?.(fact);
  };
  return engine.container.use(spec, async (container) => {
    if (files.length > 0) await container.putArchive('/', tarOfFiles(files));
    await before?.(container);
    const exit = await container.run({ onLine: take, ...(stdout && { stdout }) });
    return afterwards({ exit, facts, lines: lines.lines }, container);
  });
}
