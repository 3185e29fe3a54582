import * as l10n from '@vscode/l10n';
import { isCancelled, messageOf } from '../../base/errors.ts';
import { inList } from '../../base/format.ts';
import { defined } from '../../base/defined.ts';
import type { Submission } from '../../core/artefacts.ts';
import type { StagePlan } from '../../core/pipeline/bound-stage.ts';
import type { RunResult } from '../../core/pipeline/run.ts';
import { type LocalStageName, type RemoteStageName, type StageName, STAGES } from '../../core/stages.ts';
import type { SubmissionLimits } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';
import { isTrusted } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';
import { showError } from '../editor/errors.ts';
import type { Projects, ProjectView } from '../project/projects.ts';
import { failedStage } from '../project/show-log.ts';
import {
  confirmFetch,
  confirmOutside,
  confirmUpload,
  confirmWithoutGpu,
  type Questioner,
} from './confirm.ts';
import { askToStop } from './left-on-kaggle.ts';
import type { RunMemory } from './run-memory.ts';
import { type Ending, endingText, runningText, scoreTexts } from './run-view.ts';
import type { RunEnd, Session, Sessions, Work } from './sessions.ts';

/** How a run ended; `not-run`: it was not begun, and the person knows why. */
export type RunAnswer = Ending | 'not-run';

export interface RunWish {
  /** The project to run; absent: the current one. */
  readonly project?: ProjectView | undefined;
  /** Run this stage and the local ones after it anew. */
  readonly fresh?: LocalStageName | undefined;
  /** Submit once more what was submitted. */
  readonly again?: boolean;
  /** The person agreed before to what follows from a stage that waits for Kaggle on; an upload is asked for anew. */
  readonly agreed?: boolean;
  /** The fingerprint of the plan that the person has agreed to; anything else is asked. */
  readonly agreedPlan?: string | undefined;
  /** How long to wait for another run of the project to end, in milliseconds; absent: not at all. */
  readonly patienceMs?: number | undefined;
}

export interface RunnerAround extends Around {
  readonly sessions: Sessions;
  readonly memory: RunMemory;
}

/** Runs projects, with all that the person sees of it outside of the panel. */
export class Runner {
  #isStopping = false;
  readonly #closing = new AbortController();

  constructor(private readonly around: RunnerAround) {}

  isRunning(folder: string): boolean {
    return this.around.sessions.of(folder).view.phase !== 'idle';
  }

  /** The window closes: runs that end from now on were interrupted by that. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#closing.abort();
    return this.around.sessions.stop();
  }

  /** Runs the stages up to `until`. Errors are shown and not thrown. */
  async run(until: StageName, wish: RunWish = {}): Promise<RunAnswer> {
    const { vs, projects, memory, sessions, settings } = this.around;
    if (!isTrusted(vs)) return 'not-run';
    const project = wish.project ?? (await projects.pick());
    if (project === undefined) return withoutProject(vs, projects);
    const session = sessions.of(project.folder);
    const end = await inView(vs, session, async (): Promise<RunEnd> => {
      if (this.isRunning(project.folder)) return { ending: 'busy' };
      // Begun before it is remembered, so that nobody begins another meanwhile.
      const running = session.run(this.#work(session, project, until, wish));
      await memory.begin(project.folder, { until, ...defined({ apiUrl: settings.read().apiUrl }) });
      return running;
    });
    if (end.ending === 'busy') return tellBusy(vs);
    const { signal } = this.#closing;
    if (!this.#isStopping) await memory.end(project.folder);
    if (!signal.aborted && end.ending === 'cancelled')
      askToStop(session, project, { ...this.around, signal });
    return this.#tell(end, project);
  }

  #work(session: Session, project: ProjectView, until: StageName, wish: RunWish): Work {
    const { fresh, again, agreed = false, agreedPlan, patienceMs } = wish;
    const { vs, core, memory, settings } = this.around;
    const { isPractice } = settings;
    const { folder } = project;
    const limits = (signal: AbortSignal) => () => this.#limits(project.competition, signal);
    const questioner = (signal: AbortSignal): Questioner => ({
      ...{ vs, session, project, signal, isPractice },
      limits: limits(signal),
    });
    const confirm = async (
      plan: StagePlan,
      stage: RemoteStageName,
      signal: AbortSignal,
    ): Promise<boolean> => {
      const isAgreed = plan.fingerprint === agreedPlan || (agreed && STAGES[stage].waits);
      const yes = isAgreed || (await confirmUpload(questioner(signal), until, plan, stage));
      if (yes) await memory.agree(folder);
      return yes;
    };
    return async (signal) => {
      const opened = await core.project(folder);
      return opened.run({
        ...{ until, fresh, again, patienceMs, signal },
        confirm: (plan, stage) => confirm(plan, stage, signal),
        confirmWithoutGpu: (reason) => confirmWithoutGpu(questioner(signal), reason),
        confirmFetch: (what) => confirmFetch(questioner(signal), what),
        askOutside: confirmOutside(vs),
      });
    };
  }

  /** How many submissions are left today; the run itself says what is wrong where Kaggle does not. */
  async #limits(competition: string | undefined, signal: AbortSignal): Promise<SubmissionLimits | undefined> {
    if (competition === undefined) return undefined;
    try {
      return await (await this.around.core.kaggle()).submissions.limits(competition, signal);
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.around.log.debug(`How many submissions are left is not known: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Only what the person would miss otherwise is told outside of the view. */
  async #tell(end: Exclude<RunEnd, { ending: 'busy' }>, { name, folder }: ProjectView): Promise<RunAnswer> {
    if (end.ending === 'failed') {
      const stage = failedStage(this.around.sessions.of(folder).view.stages);
      showError(end.error, this.around, { folder, name: this.#nameOfSeveral(name), stage });
      return 'failed';
    }
    this.around.log.info(`${name}: ${endingText(end.ending)}`);
    if (end.ending === 'done') {
      const { result } = end;
      const submission = result?.artefacts.submit;
      if (submission !== undefined)
        await this.#tellSubmission(submission, folder, this.#nameOfSeveral(name), isFresh(result, 'submit'));
      else if (!this.around.vs.window.state.focused) tellDone(this.around.vs, name);
    }
    return end.ending;
  }

  async #tellSubmission(
    submission: Submission,
    folder: string,
    name: string | undefined,
    isOld: boolean,
  ): Promise<void> {
    const { ref, url } = submission;
    // A record that cannot be read is told of elsewhere; the score is told in any case.
    const rank = isOld ? undefined : await this.#rankOf(ref, folder).catch(() => undefined);
    const scores = [...scoreTexts(submission), ...(rank === undefined ? [] : [rank])];
    const plain = isOld
      ? l10n.t(
          'Nothing was submitted: submission {0} is of this very content. To submit the same once more, run the stage Submit anew.',
          ref,
        )
      : scores.length === 0
        ? l10n.t('Submitted; no public score is shown.')
        : l10n.t('Submitted: {0}.', inList(scores));
    const text = name === undefined ? plain : `${name}: ${plain}`;
    const { vs, pages } = this.around;
    void vs.window
      .showInformationMessage(text, l10n.t('Open on Kaggle'))
      .then((chosen) => (chosen === undefined ? undefined : pages.open(url)));
  }

  /** How a submission stands among those before it; undefined where it is the first, or nobody says which scores are better. */
  async #rankOf(ref: number, folder: string): Promise<string | undefined> {
    const { artefacts, history } = await (await this.around.core.project(folder)).record();
    const { historyRows } = await import('../../core/pipeline/history.ts');
    const here = artefacts.project?.competition;
    const rows = historyRows(history, artefacts.project?.betterScore);
    const best = rows.findLast(({ best: isBest, competition = here }) => isBest && competition === here);
    if (best === undefined || rows.length < 2) return undefined;
    return best.ref === ref
      ? l10n.t('the best so far')
      : l10n.t('the best so far is {0}', best.publicScore ?? '');
  }

  /** The name of a project where its notifications could be taken for those of another one. */
  #nameOfSeveral(name: string): string | undefined {
    return this.around.projects.count > 1 ? name : undefined;
  }
}

/** Whether a stage's last result stood in this run. */
function isFresh(result: RunResult | undefined, name: StageName): boolean {
  return result?.outcomes.some(({ stage, state }) => stage === name && state === 'fresh') ?? false;
}

/** Shows in the view, by a bar at its top, that something goes on. */
function inView(vs: Vs, session: Session, work: () => Promise<RunEnd>): Thenable<RunEnd> {
  const options = { location: { viewId: 'juliaKaggle.pipeline' } };
  return vs.window.withProgress(options, async (progress) => {
    const listening = session.listen({
      onChange: (view) => progress.report({ message: runningText(view) }),
    });
    try {
      return await work();
    } finally {
      listening.dispose();
    }
  });
}

function tellBusy(vs: Vs): RunAnswer {
  void vs.window.showInformationMessage(l10n.t('A run is in progress; wait for it, or cancel it.'));
  return 'not-run';
}

function withoutProject(vs: Vs, projects: Projects): RunAnswer {
  if (projects.count === 0) {
    void vs.window.showErrorMessage(
      l10n.t('There is no Project.toml in the folders of this window, nor directly below them.'),
    );
  }
  return 'not-run';
}

function tellDone(vs: Vs, name: string): void {
  const show = l10n.t('Show');
  void vs.window
    .showInformationMessage(l10n.t('{0}: the run is done.', name), show)
    .then((chosen) =>
      chosen === undefined ? undefined : vs.commands.executeCommand('juliaKaggle.openPipeline'),
    );
}
