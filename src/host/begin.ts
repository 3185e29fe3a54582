import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { type Clock, systemClock } from '../base/abort.ts';
import { beginAccount } from './account/begin.ts';
import { CredentialStore } from './account/credentials.ts';
import type { Around } from './around.ts';
import { beginConfig } from './config/begin.ts';
import { type CreateCore, EditorCore } from './core.ts';
import { beginDatasets } from './datasets/begin.ts';
import { type Feature, type Manifest, registerCommands } from './editor/commands.ts';
import { Disposables } from './editor/disposables.ts';
import { ownEditor } from './editor/editor.ts';
import { LogChannel } from './editor/log.ts';
import { Pages } from './editor/pages.ts';
import { Settings } from './editor/settings.ts';
import { beginFiles } from './files/begin.ts';
import { beginLocalKaggle } from './local-kaggle/begin.ts';
import { beginNewProject } from './new-project/begin.ts';
import { beginPanel } from './panel/begin.ts';
import { beginProject } from './project/begin.ts';
import { ProjectFacts } from './project/facts.ts';
import { Projects } from './project/projects.ts';
import { beginRuns } from './run/begin.ts';
import { beginStatusBar } from './status-bar/begin.ts';
import { beginSubmissions } from './submissions/begin.ts';
import { testCommands } from './testing.ts';
import { beginTools } from './tools/begin.ts';
import { beginWalkthrough } from './walkthrough/begin.ts';

/** What the editor calls at the beginning and at the end of a window. */
export interface Extension {
  /** Gives nothing: whatever is returned, any other extension can take. */
  readonly activate: (context: vscode.ExtensionContext) => void;
  /** Waits until a run that is cancelled by the end of the window has cleaned up after itself. */
  readonly deactivate: () => Promise<void>;
}

/** The extension in this editor. @param createCore in place of the core of people. */
export function extension(
  api: typeof vscode,
  createCore?: CreateCore,
  clock: Clock = systemClock,
): Extension {
  let stop = (): Promise<void> => Promise.resolve();
  return {
    activate: (context) => {
      stop = begin(api, context, clock, createCore);
    },
    deactivate: () => stop(),
  };
}

/** Begins the features of the editor; the core itself is loaded when it is first needed. Gives the way to end it. */
function begin(
  api: typeof vscode,
  context: vscode.ExtensionContext,
  clock: Clock,
  createCore: CreateCore | undefined,
): () => Promise<void> {
  const started = process.cpuUsage();
  const { bundle } = api.l10n;
  if (bundle !== undefined) l10n.config({ contents: bundle });
  const owned = new Disposables();
  context.subscriptions.push(owned);
  const vs = ownEditor(api);
  const log = owned.track(new LogChannel(vs));
  const settings = new Settings(vs);
  const pages = new Pages(vs, settings);
  const credentials = owned.track(new CredentialStore(vs, context.secrets));
  const core = owned.track(new EditorCore({ vs, credentials, log, clock, settings }, createCore));
  const projects = owned.track(new Projects({ vs, core, memory: context.workspaceState }));
  const around: Around = { vs, log, clock, settings, pages, credentials, core, projects };

  const local = beginLocalKaggle(around, context);
  const runs = beginRuns(around, context.storageUri ?? context.globalStorageUri);
  const panel = beginPanel(around, runs, context.extensionUri, () => void status.allowance.refresh());
  // After the panel, which has the sessions show the project that the status is about.
  const status = beginStatusBar(around, runs);
  const facts = owned.track(new ProjectFacts(around));
  owned.track(runs.sessions.listenToAll(facts.onEvent));
  owned.track(projects.onDidChange(facts.onChange));
  const submissions = beginSubmissions(around, facts, panel.model.look);
  const features: readonly Feature[] = [
    runs,
    panel,
    status,
    submissions,
    beginDatasets(around, facts, panel.model.look),
    beginFiles({ ...around, facts, sessions: runs.sessions }, panel.model.look),
    beginProject(around),
    beginConfig(around),
    beginAccount(around),
    beginNewProject(around),
    beginTools(around, runs),
    beginWalkthrough(around, context),
    local,
  ];
  const { user, system } = process.cpuUsage(started);
  const table = [
    ...features.flatMap(({ commands = [] }) => commands),
    ...testCommands(vs, context, {
      activationMilliseconds: (user + system) / 1000,
      state: panel.model.state,
      submissions: submissions.tree,
      facts,
      credentials,
    }),
  ];
  for (const each of features.flatMap(({ disposables }) => disposables)) owned.track(each);
  // Commands come last, so that they go first.
  for (const each of registerCommands(table, context.extension.packageJSON as Manifest, around))
    owned.track(each);
  void projects.refresh();
  return async () => {
    await runs.runner.stop();
    await local.localKaggle.close();
  };
}
