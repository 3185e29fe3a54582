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

/** By the names of the numbers, as an exception in a saved run has them. */
const NAMES: Readonly<Record<string, number>> = {
  SERVER_NEVER_STARTED: 1,
  SERVER_MISSING_ENDPOINT: 4,
  INVALID_SUBMISSION: 6,
};

/** Pure: what the last line of a gateway in a saved run means; undefined where it only passes on what the function threw. */
export function saidByGateway(line: string, target: string): string | undefined {
  if (/GRPC_DEADLINE_EXCEEDED|Deadline Exceeded/.test(line))
    return l10n.t('{0} took longer than the gateway waits for an answer.', target);
  const name = Object.keys(NAMES).find((each) => line.includes(each)) ?? '';
  const why = oneLine(line.slice(line.indexOf(name) + name.length).replace(/^\W+/, ''));
  return ENDS[NAMES[name] ?? 0]?.({ target, why, calls: 0, deadlineSeconds: 0 }).title;
}

/** Pure: the words of an exception without those that the relay, and then the gateway, put before them. */
export function ownWords(text: string): string {
  return text.replace(/^.*Exception calling application: /, '');
}

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
  const line = ownWords(text.replace(/\s+/g, ' ').trim()).slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
