import type { ContainerSpec, Engine, EngineInfo, Labels } from './engine.ts';

/** What everything that is created through an engine gets besides. */
export interface Equipment {
  readonly labels?: Labels;
  /** Of containers that ask for none of their own, by what the engine's machine has. */
  readonly limits?: (info: EngineInfo) => Pick<ContainerSpec, 'memoryBytes' | 'cpus'>;
}

/** The engine, with these labels on everything that is created through it and these limits of its containers. */
export function equippedEngine(engine: Engine, { labels = {}, limits }: Equipment): Engine {
  let info: EngineInfo | undefined;
  const defaults = async (signal: AbortSignal): Promise<ReturnType<NonNullable<typeof limits>>> => {
    if (limits === undefined) return {};
    info ??= await engine.info(signal);
    return limits(info);
  };
  return {
    address: engine.address,
    info: (signal) => engine.info(signal),
    findImage: (name, signal) => engine.findImage(name, signal),
    pullImage: (name, onProgress, signal) => engine.pullImage(name, onProgress, signal),
    buildImage: (recipe, onLine, signal) => engine.buildImage(recipe, onLine, signal),
    ensureVolume: (name, own, signal) => engine.ensureVolume(name, { ...own, ...labels }, signal),
    findVolume: (name, signal) => engine.findVolume(name, signal),
    removeVolume: (name) => engine.removeVolume(name),
    listVolumes: (wanted, signal) => engine.listVolumes(wanted, signal),
    withContainer: async (spec, signal, use) => {
      const equipped = { ...(await defaults(signal)), ...spec, labels: { ...spec.labels, ...labels } };
      return engine.withContainer(equipped, signal, use);
    },
    removeContainers: (wanted, signal) => engine.removeContainers(wanted, signal),
  };
}
