import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Bench,
  COMPETITION,
  list,
  makeDataset,
  push,
  tarOf,
  until,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
  USER,
} from '../../wire/sandbox/support.ts';
import { notebookOf, PREDICT } from './notebooks.ts';
import { startRealBench } from './real-bench.ts';
import { containersOf, runsOf, volumesOf } from './real-engine.ts';

interface LogEntry {
  readonly stream_name: string;
  readonly data: string;
}

async function outputOf(bench: Bench): Promise<{ log: LogEntry[]; files: Map<string, string> }> {
  const { log, files } = await bench.call('kernels.KernelsApiService/ListKernelSessionOutput', {
    userName: USER,
    kernelSlug: 'demo-kernel',
  });
  const texts = new Map<string, string>();
  for (const { fileName, url } of list(files))
    texts.set(String(fileName), await (await fetch(String(url))).text());
  return { log: JSON.parse(String(log)) as LogEntry[], files: texts };
}

async function pushed(bench: Bench, text: string): Promise<string> {
  const sources = { datasetDataSources: [`${USER}/demo-pack`], competitionDataSources: [COMPETITION] };
  const answer = await push(bench, 'Demo kernel', { text, ...sources });
  assert.deepEqual([answer['error'], answer['invalidDatasetSources']], ['', []]);
  return await untilStatus(bench, 'demo-kernel', ['COMPLETE', 'ERROR']);
}

describe('sandbox in a real engine', () => {
  for (const layout of ['namespaced', 'classic'] as const)
    it(`runs a notebook offline and scores it on the hidden data (${layout} layout)`, async () => {
      const bench = await startRealBench({ layout });
      const scripts = await tarOf({ 'run.sh': '#!/bin/sh', 'link.sh': '-> run.sh' });
      await makeDataset(bench, 'demo-pack', { model: '1.0', 'scripts.tar': scripts });
      assert.equal(await pushed(bench, PREDICT), 'COMPLETE');

      const { log, files } = await outputOf(bench);
      const facts = JSON.parse(log.map(({ data }) => data).join('')) as object;
      const dataset = layout === 'classic' ? 'demo-pack' : `datasets/${USER}/demo-pack`;
      const competition = layout === 'classic' ? COMPETITION : `competitions/${COMPETITION}`;
      assert.deepEqual(facts, {
        interfaces: ['lo'],
        test: `/kaggle/input/${competition}/test.csv`,
        model: `/kaggle/input/${dataset}/model`,
        inputs: layout === 'classic' ? ['demo-pack', COMPETITION] : ['competitions', 'datasets'],
        script: '#!/bin/sh',
        executable: false,
        readOnly: [true, true],
        rerun: null,
        type: 'Batch',
        folder: '/kaggle/working',
      });
      assert.equal(files.get('submission.csv'), 'id,height\n10,1.0\n');
      assert.match(files.get('__notebook__.ipynb') ?? '', /interfaces/);

      const { ref } = await bench.call('competitions.CompetitionApiService/CreateCodeSubmission', {
        competitionName: COMPETITION,
        kernelOwner: USER,
        kernelSlug: 'demo-kernel',
        kernelVersion: 1,
        fileName: 'submission.csv',
        submissionDescription: 'real',
      });
      const submission = await untilScored(bench, ref);
      // The three hidden rows are all right; the public test set has only one of them.
      assert.deepEqual([submission['status'], submission['publicScore']], ['COMPLETE', '0.00000']);
      assert.deepEqual(await containersOf(bench.folder), []);
    });

  it('says ERROR for a notebook that fails, with the reason in the log', async () => {
    const bench = await startRealBench();
    await makeDataset(bench, 'demo-pack', { model: '1.0' });
    const source = notebookOf(
      'print("so far")\nopen("half.txt", "w").write("x")',
      'raise ValueError("no luck")',
      'print(3)',
    );
    assert.equal(await pushed(bench, source), 'ERROR');
    const { log, files } = await outputOf(bench);
    assert.ok(log.some(({ stream_name: stream, data }) => stream === 'stdout' && data.includes('so far')));
    assert.ok(log.some(({ stream_name: stream, data }) => stream === 'stderr' && data.includes('no luck')));
    assert.ok(!log.some(({ data }) => data.includes('3\n')));
    assert.equal(files.get('half.txt'), 'x');
  });

  it('keeps one volume for a dataset, of its current version, and removes it with the dataset', async () => {
    const bench = await startRealBench();
    await makeDataset(bench, 'demo-pack', { model: '1.0' });
    for (const text of ['a', 'b'])
      assert.equal(await pushed(bench, notebookOf(`print("${text}")`)), 'COMPLETE');
    const ofDataset = async (): Promise<string[]> =>
      (await volumesOf(bench.folder)).filter((name) => name.includes('-dataset-'));
    const [first, ...others] = await ofDataset();
    assert.deepEqual(others, []);
    const body = { ownerSlug: USER, datasetSlug: 'demo-pack' };
    const files = [{ token: await upload(bench, 'model', '2.0') }];
    const version = { ...body, body: { versionNotes: 'n', files } };
    await bench.call('datasets.DatasetApiService/CreateDatasetVersion', version);
    await untilDataset(bench, 'demo-pack', ['READY']);
    assert.equal(await pushed(bench, notebookOf('print("c")')), 'COMPLETE');
    await until(ofDataset, (names) => names.length === 1 && names[0] !== first);
    await bench.call('datasets.DatasetApiService/DeleteDataset', body);
    await until(ofDataset, (names) => names.length === 0);
  });

  it('cancels a run when it is closed, leaves no container, and runs it again when it is started', async () => {
    const bench = await startRealBench();
    const waits = notebookOf('import time', 'time.sleep(600)');
    await push(bench, 'Demo kernel', { text: waits });
    await until(
      () => runsOf(bench.folder),
      (runs) => runs.length === 1,
    );
    await bench.sandbox.close();
    assert.deepEqual(await containersOf(bench.folder), []);
    await bench.restart();
    await until(
      () => runsOf(bench.folder),
      (runs) => runs.length === 1,
    );
  });
});
