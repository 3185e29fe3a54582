import { commands, env, l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import type { StageName } from '../core/stages.ts';
import { confirmUpload } from './confirm.ts';
import { pipelineRun } from './core.ts';
import type { CredentialStore } from './credential-store.ts';
import { showError } from './errors-ui.ts';
import type { LogChannel } from './log-channel.ts';
import type { ProjectView } from './present.ts';
import type { Projects } from './projects.ts';
import { runningText } from './progress-text.ts';
import type { Ending } from './run-view.ts';
import type { RunEnd, Session, Work } from './session.ts';
import { readSettings } from './settings.ts';
import { words } from './words.ts';

/** How a run ended; `not-run`: it was not begun, and the person knows why. */
export type RunAnswer = Ending | 'not-run';

interface Around {
  readonly session: Session;
  readonly projects: Projects;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
}

/** Runs the current project, with all that the person sees of it outside of the panel. */
export class Runner {
  constructor(private readonly around: Around) {}

  /** Runs the stages up to `until`. Errors are shown and not thrown. */
  async run(until: StageName): Promise<RunAnswer> {
    const { projects, credentials, log, session } = this.around;
    if (!isTrusted()) return 'not-run';
    const project = await projects.pick();
    if (project === undefined) return withoutProject(projects);
    const work = pipelineRun({
      folder: project.folder,
      until,
      confirm: (plan, signal) => confirmUpload(project, until, plan, signal),
      settings: readSettings(),
      credentials: await credentials.variables(),
      logger: log,
    });
    return this.#tell(await withNotification(project, session, work));
  }

  #tell(end: RunEnd): RunAnswer {
    switch (end.ending) {
      case 'busy':
        void window.showInformationMessage(l10n.t('A run is in progress; wait for it, or cancel it.'));
        return 'not-run';
      case 'failed':
        showError(end.error, this.around.log);
        return 'failed';
      case 'done':
        if (end.result?.artefacts.submit !== undefined) tellSubmission(end.result.artefacts.submit);
        return 'done';
      default:
        this.around.log.info(words.endings[end.ending]);
        return end.ending;
    }
  }
}

function withNotification(project: ProjectView, session: Session, work: Work): Thenable<RunEnd> {
  const options = {
    location: ProgressLocation.Notification,
    title: project.name,
    cancellable: true,
  };
  return window.withProgress(options, async (progress, token) => {
    const disposables = [
      token.onCancellationRequested(() => session.cancel()),
      session.listen({ onChange: (view) => progress.report({ message: runningText(view, words) }) }),
    ];
    try {
      return await session.run(work);
    } finally {
      for (const each of disposables) each.dispose();
    }
  });
}

/** In a workspace that the person does not trust nothing runs. */
function isTrusted(): boolean {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  void window
    .showWarningMessage(
      l10n.t('Julia on Kaggle runs the code of the project: trust this workspace first.'),
      manage,
    )
    .then((chosen) => (chosen === undefined ? undefined : commands.executeCommand('workbench.trust.manage')));
  return false;
}

function withoutProject(projects: Projects): RunAnswer {
  if (projects.count === 0) {
    void window.showErrorMessage(
      l10n.t('There is no Project.toml in the folders of this window, nor directly below them.'),
    );
  }
  return 'not-run';
}

function tellSubmission({ publicScore, url }: { publicScore?: string | undefined; url: string }): void {
  const text =
    publicScore === undefined
      ? l10n.t('Submitted; no public score is shown.')
      : l10n.t('Submitted: public score {0}.', publicScore);
  void window
    .showInformationMessage(text, words.openOnKaggle)
    .then((chosen) => (chosen === undefined ? undefined : env.openExternal(Uri.parse(url))));
}
