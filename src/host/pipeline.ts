import type { ExtensionContext } from 'vscode';
import { contextKeySetter } from './context-keys.ts';
import type { Feature } from './feature.ts';
import { ProjectFollower } from './follow-project.ts';
import { PanelModel } from './panel-model.ts';
import { Panel } from './panel.ts';
import type { ProjectAround } from './project-around.ts';
import type { Runs } from './runs.ts';

/** The Pipeline and its page, with the context keys of what it knows. */
export interface Pipeline extends Feature {
  readonly panel: Panel;
  readonly model: PanelModel;
}

/** @param onReady somebody looks at the page. */
export function beginPipeline(
  { extensionUri }: ExtensionContext,
  { core, credentials, log, projects }: ProjectAround,
  { sessions, runner }: Runs,
  onReady: () => void,
): Pipeline {
  const setContextKeys = contextKeySetter();
  const follower = new ProjectFollower({ core, projects, sessions, log });
  const model = new PanelModel({
    ...{ projects, sessions, runner, core, log },
    onChange: (stage) => {
      panel.push(stage);
      setKeys();
    },
  });
  const panel = new Panel({
    extensionUri,
    model,
    onReady: () => {
      follower.onPanelReady();
      onReady();
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
  };
  return {
    panel,
    model,
    disposables: [
      panel,
      model,
      ...panel.register(),
      sessions.listenToAll(model.onEvent),
      projects.onDidChange(model.onProjects),
      projects.onDidChange(follower.onProjects),
      projects.onDidChange(show),
      sessions.listen({ onChange: show }),
      credentials.onDidChange(model.onCredentials),
    ],
  };
}
