import type { Engine, Labels } from '../../docker/engine.ts';
import type { Project } from '../artefacts.ts';
import type { Ports } from '../stage.ts';

/** Labels of everything that a run of this project creates in the engine. */
export function labelsOf(project: Project): Labels {
  return { 'julia-kaggle': 'run', 'julia-kaggle.project': project.root };
}

/**
 * The ports, with an engine whose leftovers of a killed run of this project were removed when it is first asked for.
 * The run holds the project's lock, so nobody else's containers can carry these labels.
 */
export function cleanedEngine(ports: Ports, project: Project): Ports {
  let cleaned: Promise<Engine> | undefined;
  const find = async (signal: AbortSignal): Promise<Engine> => {
    const engine = await ports.engine(signal);
    const removed = await engine.removeContainers(labelsOf(project), signal);
    if (removed > 0) ports.logger.info(`Removed ${removed} containers of an interrupted run.`);
    return engine;
  };
  return { ...ports, engine: (signal) => (cleaned ??= find(signal)) };
}
