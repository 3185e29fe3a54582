import type { Engine, Labels } from './engine.ts';

/** The engine, with these labels besides on everything that is created through it. */
export function labelledEngine(engine: Engine, labels: Labels): Engine {
  return {
    address: engine.address,
    info: (signal) => engine.info(signal),
    findImage: (name, signal) => engine.findImage(name, signal),
    pullImage: (name, onProgress, signal) => engine.pullImage(name, onProgress, signal),
    buildImage: (recipe, onLine, signal) => engine.buildImage(recipe, onLine, signal),
    ensureVolume: (name, own, signal) => engine.ensureVolume(name, { ...own, ...labels }, signal),
    hasVolume: (name, signal) => engine.hasVolume(name, signal),
    removeVolume: (name) => engine.removeVolume(name),
    listVolumes: (wanted, signal) => engine.listVolumes(wanted, signal),
    withContainer: (spec, signal, use) =>
      engine.withContainer({ ...spec, labels: { ...spec.labels, ...labels } }, signal, use),
    removeContainers: (wanted, signal) => engine.removeContainers(wanted, signal),
  };
}
