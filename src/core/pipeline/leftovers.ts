import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Engine, Labels } from '../../docker/engine.ts';
import { labelledEngine } from '../../docker/labelled-engine.ts';
import type { Project } from '../artefacts.ts';
import type { Ports } from '../stage.ts';

/**
 * Labels of everything that runs of this project create in the engine. The machine is among them: on an engine that
 * several people share, the project of another may lie in a folder of the same name.
 */
export function labelsOf(project: Pick<Project, 'root'>): Labels {
  return {
    'julia-kaggle': 'run',
    'julia-kaggle.machine': hostname(),
    'julia-kaggle.project': project.root,
  };
}

/**
 * The ports, with an engine that labels what it creates with this run besides, and whose leftovers of a killed run of
 * this project were removed when it is first asked for. The run holds the project's lock, so nobody else's containers
 * can carry the project's labels.
 */
export function cleanedEngine(ports: Ports, project: Pick<Project, 'root'>): Ports {
  let cleaned: Promise<Engine> | undefined;
  const find = async (signal: AbortSignal): Promise<Engine> => {
    const engine = await ports.engine(signal);
    const removed = await engine.removeContainers(labelsOf(project), signal);
    if (removed > 0) ports.logger.info(`Removed ${removed} containers of an interrupted run.`);
    return labelledEngine(engine, { 'julia-kaggle.run': randomUUID() });
  };
  return { ...ports, engine: (signal) => (cleaned ??= find(signal)) };
}
