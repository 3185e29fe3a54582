import * as l10n from '@vscode/l10n';
import type {
  Disposable,
  Event,
  EventEmitter,
  Pseudoterminal,
  Task,
  TaskDefinition,
  TaskProvider,
} from 'vscode';
import { shownText } from '../../base/shown-text.ts';
import { isStageName, type RouteName, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import { type ErrorsAround, showError } from '../editor/errors.ts';
import { logLine } from '../editor/log.ts';
import type { Projects } from '../project/projects.ts';
import { recordedRoute, stagesOn } from '../project/route.ts';
import { stagePurpose, stageTitle } from '../texts.ts';
import { endingText } from './run-view.ts';
import type { RunAnswer, Runner } from './runner.ts';
import type { Sessions } from './sessions.ts';

const TYPE = 'julia-kaggle';

interface TasksAround extends ErrorsAround, Pick<Around, 'core'> {
  readonly projects: Projects;
  readonly runner: Pick<Runner, 'run' | 'isRunning'>;
  readonly sessions: Pick<Sessions, 'of'>;
}

/** Tasks that run the stages of the current project up to one of them; their terminal shows the log. */
export class StageTasks implements TaskProvider {
  readonly #registration: Disposable;

  constructor(private readonly around: TasksAround) {
    this.#registration = around.vs.tasks.registerTaskProvider(TYPE, this);
  }

  async provideTasks(): Promise<Task[]> {
    const { current } = this.around.projects;
    if (current === undefined) return [];
    const route = await recordedRoute(current, this.around);
    return stagesOn(route).map((stage) => this.#task({ type: TYPE, stage }, stage, route));
  }

  /** A task of tasks.json, if its stage is one. */
  resolveTask({ definition }: Task): Task | undefined {
    const stage: unknown = definition['stage'];
    return typeof stage === 'string' && isStageName(stage)
      ? this.#task(definition, stage, undefined)
      : undefined;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #task(definition: TaskDefinition, stage: StageName, route: RouteName | undefined): Task {
    const { vs, projects } = this.around;
    const execution = new vs.CustomExecution(() => Promise.resolve(new RunTerminal(stage, this.around)));
    const folder = projects.current === undefined ? undefined : vs.Uri.file(projects.current.folder);
    const scope = folder === undefined ? undefined : vs.workspace.getWorkspaceFolder(folder);
    const name = stageTitle(stage);
    const task = new vs.Task(definition, scope ?? vs.TaskScope.Workspace, name, 'Julia on Kaggle', execution);
    task.detail = stagePurpose(stage, route);
    return task;
  }
}

/** Exit codes as those of the command line. */
const EXIT_CODES: Readonly<Record<RunAnswer, number>> = {
  done: 0,
  declined: 0,
  failed: 1,
  'not-run': 1,
  cancelled: 130,
};

/** A terminal that begins a run when it opens, and cancels it when it is closed before its end. */
class RunTerminal implements Pseudoterminal {
  readonly #write: EventEmitter<string>;
  readonly #close: EventEmitter<number>;
  readonly onDidWrite: Event<string>;
  readonly onDidClose: Event<number>;
  /** Of the run that is this terminal's. */
  #folder: string | undefined;
  #isOver = false;

  constructor(
    private readonly stage: StageName,
    private readonly around: TasksAround,
  ) {
    const { vs } = around;
    this.#write = new vs.EventEmitter<string>();
    this.#close = new vs.EventEmitter<number>();
    this.onDidWrite = this.#write.event;
    this.onDidClose = this.#close.event;
  }

  open(): void {
    this.#run().catch((error: unknown) => {
      showError(error, this.around);
      this.#end('failed');
    });
  }

  close(): void {
    if (this.#folder !== undefined && !this.#isOver) this.around.sessions.of(this.#folder).cancel();
    this.#isOver = true;
  }

  async #run(): Promise<void> {
    const { projects, runner, sessions } = this.around;
    const project = await projects.pick();
    // It may have been closed while the person was asked.
    if (project === undefined || this.#isOver) {
      this.#end('not-run');
      return;
    }
    // A run that is not this terminal's is not cancelled with it.
    if (!runner.isRunning(project.folder)) this.#folder = project.folder;
    const listening = sessions.of(project.folder).listen({
      onEvent: (event) => {
        const line = logLine(event);
        if (line !== undefined) this.#say(line.text);
      },
    });
    try {
      this.#end(await runner.run(this.stage, { project }));
    } finally {
      listening.dispose();
    }
  }

  #end(answer: RunAnswer): void {
    this.#isOver = true;
    this.#say(answer === 'not-run' ? l10n.t('It was not run.') : endingText(answer));
    this.#close.fire(EXIT_CODES[answer]);
  }

  #say(text: string): void {
    this.#write.fire(`${shownText(text).replaceAll('\n', '\r\n')}\r\n`);
  }
}
