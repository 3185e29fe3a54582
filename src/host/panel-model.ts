import { commands, workspace } from 'vscode';
import type { RunEvent } from '../core/events.ts';
import type { StageName } from '../core/stages.ts';
import type { Intent } from '../protocol/messages.ts';
import type { FactName, PanelState } from '../protocol/panel-state.ts';
import type { EditorCore } from './core.ts';
import { readEarlierLog } from './earlier-log.ts';
import { Examiner } from './examiner.ts';
import { isOffered, isTakeable } from './links.ts';
import type { LogChannel } from './log-channel.ts';
import { type LogPart, LogStore } from './log-store.ts';
import { Pace } from './pace.ts';
import type { PageModel } from './panel-page.ts';
import { Planner } from './planner.ts';
import { present, type Surroundings } from './present.ts';
import type { ProjectView } from './project-view.ts';
import type { Projects } from './projects.ts';
import { RecordReader } from './record-reader.ts';
import { remedyAction } from './remedy-action.ts';
import type { Runner } from './runner.ts';
import type { Sessions } from './sessions.ts';
import { openPage } from './open-page.ts';
import { openSettings } from './open-settings.ts';
import { type Mending, setupFacts } from './setup-facts.ts';
import { takeRemedy } from './take-remedy.ts';
import { isTrusted } from './trust.ts';
import { words } from './words.ts';

interface Around {
  readonly projects: Pick<Projects, 'current' | 'count' | 'pick'>;
  readonly sessions: Pick<Sessions, 'view'>;
  readonly runner: Pick<Runner, 'run'>;
  readonly core: EditorCore;
  readonly log: LogChannel;
  /** The state is another one, or a log has new lines. */
  readonly onChange: (log?: StageName) => void;
}

/** What a run of one project leaves for the page, besides its state. */
interface Traces {
  readonly logs: LogStore;
  readonly pace: Pace;
  paceText: string;
}

const COMMANDS = { cancel: 'cancel', 'show-log': 'showLog', 'sign-in': 'signIn' } as const;

/** All that the page shows, and all that can be done from it. */
export class PanelModel implements PageModel {
  readonly #traces = new Map<string, Traces>();
  readonly #examiner: Examiner;
  readonly #planner: Planner;
  readonly #records: RecordReader;
  #before: ProjectView | undefined;

  constructor(private readonly around: Around) {
    const { core, log, projects } = around;
    const onChange = (): void => around.onChange();
    this.#examiner = new Examiner({ project: () => projects.current, core, log, onChange });
    this.#planner = new Planner({ core, log, onChange });
    this.#records = new RecordReader({ folder: () => projects.current?.folder, core, log, onChange });
  }

  readonly state = (): PanelState =>
    present(this.#project, this.around.sessions.view, words, this.#surroundings());

  readonly readLog = (stage: StageName, from: number, count: number): LogPart =>
    this.#tracesOf(this.#project?.folder).logs.read(stage, from, count);

  /** A page is open. */
  readonly onReady = (): void => {
    void this.#records.read();
    this.look();
  };

  /** The current project may be another one, or its JuliaKaggle.toml say something else. */
  readonly onProjects = (): void => {
    const [before, now] = [this.#before, this.#project];
    if (before?.folder === now?.folder && before?.competition === now?.competition) return;
    this.#before = now;
    this.#planner.close();
    this.#examiner.forget();
    this.#records.readAgain();
  };

  /** Somebody signed in or out. */
  readonly onCredentials = (): void => this.#examiner.forget();

  /** Looks at engine and account, unless that was done before. For a workspace that is not trusted nobody is called. */
  readonly look = (): void => {
    if (workspace.isTrusted) this.#examiner.lookOnce();
  };

  /** What was found missing when somebody looked. */
  get missing(): { readonly signIn: boolean; readonly engine: boolean } {
    const { account, engine } = this.#examiner.examination;
    return {
      signIn: account.state === 'seen' && account.problem?.needsSignIn === true,
      engine: engine.state === 'seen' && engine.problem !== undefined,
    };
  }

  /** Each event of the core, of whichever project. */
  readonly onEvent = (event: RunEvent, folder: string): void => {
    const traces = this.#tracesOf(folder);
    const isShown = folder === this.#project?.folder;
    switch (event.kind) {
      case 'run-started':
        traces.logs.begin();
        if (isShown) this.#planner.close();
        return;
      case 'log':
        traces.logs.add(event.stage, event.line);
        if (isShown) this.around.onChange(event.stage);
        return;
      case 'progress':
        traces.paceText = traces.pace.of(event);
        return;
      case 'stage-started':
      case 'stage-finished':
        // The result of a stage is in the record by the time that the next one begins, or the run ends.
        traces.paceText = '';
        if (isShown) this.#records.readAgain();
        return;
      case 'failed':
        // What is said at the top may be why.
        if (isShown) this.#examiner.forget();
        return;
      default:
        return;
    }
  };

  /** A page begins to show the log of a stage: before it says anything in this run, there is that of an earlier one. */
  readonly onLogOpened = (stage: StageName): void => {
    const folder = this.#project?.folder;
    if (folder === undefined || this.around.sessions.view.phase !== 'idle') return;
    const { logs } = this.#tracesOf(folder);
    if (logs.has(stage)) return;
    void readEarlierLog(folder, stage).then(
      (lines) => {
        logs.seed(stage, lines);
        this.around.onChange(stage);
      },
      (error: unknown) => this.around.log.error(error),
    );
  };

  /** Does what the person wants of the page; what a command does too is left to the command. */
  readonly onIntent = (intent: Intent): void => {
    if (!isTrusted()) return;
    switch (intent.kind) {
      case 'plan':
        return void this.#plan();
      case 'accept-plan':
        if (this.#planner.plan?.state === 'ready') this.#submit(this.#planner.accept());
        return;
      case 'decline-plan':
        return this.#planner.close();
      case 'mend':
        return this.#mend(intent.fact);
      case 'open':
        if (isOffered(intent.url, this.state())) open(intent.url);
        return;
      case 'take-remedy':
        return this.#takeRemedy(intent.command);
      case 'run-stage':
        return run('runStage', intent.stage);
      default:
        return run(COMMANDS[intent.kind]);
    }
  };

  dispose(): void {
    this.#examiner.dispose();
    this.#planner.close();
  }

  get #project(): ProjectView | undefined {
    return this.around.projects.current;
  }

  #tracesOf(folder = ''): Traces {
    const known = this.#traces.get(folder) ?? {
      logs: new LogStore(),
      pace: new Pace(Date.now),
      paceText: '',
    };
    this.#traces.set(folder, known);
    return known;
  }

  #submit(agreedPlan: string | undefined): void {
    void this.around.runner.run('submit', { agreedPlan });
  }

  #surroundings(): Surroundings {
    return {
      examination: this.#examiner.examination,
      record: this.#records.record,
      plan: this.#planner.plan,
      pace: this.#tracesOf(this.#project?.folder).paceText,
      severalProjects: this.around.projects.count > 1,
    };
  }

  async #plan(): Promise<void> {
    if (this.around.sessions.view.phase !== 'idle') return;
    const project = await this.around.projects.pick();
    if (project === undefined) return;
    if (!(await this.#planner.make(project, 'submit'))) this.#submit(undefined);
  }

  #takeRemedy(command: string): void {
    const action = remedyAction(command, words);
    if (action !== undefined && isTakeable(command, this.state())) void takeRemedy(action);
  }

  #mend(name: FactName): void {
    const around = { ...this.#surroundings(), project: this.#project };
    const fact = setupFacts(around, words.setup).find((each) => each.name === name);
    if (fact?.action !== undefined) this.#take(fact.action.mending);
  }

  #take(mending: Mending): void {
    switch (mending.kind) {
      case 'command':
        return run(mending.command);
      case 'look-again':
        return this.#examiner.look();
      case 'open':
        return open(mending.url);
      case 'settings': {
        const folder = this.#project?.folder;
        if (folder !== undefined)
          openSettings(folder).catch((error: unknown) => this.around.log.error(error));
        return;
      }
    }
  }
}

function run(name: string, ...argument: string[]): void {
  void commands.executeCommand(`juliaKaggle.${name}`, ...argument);
}

function open(url: string): void {
  void openPage(url);
}
