import { randomUUID } from 'node:crypto';
import type { Engine, Labels } from '../../docker/engine.ts';
import type { Project } from '../artefacts.ts';
import { CHECKOUT_LABEL } from '../contract/checkout.ts';
import type { Ports } from '../stage.ts';

/**
 * Labels of everything that runs of this project create in the engine. The checkout's random id says whose it is: on an
 * engine that several people share, another machine may have its name, and a project in a folder of the same path. The
 * path is for people to read.
 */
export function labelsOf(checkout: string, project: Pick<Project, 'root'>): Labels {
  return { 'julia-kaggle': 'run', [CHECKOUT_LABEL]: checkout, 'julia-kaggle.project': project.root };
}

/** The ports, with an engine that labels what it creates with the checkout and the project. */
export function labelledEngine(ports: Ports, checkout: string, project: Pick<Project, 'root'>): Ports {
  const labels = labelsOf(checkout, project);
  return { ...ports, engine: async (signal) => (await ports.engine(signal)).bound({ labels }) };
}

/**
 * The same with the labels of this run besides, and whose leftovers of a killed run of this checkout were removed when it
 * is first asked for. The run holds the project's lock, so nobody else's containers can carry the checkout's id.
 */
export function cleanedEngine(ports: Ports, checkout: string, project: Pick<Project, 'root'>): Ports {
  let cleaned: Promise<Engine> | undefined;
  const find = async (signal: AbortSignal): Promise<Engine> => {
    const engine = await ports.engine(signal);
    const removed = await engine.container.remove({ [CHECKOUT_LABEL]: checkout });
    if (removed > 0) ports.logger.info(`Removed ${removed} containers of an interrupted run.`);
    return engine.bound({ labels: { ...labelsOf(checkout, project), 'julia-kaggle.run': randomUUID() } });
  };
  return { ...ports, engine: (signal) => (cleaned ??= find(signal)) };
}
