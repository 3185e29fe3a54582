import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../../base/format.ts';
import type { Fact } from '../script-facts.ts';

/** A gateway's number for an exception of the notebook's function, which the notebook's own log explains. */
export const RAISED = 3;

/** What a gateway that failed says, in the words of Kaggle's page "Code Competitions - Errors & Debugging Tips". */
export interface GatewayFailure {
  readonly title: string;
  /** All that Kaggle shows of it. */
  readonly onKaggle: string;
  readonly remedy: string;
}

const SERVER_ERROR = 'Notebook Inference Server Error';

interface Ended {
  /** Of the function that is called. */
  readonly target: string;
  /** What the gateway says, as a sentence. */
  readonly why: string;
  readonly calls: number;
  readonly deadlineSeconds: number;
}

/** By the number that a gateway writes into result.json. */
const ENDS: Readonly<Record<number, (ended: Ended) => GatewayFailure>> = {
  1: ({ why }) => ({
    title: l10n.t('The gateway found no inference server of the notebook: {0}', why),
    onKaggle: 'Notebook Inference Server Never Started',
    remedy: l10n.t('Let the notebook come to its calls in 15 minutes: load models in [run] warmup.'),
  }),
  2: ({ calls, why }) => ({
    title: l10n.t('The gateway lost the notebook after {0} calls: {1}', calls, why),
    onKaggle: SERVER_ERROR,
    remedy: look(),
  }),
  [RAISED]: ({ target, why }) => ({
    title: l10n.t('{0} failed: {1}', target, why),
    onKaggle: SERVER_ERROR,
    remedy: look(),
  }),
  4: ({ why }) => ({
    title: l10n.t('The gateway calls a function that the notebook does not serve: {0}', why),
    onKaggle: SERVER_ERROR,
    remedy: l10n.t('Name it in JuliaKaggle.toml: [run] endpoints = ["…"].'),
  }),
  6: ({ target, why }) => ({
    title: l10n.t('The gateway does not take what {0} gives: {1}', target, why),
    onKaggle: 'Submission Scoring Error',
    remedy: l10n.t('Give one row for each of the batch, as the sample submission of the competition has it.'),
  }),
  7: ({ target, deadlineSeconds, calls }) => ({
    title: l10n.t(
      '{0} took longer than the {1} that the gateway waits for an answer (call {2}).',
      target,
      formatDuration(deadlineSeconds * 1000),
      calls,
    ),
    onKaggle: SERVER_ERROR,
    remedy: l10n.t('Make it quicker, or name a quick function in [run] fallback.'),
  }),
};

/** Pure: the end of the gateway in words; undefined where it came to a good one. */
export function gatewayFailure(
  told: Omit<Fact<'called'>, 'kind'> | undefined,
  target: string,
): GatewayFailure | undefined {
  if (told?.succeeded === true)
    return told.written ? undefined : ofGateway(l10n.t('The gateway wrote no submission.'));
  const { details = '', calls = 0, deadlineSeconds = 0, errorType = 0 } = told ?? {};
  const why = oneLine(details);
  const known = ENDS[errorType]?.({ target, why, calls, deadlineSeconds });
  return known ?? ofGateway(l10n.t("The competition's own gateway failed: {0}", why));
}

function ofGateway(title: string): GatewayFailure {
  return {
    title,
    onKaggle: 'Kaggle Error',
    remedy: l10n.t(
      'Look at what it was given: the hidden set in [data] hidden, or the rows of the training data.',
    ),
  };
}

function look(): string {
  return l10n.t('Correct the package and run again; the log is .julia-kaggle/logs/rehearse.log.');
}

function oneLine(text: string): string {
  if (text === '') return l10n.t('it says no more');
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
