import { shownLine } from '../../../base/shown-text.ts';
import { readableLine, withoutColours } from './clean-lines.ts';
import { REPORT_MARK } from '../script-facts.ts';

/** Serial compilation of any version, and what a REPL or a notebook says of it. */
const RECOMPILED = /^\s*(?:┌ Debug: |\[ Info: )?Precompiling ([^\s.]+)(?: \[|$)/;
/** Parallel compilation from Julia 1.11 on: a block of lines such as `   1234.5 ms  ✓ Name`, or `  ✓ Name → Extension`. */
const BLOCK_BEGINS = /^\s*Precompiling [^\s.]+\.\.\.$/;
const BLOCK_LINE = /^\s*(?:[\d.]+ ms\s+)?[✓✗] (?:\S+ → )?(\S+)/;
const BLOCK_ENDS = /dependenc(?:y|ies) (?:successfully )?(?:precompiled|errored)/;

/** Pure: the packages that Julia compiled again, by its output as it came, with or without colors. */
export function recompiledIn(lines: readonly string[]): string[] {
  const names = new Set<string>();
  let inBlock = false;
  for (const raw of lines) {
    const line = readableLine(raw);
    // A program of the user's may print such a mark too.
    inBlock = BLOCK_BEGINS.test(line) || (inBlock && !BLOCK_ENDS.test(line));
    const name = RECOMPILED.exec(line)?.[1] ?? (inBlock ? BLOCK_LINE.exec(line)?.[1] : undefined);
    if (name !== undefined) names.add(name);
  }
  return [...names];
}

/** Where Julia's report of an error begins. */
const ERROR_BEGINS = /^(?:ERROR|fatal: error|signal \(\d+\))/;

/**
 * The part of a log that is worth showing after a failure: from the last error of Julia on, else the last lines;
 * without colours and empty lines, `count` lines at most.
 */
export function errorExcerpt(lines: readonly string[], count: number): string {
  const shown = lines
    .map((line) => withoutColours(line).trimEnd())
    .filter((line) => line !== '' && !line.startsWith(REPORT_MARK));
  const begin = shown.findLastIndex((line) => ERROR_BEGINS.test(line));
  const excerpt = begin === -1 ? shown.slice(-count) : shown.slice(begin, begin + count);
  return excerpt.map(shownLine).join('\n');
}
