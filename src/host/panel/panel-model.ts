import { basename } from 'node:path';
import type { RunEvent } from '../../core/events.ts';
import type { StageName } from '../../core/stages.ts';
import type { Intent } from '../../protocol/messages.ts';
import type { FactName, PanelState } from '../../protocol/panel-state.ts';
import type { Around } from '../around.ts';
import { openSettings } from '../config/write-config.ts';
import { isTrusted } from '../editor/commands.ts';
import { remedyAction, takeRemedy } from '../editor/remedies.ts';
import type { ProjectView } from '../project/projects.ts';
import { ProjectRecord } from '../project/record.ts';
import { failedStage } from '../project/show-log.ts';
import { lineRange } from '../run/problems.ts';
import { needsSignIn, type ProblemView } from '../run/run-view.ts';
import type { Runner } from '../run/runner.ts';
import type { Sessions } from '../run/sessions.ts';
import { Examiner } from './examiner.ts';
import { type LogPart, LogStore, Pace } from './logs.ts';
import type { PageModel } from './page.ts';
import { Planner } from './plan.ts';
import { present, type Surroundings } from './present.ts';
import { type Fact, factOf, isInTheWay, type Mending, setupFacts } from './setup-facts.ts';

interface PanelAround extends Around {
  readonly sessions: Sessions;
  readonly runner: Pick<Runner, 'run'>;
  /** The state is another one, or a log has new lines. */
  readonly onChange: (log?: StageName) => void;
}

/** What a run of one project leaves for the page, besides its state. */
interface Traces {
  readonly logs: LogStore;
  readonly pace: Pace;
  paceText: string;
}

/** All that the page shows, and all that can be done from it. */
export class PanelModel implements PageModel {
  readonly #traces = new Map<string, Traces>();
  readonly #examiner: Examiner;
  readonly #planner: Planner;
  readonly #record: ProjectRecord;
  #before: ProjectView | undefined;
  /** What a run failed by, and was seen to be wrong after it; with what was said of the image then. */
  #seenWrong: { readonly problem: ProblemView; readonly image?: string | undefined } | undefined;

  constructor(private readonly around: PanelAround) {
    const onChange = (): void => {
      this.#dropMended();
      around.onChange();
    };
    this.#examiner = new Examiner({ ...around, onChange });
    this.#planner = new Planner({ ...around, onChange });
    this.#record = new ProjectRecord({ ...around, onChange });
  }

  readonly state = (): PanelState => present(this.#project, this.around.sessions.view, this.#surroundings());

  readonly question = (): string | undefined => this.around.sessions.view.question?.title;

  readonly readLog = (stage: StageName, from: number, count: number): LogPart =>
    this.#tracesOf(this.#project?.folder).logs.read(stage, from, count);

  /** A page is open. */
  readonly onReady = (): void => {
    this.#record.look();
    this.look();
  };

  /** The current project may be another one, or its JuliaKaggle.toml say something else. */
  readonly onProjects = (): void => {
    const [before, now] = [this.#before, this.#project];
    this.#record.onProjects();
    if (before?.folder === now?.folder && before?.competition === now?.competition) return;
    this.#before = now;
    this.#planner.close();
    this.#examiner.forget();
    this.#record.readAgain();
  };

  /** Files of projects are others: what still holds may be less. */
  readonly onFiles = (): void => this.#record.readAgain();

  /** Somebody signed in or out. */
  readonly onCredentials = (): void => this.#examiner.forget();

  /** Looks at engine and account, unless that was done before. For a workspace that is not trusted nobody is called. */
  readonly look = (): void => {
    if (this.around.vs.workspace.isTrusted) this.#examiner.lookOnce();
  };

  /** What was found missing when somebody looked. */
  get missing(): { readonly signIn: boolean; readonly engine: boolean } {
    const { account, engine } = this.#examiner.examination;
    return {
      signIn: account.state === 'seen' && needsSignIn(account.problem?.code),
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
        if (isShown) this.#record.readAgain();
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
    this.#seed(logs, folder, stage).catch((error: unknown) => this.around.log.error(error));
  };

  /** Does what the person wants of the page; what a command does too is left to the command. */
  readonly onIntent = (intent: Intent): void => {
    if (!isTrusted(this.around.vs)) return;
    switch (intent.kind) {
      case 'plan':
        return void this.plan();
      case 'accept-plan':
        return this.#acceptPlan();
      case 'decline-plan':
        return this.#planner.close();
      case 'answer':
        return this.around.sessions.answer(intent.yes);
      case 'mend':
        return this.#mend(intent.fact, intent.label);
      case 'open':
        if (isOffered(intent.url, this.state())) this.#open(intent.url);
        return;
      case 'run-stage':
        return this.#command('runStage', intent.stage);
      case 'cancel':
        return this.#command('cancel');
      case 'show-files':
        return this.#command('showFiles');
      default:
        return this.#aboutProblem(intent);
    }
  };

  #aboutProblem(
    intent: Extract<Intent, { kind: 'open-source' | 'compare-source' | 'take-remedy' | 'show-log' }>,
  ): void {
    switch (intent.kind) {
      case 'open-source':
        return this.#openSource();
      case 'compare-source':
        return this.#compareSource();
      case 'take-remedy':
        return this.#takeRemedy(intent.command);
      case 'show-log':
        return this.#command('showLog', failedStage(this.around.sessions.view.stages));
    }
  }

  dispose(): void {
    this.#examiner.dispose();
    this.#record.dispose();
    this.#planner.close();
  }

  get #project(): ProjectView | undefined {
    return this.around.projects.current;
  }

  #tracesOf(folder = ''): Traces {
    const known = this.#traces.get(folder) ?? {
      logs: new LogStore(),
      pace: new Pace(() => this.around.clock.now()),
      paceText: '',
    };
    this.#traces.set(folder, known);
    return known;
  }

  /** Opens the file in which the run failed, at the line. */
  #openSource(): void {
    const { vs, sessions, log } = this.around;
    const source = sessions.view.problem?.source;
    if (source === undefined) return;
    const [uri, selection] = [vs.Uri.file(source.file), lineRange(vs, source.line)];
    // A notebook as one, not as the JSON that it is.
    const opening = source.file.endsWith('.ipynb')
      ? vs.commands.executeCommand('vscode.open', uri)
      : vs.window.showTextDocument(uri, { selection });
    opening.then(undefined, (error: unknown) => log.error(error));
  }

  /** Shows the file in which the run failed beside the one that it should be like. */
  #compareSource(): void {
    const { vs, sessions } = this.around;
    const { file, like } = sessions.view.problem?.source ?? {};
    if (file === undefined || like === undefined) return;
    const title = `${basename(like)} ↔ ${basename(file)}`;
    void vs.commands.executeCommand('vscode.diff', vs.Uri.file(like), vs.Uri.file(file), title);
  }

  #acceptPlan(): void {
    if (this.#planner.plan?.state === 'ready') this.#submit(this.#planner.accept());
  }

  #submit(agreedPlan: string | undefined): void {
    this.around.runner.run('submit', { agreedPlan }).catch((error: unknown) => this.around.log.error(error));
  }

  #surroundings(): Surroundings {
    return {
      examination: this.#examiner.examination,
      record: this.#record.record,
      plan: this.#planner.plan,
      pace: this.#tracesOf(this.#project?.folder).paceText,
      severalProjects: this.around.projects.count > 1,
      isSearched: this.around.projects.isSearched,
      isPractice: this.around.settings.isPractice,
    };
  }

  /** Shows what the whole way would do; where something is known to be missing, looks again for it. */
  async plan(): Promise<void> {
    if (this.around.sessions.view.phase !== 'idle') return;
    const project = await this.around.projects.pick();
    if (project === undefined) return;
    if (!this.state().primary.enabled) {
      this.#examiner.look();
      return;
    }
    if (!(await this.#planner.make(project, 'submit'))) this.#submit(undefined);
  }

  #takeRemedy(command: string): void {
    const action = remedyAction(command);
    if (action !== undefined && isTakeable(command, this.state())) void takeRemedy(this.around.vs, action);
  }

  #mend(name: FactName, label: string): void {
    const action = this.#fact(name)?.actions.find((each) => each.label === label);
    if (action !== undefined) this.#take(action.mending);
  }

  #fact(name: FactName): Fact | undefined {
    const { record, ...around } = this.#surroundings();
    const facts = setupFacts({ ...around, project: this.#project, readProblem: record.problem });
    return facts.find((each) => each.name === name);
  }

  /** What is not wrong any more is no problem any more. */
  #dropMended(): void {
    const { problem, phase } = this.around.sessions.view;
    if (phase !== 'idle' || problem === undefined) return;
    const isWrong = this.#isStillWrong(problem);
    if (isWrong === true) this.#seenWrong = { problem, image: this.#examiner.examination.image };
    if (isWrong !== false || this.#seenWrong?.problem !== problem) return;
    this.around.sessions.update({ kind: 'project-chosen' });
    this.#record.readAgain();
  }

  /** Whether that is still so by which a run failed; undefined while it is not known, or not to be seen from here. */
  #isStillWrong(problem: ProblemView): boolean | undefined {
    if (problem.code === 'image-missing') {
      const { image } = this.#examiner.examination;
      const before = this.#seenWrong?.problem === problem ? this.#seenWrong.image : image;
      return image === undefined ? undefined : image === before;
    }
    const name = factOf(problem, this.around.sessions.view);
    const fact = name && this.#fact(name);
    if (fact === undefined) return undefined;
    if (isInTheWay(fact)) return true;
    return fact.state === 'good' || fact.state === 'notice' ? false : undefined;
  }

  #take(mending: Mending): void {
    switch (mending.kind) {
      case 'command':
        return this.#command(mending.command, mending.argument);
      case 'look-again':
        return this.#examiner.look();
      case 'open':
        return this.#open(mending.url);
      case 'settings': {
        const folder = this.#project?.folder;
        if (folder !== undefined)
          openSettings(this.around.vs, folder).catch((error: unknown) => this.around.log.error(error));
        return;
      }
    }
  }

  async #seed(logs: LogStore, folder: string, stage: StageName): Promise<void> {
    logs.seed(stage, await (await this.around.core.project(folder)).log(stage));
    this.around.onChange(stage);
  }

  #command(name: string, argument?: string): void {
    const given = argument === undefined ? [] : [argument];
    void this.around.vs.commands.executeCommand(`juliaKaggle.${name}`, ...given);
  }

  #open(url: string): void {
    void this.around.pages.open(url);
  }
}

/** Pure: whether the page offers to take the remedy that names this command; no other one is taken for it. */
export function isTakeable(command: string, { problem }: PanelState): boolean {
  const offered = [...(problem?.offers ?? []), ...(problem?.remedies.map((remedy) => remedy.action) ?? [])];
  return offered.some((action) => action?.command === command && action.enabled);
}

/** Pure: whether the page shows a link to this address; no other one is opened for it. */
export function isOffered(url: string, { problem, submission }: PanelState): boolean {
  const remedies = problem?.remedies.map((remedy) => remedy.url) ?? [];
  return [...remedies, submission?.url].includes(url);
}
