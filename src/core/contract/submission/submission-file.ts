import * as l10n from '@vscode/l10n';
import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../../base/errors.ts';
import { exists, fileError } from '../../../base/files.ts';
import { parseJson } from '../../../base/json.ts';
import { checkArchive } from './archive-submission.ts';
import { CsvError } from './csv-rows.ts';
import { compareCsv } from './csv-submission.ts';
import { type Expectation, sampleNoCsv, sampleUnreadable } from './expectation.ts';
import { ContentError, type FileKind, kindInWords, kindOfContent, zipContents } from './packed-text.ts';
import { readSample, type Sample } from './sample-columns.ts';
import { SubmissionProblems } from './submission-problems.ts';
import { isTable } from './table-rows.ts';

export interface SubmissionFacts {
  /** Data rows, without the header; undefined where the file is no CSV. */
  readonly rows?: number;
  /** In an archive; undefined where the file is none. */
  readonly files?: number;
  /** What could not be checked, or may be right or not, for people. */
  readonly notes: readonly string[];
}

/** Larger JSON is not taken into memory. */
const MAX_JSON_BYTES = 200_000_000;

function noSample(): string {
  return l10n.t(
    'No file of the data looks like a sample submission: columns, ids and rows are not compared. If there is one, name it in JuliaKaggle.toml: [output] sample = "…".',
  );
}

/** By the name's last extension, how files begin. */
const BEGINNINGS: Readonly<Record<string, FileKind>> = {
  '.parquet': 'parquet',
  '.gz': 'gzip',
  '.7z': '7z',
  '.arrow': 'arrow',
  '.npy': 'numpy',
  '.h5': 'hdf5',
};

/**
 * Compares a submission with the competition's sample: CSV and Parquet row by row, archives by names and number of their files,
 * JSON by its keys. Where there is no sample, or one of another form, it is checked by itself. Of a file of another
 * kind, by its name, only the first bytes are looked at, and a note says so.
 * @throws UserError `submission-file` naming each problem with its row.
 */
export async function checkSubmission(file: string, expected: Expectation): Promise<SubmissionFacts> {
  const problems = new SubmissionProblems();
  try {
    if ((await stat(file)).size === 0) problems.add('empty', () => l10n.t('the file is empty'));
    problems.throwIfAny(file, expected.sample);
    const facts = await checkByForm(file, expected, problems);
    problems.throwIfAny(file, expected.sample);
    return facts;
  } catch (error) {
    if (error instanceof CsvError || error instanceof ContentError) throw unreadable(file, error);
    throw fileError(error, file);
  }
}

async function checkByForm(
  file: string,
  expected: Expectation,
  problems: SubmissionProblems,
): Promise<SubmissionFacts> {
  if (file.endsWith('.parquet')) await checkBeginning(file);
  if (isTable(file)) return checkTable(file, expected, problems);
  if (file.endsWith('.zip')) {
    const files = await zipContents(file);
    // Kaggle takes a table in an archive as it takes the table.
    const [only, ...others] = files;
    if (others.length === 0 && only?.name.endsWith('.csv') === true)
      return checkTable(file, expected, problems);
    return { files: files.length, notes: await checkArchive(files, expected, problems) };
  }
  if (file.endsWith('.json')) return { notes: await checkJson(file, expected, problems) };
  return { notes: await checkBeginning(file) };
}

async function checkTable(
  file: string,
  expected: Expectation,
  problems: SubmissionProblems,
): Promise<SubmissionFacts> {
  const { sample, notes } = await tableSample(expected);
  const facts = await compareCsv(file, sample, expected.rows, problems);
  return { rows: facts.rows, notes: [...notes, ...facts.notes] };
}

/** The sample as a table. One that cannot be read is not the submission's fault. */
async function tableSample(
  expected: Expectation,
): Promise<{ readonly sample?: Sample; readonly notes: readonly string[] }> {
  const { sample: file, isOfGateway = false } = expected;
  if (file === undefined || !(await exists(file))) return { notes: isOfGateway ? [] : [noSample()] };
  if (!isTable(file)) return { notes: [sampleNoCsv(file)] };
  try {
    return { sample: await readSample(file, expected), notes: [] };
  } catch (error) {
    if (!(error instanceof CsvError || error instanceof ContentError)) throw error;
    return { notes: [sampleUnreadable(file, error.message)] };
  }
}

/** What JSON holds at its top, compared with the sample's. */
async function checkJson(
  file: string,
  { sample }: Expectation,
  problems: SubmissionProblems,
): Promise<string[]> {
  const notes = [l10n.t('{0}: what it holds is not compared with a sample.', basename(file))];
  if ((await stat(file)).size > MAX_JSON_BYTES) return notes;
  const mine = parseJson(await readFile(file, 'utf8'));
  if (mine === undefined) throw new ContentError(l10n.t('it is not JSON'));
  if (sample?.endsWith('.json') !== true || (await stat(sample)).size > MAX_JSON_BYTES) return notes;
  const theirs = parseJson(await readFile(sample, 'utf8'));
  if (theirs === undefined) return notes;
  compareKeys(keysOf(mine), keysOf(theirs), problems);
  return [];
}

function compareKeys(
  ours: ReadonlySet<string> | undefined,
  theirs: ReadonlySet<string> | undefined,
  problems: SubmissionProblems,
): void {
  if (ours === undefined && theirs !== undefined)
    problems.add('columns', () => l10n.t('the sample holds keys, and this does not'));
  if (ours !== undefined && theirs === undefined)
    problems.add('columns', () => l10n.t('this holds keys, and the sample does not'));
  if (ours === undefined || theirs === undefined) return;
  for (const key of theirs)
    if (!ours.has(key)) problems.add('missing-id', () => l10n.t('the key {0} of the sample is missing', key));
  for (const key of ours)
    if (!theirs.has(key)) problems.add('unknown', () => l10n.t('the key {0} is not in the sample', key));
}

function keysOf(value: unknown): ReadonlySet<string> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Set(Object.keys(value))
    : undefined;
}

/** @throws ContentError for a file that begins otherwise than its name says. */
async function checkBeginning(file: string): Promise<string[]> {
  const wanted = BEGINNINGS[/\.[a-z0-9]+$/.exec(file)?.[0] ?? ''];
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    const kind = kindOfContent(buffer.subarray(0, bytesRead));
    if (wanted !== undefined && kind !== wanted)
      throw new ContentError(
        kind === undefined
          ? l10n.t('it is not {0}, as its name says, but something else', kindInWords(wanted))
          : l10n.t('it is not {0}, as its name says, but {1}', kindInWords(wanted), kindInWords(kind)),
      );
  } finally {
    await handle.close();
  }
  return [
    l10n.t(
      '{0} is neither a CSV nor a Parquet file by its name: its columns, ids and rows are not checked.',
      basename(file),
    ),
  ];
}

function unreadable(file: string, error: Error): UserError {
  return new UserError({
    code: 'submission-file',
    title: l10n.t('{0} is not what its name says: {1}.', basename(file), error.message),
    detail: file,
    actions: [
      {
        title: /\.csv(\.gz|\.zip)?$/.test(file)
          ? l10n.t(
              'Write it as text with commas: a header, and one row for each id of the sample submission.',
            )
          : l10n.t(
              'Write it in the form that its name says, or give [output] file in JuliaKaggle.toml the right extension.',
            ),
      },
    ],
    cause: error,
  });
}
