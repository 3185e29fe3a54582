import { basename, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { throwIfAborted } from '../../base/abort.ts';
import { CancelledError } from '../../base/errors.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import { leavesMachine, type RemoteStageName, type StageName } from '../../core/stages.ts';
import type { StagePlan } from '../../core/pipeline/bound-stage.ts';
import type { SubmissionLimits } from '../../kaggle/client.ts';
import type { Vs } from '../editor/editor.ts';
import type { ProjectView } from '../project/projects.ts';
import { practiceText } from '../texts.ts';
import type { QuestionView } from './run-view.ts';
import type { Session } from './sessions.ts';

/** What a question of a run needs: it stands in the page of the pipeline, where no key that is meant for an editor answers it. */
export interface Questioner {
  readonly vs: Vs;
  readonly session: Pick<Session, 'ask'>;
  readonly project: ProjectView;
  readonly signal: AbortSignal;
  /** The Kaggle in use is one on this machine. */
  readonly isPractice: boolean;
  /** How many submissions are left today. Never throws but when the signal is aborted. */
  readonly limits: () => Promise<SubmissionLimits | undefined>;
}

/**
 * Asks before anything leaves the machine, naming what would be done.
 * @throws CancelledError as soon as the signal is aborted.
 */
export async function confirmUpload(
  questioner: Questioner,
  until: StageName,
  plan: StagePlan,
  stage: RemoteStageName,
): Promise<boolean> {
  const { title, button, after } = QUESTIONS[leavesMachine(until) ? until : 'upload'](questioner.project);
  const { text, work = text, account } = plan;
  const lines = [
    ...(questioner.isPractice ? [`${practiceText()}.`] : []),
    l10n.t('Next: {0}.', work),
    ...(account === undefined ? [] : [l10n.t('Account: {0}.', account)]),
    ...(until === 'submit' ? await allowed(questioner) : []),
    ...after,
  ];
  return asked(questioner, { title, button, lines, hasFiles: stage === 'upload' });
}

/** How many submissions are left; where Kaggle does not say, nothing. */
async function allowed({ limits }: Questioner): Promise<string[]> {
  const left = await limits();
  return left === undefined
    ? []
    : [l10n.t('Submissions left today: {0} ({1} made).', left.allowedNow, left.usedToday)];
}

/**
 * Asks whether to go on without the GPU that the project wants.
 * @throws CancelledError as soon as the signal is aborted.
 */
export function confirmWithoutGpu(questioner: Questioner, reason: string): Promise<boolean> {
  const button = l10n.t('Test Without a GPU');
  const title = l10n.t('Test {0} without a GPU?', questioner.project.name);
  return asked(questioner, { title, button, lines: [l10n.t('The engine gives none: {0}', reason)] });
}

/**
 * Asks before more than 1 GB is fetched.
 * @throws CancelledError as soon as the signal is aborted.
 */
export function confirmFetch(questioner: Questioner, what: string): Promise<boolean> {
  const title = l10n.t('Download the inputs of {0}?', questioner.project.name);
  return asked(questioner, { title, button: l10n.t('Download'), lines: [what] });
}

/** Asks in the page, and tells in a notification, which leads there and answers nothing, that it does. */
function asked({ vs, session, project, signal }: Questioner, question: QuestionView): Promise<boolean> {
  const answer = session.ask(question, signal);
  const review = l10n.t('Review');
  void vs.window
    .showInformationMessage(l10n.t('Your answer is needed: {0}', question.title), review)
    .then((chosen) => (chosen === undefined ? undefined : showPipeline(vs, project)));
  return answer;
}

async function showPipeline(vs: Vs, { folder }: ProjectView): Promise<void> {
  await vs.commands.executeCommand('juliaKaggle.chooseProject', vs.Uri.file(join(folder, CONFIG_FILE)));
  await vs.commands.executeCommand('juliaKaggle.openPipeline');
}

/**
 * Gives a function that asks whether the project in a folder may read files and folders outside of itself, naming their
 * real paths.
 * @throws CancelledError as soon as the signal is aborted.
 */
export function confirmOutside(
  vs: Vs,
): (folder: string, places: readonly string[], signal: AbortSignal) => Promise<boolean> {
  return (folder, places, signal) => {
    const button = l10n.t('Allow Reading');
    const title = l10n.t('Allow {0} to read outside of its folder?', shownOnOneLine(basename(folder)));
    const detail = [
      places.map(shownOnOneLine).join('\n'),
      l10n.t('What it reads goes into its containers and to Kaggle. The answer is kept for this project.'),
    ].join('\n\n');
    return askedModally(vs, vs.window.showWarningMessage(title, { modal: true, detail }, button), signal);
  };
}

interface Question {
  readonly title: string;
  readonly button: string;
  /** What the answer covers besides the next step. */
  readonly after: readonly string[];
}

/** By the last stage of the run. */
const QUESTIONS: Readonly<Record<RemoteStageName, (project: ProjectView) => Question>> = {
  upload: ({ name }) => ({
    title: l10n.t('Upload {0} to Kaggle?', name),
    button: l10n.t('Upload'),
    after: [],
  }),
  notebook: ({ name }) => ({
    title: l10n.t('Upload {0} and run its notebook on Kaggle?', name),
    button: l10n.t('Upload and Run'),
    after: [l10n.t('All that follows, up to the end of that run, is done without asking again.')],
  }),
  submit: ({ name, competition }) => ({
    title: l10n.t('Submit {0} to {1}?', name, competition ?? 'Kaggle'),
    button: l10n.t('Submit'),
    after: [l10n.t('All that follows, up to the score, is done without asking again.')],
  }),
};

/**
 * What was answered. The editor has no way to close its dialog: one that is answered after the abort changes nothing,
 * which is then said.
 */
async function askedModally(
  vs: Vs,
  answer: Thenable<string | undefined>,
  signal: AbortSignal,
): Promise<boolean> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new CancelledError());
    signal.addEventListener('abort', abort, { once: true });
    answer.then(
      (chosen) => {
        signal.removeEventListener('abort', abort);
        if (signal.aborted && chosen !== undefined)
          void vs.window.showInformationMessage(
            l10n.t('The run was cancelled before this answer; nothing was done.'),
          );
        resolve(chosen !== undefined);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', abort);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
