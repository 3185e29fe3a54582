import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '../../src/base/hash.ts';
import { LineSplitter } from '../../src/base/lines.ts';
import { historyTable } from '../../src/cli/history-table.ts';
import { diagnose } from '../../src/core/contract/diagnosis/diagnose.ts';
import { inventoryOf, inventoryProgram } from '../../src/core/contract/depot/inventory.ts';
import { type Fact, factReader } from '../../src/core/contract/script-facts.ts';
import { recompiledIn } from '../../src/core/contract/diagnosis/julia-log.ts';
import { type DepotEntry, planDepot } from '../../src/core/pack/base-and-delta.ts';
import { type HistoryEntry, historyRows } from '../../src/core/pipeline/history.ts';
import { RunRecord } from '../../src/core/pipeline/record.ts';
import { currentContext } from '../../src/docker/docker-context.ts';
import { LogStore } from '../../src/host/panel/logs.ts';
import { type Size, Tally, type TortureCase } from '../case.ts';

const execute = promisify(execFile);
const MB = 1e6;

/** What something took. */
interface Cost {
  readonly milliseconds: number;
  /** By how much the heap was larger afterwards, what is garbage included. */
  readonly heapBytes: number;
}

async function costOf(work: () => unknown): Promise<Cost> {
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  await work();
  const milliseconds = performance.now() - started;
  return { milliseconds, heapBytes: Math.max(0, process.memoryUsage().heapUsed - before) };
}

/** Notes what it took, and fails above what nobody would wait for even on a slow machine. */
function note(tally: Tally, what: string, { milliseconds, heapBytes }: Cost, most: Cost): void {
  const words = `${what}: ${Math.round(milliseconds)} ms, ${(heapBytes / MB).toFixed(0)} MB`;
  tally.notes.push(words);
  if (milliseconds > most.milliseconds || heapBytes > most.heapBytes) tally.failed(`too much for ${words}`);
  else tally.survived();
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jok-torture-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function loadCase(
  name: string,
  amounts: Readonly<Record<Size, number>>,
  measure: (amount: number, tally: Tally) => Promise<void>,
): TortureCase {
  return {
    group: 'load',
    name,
    run: async (_seed, size) => {
      const tally = new Tally();
      await measure(amounts[size], tally);
      return tally.outcome();
    },
  };
}

const FILES_OF_A_PACKAGE = 100;

/** A depot on this machine, listed by the script that lists it in the container; then what is to be packed of as much. */
async function bigDepot(files: number, tally: Tally): Promise<void> {
  await inFolder(async (depot) => {
    const packages = Math.ceil(files / FILES_OF_A_PACKAGE);
    for (let at = 0; at < packages; at += 1) {
      const folder = join(depot, 'packages', `Package${at}`, 'slug');
      await mkdir(folder, { recursive: true });
      const names = Array.from({ length: FILES_OF_A_PACKAGE }, (_, file) => join(folder, `${file}.jl`));
      await Promise.all(names.map((name) => writeFile(name, 'module X end')));
    }
    const read = factReader('item', 'depot');
    const facts: Fact[] = [];
    const cost = await costOf(async () => {
      const { stdout } = await execute('python3', ['-c', inventoryProgram(), depot], { maxBuffer: 1e9 });
      for (const line of stdout.split('\n')) facts.push(...[read(line) ?? []].flat());
    });
    const { items } = inventoryOf(facts);
    if (items.length !== packages) tally.lost(`${items.length} of ${packages}`);
    note(tally, `inventory of ${files} files`, cost, { milliseconds: 120_000, heapBytes: 300 * MB });
  });
  const entries = Array.from({ length: files }, (_, at): DepotEntry => ({
    path: `p/${at}`,
    identity: `${at}`,
    bytes: 9,
  }));
  const base = entries.map((entry, at) => (at % 10 === 0 ? { ...entry, identity: 'old' } : entry));
  const cost = await costOf(() => planDepot({ needed: entries, base, mayHaveDelta: true }));
  note(tally, `delta of ${files} entries`, cost, { milliseconds: 20_000, heapBytes: 300 * MB });
}

/** Lines as Julia prints them, through all that a line of a run goes through. */
async function longLog(lines: number, tally: Tally): Promise<void> {
  const text = (at: number): string => `[ Info: epoch ${at}: loss ${1 / (at + 1)} \u001b[32m✓\u001b[0m`;
  const store = new LogStore();
  store.begin();
  const panel = await costOf(() => {
    const splitter = new LineSplitter((line) => store.add('test', line));
    for (let at = 0; at < lines; at += 1) splitter.push(Buffer.from(`${text(at)}\n`));
    splitter.end();
  });
  const { first, lines: shown } = store.read('test', 0, lines);
  if (first + shown.length !== lines) tally.lost(`the panel is at line ${first + shown.length} of ${lines}`);
  // The page keeps an end of it, whatever its length; the rest of the figure is garbage.
  note(tally, `${lines} lines to the page, which keeps ${shown.length}`, panel, {
    milliseconds: 120_000,
    heapBytes: 500 * MB,
  });
  const all = Array.from({ length: lines }, (_, at) => text(at));
  const reading = await costOf(() => {
    recompiledIn(all);
    diagnose({ lines: all, failed: true });
  });
  note(tally, `${lines} lines explained`, reading, { milliseconds: 180_000, heapBytes: 1_500 * MB });
}

function entryAt(at: number): HistoryEntry {
  return {
    fingerprint: `f${at}`,
    ref: at + 1,
    state: 'complete',
    publicScore: String(Math.sin(at)),
    betterScore: 'lower',
    submittedAt: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000).toISOString(),
    url: `https://www.kaggle.com/competitions/x/submissions?ref=${at}`,
    bundleId: `b${at}`,
    notebook: `ann/x v${at}`,
    competition: 'x',
  };
}

async function longHistory(submissions: number, tally: Tally): Promise<void> {
  const history = Array.from({ length: submissions }, (_, at) => entryAt(at));
  await inFolder(async (folder) => {
    const content = { format: 1, artefacts: {}, unfinished: [], pending: {}, history };
    await writeFile(join(folder, 'record.json'), JSON.stringify(content));
    const most = { milliseconds: 20_000, heapBytes: 300 * MB };
    const reading = await costOf(async () => {
      const record = await RunRecord.open(folder);
      if (record.history.length !== submissions) tally.lost(`${record.history.length} of ${submissions}`);
      await record.saveSubmission(entryAt(submissions));
    });
    note(tally, `a record with ${submissions} submissions read, one more saved`, reading, most);
    const { history: kept } = await RunRecord.open(folder);
    if (kept.length !== submissions + 1) tally.lost(`${kept.length} of ${submissions + 1} after saving`);
  });
  const most = { milliseconds: 20_000, heapBytes: 300 * MB };
  note(tally, 'the table of them', await costOf(() => historyTable(historyRows(history))), most);
}

async function manyContexts(count: number, tally: Tally): Promise<void> {
  await inFolder(async (folder) => {
    for (let at = 0; at < count; at += 1) {
      const place = join(folder, 'contexts', 'meta', sha256(`context-${at}`));
      await mkdir(place, { recursive: true });
      const meta = { Name: `context-${at}`, Endpoints: { docker: { Host: `tcp://host-${at}:2375` } } };
      await writeFile(join(place, 'meta.json'), JSON.stringify(meta));
    }
    const cost = await costOf(async () => {
      for (let at = 0; at < count; at += 1) {
        const found = await currentContext({ DOCKER_CONTEXT: `context-${at}` }, folder);
        if (found?.host !== `tcp://host-${at}:2375`) tally.lost(`context-${at}`);
      }
    });
    note(tally, `each of ${count} found`, cost, { milliseconds: 10_000, heapBytes: 100 * MB });
  });
}

/** Much of everything: what it takes is noted, and nothing of it may be lost. */
export const loadCases: readonly TortureCase[] = [
  loadCase('a depot of 200,000 files', { short: 2_000, full: 200_000 }, bigDepot),
  loadCase('a log of a million lines', { short: 20_000, full: 1_000_000 }, longLog),
  loadCase('a history of 5,000 submissions', { short: 500, full: 5_000 }, longHistory),
  loadCase('50 engine contexts', { short: 50, full: 50 }, manyContexts),
];
