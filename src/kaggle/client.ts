/**
 * Kaggle as the stages see it. Implemented over the RPC wire contract by `connectKaggle`.
 * Every method throws UserError (`not-signed-in`, `kaggle-…`) or CancelledError.
 */
export interface KaggleClient {
  /** API base, e.g. `https://api.kaggle.com`. */
  readonly apiUrl: string;
  /** Web site for links, e.g. `https://www.kaggle.com`. */
  readonly siteUrl: string;
  /** Sentences for the person about the credentials in use, e.g. that others can read their file. */
  readonly warnings: readonly string[];
  /** The signed-in user's name. */
  whoAmI(signal: AbortSignal): Promise<string>;
  /** Who one is and by which credential, after Kaggle has accepted it. */
  getAccount(signal: AbortSignal): Promise<Account>;

  /** The competitions that one has entered, those whose name has the words of `search`. */
  listCompetitions(search: string, signal: AbortSignal): Promise<readonly Competition[]>;
  /** The first competitions that Kaggle finds among all, entered or not. */
  searchCompetitions(search: string, signal: AbortSignal): Promise<readonly Competition[]>;
  /** The competition's texts: description, rules, evaluation, data-description and so on. */
  listCompetitionPages(slug: string, signal: AbortSignal): Promise<readonly CompetitionPage[]>;
  getCompetition(slug: string, signal: AbortSignal): Promise<Competition>;
  listCompetitionFiles(slug: string, signal: AbortSignal): Promise<readonly RemoteFile[]>;
  /**
   * Downloads one data file to `path`: written under a temporary name first, its listed size and md5 checked, resumed
   * when the connection breaks, unpacked when Kaggle sends it as a zip archive.
   */
  downloadCompetitionFile(
    slug: string,
    file: RemoteFile,
    path: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;

  /** The dataset with its current version, or undefined when one's own account has none by that name. */
  findDataset(owner: string, slug: string, signal: AbortSignal): Promise<Dataset | undefined>;
  /** One's own datasets, those whose name has the words of `search`. */
  listDatasets(search: string, signal: AbortSignal): Promise<readonly DatasetSummary[]>;
  getDatasetMetadata(owner: string, slug: string, signal: AbortSignal): Promise<DatasetMetadata>;
  /** Changes what is named in `changes` and leaves the rest; the dataset is private afterwards in any case. */
  updateDatasetMetadata(
    owner: string,
    slug: string,
    changes: DatasetChanges,
    signal: AbortSignal,
  ): Promise<void>;
  /** Also when it is not there any more. */
  deleteDataset(owner: string, slug: string, signal: AbortSignal): Promise<void>;
  getDatasetStatus(owner: string, slug: string, signal: AbortSignal): Promise<DatasetStatus>;
  listDatasetFiles(owner: string, slug: string, signal: AbortSignal): Promise<readonly RemoteFile[]>;
  /** One small file of the current version, to `path`. */
  downloadDatasetFile(
    owner: string,
    slug: string,
    name: string,
    path: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** Always private. */
  createDataset(init: DatasetInit, signal: AbortSignal): Promise<void>;
  /** The new version holds exactly the given files. */
  createDatasetVersion(init: DatasetVersionInit, signal: AbortSignal): Promise<void>;
  /**
   * Sends a file and returns the token that a dataset version takes. Goes on where an earlier run was interrupted.
   * @param onBytes told how many bytes of the file are there, and how many crossed the line by this call.
   */
  uploadBlob(
    file: BlobSource,
    onBytes: (there: number, crossed: number) => void,
    signal: AbortSignal,
  ): Promise<string>;

  /** Saves a new notebook version and runs it. */
  pushNotebook(init: NotebookInit, signal: AbortSignal): Promise<PushedNotebook>;
  /** The latest version of one's own notebook, or undefined when there is none. */
  findNotebook(owner: string, slug: string, signal: AbortSignal): Promise<FoundNotebook | undefined>;
  getNotebookStatus(
    owner: string,
    slug: string,
    version: number,
    signal: AbortSignal,
  ): Promise<{ readonly status: NotebookStatus; readonly failureMessage: string | undefined }>;
  /**
   * The log of the notebook's latest version as it comes, from its start to its end, each entry once.
   * @throws UserError `kaggle-…` when it breaks off for good; the run itself is not touched by that.
   */
  followNotebookLog(owner: string, slug: string, signal: AbortSignal): AsyncIterable<NotebookLogLine>;
  getNotebookOutput(
    owner: string,
    slug: string,
    version: number,
    signal: AbortSignal,
  ): Promise<NotebookOutput>;
  downloadOutputFile(url: string, path: string, signal: AbortSignal): Promise<void>;
  /** This week's hours on accelerators. */
  getQuota(signal: AbortSignal): Promise<Quota>;

  /** The public scores of the leaderboard, the best first: one page of them. Empty when there are none to see. */
  listLeaderboardScores(competition: string, signal: AbortSignal): Promise<readonly number[]>;
  getSubmissionLimits(competition: string, signal: AbortSignal): Promise<SubmissionLimits>;
  submitNotebook(init: SubmissionInit, signal: AbortSignal): Promise<{ readonly ref: number }>;
  getSubmission(ref: number, signal: AbortSignal): Promise<SubmissionState>;
  listSubmissions(competition: string, signal: AbortSignal): Promise<readonly SubmissionState[]>;
}

export interface Account {
  readonly username: string;
  /** Where the credential came from: a path, or the name of a variable. */
  readonly source: string;
}

export interface Competition {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  /** ISO-8601, UTC. */
  readonly deadline: string | undefined;
  readonly userHasEntered: boolean;
  /** A code competition: it takes notebooks only. */
  readonly isKernelsSubmissionsOnly: boolean;
  readonly submissionsDisabled: boolean;
  /** The metric's name in words, e.g. `Root Mean Squared Error`; undefined when Kaggle does not say. */
  readonly evaluationMetric: string | undefined;
}

export interface CompetitionPage {
  /** E.g. `rules`. */
  readonly name: string;
  /** Markdown or HTML, as the hosts wrote it. */
  readonly content: string;
}

export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
}

export type DatasetStatus = 'missing' | 'processing' | 'ready' | 'failed' | 'deleted';

export interface Dataset {
  /** Another for a dataset that was made anew under the name of one that was deleted; undefined when Kaggle does not say. */
  readonly id?: number | undefined;
  readonly slug: string;
  readonly currentVersion: number;
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

export interface DatasetSummary {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly bytes: number;
  /** ISO-8601, UTC. */
  readonly lastUpdated: string | undefined;
  readonly isPrivate: boolean;
}

export interface DatasetMetadata {
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly keywords: readonly string[];
  /** Names of licences, e.g. `other`. */
  readonly licenses: readonly string[];
}

export type DatasetChanges = Partial<Omit<DatasetMetadata, 'isPrivate'>>;

export interface BlobSource {
  /** Path in the dataset, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file that was uploaded, and where it is to be in the dataset. */
export interface UploadedBlob {
  /** Path in the dataset, with `/`; the last part is what it was uploaded as. */
  readonly name: string;
  readonly token: string;
}

export interface DatasetInit {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly files: readonly UploadedBlob[];
}

export interface DatasetVersionInit {
  readonly owner: string;
  readonly slug: string;
  readonly notes: string;
  readonly files: readonly UploadedBlob[];
}

export type NotebookStatus = 'queued' | 'running' | 'complete' | 'error' | 'cancel-requested' | 'cancelled';

export interface NotebookInit {
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  /** The .ipynb as text. */
  readonly source: string;
  readonly competition: string;
  /** `owner/slug` each. */
  readonly datasets: readonly string[];
  /** Kaggle's machine shape; undefined for a CPU. */
  readonly machineShape: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** Kaggle image with digest to run in; undefined: Kaggle's choice. */
  readonly dockerImage: string | undefined;
  /** Which image new versions run in: always the notebook's first, or Kaggle's newest. Absent: Kaggle's choice. */
  readonly imagePinning?: 'original' | 'latest';
  /** Absent: off. */
  readonly internet?: boolean;
}

export interface FoundNotebook {
  /** Another for a notebook that was made anew under the name of one that was deleted; undefined when Kaggle does not say. */
  readonly id?: number | undefined;
  readonly currentVersion: number;
  readonly source: string;
  /** The image that the version ran in; undefined when Kaggle does not say. */
  readonly dockerImage: string | undefined;
  /** Undefined when Kaggle does not say. */
  readonly isPrivate: boolean | undefined;
}

export interface PushedNotebook {
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
  readonly url: string;
}

export interface NotebookOutput {
  readonly files: readonly { readonly name: string; readonly url: string }[];
  readonly log: readonly NotebookLogLine[];
}

export interface NotebookLogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Seconds since the run began. */
  readonly seconds: number;
  readonly text: string;
}

export interface Quota {
  /** ISO-8601, UTC: when the hours are counted anew; undefined when Kaggle does not say. */
  readonly refreshAt: string | undefined;
  readonly gpu: AcceleratorQuota;
  readonly tpu: AcceleratorQuota;
}

export interface AcceleratorQuota {
  readonly usedSeconds: number;
  /** Held for runs that are going on. */
  readonly reservedSeconds: number;
  readonly allowedSeconds: number;
}

export interface SubmissionLimits {
  readonly usedToday: number;
  readonly allowedNow: number;
  /** The competition takes a number of submissions in all, and that is what limits. */
  readonly limitedByTotal: boolean;
}

export interface SubmissionInit {
  readonly competition: string;
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
  /** Name of the output file in the notebook version. */
  readonly file: string;
  readonly description: string;
}

export interface SubmissionState {
  readonly ref: number;
  readonly state: 'pending' | 'complete' | 'error';
  readonly errorDescription: string | undefined;
  readonly publicScore: string | undefined;
  readonly description: string;
  readonly url: string;
  readonly date: string;
}
