import type { ExtensionContext } from 'vscode';
import { KaggleAuthentication } from './host/authentication.ts';
import { chooseCommands } from './host/choose/choose-commands.ts';
import { mainCommands, registerCommands } from './host/commands.ts';
import { registerConfigHelp } from './host/config-help/register.ts';
import { EditorCore } from './host/core.ts';
import { CredentialStore } from './host/credential-store.ts';
import type { Feature } from './host/feature.ts';
import { beginLocalKaggle } from './host/local-kaggle/begin.ts';
import { LogChannel } from './host/log-channel.ts';
import { changeTexts } from './host/offered-edits.ts';
import { beginPipeline } from './host/pipeline.ts';
import type { ProjectAround } from './host/project-around.ts';
import { projectCommands } from './host/project-commands.ts';
import { Projects } from './host/projects.ts';
import { beginRuns } from './host/runs.ts';
import { beginStatus } from './host/status.ts';
import { beginTrees, type Trees } from './host/trees/trees.ts';
import { commandsOfTrust } from './host/trust.ts';
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

/** Begins the features of the editor; the core itself is loaded when it is first needed. */
export function activate(context: ExtensionContext): ExtensionApi {
  const started = process.cpuUsage();
  const log = new LogChannel();
  const projects = new Projects(context.workspaceState);
  const credentials = new CredentialStore(context.secrets);
  const core = new EditorCore({
    ...{ credentials, log },
    onEvent: (event, folder) => runs.sessions.onEvent(event, folder),
  });
  const around: ProjectAround = { core, credentials, log, projects };
  const local = beginLocalKaggle(context, around);
  const runs = beginRuns(context, around);
  const pipeline = beginPipeline(context, around, runs, () => void status.allowance.refresh());
  // After the Pipeline, which has the sessions show the project that the status is about.
  const status = beginStatus(around, runs);
  const trees = beginTrees(around, runs, pipeline.model.look);
  const project: Feature = {
    disposables: [changeTexts(), new KaggleAuthentication(around), ...registerConfigHelp(around)],
    commands: [
      ...mainCommands({ ...around, ...runs, panel: pipeline.panel }),
      ...projectCommands(around),
      ...chooseCommands(around),
    ],
  };
  const features: readonly Feature[] = [runs, pipeline, status, trees, project, local];
  context.subscriptions.push(
    log,
    projects,
    credentials,
    core,
    ...features.flatMap(({ disposables }) => disposables),
    ...registerCommands(
      features.flatMap(({ commands = [] }) => commands),
      log,
      commandsOfTrust(context.extension.packageJSON as Parameters<typeof commandsOfTrust>[0]),
    ),
  );
  stop = async () => {
    await runs.runner.stop();
    await local.localKaggle.close();
  };
  void projects.refresh();
  const { user, system } = process.cpuUsage(started);
  return {
    state: pipeline.model.state,
    activationMilliseconds: (user + system) / 1000,
    trees: trees.trees,
    credentials,
  };
}

/** Waits until a run that is cancelled by the end of the window has cleaned up after itself. */
export function deactivate(): Promise<void> {
  return stop();
}
