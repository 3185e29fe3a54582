import type { Outcome } from './case.ts';

/** What became of one case, and how to have it again. */
export interface Row {
  readonly group: string;
  readonly name: string;
  readonly outcome: Omit<Outcome, 'failures'>;
  readonly seconds: number;
  readonly seed: number;
}

const COLUMNS = ['fault', 'tried', 'survived', 'lost', 'leaked', 'executed', 'seconds', 'seed', 'notes'];
const ALIGNED = `| --- | ${'--: | '.repeat(COLUMNS.length - 2)}--- |`;

const INTRODUCTION = `# Reliability

\`npm run torture\` breaks things on purpose and writes this table. _Survived_ is a fault after which there was a result, or an
error with a remedy, and after which the next run went on. _Lost_ counts files, dataset versions, notebook versions and
submissions that were missing, spoiled or made twice; _leaked_ places where a credential was found; _executed_ foreign
commands that ran and files written outside of where they belong. \`npm test\` runs those of network, input and load, and
some kills, in a short form.

A row is repeated exactly by \`npm run torture -- --seed SEED --only "FAULT"\`.
`;

/** The page docs/reliability.md. */
export function reliabilityPage(rows: readonly Row[]): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const sum = (of: (outcome: Row['outcome']) => number): number =>
    rows.reduce((total, { outcome }) => total + of(outcome), 0);
  const total = [
    `**${number(sum(({ tried }) => tried))} faults tried`,
    `${number(sum(({ survived }) => survived))} survived`,
    `${number(sum(({ lost }) => lost))} lost`,
    `${number(sum(({ leaked }) => leaked))} leaked`,
    `${number(sum(({ executed }) => executed))} executed.**`,
  ].join(', ');
  const sections = groups.map((group) => {
    const lines = rows.filter((row) => row.group === group).map(line);
    return [`## ${capital(group)}\n`, `| ${COLUMNS.join(' | ')} |`, ALIGNED, ...lines].join('\n');
  });
  return `${[INTRODUCTION, `${total}\n`, sections.join('\n\n')].join('\n')}\n`;
}

/** Reads the rows of a page that `reliabilityPage` wrote, so that a run of some cases keeps the other rows. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let group = '';
  for (const text of page.split('\n')) {
    if (text.startsWith('## ')) group = text.slice(3, 4).toLowerCase() + text.slice(4);
    const cells = text.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    const isRow = cells.length === COLUMNS.length + 2 && cells[1] !== COLUMNS[0] && cells[1] !== '---';
    if (isRow && group !== '') rows.push(rowOf(group, cells.slice(1, -1)));
  }
  return rows;
}

function rowOf(group: string, [name = '', ...cells]: readonly string[]): Row {
  const numbers = cells.slice(0, 7).map((cell) => Number(cell.replaceAll(',', '')));
  const [tried = 0, survived = 0, lost = 0, leaked = 0, executed = 0, seconds = 0, seed = 0] = numbers;
  const notes = (cells[7] ?? '').split('<br>').filter((note) => note !== '');
  return { group, name, outcome: { tried, survived, lost, leaked, executed, notes }, seconds, seed };
}

/** The rows of this run, and those of an earlier one whose cases still exist and were not run now; in the cases' order. */
export function mergeRows(
  order: readonly string[],
  earlier: readonly Row[],
  now: readonly Row[],
): readonly Row[] {
  return order.flatMap(
    (name) => now.find((row) => row.name === name) ?? earlier.find((row) => row.name === name) ?? [],
  );
}

function line({ name, outcome, seconds, seed }: Row): string {
  const { tried, survived, lost, leaked, executed, notes } = outcome;
  const numbers = [tried, survived, lost, leaked, executed, Math.round(seconds)].map(number);
  const cells = [name, ...numbers, String(seed), notes.join('<br>')];
  return `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
