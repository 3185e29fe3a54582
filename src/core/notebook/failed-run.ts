import * as l10n from '@vscode/l10n';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import type { NotebookLogLine, NotebookStatus, PushedNotebook } from '../../kaggle/client.ts';
import type { Project } from '../artefacts.ts';
import { diagnose } from '../contract/diagnosis/diagnose.ts';
import { isOffline, located } from '../contract/diagnosis/finding.ts';
import { errorExcerpt } from '../contract/diagnosis/julia-log.ts';
import { readStepReport } from '../contract/notebook/step-reports.ts';
import { linesOf } from './live-log.ts';
import { KeptLines } from '../../base/kept-lines.ts';
import { isTelling } from '../contract/diagnosis/rules.ts';

const DETAIL_LINES = 20;

/** How a run ended. */
export interface RunEnd {
  readonly status: NotebookStatus;
  /** Kaggle's words, where it has any. */
  readonly failureMessage: string | undefined;
  readonly log: readonly NotebookLogLine[];
}

/** Pure: a run on Kaggle that failed, by what explains it best. */
export function failedRun(
  project: Pick<Project, 'files'>,
  end: RunEnd,
  pushed: Pick<PushedNotebook, 'url' | 'version'>,
): UserError {
  const { status, failureMessage } = end;
  const lines = keptOf(end.log);
  const said = failureMessage === undefined ? [] : [failureMessage];
  const [finding, ...others] = diagnose({ lines: [...lines, ...said], failed: true });
  const ended =
    failureMessage === undefined
      ? l10n.t('The notebook\'s run on Kaggle ended as "{0}".', status)
      : l10n.t('The notebook\'s run on Kaggle ended as "{0}": {1}', status, failureMessage);
  const page: ErrorAction = { title: l10n.t('Read its log on Kaggle.'), url: pushed.url };
  const excerpt = errorExcerpt(lines, DETAIL_LINES);
  if (finding === undefined)
    return new UserError({ code: 'notebook-failed', title: ended, detail: excerpt, actions: [page] });
  const error = new UserError({
    code: 'notebook-failed',
    title: l10n.t('The run on Kaggle failed. {0}', finding.title),
    detail: [ended, ...others.map(({ title }) => title), excerpt].filter((part) => part !== '').join('\n'),
    actions: [...finding.remedies, page],
  });
  return located(error, project, lines);
}

/** Pure: the datasets that a run found to be others than were uploaded, and those of them whose files are damaged. */
export function wrongDatasets(log: readonly NotebookLogLine[]): { wrong: string[]; damaged: string[] } {
  const found = diagnose({ lines: keptOf(log), failed: true });
  const damaged = found.flatMap(({ kind, subject }) => (kind === 'dataset-damaged' ? [subject] : []));
  const stale = found.flatMap(({ kind, subject }) => (kind === 'dataset-stale' ? [subject] : []));
  return { wrong: [...damaged, ...stale], damaged };
}

/** Pure: a run that ended well and left no submission file. */
export function withoutOutput(
  name: string,
  log: readonly NotebookLogLine[],
  pushed: Pick<PushedNotebook, 'url'>,
): UserError {
  return new UserError({
    code: 'submission-file',
    title: l10n.t("The notebook's run on Kaggle wrote no {0}.", name),
    detail: errorExcerpt(keptOf(log), DETAIL_LINES),
    actions: [
      { title: l10n.t('Check that the program writes {working}/{0} whatever the data hold.', name) },
      { title: l10n.t('Read its log on Kaggle.'), url: pushed.url },
    ],
  });
}

/**
 * Pure: what a run with internet did that one without could not do; undefined when there was nothing. The first thing
 * is the error, the others are its detail.
 */
export function onlineNeeds(
  log: readonly NotebookLogLine[],
  pushed: Pick<PushedNotebook, 'url'>,
): UserError | undefined {
  const lines = keptOf(log);
  const steps = log.flatMap((entry) => linesOf(entry).flatMap((line) => readStepReport(line) ?? []));
  const recompiled = steps.flatMap((step) => step.recompiled ?? []);
  const appeared = steps.flatMap((step) => step.appeared ?? []);
  const names = recompiled.map((path) => path.split('/').at(-2) ?? path);
  const all = diagnose({ lines, failed: false, recompiled: names, appeared });
  const [first, ...others] = all.filter(isOffline);
  if (first === undefined) return undefined;
  return new UserError({
    code: first.kind === 'recompilation' ? 'rehearsal-recompile' : 'rehearsal-download',
    title: l10n.t('The probe with internet on shows: {0}', first.title),
    detail: others.map(({ title }) => title).join('\n') || undefined,
    actions: [...first.remedies, { title: l10n.t("Read the probe's log on Kaggle."), url: pushed.url }],
  });
}

function keptOf(log: readonly NotebookLogLine[]): readonly string[] {
  const kept = new KeptLines(isTelling);
  for (const entry of log) for (const line of linesOf(entry)) kept.add(line);
  return kept.lines;
}
