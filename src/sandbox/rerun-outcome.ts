import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import type { NotebookResult } from '../docker/notebook-runner.ts';
import type { BlobStore } from './blob-store.ts';
import type { Competition } from './competition.ts';
import type { ScoringErrorKind } from './faults/fault.ts';
import type { StoredFile, Submission } from './records.ts';
import { score, ScoringError } from './score.ts';

/** What a gateway leaves beside the submission. */
export const RESULT = 'result.json';
const MOST_RESULT_BYTES = 100_000;
const gatewayWords = z.object({ Succeeded: z.boolean(), ErrorType: z.optional(z.nullable(z.number())) });

/** The errors of a scoring rerun as Kaggle names and explains them on its page "code competition debugging". */
const EXPLANATIONS = {
  'Notebook Threw Exception':
    'While rerunning your code, your notebook hit an unhandled error. Note that the hidden dataset can be larger/smaller/different than the public dataset.',
  'Notebook Timeout': 'Your submission notebook exceeded the allowed runtime.',
  'Notebook Exceeded Allowed Compute':
    'Your notebook violated a constraint during the rerun, for example by requesting more RAM or disk than available.',
  'Submission CSV Not Found': 'Your notebook did not output the expected submission file.',
  'Submission Scoring Error': 'Your notebook generated a submission file with incorrect format.',
  'Notebook Inference Server Never Started':
    'Your notebook did not start its inference server within 15 minutes.',
  'Notebook Inference Server Error':
    'Your inference server raised an exception, lacked an endpoint, took too long for a call, or ended.',
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

/** By the number that a gateway writes into result.json. */
const BY_GATEWAY: Readonly<Record<number, keyof typeof EXPLANATIONS>> = {
  1: 'Notebook Inference Server Never Started',
  2: 'Notebook Inference Server Error',
  3: 'Notebook Inference Server Error',
  4: 'Notebook Inference Server Error',
  5: 'Kaggle Error',
  6: 'Submission Scoring Error',
  7: 'Notebook Inference Server Error',
};

/** The same for a notebook that was called: by how the gateway ended, whose details nobody is told. */
export async function calledOutcome(
  blobs: BlobStore,
  competition: Competition,
  result: NotebookResult,
  outputs: readonly StoredFile[],
): Promise<Partial<Submission>> {
  // It waits for calls until it is ended: what comes to an end before has started no server.
  if (result.state === 'complete' && outputs.length === 0)
    return failed('Notebook Inference Server Never Started');
  const told = await gatewayResult(blobs, outputs);
  const file = outputs.find(({ name }) => name !== RESULT);
  if (result.state !== 'complete') return rerunOutcome(blobs, competition, result, file);
  if (told === undefined) return failed('Kaggle Error');
  if (told.Succeeded) return rerunOutcome(blobs, competition, result, file);
  return failed(BY_GATEWAY[told.ErrorType ?? 0] ?? 'Kaggle Error');
}

/** A gateway is a program of the competition: what it says may be anything. */
async function gatewayResult(
  blobs: BlobStore,
  outputs: readonly StoredFile[],
): Promise<z.infer<typeof gatewayWords> | undefined> {
  const file = outputs.find(({ name }) => name === RESULT);
  if (file === undefined || file.bytes > MOST_RESULT_BYTES) return undefined;
  return readJson(gatewayWords, await blobs.text(file.sha256));
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
      submission: file.name.endsWith('.parquet')
        ? { parquet: blobs.path(file.sha256) }
        : blobs.read(file.sha256),
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
