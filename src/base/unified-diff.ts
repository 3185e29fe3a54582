/** Lines around a change that are shown with it, as `diff -u` does. */
const CONTEXT = 3;

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/**
 * Pure: the change of a text file as a unified diff, line by line; empty when nothing changed. `before` is undefined
 * for a file that is made. It is meant for files that people write: time and memory grow with the product of the
 * changed stretches.
 */
export function unifiedDiff(name: string, before: string | undefined, after: string): string[] {
  const steps = compare(linesOf(before ?? ''), linesOf(after));
  const hunks = hunksOf(steps);
  if (hunks.length === 0) return [];
  return [
    `--- ${before === undefined ? '/dev/null' : name}`,
    `+++ ${name}`,
    ...hunks.flatMap((hunk) => hunkInWords(steps, hunk)),
  ];
}

/** Whole lines; only the last one may lack its newline, and then it says so as `diff` does. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

/** The steps that make one list of the other, with as many lines kept as possible. */
function compare(before: readonly string[], after: readonly string[]): Step[] {
  let head = 0;
  while (before[head] !== undefined && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = Math.min(before.length, after.length) - head;
  while (tail < rest && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const kept = (lines: readonly string[]): Step[] => lines.map((line) => ({ sign: ' ', line }));
  return [
    ...kept(before.slice(0, head)),
    ...compareMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...kept(before.slice(before.length - tail)),
  ];
}

function compareMiddle(before: readonly string[], after: readonly string[]): Step[] {
  const common = commonLengths(before, after);
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, made] = [before[i], after[j]];
    if (old !== undefined && old === made) {
      steps.push({ sign: ' ', line: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && at(common, i + 1, j) >= at(common, i, j + 1)) {
      steps.push({ sign: '-', line: old });
      i += 1;
    } else {
      steps.push({ sign: '+', line: made ?? '' });
      j += 1;
    }
  }
  return steps;
}

/** How many lines the ends of both lists, from `i` and from `j` on, have in common in their order. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const table = before.map(() => new Uint32Array(after.length));
  for (const [i, row] of [...table.entries()].reverse())
    for (let j = after.length - 1; j >= 0; j -= 1)
      row[j] =
        before[i] === after[j]
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1));
  return table;
}

/** Beyond the end of either list there is nothing in common. */
function at(table: readonly Uint32Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

interface Hunk {
  /** Of the steps: the first, and the one behind the last. */
  readonly begin: number;
  readonly end: number;
}

function hunksOf(steps: readonly Step[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const [index, { sign }] of steps.entries()) {
    if (sign === ' ') continue;
    const begin = Math.max(0, index - CONTEXT);
    const end = Math.min(steps.length, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && begin <= last.end) hunks.splice(-1, 1, { begin: last.begin, end });
    else hunks.push({ begin, end });
  }
  return hunks;
}

function hunkInWords(steps: readonly Step[], { begin, end }: Hunk): string[] {
  const range = (without: Step['sign']): string => {
    const count = (some: readonly Step[]): number => some.filter(({ sign }) => sign !== without).length;
    const [first, length] = [count(steps.slice(0, begin)), count(steps.slice(begin, end))];
    return `${length === 0 ? first : first + 1},${length}`;
  };
  const lines = steps.slice(begin, end).flatMap(({ sign, line }) => `${sign}${line}`.split('\n'));
  return [`@@ -${range('+')} +${range('-')} @@`, ...lines];
}
