import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { kept, type Outcome, type Size, type TortureCase } from './case.ts';
import { cases } from './cases/all.ts';
import type { LaneNews, LaneRequest } from './lane.ts';
import { mergeRows, reliabilityPage, type Row, rowsOf } from './table.ts';

const PAGE = join(resolve(import.meta.dirname, '..'), 'docs', 'reliability.md');
const LANE = join(import.meta.dirname, 'lane.ts');
/** Groups that have the engine to themselves; beside them, the others. */
const OF_THE_ENGINE = ['kill', 'sequences', 'engine', 'files', 'trust'];

const { values } = parseArgs({
  options: { seed: { type: 'string' }, only: { type: 'string' }, short: { type: 'boolean' } },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const size: Size = values.short === true ? 'short' : 'full';
const chosen = cases.filter(
  ({ group, name, fullOnly = false }) =>
    `${group}: ${name}`.includes(values.only ?? '') && (size === 'full' || !fullOnly),
);
const rows: Row[] = [];
let allKept = true;
/** The page is written once at a time, though two lanes may end a case at the same time. */
let written: Promise<void> = Promise.resolve();

process.exitCode = await main();

async function main(): Promise<number> {
  if (!Number.isSafeInteger(seed) || chosen.length === 0) {
    console.error(chosen.length === 0 ? `No case has "${values.only}".` : 'The seed must be a whole number.');
    return 2;
  }
  console.log(`seed ${seed}, ${size} form`);
  const isOfTheEngine = ({ group }: TortureCase): boolean => OF_THE_ENGINE.includes(group);
  await Promise.all([
    runLane(chosen.filter(isOfTheEngine)),
    runLane(chosen.filter((each) => !isOfTheEngine(each))),
  ]);
  console.log(
    allKept ? 'Every promise was kept.' : 'Promises were broken; each ✖ above says how to repeat it.',
  );
  return allKept ? 0 : 1;
}

/** Runs the cases one after the other in another process; one that ends it has failed, and the others go on in a new one. */
async function runLane(lane: readonly TortureCase[]): Promise<void> {
  let left = lane;
  while (left.length > 0) {
    const request: LaneRequest = { seed, size, names: left.map(({ name }) => name) };
    const child = fork(LANE, [JSON.stringify(request)]);
    const kept: Promise<void>[] = [];
    let running: string | undefined;
    child.on('message', ({ name, ended }: LaneNews) => {
      running = ended === undefined ? name : undefined;
      if (ended === undefined) return;
      left = left.filter((each) => each.name !== name);
      kept.push(keep(name, ended.outcome, ended.seconds));
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    await Promise.all(kept);
    if (left.length === 0) return;
    const name = running ?? left[0]?.name ?? '';
    const failures = [`the process ended: ${signal ?? code}`];
    await keep(name, { tried: 1, survived: 0, lost: 0, leaked: 0, executed: 0, notes: [], failures }, 0);
    left = left.filter((each) => each.name !== name);
  }
}

async function keep(name: string, { failures, ...outcome }: Outcome, seconds: number): Promise<void> {
  const group = cases.find((each) => each.name === name)?.group ?? '';
  rows.push({ group, name, outcome, seconds, seed });
  const good = kept({ ...outcome, failures });
  allKept &&= good;
  tell(group, name, { ...outcome, failures }, good, seconds);
  // As soon as there is something to keep: a long run may be interrupted.
  if (size === 'full') await writePage();
}

function tell(group: string, name: string, outcome: Outcome, good: boolean, seconds: number): void {
  const { tried, survived, lost, leaked, executed } = outcome;
  const counts = `${tried} tried, ${survived} survived, ${lost} lost, ${leaked} leaked, ${executed} executed`;
  console.log(`${good ? '✔' : '✖'} ${group}: ${name}: ${counts} (${seconds.toFixed(1)} s)`);
  for (const note of outcome.notes) console.log(`    ${note}`);
  for (const failure of outcome.failures) console.log(`    ✖ ${failure}`);
  const form = size === 'short' ? ' --short' : '';
  if (!good) console.log(`    repeat it: npm run torture -- --seed ${seed} --only "${name}"${form}`);
}

function writePage(): Promise<void> {
  written = written.then(async () => {
    const earlier = rowsOf(await readFile(PAGE, 'utf8').catch(() => ''));
    const names = cases.map(({ name }) => name);
    await writeFile(PAGE, reliabilityPage(mergeRows(names, earlier, rows)));
  });
  return written;
}
