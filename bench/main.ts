// npm run bench: packing, unpacking and iterating, against the tools that a person would use, on this machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE, prepareEngine, prepareImage } from '../scripts/lib/steps.mjs';
import { benchEngine, LABELS, runInImage } from './engine.ts';
import { makeDepotTree } from './depot-tree.ts';
import { benchCalls } from './calls.ts';
import { benchIteration } from './iteration.ts';
import { benchMemory, benchPacking } from './packing.ts';
import { fetchPigz } from './pigz.ts';
import { asLine, asMarkdown, type Row } from './rows.ts';
import { benchUnpacking } from './unpacking.ts';

type Add = (rows: readonly Row[]) => void;

async function benchTarballs(add: Add, folder: string, julia: string): Promise<void> {
  const engine = await benchEngine();
  const depot = `julia-kaggle-bench-depot-${process.pid}`;
  const out = `julia-kaggle-bench-out-${process.pid}`;
  const place = { engine, depot, out, folder, pigz: await fetchPigz(CACHE) };
  try {
    const tree = await makeDepotTree(engine, depot);
    console.log(`  a tree of ${tree.files} files, ${(tree.bytes / 1e9).toFixed(2)} GB`);
    await engine.volume.ensure(out);
    await runInImage(engine, 'true', [{ volume: out, target: '/out', readOnly: false }]);
    add(await benchPacking(place));
    add(await benchUnpacking(place, julia));
    add(await benchMemory(place));
  } finally {
    await engine.container.remove(LABELS);
    await engine.volume.remove(depot);
    await engine.volume.remove(out);
  }
}

async function main(): Promise<number> {
  await prepareEngine();
  await prepareImage();
  const rows: Row[] = [];
  const add: Add = (more) => {
    rows.push(...more);
    for (const row of more) console.log(asLine(row));
  };
  const folder = await mkdtemp(join(tmpdir(), 'jok-bench-'));
  try {
    const julia = join(folder, 'julia');
    add(await benchIteration(julia));
    add(await benchCalls());
    await benchTarballs(add, folder, julia);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node.js ${process.version}`;
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
  await writeFile(join(import.meta.dirname, 'results.md'), asMarkdown(rows, machine));
  return rows.every(({ holds }) => holds) ? 0 : 1;
}

process.exitCode = await main();
process.exit();
