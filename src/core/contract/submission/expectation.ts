import * as l10n from '@vscode/l10n';
import { basename as fileName, join } from 'node:path';
import { basename } from 'node:path/posix';
import { UserError } from '../../../base/errors.ts';
import { nearestIgnoringCase } from '../../../base/nearest.ts';
import { plural } from '../../../base/format.ts';
import type { Project, TestReport } from '../../artefacts.ts';

/** What a submission file is compared with. Paths are those of this machine. */
export interface Expectation {
  /** The competition's sample submission; undefined where it has none. */
  readonly sample?: string | undefined;
  /** Its name among the data. */
  readonly sampleName?: string | undefined;
  /** The public test set, whose columns tell which of the sample's are the key. */
  readonly testSet?: string | undefined;
  /** `any`: how many rows there are is a prediction itself, so that only columns and values are checked. */
  readonly rows?: 'any' | undefined;
  /** The gateway of the competition made the file of the project's answers, and looked at each: nobody misses a sample. */
  readonly isOfGateway?: boolean;
  /** Names of all data files: the files of an archive are often named after those of the test set. */
  readonly names?: readonly string[];
}

/** What a sample submission may be, whatever program it was written by; not a description or a picture of one. */
const DATA = /\.(csv|tsv|json|jsonl|parquet|arrow|feather|npy|npz|h5|zip|gz|7z)$/;

/** By the letters of the name alone; the first that fits any file decides. */
const FORMS: readonly RegExp[] = [
  /^samplesubmission$/,
  /sample.*(submi|solution|entry|prediction)|(submi|solution).*sample/,
  // `gender_submission`, `submission_format`, `example_submission`
  /submission/,
  /(example|template|benchmark).*(solution|entry|prediction)/,
];

/**
 * Pure: which of a competition's data files is its sample submission. There is no call that tells it (kaggle-api 1.3):
 * competitions call it `sample_submission.csv`, `gender_submission.csv`, `sampleSubmission.csv`, `sample_solution.csv`,
 * `kaggle_sample_submission.csv`, `SampleSubmissionStage1.csv` and so on. Of several the one with the extension of the
 * submission is taken, then the one that is not in a folder, the shortest name, and the last by name: of a later stage.
 * @param names of the data files, with `/`.
 * @param wanted name of the submission file.
 */
export function findSample(names: readonly string[], wanted: string): string | undefined {
  const data = names.filter((name) => DATA.test(name.toLowerCase()));
  const fitting = FORMS.map((form) => data.filter((name) => form.test(lettersOf(name)))).find(
    (found) => found.length > 0,
  );
  return fitting?.sort(
    (a, b) =>
      Number(extensionOf(b) === extensionOf(wanted)) - Number(extensionOf(a) === extensionOf(wanted)) ||
      a.split('/').length - b.split('/').length ||
      a.length - b.length ||
      (a < b ? 1 : -1),
  )[0];
}

/** `data/Sample_Submission_v2.csv.zip` gives `samplesubmissionv`. */
function lettersOf(name: string): string {
  return basename(name)
    .toLowerCase()
    .replace(/(\.[a-z0-9]+)+$/, '')
    .replace(/[^a-z]/g, '');
}

/** Without what it is packed in: a `.csv.gz` is a `.csv`. */
function extensionOf(name: string): string {
  return /(\.[a-z0-9]+)(\.(zip|gz|7z))?$/.exec(name.toLowerCase())?.[1] ?? '';
}

/**
 * Pure: what a project's submission is compared with.
 * @param data the public data, as the test had them.
 * @throws UserError `config-invalid` when the sample that JuliaKaggle.toml names is not among them.
 */
export function expectationOf(
  { competition, output, run }: Pick<Project, 'competition' | 'output'> & Partial<Pick<Project, 'run'>>,
  { dataFolder, dataFiles }: Pick<TestReport, 'dataFolder' | 'dataFiles'>,
): Expectation {
  const names = dataFiles.map(({ name }) => name);
  const sampleName = sampleOf({ competition, output }, names);
  const pathOf = (name: string | undefined): string | undefined =>
    name === undefined
      ? undefined
      : (dataFiles.find((file) => file.name === name)?.source ?? join(dataFolder, name));
  return {
    sample: pathOf(sampleName),
    sampleName,
    testSet: pathOf(names.find((name) => /^test(_?set|_?data)?\.csv$/i.test(basename(name)))),
    rows: output.rows,
    isOfGateway: run?.form === 'predict',
    names,
  };
}

/** Pure: the name of the sample among the data files: the one that JuliaKaggle.toml names, else what looks like one. */
function sampleOf(
  { competition, output }: Pick<Project, 'competition' | 'output'>,
  names: readonly string[],
): string | undefined {
  const { file, sample } = output;
  if (sample === undefined) return findSample(names, file);
  if (names.includes(sample)) return sample;
  const near = findSample(names, file) ?? nearestIgnoringCase(sample, names);
  throw new UserError({
    code: 'config-invalid',
    title: l10n.t('[output] sample is "{0}", which is not among the data of {1}.', sample, competition),
    actions: [
      {
        title:
          near === undefined
            ? l10n.t('Remove the key from JuliaKaggle.toml: the competition has no sample.')
            : l10n.t(
                'Write "{0}" if that is the sample, or remove the key from JuliaKaggle.toml to have it found.',
                near,
              ),
      },
    ],
  });
}

/** How much a submission holds, e.g. `418 rows` or `400 files`; undefined where that is not known. */
export function sizeInWords({ rows, files }: Pick<TestReport, 'rows' | 'files'>): string | undefined {
  if (rows !== undefined) return plural(rows, 'row');
  return files === undefined ? undefined : plural(files, 'file');
}

/** The note for a sample that is no table, which no table can be compared with. */
export function sampleNoCsv(sample: string): string {
  return l10n.t(
    "{0}, the competition's sample, is neither a CSV nor a Parquet file: columns, ids and rows are not compared with it.",
    fileName(sample),
  );
}

/** The note for a sample that no submission can be compared with. */
export function sampleUnreadable(sample: string, reason?: string): string {
  return reason === undefined
    ? l10n.t(
        "{0}, the competition's sample, cannot be read: columns, ids and rows are not compared with it.",
        fileName(sample),
      )
    : l10n.t(
        "{0}, the competition's sample, cannot be read ({1}): columns, ids and rows are not compared with it.",
        fileName(sample),
        reason,
      );
}
