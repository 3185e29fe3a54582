import * as l10n from '@vscode/l10n';
import { type ErrorCode, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import type { NotebookResult } from '../../docker/notebook-runner.ts';
import type { Project } from '../artefacts.ts';
import { calledFailure } from '../contract/diagnosis/called-failure.ts';
import { diagnose } from '../contract/diagnosis/diagnose.ts';
import { type Finding, findingError, type FindingKind, located } from '../contract/diagnosis/finding.ts';
import { sentence } from '../contract/diagnosis/julia-exception.ts';
import { errorExcerpt } from '../contract/diagnosis/julia-log.ts';
import type { StepReport } from '../contract/notebook/step-reports.ts';
import { KAGGLE_MINUTES } from '../kaggle-machines.ts';

const DETAIL_LINES = 20;

export interface RehearsalOutcome {
  readonly result: Pick<NotebookResult, 'state' | 'error' | 'seconds'>;
  /** The log's lines in order. */
  readonly lines: readonly string[];
  readonly steps: readonly StepReport[];
  readonly hasOutput: boolean;
  /** What loading the package once more under stricter rules showed. */
  readonly loading?: readonly Finding[];
}

/** Any other kind is `rehearsal-failed`. */
const CODES: Partial<Record<FindingKind, ErrorCode>> = {
  download: 'rehearsal-download',
  registry: 'rehearsal-download',
  host: 'rehearsal-download',
  'depot-changed': 'rehearsal-download',
  recompilation: 'rehearsal-recompile',
  'package-missing': 'package-missing',
  'out-of-memory': 'out-of-memory',
  'submission-missing': 'submission-file',
  'submission-wrong': 'submission-file',
};

/**
 * Pure: what a rehearsal showed. Returns when it passed.
 * @throws UserError `rehearsal-download`, `rehearsal-recompile`, `package-missing`, `out-of-memory`, `rehearsal-failed`,
 * `submission-file`.
 */
export function judge(project: Project, outcome: RehearsalOutcome): void {
  const { result, lines, steps, hasOutput, loading = [] } = outcome;
  const detail = errorExcerpt(lines, DETAIL_LINES);
  const failed = result.state !== 'complete';
  const appeared = steps.flatMap((step) => step.appeared ?? []);
  const findings = diagnose({ lines, failed, recompiled: recompiledBySteps(steps), appeared });
  // What was tried to be downloaded is told even when the wait for it is what took the time.
  const downloads = findings.filter(({ kind }) => CODES[kind] === 'rehearsal-download');
  const [first] = [...downloads, ...bySandbox(project, outcome), ...findings, ...loading];
  // Julia goes on after what a call threw: that it ended would be wrong.
  const isOfCall = first?.kind === 'exception' && calledFailure(project, lines) !== undefined;
  if (first !== undefined && !isOfCall)
    throw located(findingError(first, CODES[first.kind] ?? 'rehearsal-failed', detail), project, lines);
  if (failed) throw located(unexplained(project, outcome, detail), project, lines);
  if (!hasOutput) throw noOutput(project);
}

/** `…/compiled/v1.5/Inference/abcde_fghij.ji` gives `Inference`. */
function recompiledBySteps(steps: readonly StepReport[]): string[] {
  return steps.flatMap((step) => step.recompiled ?? []).map((path) => path.split('/').at(-2) ?? path);
}

/** What the container's limits ended: the log need not know of it. */
function bySandbox({ notebook }: Project, { result }: RehearsalOutcome): Finding[] {
  switch (result.state) {
    case 'out-of-memory':
      return [
        {
          kind: 'out-of-memory',
          subject: '',
          title: l10n.t('The rehearsal was killed because it needed more memory than Kaggle has.'),
          remedies: [
            { title: l10n.t('Process the data in smaller portions, or use fewer threads ([run] threads).') },
          ],
        },
      ];
    case 'timeout':
      return [
        {
          kind: 'timeout',
          subject: '',
          title: l10n.t(
            'The rehearsal ran over the time limit ({0}).',
            formatDuration(result.seconds * 1000),
          ),
          remedies: [
            {
              title: l10n.t(
                'Look at what grows with the rows, and whether all threads are used ([run] threads).',
              ),
            },
            {
              title: l10n.t(
                "The limit is [notebook] time_limit_minutes = {0}; Kaggle's own is {1}.",
                notebook.timeLimitMinutes ?? 0,
                KAGGLE_MINUTES,
              ),
            },
          ],
        },
      ];
    default:
      return [];
  }
}

/** What a gateway says, as the rerun's judge has put it: an exception of the notebook itself has a name. */
function wholeSentence({ error }: RehearsalOutcome['result']): string | undefined {
  return error?.name === '' ? error.message : undefined;
}

function unexplained(project: Project, { result, lines }: RehearsalOutcome, detail: string): UserError {
  return new UserError({
    code: 'rehearsal-failed',
    title:
      calledFailure(project, lines) ??
      wholeSentence(result) ??
      l10n.t(
        'The notebook of {0} failed: {1}',
        project.name,
        sentence(result.error?.message ?? l10n.t('it could not be run')),
      ),
    detail,
    actions: [
      { title: l10n.t('Correct the package and run again; the log is .julia-kaggle/logs/rehearse.log.') },
    ],
  });
}

function noOutput(project: Project): UserError {
  return new UserError({
    code: 'submission-file',
    title: l10n.t('The rehearsal wrote no {0}.', project.output.file),
    actions: [
      {
        title: l10n.t(
          'Write it to {working}/{0}, or set [output] file in JuliaKaggle.toml.',
          project.output.file,
        ),
      },
    ],
  });
}
