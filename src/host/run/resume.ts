import * as l10n from '@vscode/l10n';
import { isUserError } from '../../base/errors.ts';
import type { StagePreview } from '../../core/pipeline/preview.ts';
import { type StageName, STAGES } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import type { ProjectView } from '../project/projects.ts';
import { stageTitle } from '../texts.ts';
import type { OpenRun, RunMemory } from './run-memory.ts';
import type { Runner } from './runner.ts';
import type { Sessions } from './sessions.ts';

/** Settings of a remote window, and the local Kaggle of the one before, may come some time after the extension began. */
const SETTINGS_MS = 15_000;
const LOOK_MS = 250;

/** The window that was closed may still be cleaning up after its run, or its machine may be slow to notice. */
const PATIENCE_MS = 60_000;

interface ResumerAround extends Pick<Around, 'vs' | 'core' | 'log' | 'clock' | 'settings'> {
  readonly runner: Pick<Runner, 'run' | 'isRunning'>;
  readonly sessions: Pick<Sessions, 'of'>;
  readonly memory: RunMemory;
}

/** Goes on with runs that the end of a window interrupted: by itself where it only waits for Kaggle, else it asks. */
export class Resumer {
  readonly #seen = new Set<string>();
  readonly #controller = new AbortController();

  constructor(private readonly around: ResumerAround) {}

  /** Looks once for each project of the window. */
  readonly onProject = (project: ProjectView | undefined): void => {
    if (project === undefined || this.#seen.has(project.folder)) return;
    this.#seen.add(project.folder);
    void this.#resume(project);
  };

  dispose(): void {
    this.#controller.abort();
  }

  async #resume(project: ProjectView): Promise<void> {
    const { runner, memory, log } = this.around;
    try {
      const run = await memory.get(project.folder);
      if (run === undefined) return;
      // Meanwhile the person may have started it, and its memory is that of the new run.
      const isPast = (): boolean => this.#controller.signal.aborted || runner.isRunning(project.folder);
      const resumption: Resumption = (await this.#isSameKaggle(run))
        ? await this.#decide(project.folder, run)
        : { kind: 'ask', stage: 'project' };
      if (isPast()) return;
      const goesOn =
        resumption.kind === 'go-on' ||
        (resumption.kind === 'ask' && (await this.#asks(project, resumption.stage)));
      if (isPast()) return;
      if (!goesOn) {
        await memory.end(project.folder);
        return;
      }
      log.info(`Going on with the interrupted run of ${project.name} up to ${run.until}.`);
      const agreed = resumption.kind === 'go-on';
      await runner.run(run.until, { project, agreed, patienceMs: PATIENCE_MS });
    } catch (error) {
      if (!this.#controller.signal.aborted) log.error(error);
    }
  }

  /** Asks in the page, where it stays until it is answered or something else is run; the notification only goes by. */
  #asks({ name, folder }: ProjectView, stage: StageName): Promise<boolean> {
    const { vs, sessions } = this.around;
    const session = sessions.of(folder);
    const button = l10n.t('Go On');
    const title =
      stage === 'project'
        ? l10n.t('The run of {0} was interrupted when the window closed.', name)
        : l10n.t('The run of {0} was interrupted when the window closed, at: {1}.', name, stageTitle(stage));
    const answer = session.ask({ title, lines: [], button }, this.#controller.signal);
    void vs.window.showInformationMessage(title, button).then((chosen) => {
      if (chosen === button) session.answer(true);
    });
    return answer;
  }

  /** What was agreed to for one Kaggle is not done at another. */
  async #isSameKaggle({ apiUrl }: OpenRun): Promise<boolean> {
    const { settings, clock } = this.around;
    const isSame = (): boolean => settings.read().apiUrl === apiUrl;
    for (let waited = 0; !isSame() && waited < SETTINGS_MS; waited += LOOK_MS)
      await clock.sleep(LOOK_MS, this.#controller.signal);
    return isSame();
  }

  /** What stands in the way of a look (no engine, no network) is told by the run itself. */
  async #decide(folder: string, run: OpenRun): Promise<Resumption> {
    const { signal } = this.#controller;
    try {
      const project = await this.around.core.project(folder);
      return decideResumption(run, await project.plan({ until: run.until, signal }));
    } catch (error) {
      if (isUserError(error)) return { kind: 'ask', stage: 'project' };
      throw error;
    }
  }
}

/**
 * What is to become of an interrupted run. `go-on`: only waiting for Kaggle is left, which the person agreed to;
 * `ask`: work on this machine or an upload is left, from this stage on; `forget`: nothing is left to do.
 */
export type Resumption =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'ask'; readonly stage: StageName }
  | { readonly kind: 'forget' };

/** Pure: decides by what the run would do now. */
export function decideResumption({ agreed }: OpenRun, previews: readonly StagePreview[]): Resumption {
  const next = previews.find(({ state, stage }) => state !== 'fresh' && stage !== 'project');
  if (next === undefined) return { kind: 'forget' };
  return agreed && STAGES[next.stage].waits ? { kind: 'go-on' } : { kind: 'ask', stage: next.stage };
}
