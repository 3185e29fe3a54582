import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { systemClock } from '../../../src/base/abort.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { uploadQuestion } from '../../../src/cli/run-command.ts';
import type { HistoryEntry } from '../../../src/core/pipeline/history.ts';
import { RECORD_FOLDER, RunRecord } from '../../../src/core/pipeline/record.ts';
import { tempFolder } from '../../support/temp.ts';
import { coreIn } from '../../support/core-in.ts';

const ENTRY: HistoryEntry = {
  fingerprint: 'f',
  ref: 7,
  state: 'complete',
  publicScore: '0.5',
  submittedAt: '2026-01-01T12:34:56Z',
  url: 'https://example.org',
  bundleId: 'b',
  notebook: 'ada/tides v1',
  commit: '0123456789abcdef',
  dirty: true,
};

async function call(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        text[name] += chunk.toString();
        done();
      },
    });
  const never = () => Promise.reject(new Error('nobody is to be asked'));
  const code = await runProgram(args, {
    coreWith: (logger) =>
      coreIn({
        engine: never,
        kaggle: never,
        julia: { fetchTarball: never, resolve: never },
        clock: systemClock,
        logger,
        environment: {},
      }),
    terminal: { stdout: sink('out'), stderr: sink('err'), interactive: false, columns: 80, ask: undefined },
    signal: new AbortController().signal,
    version: '1.2.3',
  });
  return { code, ...text };
}

/** A project of which only the record is left, with these submissions. */
async function projectWith(...entries: HistoryEntry[]): Promise<string> {
  const folder = await tempFolder();
  const record = await RunRecord.open(join(folder, RECORD_FOLDER));
  await record.begin('build');
  for (const entry of entries) await record.saveSubmission(entry);
  return folder;
}

describe('julia-kaggle history', () => {
  const waiting: HistoryEntry = {
    ...ENTRY,
    ref: 8,
    state: 'pending',
    publicScore: undefined,
    note: 'deeper',
  };
  const better: HistoryEntry = {
    ...{ ...ENTRY, ref: 9, publicScore: '0.25', dirty: false, betterScore: 'lower' },
    ...{ scoringSeconds: 90, scoringSecondsAtMost: true },
  };

  it('shows every submission, the waiting one too, and marks the best', async () => {
    const { code, out } = await call('history', await projectWith(ENTRY, waiting, better));
    assert.equal(code, 0);
    const [, first = '', second = '', third = ''] = out.split('\n');
    assert.match(first, /^2026-01-01 12:34 +complete +0\.5 .*01234567\+/);
    assert.doesNotMatch(first, /best/);
    assert.match(second, /pending .*deeper$/);
    assert.match(third, /0\.25 +best +≤ 1 min 30 s .*01234567$/);
  });

  it('shows and exports private scores where there are any', async () => {
    const without = await call('history', await projectWith(ENTRY));
    assert.doesNotMatch(without.out, /private/);
    const folder = await projectWith(ENTRY, { ...better, privateScore: '0.31' });
    const { out } = await call('history', folder);
    assert.match(out, /score +private +best/);
    assert.match(out, /0\.25 +0\.31 +best/);
    const { submissions } = JSON.parse((await call('history', folder, '--json')).out) as {
      submissions: { privateScore?: string }[];
    };
    assert.deepEqual(
      submissions.map(({ privateScore }) => privateScore),
      [undefined, '0.31'],
    );
    const [header = '', , last = ''] = (await call('history', folder, '--csv')).out.trim().split('\n');
    assert.deepEqual([header.split(',').at(-3), last.split(',').at(-3)], ['private_score', '0.31']);
  });

  it('says how to tell which scores are better where nothing does', async () => {
    const { out } = await call('history', await projectWith(ENTRY));
    assert.match(out, /\[score\] better = "lower" or "higher"/);
  });

  it('gives JSON and CSV, and not both', async () => {
    const folder = await projectWith(ENTRY, better);
    const json = JSON.parse((await call('history', folder, '--json')).out) as {
      submissions: { best: boolean }[];
    };
    assert.deepEqual(
      json.submissions.map(({ best }) => best),
      [false, true],
    );
    const [header = '', ...rows] = (await call('history', folder, '--csv')).out.trim().split('\n');
    assert.match(header, /^submitted,competition,ref,state,public_score,best,/);
    assert.equal(rows.length, 2);
    assert.equal((await call('history', folder, '--csv', '--json')).code, 2);
  });

  it('says that there is none, or that there was no run', async () => {
    assert.match((await call('history', await projectWith())).out, /No submission was made yet/);
    const { code, err } = await call('history', await tempFolder());
    assert.equal(code, 1);
    assert.match(err, /There has been no run/);
  });
});

describe('julia-kaggle status', () => {
  it('says of a stage that failed why, and of one that was interrupted that it is not done', async () => {
    const folder = await projectWith();
    const record = await RunRecord.open(join(folder, RECORD_FOLDER));
    await record.begin('test');
    await record.fail('test', 'Inference.main threw.');
    const { out } = await call('status', folder);
    assert.match(out, /build +interrupted +not done yet/);
    assert.match(out, /test +failed +Inference\.main threw\./);
  });

  it('shows what is there although the project cannot be read, and why it says no more', async () => {
    const folder = await projectWith(ENTRY);
    const { code, out } = await call('status', folder);
    assert.equal(code, 0);
    assert.match(out, /build +interrupted/);
    assert.match(out, /What is stale cannot be told: /);
    assert.match(out, /complete +0\.5/);
    const json = JSON.parse((await call('status', folder, '--json')).out) as Record<string, unknown>;
    assert.deepEqual(Object.keys(json), ['kind', 'stages', 'submissions', 'artefacts', 'history', 'error']);
  });
});

describe('the question before the upload', () => {
  it('covers the submission where one will be made, and no more than will be done', () => {
    assert.match(
      uploadQuestion('upload 4 datasets', 'submit'),
      /^Next: upload 4 datasets\. .*the submission.*Go on\?$/,
    );
    assert.match(uploadQuestion('push', 'notebook'), /end of the run on Kaggle/);
    assert.doesNotMatch(uploadQuestion('push', 'notebook'), /submission/);
    assert.equal(uploadQuestion('upload', 'upload'), 'Next: upload. Go on?');
  });
});
