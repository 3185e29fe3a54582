import type { TortureCase } from '../case.ts';
import { hostileInputCase } from '../support/read-hostile.ts';
import { archiveReaders } from './archives.ts';
import { engineReaders } from './engine-readers.ts';
import { fileReaders } from './file-readers.ts';
import { kaggleReaders } from './kaggle-readers.ts';
import { loopbackReaders } from './loopback.ts';
import { logReaders } from './log-readers.ts';
import { recordReaders } from './record-readers.ts';

/** Everything that comes from outside and is read: files, answers, output. */
export const readerCases: readonly TortureCase[] = [
  ...fileReaders,
  ...kaggleReaders,
  ...engineReaders,
  ...logReaders,
  ...recordReaders,
  ...archiveReaders,
  ...loopbackReaders,
].map((reader) => hostileInputCase(reader));
