import * as l10n from '@vscode/l10n';
import { isCancelled, isUserError } from '../../base/errors.ts';
import type { KaggleClient, NotebookOutput, NotebookStatus, PushedNotebook } from '../../kaggle/client.ts';
import type { Project } from '../artefacts.ts';
import { poll } from '../contract/poll.ts';
import type { StageContext } from '../stage.ts';
import { failedRun, wrongDatasets } from './failed-run.ts';
import { LiveLog } from './live-log.ts';
import { forget } from './push.ts';

/** A version whose run failed is done with: the next run of this stage pushes anew. */
export async function followOrForget(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  project: Project,
  context: StageContext,
): Promise<NotebookOutput> {
  try {
    return await follow(kaggle, pushed, project, context);
  } catch (error) {
    if (isUserError(error, 'notebook-failed')) await forget(context);
    throw error;
  }
}

/** Waits for the end of the run and hands on its log as it comes. @returns what the run left. @throws UserError `notebook-failed`. */
async function follow(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  project: Project,
  context: StageContext,
): Promise<NotebookOutput> {
  const { owner, slug, version } = pushed;
  const live = new LiveLog(kaggle.notebooks, pushed, context);
  try {
    const end = await waitForEnd(kaggle, pushed, live, context);
    const output = await kaggle.notebooks.output(owner, slug, version, context.signal);
    await live.finish(output.log);
    if (end.status === 'complete') return output;
    const { wrong, damaged } = wrongDatasets(output.log);
    // The next run checks all datasets again. Damaged ones are uploaded again, whatever Kaggle lists. Where this run only
    // had an older version, the current one may be fine: its marker tells.
    if (wrong.length > 0) await context.takeBack('upload', { suspect: damaged });
    throw failedRun(project, { ...end, log: output.log }, pushed);
  } catch (error) {
    if (isCancelled(error))
      context.warn(
        l10n.t('Version {0} goes on running on Kaggle; only its page can stop it: {1}', version, pushed.url),
      );
    throw error;
  } finally {
    await live.stop();
  }
}

/** Asks for the status of the very version: that is the truth, whatever the log says or does not say. */
function waitForEnd(
  kaggle: KaggleClient,
  { owner, slug, version }: PushedNotebook,
  live: LiveLog,
  { ports, signal, progress, log }: StageContext,
): Promise<{ readonly status: NotebookStatus; readonly failureMessage: string | undefined }> {
  return poll(
    async () => {
      const { status, failureMessage } = await kaggle.notebooks.status(owner, slug, version, signal);
      progress(l10n.t('Version {0} is {1} on Kaggle', version, status));
      if (status === 'running') live.start();
      return ['complete', 'error', 'cancelled'].includes(status) ? { status, failureMessage } : undefined;
    },
    ports.clock,
    signal,
    {
      onTrouble: (error) =>
        log('note', `${error.title} The run on Kaggle goes on, and so does looking for it.`),
    },
  );
}
