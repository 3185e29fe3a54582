import { shownLine } from '../../../base/shown-text.ts';
import { REPORT_MARK } from '../script-facts.ts';
import { causeAt } from './julia-exception.ts';

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

const TRACEBACK_BEGINS = 'Traceback (most recent call last)';
/** The last line of a traceback: `RuntimeError: …`, also of a class in a module. */
const PYTHON_ERROR = /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Interrupt|Warning|Exit)\b/;
/** Source of a cell as Jupyter quotes it: `---> 33     raise …`, `     32 …`. */
const QUOTED_SOURCE = /^(?:-+> \d+|\s+\d+)(?:\s|$)/;

/** No wording is longer; a program may print a line without end, which patterns must not search over and over. */
const LONGEST_LINE = 2000;

/** Text without the codes that colour it in a terminal. */
function withoutColours(text: string): string {
  return text.replace(ANSI, '');
}

/** A line as patterns read it: without colours, and cut off where it is longer than any wording. */
export function readableLine(line: string): string {
  return withoutColours(line.slice(0, LONGEST_LINE));
}

/**
 * A log as the patterns read it: lines without colours, without our own reports, and without the source that Jupyter
 * quotes in a traceback, which holds the very sentences that it would raise.
 */
export function cleanLines(lines: Iterable<string>): string[] {
  const clean: string[] = [];
  let inTraceback = false;
  for (const raw of lines) {
    const line = readableLine(raw).trimEnd();
    if (line.startsWith(REPORT_MARK)) continue;
    if (line.includes(TRACEBACK_BEGINS)) inTraceback = true;
    else if (PYTHON_ERROR.test(line)) inTraceback = false;
    if (!(inTraceback && QUOTED_SOURCE.test(line))) clean.push(line);
  }
  return clean;
}

/** Serial compilation of any version, and what a REPL or a notebook says of it: said as it begins. */
const RECOMPILED = /^\s*(?:┌ Debug: |\[ Info: )?Precompiling ([^\s.]+)(?: \[|$)/;
/**
 * Parallel compilation, of Pkg from Julia 1.6 and of loading from 1.11 on: a block of lines such as `   1234.5 ms  ✓ Name`,
 * `  ✓ Name → Extension`, or `  ? Name` where loading has to come first. Said as each is done.
 */
const BLOCK_BEGINS = /^\s*Precompiling [^\s.]+\.\.\.$/;
const BLOCK_LINE = /^\s*(?:[\d.]+ ms\s+)?[✓✗?] (?:\S+ → )?(\S+)/;
const BLOCK_ENDS = /dependenc(?:y|ies) (?:successfully )?(?:precompiled|errored)/;

/** A package that Julia compiles. */
export interface Compilation {
  readonly name: string;
  /** It is compiled; else Julia begins with it now. */
  readonly isDone: boolean;
}

/** Pure but for the line before: the package that a line of Julia's output, with or without colors, says it compiles. */
export function compilationReader(): (line: string) => Compilation | undefined {
  let inBlock = false;
  return (raw) => {
    const line = readableLine(raw);
    // A program of the user's may print such a mark too.
    inBlock = BLOCK_BEGINS.test(line) || (inBlock && !BLOCK_ENDS.test(line));
    const begun = RECOMPILED.exec(line)?.[1];
    const name = begun ?? (inBlock ? BLOCK_LINE.exec(line)?.[1] : undefined);
    return name === undefined ? undefined : { name, isDone: begun === undefined };
  };
}

/** Pure: the packages that Julia compiled again, by its output as it came. */
export function recompiledIn(lines: readonly string[]): string[] {
  const read = compilationReader();
  return [...new Set(lines.flatMap((line) => read(line)?.name ?? []))];
}

/** Where Julia's report of an error begins. */
const ERROR_BEGINS = /^(?:ERROR|fatal: error|signal \(\d+\))/;

/**
 * The part of a log that is worth showing after a failure: from the error of Julia on that is its cause, else the last lines that are
 * not about loading, but for the caches that Julia rejected; without colors and empty lines, `count` lines at most.
 */
export function errorExcerpt(lines: readonly string[], count: number): string {
  const shown = lines
    .map((line) => withoutColours(line).trimEnd())
    .filter((line) => line !== '' && !line.startsWith(REPORT_MARK));
  const begin = causeAt(shown, ERROR_BEGINS);
  const excerpt = begin === -1 ? withoutLoading(shown).slice(-count) : shown.slice(begin, begin + count);
  return excerpt.map(shownLine).join('\n');
}

/** A message of `JULIA_DEBUG=loading`; below it stands where in Base it comes from. */
const DEBUG_BEGINS = /^[┌[] Debug: /;
const DEBUG_GOES_ON = /^[│└]/;

/** The lines without Julia's debug messages, but for those that say why a cache was not taken. */
function withoutLoading(lines: readonly string[]): readonly string[] {
  let inDebug = false;
  const rest = lines.filter((line) => {
    inDebug = DEBUG_BEGINS.test(line) || (inDebug && DEBUG_GOES_ON.test(line));
    return !inDebug || line.includes('Debug: Rejecting');
  });
  return rest.length === 0 ? lines : rest;
}
