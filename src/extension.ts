import { join } from 'node:path';
import type { ExtensionContext } from 'vscode';
import { Allowance } from './host/allowance.ts';
import { askAllowance } from './host/ask-allowance.ts';
import { KaggleAuthentication } from './host/authentication.ts';
import { chooseCommands } from './host/choose/choose-commands.ts';
import { mainCommands, registerCommands } from './host/commands.ts';
import { registerConfigHelp } from './host/config-help/register.ts';
import { contextKeySetter } from './host/context-keys.ts';
import { EditorCore } from './host/core.ts';
import { CredentialStore } from './host/credential-store.ts';
import { ProjectFollower } from './host/follow-project.ts';
import { beginLocalKaggle } from './host/local-kaggle/begin.ts';
import { LogChannel } from './host/log-channel.ts';
import { PanelModel } from './host/panel-model.ts';
import { Panel } from './host/panel.ts';
import { changeTexts } from './host/offered-edits.ts';
import { projectCommands } from './host/project-commands.ts';
import { Projects } from './host/projects.ts';
import { Resumer } from './host/resume.ts';
import { RunMemory } from './host/run-memory.ts';
import { Runner } from './host/runner.ts';
import { Sessions } from './host/sessions.ts';
import { StatusBar } from './host/status-bar.ts';
import { allowanceLines, statusText } from './host/status-text.ts';
import { StageTasks } from './host/tasks.ts';
import { Trees } from './host/trees/trees.ts';
import { commandsOfTrust } from './host/trust.ts';
import { words } from './host/words.ts';
import type { PanelState } from './protocol/panel-state.ts';

/** For other extensions and for tests. */
export interface ExtensionApi {
  /** What the panel shows now. */
  readonly state: () => PanelState;
  /** How long activation took, in milliseconds of this process's processor time. */
  readonly activationMilliseconds: number;
  readonly trees: Pick<Trees, 'submissions' | 'datasets' | 'facts'>;
  readonly credentials: Pick<CredentialStore, 'read' | 'keep' | 'forget' | 'lend'>;
}

let stop: () => Promise<void> = () => Promise.resolve();

/** Builds the editor's side; the core itself is loaded when it is first needed. */
export function activate(context: ExtensionContext): ExtensionApi {
  const started = process.cpuUsage();
  const { subscriptions, secrets, workspaceState, extensionUri } = context;
  const log = new LogChannel();
  const projects = new Projects(workspaceState);
  const credentials = new CredentialStore(secrets);
  const core = new EditorCore({ credentials, log });
  const account = { core, credentials, log };
  const local = beginLocalKaggle(context, { ...account, projects });
  const sessions = new Sessions();
  const storage = context.storageUri ?? context.globalStorageUri;
  const memory = new RunMemory(join(storage.fsPath, 'open-runs.json'), (error) => log.error(error));
  const runner = new Runner({ core, sessions, projects, memory, log });
  const resumer = new Resumer({ core, runner, memory, log });
  const statusBar = new StatusBar();
  const setContextKeys = contextKeySetter();
  const follower = new ProjectFollower({ core, projects, sessions, log });
  const allowance = new Allowance({
    ask: (competition, signal) => askAllowance({ core }, competition, signal),
    competition: () => projects.current?.competition,
    log,
    onChange: () => show(),
    now: () => performance.now(),
  });
  const model = new PanelModel({
    projects,
    sessions,
    runner,
    core,
    log,
    onChange: (log) => {
      panel.push(log);
      setKeys();
    },
  });
  const trees = new Trees({ folder: () => projects.current?.folder, core, log, onLook: model.look });
  const panel = new Panel({
    extensionUri,
    model,
    onReady: () => {
      follower.onPanelReady();
      void allowance.refresh();
    },
    onUnknownMessage: () => log.warn('The panel sent a message of an unknown form.'),
  });

  const setKeys = (): void => {
    const { signIn, engine } = model.missing;
    setContextKeys({
      searched: projects.isSearched,
      hasProject: projects.count > 0,
      severalProjects: projects.count > 1,
      projectChosen: projects.current !== undefined,
      running: sessions.view.phase !== 'idle',
      notSignedIn: signIn,
      noEngine: engine,
    });
  };
  const show = (): void => {
    panel.push();
    setKeys();
    const { current, isConfigured } = projects;
    statusBar.show(
      statusText(current, sessions.view, words, isConfigured),
      current?.name,
      allowanceLines(allowance.view, words),
    );
  };
  stop = async () => {
    await runner.stop();
    await local.localKaggle.close();
  };
  subscriptions.push(
    log,
    projects,
    credentials,
    resumer,
    statusBar,
    panel,
    allowance,
    model,
    trees,
    changeTexts(),
    new StageTasks({ projects, runner, sessions }),
    new KaggleAuthentication(account),
    sessions.listenToAll(model.onEvent),
    sessions.listen({ onChange: show }),
    sessions.listenToAll(log.onEvent),
    sessions.listenToAll((event) => {
      if (event.kind === 'stage-finished' || event.kind === 'failed') trees.facts.onChange();
      // Runs on Kaggle and submissions use up what it allows.
      if (event.kind === 'stage-finished' && (event.stage === 'notebook' || event.stage === 'submit'))
        void allowance.refresh(true);
    }),
    projects.onDidChange(model.onProjects),
    projects.onDidChange(follower.onProjects),
    projects.onDidChange(allowance.onProjects),
    projects.onDidChange(show),
    projects.onDidChange(trees.facts.onChange),
    projects.onDidChange(() => resumer.onProject(projects.current)),
    credentials.onDidChange(() => allowance.refresh(true)),
    credentials.onDidChange(model.onCredentials),
    ...panel.register(),
    ...registerCommands(
      [
        ...mainCommands({ ...account, runner, sessions, projects, panel }),
        ...projectCommands({ ...account, projects }),
        ...chooseCommands({ ...account, projects }),
        ...trees.commands,
        ...local.commands,
      ],
      log,
      commandsOfTrust(context.extension.packageJSON as Parameters<typeof commandsOfTrust>[0]),
    ),
    ...registerConfigHelp({ core, log }),
  );
  void projects.refresh();
  const { user, system } = process.cpuUsage(started);
  return { state: model.state, activationMilliseconds: (user + system) / 1000, trees, credentials };
}

/** Waits until a run that is cancelled by the end of the window has cleaned up after itself. */
export function deactivate(): Promise<void> {
  return stop();
}
