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

/** What was measured last of each part of the bench. */
export type Results = Record<string, { readonly machine: string; readonly rows: readonly Row[] }>;

/** The results as a page for people. */
export function asMarkdown(results: Results): string {
  const parts = Object.entries(results).flatMap(([name, { machine, rows }]) => [
    `## ${name}`,
    '',
    `${machine}.`,
    '',
    '| figure | value | bar | holds |',
    '| --- | --- | --- | --- |',
    ...rows.map(asTableRow),
    '',
  ]);
  return [
    '# What `npm run bench` measured',
    '',
    'Ratios are of runs that followed each other in the same part; single times depend on the machine and on what else it did.',
    '',
    ...parts,
  ].join('\n');
}

function asTableRow({ name, value, unit, bar, holds }: Row): string {
  const limit = bar === null ? ' | ' : `at most ${bar} | ${holds ? 'yes' : '**no**'}`;
  return `| ${name.replaceAll('|', '\\|')} | ${value} ${unit} | ${limit} |`;
}
