// npm run bench: packing, unpacking and iterating, against the tools that a person would use, on this machine.
// Options: npm run bench -- iteration calls tarballs   only these
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { build, CACHE, prepareEngine, prepareImage } from '../scripts/lib/steps.mjs';
import { benchEngine, LABELS, runInImage } from './engine.ts';
import { makeDepotTree } from './depot-tree.ts';
import { benchCalls } from './calls.ts';
import { benchIteration, makeJuliaTarball } from './iteration.ts';
import { benchMemory, benchPacking } from './packing.ts';
import { fetchPigz } from './pigz.ts';
import { asLine, asMarkdown, type Results, type Row } from './rows.ts';
import { withTempFolder } from '../test/support/temp.ts';
import { benchUnpacking } from './unpacking.ts';

type Add = (rows: readonly Row[]) => void;

async function benchTarballs(add: Add, folder: string): Promise<void> {
  const julia = join(folder, 'julia');
  await makeJuliaTarball(julia);
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

/** A part is one run: its ratios are of figures that followed each other. */
const PARTS: Readonly<Record<string, (add: Add, folder: string) => Promise<void>>> = {
  iteration: async (add) => add(await benchIteration()),
  calls: async (add) => add(await benchCalls()),
  tarballs: benchTarballs,
};

const RESULTS = join(import.meta.dirname, 'results.json');

/** Measures these parts, all of them where none is named; what was measured of others stays. */
async function main(given: readonly string[]): Promise<number> {
  const names = given.length > 0 ? given : Object.keys(PARTS);
  await prepareEngine();
  await prepareImage();
  await build('--only=cli');
  const results = JSON.parse(await readFile(RESULTS, 'utf8')) as Results;
  for (const name of names) {
    const part = PARTS[name];
    if (part === undefined)
      throw new Error(`There is no part "${name}", only ${Object.keys(PARTS).join(', ')}.`);
    const rows: Row[] = [];
    const add: Add = (more) => {
      rows.push(...more);
      for (const row of more) console.log(asLine(row));
    };
    await withTempFolder((folder) => part(add, folder));
    const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node.js ${process.version}`;
    results[name] = { machine, rows };
  }
  await writeFile(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(import.meta.dirname, 'results.md'), asMarkdown(results));
  return names.every((name) => results[name]?.rows.every(({ holds }) => holds)) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
process.exit();
