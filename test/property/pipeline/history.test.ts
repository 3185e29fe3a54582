import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { csvRows } from '../../../src/core/contract/submission/csv-rows.ts';
import { historyCsv, historyTable } from '../../../src/cli/history-table.ts';
import {
  type HistoryEntry,
  historyRows,
  scoreOf,
  withSubmission,
} from '../../../src/core/pipeline/history.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { tempFolder } from '../../support/temp.ts';

const seconds = fc
  .double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true })
  .map((value) => value + 0);
/** Any entry that was ever written: the first members are those of the first version of the record. */
const anEntry: fc.Arbitrary<HistoryEntry> = fc.record(
  {
    fingerprint: fc.string(),
    ref: fc.nat(),
    state: fc.constantFrom('pending' as const, 'complete' as const, 'error' as const),
    submittedAt: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString()),
    url: fc.webUrl(),
    bundleId: fc.stringMatching(/^[0-9a-f]{0,12}$/),
    notebook: fc.string(),
    publicScore: fc.oneof(fc.integer({ min: -9, max: 9 }).map(String), fc.string()),
    commit: fc.stringMatching(/^[0-9a-f]{0,12}$/),
    dirty: fc.boolean(),
    errorDescription: fc.string(),
    scoringSeconds: seconds,
    scoringSecondsAtMost: fc.boolean(),
    betterScore: fc.constantFrom('lower' as const, 'higher' as const),
    competition: fc.constantFrom('tides', 'trains'),
    datasets: fc.array(fc.record({ slug: fc.string(), version: fc.nat() })),
    rehearsalSeconds: seconds,
    runSeconds: seconds,
    note: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['fingerprint', 'ref', 'state', 'submittedAt', 'url', 'bundleId', 'notebook'] },
);
const aHistory = fc.uniqueArray(anEntry, { selector: ({ ref }) => ref, maxLength: 8 });

describe('the history', function () {
  this.timeout(30_000);

  it('is read back as it was saved, whatever an entry has', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, async (entries) => {
        const folder = await tempFolder();
        const record = await RunRecord.open(folder);
        for (const entry of entries) await record.saveSubmission(entry);
        const again = await RunRecord.open(folder);
        assert.ok(!again.wasUnreadable);
        assert.deepEqual(again.history, JSON.parse(JSON.stringify(entries)));
      }),
      { numRuns: 10 },
    );
  });

  it('has each submission once, in the order in which they were made', () => {
    fc.assert(
      fc.property(fc.array(anEntry), (entries) => {
        const history = entries.reduce<HistoryEntry[]>(withSubmission, []);
        assert.deepEqual(
          history.map(({ ref }) => ref),
          [...new Set(entries.map(({ ref }) => ref))],
        );
      }),
    );
  });

  it('forgets nothing that a later save does not know', () => {
    fc.assert(
      fc.property(aHistory, anEntry, (entries, entry) => {
        const before = [
          ...entries,
          { ...entry, state: 'complete' as const, note: 'kept', scoringSeconds: 7 },
        ];
        const { note: _, ...rest } = entry;
        const after = withSubmission(before, { ...rest, state: 'complete', scoringSeconds: 900 });
        const found = after.find(({ ref }) => ref === entry.ref);
        // Of two entries with one number the first is meant.
        const kept = before.find(({ ref }) => ref === entry.ref);
        assert.equal(found?.note, kept?.note);
        if (kept?.scoringSeconds !== undefined && kept.state !== 'pending')
          assert.equal(found?.scoringSeconds, kept.scoringSeconds);
      }),
    );
  });

  it('marks one best score a competition, and none is better', () => {
    fc.assert(
      fc.property(aHistory, fc.constantFrom('lower' as const, 'higher' as const), (entries, better) => {
        const rows = historyRows(entries, better);
        for (const competition of new Set(entries.map((entry) => entry.competition))) {
          const own = rows.filter((row) => row.competition === competition);
          const scores = own.flatMap((row) => scoreOf(row) ?? []);
          const best = own.filter((row) => row.best);
          assert.equal(best.length, scores.length === 0 ? 0 : 1);
          const [found] = best.map(scoreOf);
          if (found === undefined) continue;
          assert.equal(found, better === 'lower' ? Math.min(...scores) : Math.max(...scores));
        }
      }),
    );
  });

  it('as CSV has a row and all columns for each submission, its note unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(aHistory, async (entries) => {
        const file = join(await tempFolder(), 'history.csv');
        const rows = historyRows(entries);
        await writeFile(file, historyCsv(rows));
        const read: (readonly string[])[] = [];
        for await (const some of csvRows(file)) read.push(...some.map(({ values }) => values));
        const [header = [], ...body] = read;
        assert.equal(body.length, entries.length);
        assert.ok(body.every((values) => values.length === header.length));
        assert.deepEqual(
          body.map((values) => values[header.indexOf('note')]),
          entries.map(({ note }) => note ?? ''),
        );
        assert.equal(historyTable(rows).split('\n')[0]?.startsWith('submitted'), true);
      }),
      { numRuns: 20 },
    );
  });
});
