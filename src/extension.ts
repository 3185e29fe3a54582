import { type ExtensionContext, window } from 'vscode';
import { registerCommands } from './host/commands.ts';
import { registerConfigHelp } from './host/config-help/register.ts';
import { contextKeySetter } from './host/context-keys.ts';
import { CredentialStore } from './host/credential-store.ts';
import { ProjectFollower } from './host/follow-project.ts';
import { followIntent } from './host/intents.ts';
import { LogChannel } from './host/log-channel.ts';
import { Panel } from './host/panel.ts';
import { present } from './host/present.ts';
import { Projects } from './host/projects.ts';
import { Runner } from './host/runner.ts';
import { Session } from './host/session.ts';
import { StatusBar } from './host/status-bar.ts';
import { statusText } from './host/status-text.ts';
import { words } from './host/words.ts';
import type { PanelState } from './protocol/panel-state.ts';

/** For other extensions and for tests. */
export interface ExtensionApi {
  /** What the panel shows now. */
  readonly state: () => PanelState;
}

const session = new Session();

/** Builds the editor's side; the core itself is loaded when it is first needed. */
export function activate({
  subscriptions,
  secrets,
  workspaceState,
  extensionUri,
}: ExtensionContext): ExtensionApi {
  const log = new LogChannel();
  const projects = new Projects(workspaceState);
  const credentials = new CredentialStore(secrets);
  const runner = new Runner({ session, projects, credentials, log });
  const statusBar = new StatusBar();
  const setContextKeys = contextKeySetter();
  const follower = new ProjectFollower({ projects, session, log });
  const state = (): PanelState => present(projects.current, session.view, words);
  const panel = new Panel({
    extensionUri,
    state,
    onReady: follower.onPanelReady,
    onIntent: (intent) => followIntent(intent, state()),
    onUnknownMessage: () => log.warn('The panel sent a message of an unknown form.'),
  });

  const show = (): void => {
    panel.push();
    statusBar.show(statusText(projects.current, session.view, words, projects.isConfigured));
    setContextKeys({
      searched: true,
      hasProject: projects.count > 0,
      severalProjects: projects.count > 1,
      running: session.view.phase !== 'idle',
    });
  };
  subscriptions.push(
    log,
    projects,
    statusBar,
    panel,
    session.listen({ onChange: show, onEvent: log.onEvent }),
    projects.onDidChange(follower.onProjects),
    projects.onDidChange(show),
    window.registerWebviewViewProvider(Panel.viewId, panel),
    ...registerCommands({ runner, session, projects, credentials, log }),
    ...registerConfigHelp({ credentials, log }),
  );
  void projects.refresh();
  return { state };
}

/** Waits until a run that is cancelled by the end of the window has cleaned up after itself. */
export function deactivate(): Promise<void> {
  return session.stop();
}
