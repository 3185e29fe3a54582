import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { isUserError } from '../../../src/base/errors.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { startSandbox } from '../../../src/sandbox/start.ts';
import { Visitor } from '../../support/visitor.ts';
import {
  type Bench,
  COMPETITION,
  makeDataset,
  push,
  startBench,
  tarOf,
  until,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
  USER,
} from './support.ts';

const outputs = { 'submission.csv': 'id,height\n10,1\n11,2\n12,3\n' };

/** A notebook that runs until the sandbox is closed. */
function endless(bench: Bench): Promise<void> {
  return new Promise((started) => {
    bench.notebook = ({ signal }) => {
      started();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')));
      });
    };
  });
}

const submit = (bench: Bench): Promise<Record<string, unknown>> =>
  bench.call('competitions.CompetitionApiService/CreateCodeSubmission', {
    competitionName: COMPETITION,
    kernelOwner: USER,
    kernelSlug: 'demo-kernel',
    kernelVersion: 1,
    fileName: 'submission.csv',
    submissionDescription: 'm',
  });

describe('sandbox: restart', () => {
  it('remembers datasets, notebooks with logs and outputs, and submissions', async () => {
    const bench = await startBench();
    bench.notebook = ({ log }) => {
      log('hello\n');
      return { outputs };
    };
    await makeDataset(bench, 'demo-pack', { julia: 'abc' });
    await push(bench, 'Demo kernel', { datasetDataSources: [`${USER}/demo-pack`] });
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const { ref } = await submit(bench);
    await untilScored(bench, ref);
    const everything = async (): Promise<unknown[]> => {
      const output = await bench.call('kernels.KernelsApiService/ListKernelSessionOutput', {
        userName: USER,
        kernelSlug: 'demo-kernel',
      });
      const [, file] = output['files'] as { url: string }[];
      const dataset = await bench.call('datasets.DatasetApiService/GetDataset', {
        ownerSlug: USER,
        datasetSlug: 'demo-pack',
      });
      const submission = await bench.call('competitions.CompetitionApiService/GetSubmission', { ref });
      const { metadata } = await bench.call('kernels.KernelsApiService/GetKernel', {
        userName: USER,
        kernelSlug: 'demo-kernel',
      });
      const text = await (await fetch(file?.url ?? '')).text();
      return [output['log'], text, { ...dataset, url: '' }, { ...submission, url: '' }, metadata];
    };
    const before = await everything();
    await bench.restart();
    assert.deepEqual(await everything(), before);
    assert.equal(before[1], outputs['submission.csv']);
  });

  it('never gives an id or a version number twice', async () => {
    const bench = await startBench();
    const first = await push(bench, 'First kernel');
    await bench.restart();
    const second = await push(bench, 'Second kernel');
    assert.notEqual(first['kernelId'], second['kernelId']);
    assert.equal((await push(bench, 'First kernel'))['versionNumber'], 2);
  });

  it('runs notebooks again that were running or waiting', async () => {
    const bench = await startBench();
    const started = endless(bench);
    for (const title of ['First kernel', 'Second kernel', 'Third kernel']) await push(bench, title);
    await started;
    await bench.sandbox.close();
    bench.notebook = () => ({ outputs });
    await bench.restart();
    for (const slug of ['first-kernel', 'second-kernel', 'third-kernel'])
      assert.equal(await untilStatus(bench, slug, ['COMPLETE', 'ERROR']), 'COMPLETE');
    assert.ok(bench.engine.removedContainers.length >= 2, 'leftovers of the earlier process are removed');
  });

  it('scores submissions that were waiting, once', async () => {
    const bench = await startBench();
    bench.notebook = () => ({ outputs });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const started = endless(bench);
    const { ref } = await submit(bench);
    await started;
    await bench.sandbox.close();
    bench.notebook = () => ({ outputs });
    await bench.restart();
    assert.equal((await untilScored(bench, ref))['publicScore'], '0.00000');
    const limits = await bench.call('competitions.CompetitionApiService/GetSubmissionLimits', {
      competitionName: COMPETITION,
    });
    assert.equal(limits['numToday'], 1);
  });

  it('unpacks what was not unpacked yet', async () => {
    const bench = await startBench();
    const token = await upload(bench, 'a.tar.gz', gzipSync(await tarOf({ 'in.txt': 'inside' })));
    const body = {
      ownerSlug: USER,
      slug: 'demo-pack',
      title: 'demo-pack',
      isPrivate: true,
      files: [{ token }],
    };
    await bench.call('datasets.DatasetApiService/CreateDataset', body);
    await bench.restart();
    assert.equal(await untilDataset(bench, 'demo-pack', ['READY', 'FAILED']), 'READY');
  });

  it('deletes contents that nothing refers to', async () => {
    const bench = await startBench();
    bench.notebook = () => ({ outputs: { 'x.txt': 'kept by the version' } });
    await makeDataset(bench, 'demo-pack', { julia: 'deleted later' });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const blob = async (text: string): Promise<boolean> => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      return (
        (await stat(join(bench.folder, 'blobs', sha256.slice(0, 2), sha256)).catch(() => undefined)) !==
        undefined
      );
    };
    assert.deepEqual([await blob('deleted later'), await blob('kept by the version')], [true, true]);
    await bench.call('datasets.DatasetApiService/DeleteDataset', {
      ownerSlug: USER,
      datasetSlug: 'demo-pack',
    });
    bench.clock.time += 8 * 24 * 3600_000; // the upload's own claim ends after a week
    await bench.restart();
    assert.deepEqual([await blob('deleted later'), await blob('kept by the version')], [false, true]);
  });

  it('keeps the credentials readable by their owner only', async () => {
    const bench = await startBench();
    const file = join(bench.folder, 'account.json');
    assert.equal((await stat(file)).mode & 0o077, 0);
    assert.ok((await readFile(file, 'utf8')).includes(bench.sandbox.credentials.key));
  });

  it('says which record is damaged', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', {});
    await bench.sandbox.close();
    await writeFile(join(bench.folder, 'account.json'), '{"users":');
    await assert.rejects(bench.restart(), (error: unknown) => {
      assert.ok(isUserError(error, 'file-unreadable'));
      assert.match(error.title, /account\.json/);
      return true;
    });
  });

  it('cancels runs and open log streams when it is closed', async () => {
    const bench = await startBench();
    const started = endless(bench);
    await push(bench, 'Demo kernel');
    await started;
    const stream = await fetch(`${bench.sandbox.url}/v1/kernels/logs/stream/${USER}/demo-kernel`, {
      headers: bench.authorization(),
    });
    await bench.sandbox.close();
    await assert.rejects(stream.text());
    await assert.rejects(fetch(bench.sandbox.url));
  });

  it('keeps what an interrupted run has said, beside the log of the run that took its place', async () => {
    const bench = await startBench();
    bench.notebook = ({ log, signal }) => {
      log('half of it\n');
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('killed')));
      });
    };
    await push(bench, 'Demo kernel');
    const page = async (): Promise<string> =>
      await (
        await (await Visitor.at(bench.sandbox.page)).open(`${bench.sandbox.url}/code/${USER}/demo-kernel`)
      ).text();
    await until(page, (text) => text.includes('half of it'));
    await bench.sandbox.close();
    bench.notebook = ({ log }) => {
      log('all of it\n');
      return { outputs };
    };
    await bench.restart();
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    const { log } = await bench.call('kernels.KernelsApiService/ListKernelSessionOutput', {
      userName: USER,
      kernelSlug: 'demo-kernel',
    });
    assert.match(String(log), /all of it/);
    assert.doesNotMatch(String(log), /half of it/);
    assert.match(await page(), /all of it[\s\S]*which ended with the sandbox[\s\S]*half of it/);
  });
});

describe('sandbox: its folder', () => {
  const second = (bench: Bench, folder: string): ReturnType<typeof startSandbox> =>
    startSandbox({
      folder,
      engine: () => Promise.resolve(bench.engine),
      image: 'fake-image',
      competitions: [bench.competitionFolder],
      clock: bench.clock,
      readyDelayMs: 0,
      layout: 'namespaced',
      logger: silentLogger,
    });

  it('belongs to one sandbox at a time', async () => {
    const bench = await startBench();
    await assert.rejects(second(bench, bench.folder), (error) => {
      assert.ok(isUserError(error, 'run-locked'));
      assert.ok(error.title.includes(bench.folder));
      return true;
    });
    await bench.sandbox.close();
    const other = await second(bench, bench.folder);
    await other.close();
  });

  it('is free again when a sandbox could not start', async () => {
    const bench = await startBench();
    const folder = `${bench.folder}-2`;
    const { port } = new URL(bench.sandbox.url);
    const attempt = startSandbox({
      folder,
      port: Number(port),
      engine: () => Promise.resolve(bench.engine),
      image: 'fake-image',
      competitions: [],
      clock: bench.clock,
      readyDelayMs: 0,
      layout: 'namespaced',
      logger: silentLogger,
    });
    await assert.rejects(attempt, (error) => isUserError(error, 'port-in-use'));
    await (await second(bench, folder)).close();
  });
});

describe('sandbox: volumes', () => {
  /** Volumes of inputs, without the one that has only folders. */
  const volumes = (bench: Bench): string[] =>
    [...bench.engine.volumes.keys()]
      .map((name) => name.split('-').slice(4).join('-'))
      .filter((name) => !name.startsWith('input-'))
      .sort();

  async function version(bench: Bench, content: string): Promise<void> {
    const files = [{ token: await upload(bench, 'julia', content) }];
    const body = { ownerSlug: USER, datasetSlug: 'demo-pack', body: { versionNotes: 'n', files } };
    await bench.call('datasets.DatasetApiService/CreateDatasetVersion', body);
    await untilDataset(bench, 'demo-pack', ['READY']);
  }

  const run = async (bench: Bench): Promise<void> => {
    await push(bench, 'Demo kernel', { datasetDataSources: [`${USER}/demo-pack`] });
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
  };

  it('are kept of current versions only, however many there were', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { julia: 'content 1' });
    for (let number = 1; number <= 4; number += 1) {
      if (number > 1) await version(bench, `content ${number}`);
      await run(bench);
      await until(
        () => Promise.resolve(volumes(bench)),
        (names) => names.length === 1 && names[0]?.endsWith(`-v${number}`) === true,
      );
    }
  });

  it('are kept as long as a run has them or a submission will need them, and filled again afterwards', async () => {
    const bench = await startBench();
    await makeDataset(bench, 'demo-pack', { julia: 'content 1' });
    bench.notebook = () => ({ outputs });
    await run(bench);
    let finish = (): void => undefined;
    const seen: (string | undefined)[] = [];
    bench.notebook = async ({ inputs }) => {
      seen.push(inputs[`/kaggle/input/datasets/${USER}/demo-pack/julia`]);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      seen.push(inputs[`/kaggle/input/datasets/${USER}/demo-pack/julia`]);
      return { outputs };
    };
    const { ref } = await submit(bench);
    await until(
      () => Promise.resolve(seen.length),
      (length) => length === 1,
    );
    await version(bench, 'content 2');
    await bench.call('datasets.DatasetApiService/DeleteDataset', {
      ownerSlug: USER,
      datasetSlug: 'demo-pack',
    });
    assert.deepEqual(volumes(bench).length, 1, 'the rerun still has it');
    finish();
    await untilScored(bench, ref);
    assert.deepEqual(seen, ['content 1', 'content 1']);
    bench.notebook = () => ({ outputs });
    await push(bench, 'Other kernel');
    await untilStatus(bench, 'other-kernel', ['COMPLETE']);
    await until(
      () => Promise.resolve(volumes(bench)),
      (names) => names.length === 0,
    );
  });
});
