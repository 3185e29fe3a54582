import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { tempFolder } from '../../support/temp.ts';
import {
  type Bench,
  COMPETITION,
  COMPETITION_FILES,
  list,
  until,
  untilDataset,
  USER,
} from '../../wire/sandbox/support.ts';
import { PREDICT } from './notebooks.ts';
import { startRealBench } from './real-bench.ts';

const execute = promisify(execFile);

/** The official client on the PATH, if it is there. */
function findClient(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'kaggle')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Client {
  readonly bench: Bench;
  /** Runs `kaggle` with these arguments; gives what it printed. It must end well. */
  readonly kaggle: (...args: string[]) => Promise<string>;
}

/** For a local Kaggle the client knows one address only: http://localhost, port 80 (kaggle-api 0.2). */
async function start(program: string): Promise<Client> {
  const bench = await startRealBench({ port: 80 });
  const home = await tempFolder();
  const { username, key } = bench.sandbox.credentials;
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    KAGGLE_CONFIG_DIR: home,
    KAGGLE_API_ENVIRONMENT: 'LOCALHOST',
    KAGGLE_USERNAME: username,
    KAGGLE_KEY: key,
  };
  return {
    bench,
    kaggle: async (...args) => {
      const { stdout, stderr } = await execute(program, args, { env: environment, cwd: home });
      return stdout + stderr;
    },
  };
}

async function folderWith(metadata: string, content: object, files: Record<string, string>): Promise<string> {
  return await tempFolder({ [metadata]: JSON.stringify(content), ...files });
}

const program = findClient();

// Where the client is not installed there is nothing to be tried, and so no test that would be skipped.
if (program !== undefined)
  describe('the official client in the sandbox', () => {
    it('lists and downloads the files of a competition', async () => {
      const { kaggle } = await start(program);
      assert.match(await kaggle('competitions', 'list'), new RegExp(COMPETITION));
      assert.match(await kaggle('competitions', 'files', COMPETITION), /train\.csv/);
      const folder = await tempFolder();
      await kaggle('competitions', 'download', COMPETITION, '-f', 'train.csv', '-p', folder);
      assert.equal(await readFile(join(folder, 'train.csv'), 'utf8'), COMPETITION_FILES['public/train.csv']);
      await kaggle('competitions', 'download', COMPETITION, '-p', folder);
      const zip = await readFile(join(folder, `${COMPETITION}.zip`));
      assert.equal(zip.subarray(0, 4).toString('latin1'), 'PK\x03\x04');
    });

    it('creates and versions a private dataset with a file of 100 MB, and downloads it again', async () => {
      const { bench, kaggle } = await start(program);
      const metadata = { title: 'Big pack', id: `${USER}/big-pack`, licenses: [{ name: 'CC0-1.0' }] };
      const folder = await folderWith('dataset-metadata.json', metadata, { 'small.txt': 'small' });
      const big = randomBytes(100e6);
      await writeFile(join(folder, 'julia'), big);
      await kaggle('datasets', 'create', '-p', folder);
      await untilDataset(bench, 'big-pack', ['READY']);
      await kaggle('datasets', 'version', '-p', folder, '-m', 'second');
      await untilDataset(bench, 'big-pack', ['READY']);
      const dataset = await bench.call('datasets.DatasetApiService/GetDataset', {
        ownerSlug: USER,
        datasetSlug: 'big-pack',
      });
      assert.deepEqual([dataset['isPrivate'], dataset['currentVersionNumber']], [true, 2]);
      assert.deepEqual(
        list(dataset['files']).map(({ name, totalBytes }) => [name, totalBytes]),
        [
          ['julia', 100e6],
          ['small.txt', 5],
        ],
      );
      assert.match(await kaggle('datasets', 'status', `${USER}/big-pack`), /ready/i);
      const back = await tempFolder();
      await kaggle('datasets', 'download', `${USER}/big-pack`, '-f', 'julia', '-p', back);
      assert.ok(big.equals(await readFile(join(back, 'julia'))));
    });

    it('pushes a notebook, follows it, downloads its output, submits it and reads the score', async () => {
      const { bench, kaggle } = await start(program);
      const data = { title: 'Demo pack', id: `${USER}/demo-pack`, licenses: [{ name: 'CC0-1.0' }] };
      const files = { model: '1.0', 'run.sh': '#!/bin/sh' };
      await kaggle('datasets', 'create', '-p', await folderWith('dataset-metadata.json', data, files));
      await untilDataset(bench, 'demo-pack', ['READY']);
      const notebook = {
        ...{ id: `${USER}/demo-kernel`, title: 'Demo kernel', code_file: 'demo.ipynb' },
        ...{ language: 'python', kernel_type: 'notebook', is_private: true, enable_gpu: false },
        ...{ enable_internet: false, dataset_sources: [`${USER}/demo-pack`] },
        competition_sources: [COMPETITION],
      };
      const pushed = await folderWith('kernel-metadata.json', notebook, { 'demo.ipynb': PREDICT });
      assert.match(await kaggle('kernels', 'push', '-p', pushed), /version 1/i);
      const ref = `${USER}/demo-kernel`;
      const status = await until(
        () => kaggle('kernels', 'status', ref),
        (text) => /complete|error/i.test(text),
      );
      assert.match(status, /complete/i);
      assert.match(await kaggle('kernels', 'logs', ref), /interfaces/);
      const output = await tempFolder();
      await kaggle('kernels', 'output', ref, '-p', output);
      assert.match(await readFile(join(output, 'submission.csv'), 'utf8'), /^id,height/);
      const submit = ['-k', ref, '-v', '1', '-f', 'submission.csv', '-m', 'from the client'];
      assert.match(await kaggle('competitions', 'submit', COMPETITION, ...submit), /successfully submitted/i);
      const submissions = await until(
        () => kaggle('competitions', 'submissions', COMPETITION),
        (text) => /complete|error/i.test(text),
      );
      assert.match(submissions, /0\.00000/);
    });
  });
