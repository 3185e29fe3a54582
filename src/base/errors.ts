/** What went wrong, as a stable word that programs can act on; sentences are for people. */
export type ErrorCode =
  // project
  | 'not-a-project'
  | 'file-exists'
  | 'toml-syntax'
  | 'config-invalid'
  | 'manifest-missing'
  | 'manifest-julia-version'
  | 'path-dependency-missing'
  | 'entry-missing'
  | 'model-missing'
  | 'data-missing'
  | 'input-missing'
  // machine
  | 'engine-unreachable'
  | 'engine-failed'
  | 'gpu-unavailable'
  | 'image-missing'
  | 'disk-full'
  | 'download-declined'
  | 'port-in-use'
  | 'file-unreadable'
  | 'unsafe-path'
  | 'outside-project'
  | 'run-locked'
  // julia
  | 'julia-version-unknown'
  | 'julia-download-failed'
  | 'checksum-mismatch'
  | 'julia-failed'
  | 'artifact-missing'
  | 'package-missing'
  // stages
  | 'test-failed'
  | 'test-download'
  | 'out-of-memory'
  | 'submission-file'
  | 'bundle-refused'
  | 'compiler-missing'
  | 'compile-failed'
  | 'codec-unusable'
  | 'file-changed'
  | 'rehearsal-failed'
  | 'rehearsal-download'
  | 'rehearsal-recompile'
  // kaggle
  | 'not-signed-in'
  | 'sign-in-failed'
  | 'kaggle-unauthorized'
  | 'kaggle-forbidden'
  | 'kaggle-not-found'
  | 'kaggle-conflict'
  | 'kaggle-rate-limited'
  | 'kaggle-refused'
  | 'kaggle-unreachable'
  | 'kaggle-answer'
  | 'competition-not-entered'
  | 'competition-unsupported'
  | 'submission-limit'
  | 'submission-closed'
  | 'submission-form'
  | 'submission-unknown'
  | 'upload-incomplete'
  | 'upload-stale'
  | 'dataset-failed'
  | 'not-ours'
  | 'not-private'
  | 'notebook-invalid-source'
  | 'notebook-failed'
  | 'submission-failed'
  | 'wrong-usage';

/** Something the person can do about an error: a sentence, and a link or a command of ours where there is one. */
export interface ErrorAction {
  readonly title: string;
  readonly url?: string;
  /** Arguments of `julia-kaggle`, e.g. `doctor`. */
  readonly command?: string;
}

/** A place in a file of the user's, and what is wrong there. */
export interface SourcePlace {
  /** Absolute path on this machine. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** Absolute path of the file that it should be like. */
  readonly like?: string | undefined;
}

export interface UserErrorInit {
  readonly code: ErrorCode;
  /** One sentence saying what is wrong, naming the thing. */
  readonly title: string;
  /** What is known besides: the place in the file, the last lines of a log. */
  readonly detail?: string | undefined;
  /** The remedy; never empty. */
  readonly actions: readonly [ErrorAction, ...ErrorAction[]];
  readonly cause?: unknown;
  /** Of `outside-project`: real paths that the user is to agree to. */
  readonly places?: readonly string[];
  /** Where in the user's files it happened, if that is known. */
  readonly source?: SourcePlace | undefined;
}

/** An error fit for a person: it has a code, a sentence and a remedy. Any other error is a bug of ours. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string | undefined;
  readonly actions: readonly [ErrorAction, ...ErrorAction[]];
  readonly places: readonly string[] | undefined;
  readonly source: SourcePlace | undefined;

  constructor(init: UserErrorInit) {
    super(init.detail === undefined ? init.title : `${init.title}\n${init.detail}`, { cause: init.cause });
    this.code = init.code;
    this.title = init.title;
    this.detail = init.detail;
    this.actions = init.actions;
    this.places = init.places;
    this.source = init.source;
  }
}

/** The run was cancelled by the person. It is not an error: it is told calmly and leaves nothing behind. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super('Cancelled.');
  }
}

/** Whether it is a UserError (of this code). It goes by the name: each bundle that carries this has a class of its own. */
export function isUserError(error: unknown, code?: ErrorCode): error is UserError {
  return (
    error instanceof Error &&
    error.name === 'UserError' &&
    (code === undefined || ('code' in error && error.code === code))
  );
}

/** Whether work ended because its AbortSignal was aborted. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'CancelledError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ENOENT`, `ECONNREFUSED`, ...), if it is one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Pure: what an error says below its title, a line each: what is known besides, and what to do. */
export function linesBelow({ detail, actions, source }: UserError): string[] {
  const place = source === undefined ? [] : [`    ${source.file}:${source.line}`];
  const remedies = actions.map(
    ({ title, url }) => `  → ${title.replaceAll('\n', '\n    ')}${url === undefined ? '' : ` ${url}`}`,
  );
  const details = detail === undefined ? [] : detail.split('\n').map((line) => `    ${line}`);
  return [...place, ...details, ...remedies];
}
