import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkSubmission } from '../../src/core/contract/submission/submission-file.ts';
import { historyRows } from '../../src/core/pipeline/history.ts';
import { RunRecord } from '../../src/core/pipeline/record.ts';
import { currentContext } from '../../src/docker/docker-context.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../test/support/artefacts.ts';
import type { Random } from '../random.ts';
import { mutateJson, mutateText } from '../support/mutate.ts';
import type { FolderReader } from '../support/read-hostile.ts';

const ORIGIN = { submittedAt: '2026-01-01T00:00:00Z', bundleId: 'b', notebook: 'ann/x' };
const SUBMISSION = {
  ref: 7,
  url: 'https://x/7',
  state: 'complete',
  publicScore: '0.5',
  fingerprint: 's',
  ...ORIGIN,
};
const RECORD = {
  format: 1,
  artefacts: { project: aProject(), build: aDepot(), test: aTestReport(), pack: aBundle() },
  unfinished: ['rehearse'],
  pending: { submit: { ref: 3 } },
  history: [SUBMISSION],
};

const SAMPLE = 'id,x,y\n1,0.5,a\n2,0.25,b\n3,1e3,c\n';
const CSVS = [SAMPLE, 'id,x,y\r\n"1","0.5","a ""b"""\r\n2,0.25,"b\nc"\r\n3,1,c', '\ufeffid,x,y\n'];

/** How many inputs are read at once: most of the time of each is spent waiting for the disk. */
const LANES = 8;

/** A reader of files in a folder, each under the one name. */
function ofFile(
  name: string,
  file: string,
  make: (random: Random) => string,
  read: (folder: string) => Promise<unknown>,
): FolderReader {
  let folder = '';
  return {
    name,
    make,
    lanes: LANES,
    before: async () => {
      folder = await mkdtemp(join(tmpdir(), 'jok-torture-'));
      for (let lane = 0; lane < LANES; lane += 1) {
        await mkdir(join(folder, String(lane)));
        await writeFile(join(folder, String(lane), 'sample.csv'), SAMPLE);
      }
    },
    read: async (input, _random, lane) => {
      await writeFile(join(folder, String(lane), file), input);
      return read(join(folder, String(lane)));
    },
    after: async () => {
      const entries = await readdir(folder, { recursive: true });
      const others = entries.filter(
        (entry) => !/^\d+$/.test(entry) && ![file, 'sample.csv'].includes(basename(entry)),
      );
      await rm(folder, { recursive: true, force: true });
      return others.map((entry) => `written beside the file that is read: ${entry}`);
    },
  };
}

/** Readers of our own files that somebody else may have changed, and of what a person's program wrote. */
export const recordReaders: readonly FolderReader[] = [
  ofFile(
    'run records',
    'record.json',
    (random) => mutateJson(random, [RECORD]),
    async (folder) => {
      const record = await RunRecord.open(folder);
      historyRows(record.history);
      if (record.wasUnreadable && record.history.length > 0)
        throw new Error('an unreadable record with a history');
    },
  ),
  ofFile(
    'submission files',
    'submission.csv',
    (random) => mutateText(random, CSVS),
    (folder) => checkSubmission(join(folder, 'submission.csv'), { sample: join(folder, 'sample.csv') }),
  ),
  ofFile(
    'settings of the docker command',
    'config.json',
    (random) => mutateJson(random, [{ currentContext: 'far', auths: {}, credsStore: 'x' }]),
    (folder) => currentContext({}, folder),
  ),
];
