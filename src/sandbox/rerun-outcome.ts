import type { NotebookResult } from '../docker/notebook-runner.ts';
import type { BlobStore } from './blob-store.ts';
import type { Competition } from './competition.ts';
import type { ScoringErrorKind } from './faults/fault.ts';
import type { StoredFile, Submission } from './records.ts';
import { score, ScoringError } from './score.ts';

/** The errors of a scoring rerun as Kaggle names and explains them on its page "code competition debugging". */
const EXPLANATIONS = {
  'Notebook Threw Exception':
    'While rerunning your code, your notebook hit an unhandled error. Note that the hidden dataset can be larger/smaller/different than the public dataset.',
  'Notebook Timeout': 'Your submission notebook exceeded the allowed runtime.',
  'Notebook Exceeded Allowed Compute':
    'Your notebook violated a constraint during the rerun, for example by requesting more RAM or disk than available.',
  'Submission CSV Not Found': 'Your notebook did not output the expected submission file.',
  'Submission Scoring Error': 'Your notebook generated a submission file with incorrect format.',
  'Kaggle Error': 'A rare system error. Please try resubmitting to resolve the error.',
} as const;

const NAMES: Readonly<Record<ScoringErrorKind, keyof typeof EXPLANATIONS>> = {
  exception: 'Notebook Threw Exception',
  timeout: 'Notebook Timeout',
  compute: 'Notebook Exceeded Allowed Compute',
  missing: 'Submission CSV Not Found',
  format: 'Submission Scoring Error',
  system: 'Kaggle Error',
};

/** A submission that ends with an error of that kind. */
export function failedWith(kind: ScoringErrorKind, detail?: string): Partial<Submission> {
  return failed(NAMES[kind], detail);
}

/** What is to be written into a submission after its rerun. `file` is what the rerun wrote under the submitted name. */
export async function rerunOutcome(
  blobs: BlobStore,
  competition: Competition,
  result: NotebookResult,
  file: StoredFile | undefined,
): Promise<Partial<Submission>> {
  switch (result.state) {
    case 'complete':
      return file === undefined
        ? failed('Submission CSV Not Found')
        : await scoredFile(blobs, competition, file);
    case 'error':
      return failed('Notebook Threw Exception');
    case 'timeout':
      return failed('Notebook Timeout');
    case 'out-of-memory':
      return failed('Notebook Exceeded Allowed Compute');
    case 'runner-failed':
      return failed('Kaggle Error', result.error?.message);
  }
}

/** The same for a file that is scored as it is. */
export async function scoredFile(
  blobs: BlobStore,
  competition: Competition,
  file: StoredFile,
): Promise<Partial<Submission>> {
  const { metric, idColumn, targetColumn } = competition.facts;
  const solution = competition.solutionPath();
  try {
    const scores = await score({
      metric,
      idColumn,
      targetColumn,
      solution,
      submission: blobs.read(file.sha256),
    });
    return { ...scores, status: 'COMPLETE', totalBytes: file.bytes };
  } catch (error) {
    if (!(error instanceof ScoringError)) throw error;
    return { ...failed('Submission Scoring Error', error.message), totalBytes: file.bytes };
  }
}

function failed(name: keyof typeof EXPLANATIONS, detail?: string): Partial<Submission> {
  const sentences = [EXPLANATIONS[name], ...(detail === undefined ? [] : [detail])];
  return { status: 'ERROR', errorDescription: `${name}: ${sentences.join(' ')}` };
}
