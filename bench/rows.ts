/** One figure of the bench, in the form of `bench/results.json`. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value must not exceed; null where the figure only tells. */
  readonly bar: number | null;
  readonly holds: boolean;
}

/** A figure that must not exceed its bar. */
export function atMost(name: string, value: number, unit: string, bar: number): Row {
  return { name, value: rounded(value), unit, bar, holds: value <= bar };
}

/** A figure without a bar. */
export function told(name: string, value: number, unit: string): Row {
  return { name, value: rounded(value), unit, bar: null, holds: true };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function asLine({ name, value, unit, bar, holds }: Row): string {
  const limit = bar === null ? '' : `at most ${bar}`;
  return `${holds ? ' ' : '✖'} ${name.padEnd(72)} ${`${value} ${unit}`.padStart(18)}  ${limit}`;
}

/** The rows as a page for people. */
export function asMarkdown(rows: readonly Row[], machine: string): string {
  const lines = rows.map(
    ({ name, value, unit, bar, holds }) =>
      `| ${name.replaceAll('|', '\\|')} | ${value} ${unit} | ${bar === null ? '' : `at most ${bar}`} | ${bar === null ? '' : holds ? 'yes' : '**no**'} |`,
  );
  return [
    '# What `npm run bench` measured',
    '',
    `${machine}. Ratios are of runs that followed each other in the same bench; single times hang on the machine and on what else it did.`,
    '',
    '| figure | value | bar | holds |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
