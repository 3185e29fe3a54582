import type { Uri } from 'vscode';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { contextKeySetter } from '../editor/context-keys.ts';
import type { Runs } from '../run/begin.ts';
import { PanelModel } from './panel-model.ts';
import { Panel } from './panel.ts';

/** The Pipeline and its page, with the context keys of what it knows. */
export interface Pipeline extends Feature {
  readonly model: PanelModel;
}

/** @param onReady somebody looks at the page. */
export function beginPanel(
  around: Around,
  { sessions, runner }: Runs,
  extensionUri: Uri,
  onReady: () => void,
): Pipeline {
  const { vs, clock, credentials, log, projects } = around;
  const setContextKeys = contextKeySetter(vs);
  const model = new PanelModel({
    ...around,
    sessions,
    runner,
    onChange: (stage) => {
      panel.push(stage);
      setKeys();
    },
  });
  const panel = new Panel({
    vs,
    clock,
    extensionUri,
    model,
    onReady,
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
  };
  return {
    model,
    disposables: [
      panel,
      model,
      ...panel.register(),
      sessions.listenToAll(model.onEvent),
      projects.onDidChange(model.onProjects),
      projects.onDidChange(show),
      around.core.onFiles(model.onFiles),
      sessions.listen({ onChange: show }),
      credentials.onDidChange(model.onCredentials),
    ],
    commands: [
      {
        id: 'juliaKaggle.openPipeline',
        run: () => vs.commands.executeCommand('workbench.view.extension.juliaKaggle'),
      },
      {
        id: 'juliaKaggle.submit',
        run: async (given) => {
          await projects.select(given);
          await panel.reveal();
          await model.plan();
        },
      },
      { id: 'juliaKaggle.openPipelineEditor', run: () => panel.openEditor() },
    ],
  };
}
