import { isCancelled, isUserError, messageOf } from '../base/errors.ts';
import type { StageName } from '../core/stages.ts';
import { confirmOutside } from './confirm.ts';
import type { EditorCore } from './core.ts';
import { showError } from './errors-ui.ts';
import type { LogChannel } from './log-channel.ts';
import { agreement, type PlanView } from './plan-view.ts';
import type { ProjectView } from './project-view.ts';

interface Around {
  readonly core: EditorCore;
  readonly log: LogChannel;
  readonly onChange: () => void;
}

/** Finds out what the whole way would do, and holds it until the person has decided. */
export class Planner {
  #plan: PlanView | undefined;
  #controller: AbortController | undefined;

  constructor(private readonly around: Around) {}

  get plan(): PlanView | undefined {
    return this.#plan;
  }

  /**
   * Makes the plan of the run up to `until`. Gives false when there can be none: the run itself will say why, with its
   * remedy. Being closed meanwhile is no fault. A user who does not want files outside of the project to be read is not
   * asked a second time by a run.
   */
  async make({ folder }: ProjectView, until: StageName): Promise<boolean> {
    this.close();
    const { core, log } = this.around;
    const controller = new AbortController();
    this.#controller = controller;
    this.#take({ state: 'preparing' });
    try {
      const project = await core.project(folder);
      const { signal } = controller;
      const previews = await project.plan({ until, askOutside: confirmOutside, signal });
      if (!controller.signal.aborted) this.#take({ state: 'ready', previews });
      return true;
    } catch (error) {
      if (controller.signal.aborted || isCancelled(error)) return true;
      log.debug(`No plan could be made: ${messageOf(error)}`);
      this.close();
      if (!isUserError(error, 'outside-project')) return false;
      showError(error, log, { folder });
      return true;
    }
  }

  /** Closes the plan. Gives what the person agreed to by it, if anything was said to leave the machine. */
  accept(): string | undefined {
    const agreed = this.#plan?.state === 'ready' ? agreement(this.#plan.previews) : undefined;
    this.close();
    return agreed;
  }

  close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    if (this.#plan !== undefined) this.#take(undefined);
  }

  #take(plan: PlanView | undefined): void {
    this.#plan = plan;
    this.around.onChange();
  }
}
