import type { AccountCalls } from './account.ts';
import type { CompetitionCalls } from './competitions.ts';
import type { DatasetCalls } from './datasets.ts';
import type { ModelCalls } from './models.ts';
import type { NotebookCalls } from './notebooks.ts';
import type { SubmissionCalls } from './submissions.ts';

export type { Account, Quota } from './account.ts';
export type { BlobSource } from './blob-reader.ts';
export type { Competition } from './competitions.ts';
export type { UploadedBlob } from './content.ts';
export type { DatasetStatus } from './dataset-status.ts';
export type { DatasetSummary } from './datasets.ts';
export type { FileWish } from './download.ts';
export type { ModelAddress, ModelSummary } from './models.ts';
export type { NotebookLogLine } from './notebook-log.ts';
export type {
  FoundNotebook,
  NotebookInit,
  NotebookOutput,
  NotebookStatus,
  PushedNotebook,
} from './notebooks.ts';
export type { RemoteFile } from './remote-name.ts';
export type { NotebookSubmissionInit, SubmissionLimits, SubmissionState } from './submissions.ts';

/** What a class offers, which something else may offer too. */
type Offered<Group> = Pick<Group, keyof Group>;

/**
 * Kaggle as the stages see it, over the RPC wire contract. Made by `connectKaggle`.
 * Every method throws UserError (`not-signed-in`, `kaggle-…`) or CancelledError.
 */
export interface KaggleClient {
  /** API base, e.g. `https://api.kaggle.com`. */
  readonly apiUrl: string;
  /** Web site for links, e.g. `https://www.kaggle.com`. */
  readonly siteUrl: string;
  /** Sentences for the person about the credentials in use, e.g. that others can read their file. */
  readonly warnings: readonly string[];
  readonly account: Offered<AccountCalls>;
  readonly competitions: Offered<CompetitionCalls>;
  readonly datasets: Offered<DatasetCalls>;
  readonly models: Offered<ModelCalls>;
  readonly notebooks: Offered<NotebookCalls>;
  readonly submissions: Offered<SubmissionCalls>;
}
