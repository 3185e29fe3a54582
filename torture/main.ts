import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kept, type Outcome, type Size, type TortureCase } from './case.ts';
import { cases } from './cases/all.ts';
import { seedFor } from './random.ts';
import { mergeRows, reliabilityPage, type Row, rowsOf } from './table.ts';

const PAGE = join(resolve(import.meta.dirname, '..'), 'docs', 'reliability.md');

const { values } = parseArgs({
  options: { seed: { type: 'string' }, only: { type: 'string' }, short: { type: 'boolean' } },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const size: Size = values.short === true ? 'short' : 'full';
const chosen = cases.filter(({ group, name }) => `${group}: ${name}`.includes(values.only ?? ''));

process.exitCode = await main();

async function main(): Promise<number> {
  if (!Number.isSafeInteger(seed) || chosen.length === 0) {
    console.error(chosen.length === 0 ? `No case has "${values.only}".` : 'The seed must be a whole number.');
    return 2;
  }
  console.log(`seed ${seed}, ${size} form`);
  const rows: Row[] = [];
  let allKept = true;
  for (const each of chosen) {
    const started = performance.now();
    const { failures, ...outcome } = await attempt(each);
    const seconds = (performance.now() - started) / 1000;
    rows.push({ group: each.group, name: each.name, outcome, seconds, seed });
    const good = kept({ ...outcome, failures });
    allKept &&= good;
    tell(each, { ...outcome, failures }, good, seconds);
    // As soon as there is something to keep: a run of hours may be interrupted.
    if (size === 'full') await writePage(rows);
  }
  console.log(
    allKept ? 'Every promise was kept.' : 'Promises were broken; each ✖ above says how to repeat it.',
  );
  return allKept ? 0 : 1;
}

async function attempt({ name, run }: TortureCase): Promise<Outcome> {
  try {
    return await run(seedFor(seed, name), size);
  } catch (error) {
    const failure = `the case itself ended: ${error instanceof Error ? error.stack : String(error)}`;
    return { tried: 1, survived: 0, lost: 0, leaked: 0, executed: 0, notes: [], failures: [failure] };
  }
}

function tell({ group, name }: TortureCase, outcome: Outcome, good: boolean, seconds: number): void {
  const { tried, survived, lost, leaked, executed } = outcome;
  const counts = `${tried} tried, ${survived} survived, ${lost} lost, ${leaked} leaked, ${executed} executed`;
  console.log(`${good ? '✔' : '✖'} ${group}: ${name}: ${counts} (${seconds.toFixed(1)} s)`);
  for (const note of outcome.notes) console.log(`    ${note}`);
  for (const failure of outcome.failures) console.log(`    ✖ ${failure}`);
  const form = size === 'short' ? ' --short' : '';
  if (!good) console.log(`    repeat it: npm run torture -- --seed ${seed} --only "${name}"${form}`);
}

async function writePage(rows: readonly Row[]): Promise<void> {
  const earlier = rowsOf(await readFile(PAGE, 'utf8').catch(() => ''));
  const names = cases.map(({ name }) => name);
  await writeFile(PAGE, reliabilityPage(mergeRows(names, earlier, rows)));
}
