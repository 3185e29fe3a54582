import { basename } from 'node:path';
import { l10n } from 'vscode';
import { throwIfAborted } from '../base/abort.ts';
import { CancelledError } from '../base/errors.ts';
import { shownOnOneLine } from '../base/shown-text.ts';
import { leavesMachine, type RemoteStageName, type StageName } from '../core/stages.ts';
import type { ProjectView } from './project-view.ts';
import { window } from './window.ts';

/**
 * Asks before anything leaves the machine, naming what would be done.
 * @throws CancelledError as soon as the signal is aborted; the dialog then has no effect any more.
 */
export async function confirmUpload(
  project: ProjectView,
  until: StageName,
  plan: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { title, button, after } = QUESTIONS[leavesMachine(until) ? until : 'upload'](project);
  const detail = [l10n.t('Next: {0}.', plan), ...after].join('\n\n');
  const answer = window.showInformationMessage(title, { modal: true, detail }, button);
  return (await orAborted(answer, signal)) === button;
}

/**
 * Asks whether to go on without the GPU that the project wants.
 * @throws CancelledError as soon as the signal is aborted.
 */
export async function confirmWithoutGpu(
  { name }: ProjectView,
  reason: string,
  signal: AbortSignal,
): Promise<boolean> {
  const button = l10n.t('Test Without a GPU');
  const title = l10n.t('Test {0} without a GPU?', name);
  const detail = l10n.t('The engine gives none: {0}', reason);
  return (
    (await orAborted(window.showWarningMessage(title, { modal: true, detail }, button), signal)) === button
  );
}

/**
 * Asks whether a project may read files and folders outside of itself, naming their real paths.
 * @param folder of the project.
 * @throws CancelledError as soon as the signal is aborted.
 */
export async function confirmOutside(
  folder: string,
  places: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const button = l10n.t('Allow Reading');
  const title = l10n.t('Allow {0} to read outside of its folder?', shownOnOneLine(basename(folder)));
  const detail = [
    places.map(shownOnOneLine).join('\n'),
    l10n.t('What it reads goes into its containers and to Kaggle. The answer is kept for this project.'),
  ].join('\n\n');
  return (
    (await orAborted(window.showWarningMessage(title, { modal: true, detail }, button), signal)) === button
  );
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

async function orAborted<T>(answer: Thenable<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new CancelledError());
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject);
  });
}
