import { type ErrorAction, type ErrorCode, UserError } from '../../../base/errors.ts';
import { isOfBridge } from '../evaluation/bridge.ts';
import type { Project } from '../../artefacts.ts';
import { readJuliaException, type StackFrame } from './julia-exception.ts';
import { cellOf, notebookOf, scriptOf } from '../../../julia/jupyter.ts';
import { cleanLines } from './julia-log.ts';

/** What a log can tell of, in the order in which it is told: what explains others comes before them. */
export const FINDING_KINDS = [
  'dataset-missing',
  'dataset-stale',
  'dataset-damaged',
  'competition-missing',
  'disk-full',
  'unpack',
  'out-of-memory',
  'timeout',
  'library',
  'processor',
  'download',
  'package-missing',
  'not-registered',
  'conflict',
  'registry-unreachable',
  'registry-damaged',
  'clone',
  'build-script',
  'precompile',
  'file-changed',
  'file-unreadable',
  'registry',
  'host',
  'depot-changed',
  'cuda',
  'file-missing',
  'read-only',
  'submission-missing',
  'submission-wrong',
  'crash',
  'exception',
  'recompilation',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that a log says went wrong, for a person. */
export interface Finding {
  readonly kind: FindingKind;
  /** The thing: an artifact, a package, a host, a file, a dataset; may be empty. */
  readonly subject: string;
  /** One sentence. */
  readonly title: string;
  readonly remedies: readonly [ErrorAction, ...ErrorAction[]];
  /** Of the error that a stage makes of it; absent where the stage knows it by the kind. */
  readonly code?: ErrorCode;
}

/** Kinds that decide about a rehearsal even when the run went on and ended well: on Kaggle they cost hours or fail. */
const OFFLINE_KINDS: readonly FindingKind[] = [
  'download',
  'registry',
  'host',
  'depot-changed',
  'recompilation',
];

/** Whether it is about what a run without internet must not do: download, or compile again. */
export function isOffline({ kind }: Finding): boolean {
  return OFFLINE_KINDS.includes(kind);
}

/** A finding as the error of a stage; `otherwise` where it has no code of its own, `detail` is an excerpt of the log. */
export function findingError(finding: Finding, otherwise: ErrorCode, detail?: string): UserError {
  return new UserError({
    code: finding.code ?? otherwise,
    title: finding.title,
    detail,
    actions: finding.remedies,
  });
}

/** The file of this machine, and the line in it; of a cell the notebook, whose text is another than what it shows. */
function placeOfFrame(
  files: Project['files'],
  frame: StackFrame | undefined,
): { readonly file: string; readonly line: number } | undefined {
  if (frame === undefined) return undefined;
  const cell = cellOf(frame.file);
  const place = cell === undefined ? frame.file : scriptOf(cell.notebook);
  const staged = files.find((each) => each.place === place && !isOfBridge(each));
  if (staged === undefined) return undefined;
  return cell === undefined
    ? { file: staged.source, line: frame.line }
    : { file: notebookOf(staged.source), line: 1 };
}

/**
 * Pure: the error with the place in the project at which the log says that it happened. A log may name any path: only
 * files that were staged from this machine are meant.
 */
export function located(
  error: UserError,
  { files }: Pick<Project, 'files'>,
  lines: readonly string[],
): UserError {
  const { message = '', frame } = readJuliaException(cleanLines(lines)) ?? {};
  const found = placeOfFrame(files, frame);
  if (found === undefined) return error;
  const { code, title, detail, actions, cause, places } = error;
  const source = { message, ...found };
  return new UserError({ code, title, detail, actions, cause, source, ...(places && { places }) });
}
