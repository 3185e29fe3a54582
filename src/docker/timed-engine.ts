import type { Container, ContainerSpec, Engine } from './engine.ts';

/** What is asked of an engine, by the kind of what it costs. */
export type EngineCost =
  | 'make a container'
  | 'remove a container'
  | 'run a program'
  | 'copy in'
  | 'copy out'
  | 'look'
  | 'get an image';

/** Hears what each call took. */
export type OnCost = (what: EngineCost, milliseconds: number) => void;

/** The same engine, which tells what each call to it took: calls that go on side by side are told each. */
export function timedEngine(engine: Engine, onCost: OnCost, now: () => number): Engine {
  const timed = async <T>(what: EngineCost, work: () => Promise<T>): Promise<T> => {
    const started = now();
    try {
      return await work();
    } finally {
      onCost(what, now() - started);
    }
  };
  const { container, image, volume } = engine;
  const lent = (it: Container): Container => ({
    id: it.id,
    putArchive: (folder, tar) => timed('copy in', () => it.putArchive(folder, tar)),
    has: (path) => timed('look', () => it.has(path)),
    getArchive: (path) => timed('copy out', () => it.getArchive(path)),
    run: (output) => timed('run a program', () => it.run(output)),
  });
  const use = async <T>(spec: ContainerSpec, work: (it: Container) => Promise<T>): Promise<T> => {
    const asked = now();
    let ended: number | undefined;
    try {
      return await container.use(spec, async (it) => {
        onCost('make a container', now() - asked);
        try {
          return await work(lent(it));
        } finally {
          ended = now();
        }
      });
    } finally {
      if (ended !== undefined) onCost('remove a container', now() - ended);
    }
  };
  return {
    address: engine.address,
    signal: engine.signal,
    info: () => timed('look', () => engine.info()),
    bound: (binding) => timedEngine(engine.bound(binding), onCost, now),
    container: { use, remove: (labels) => timed('look', () => container.remove(labels)) },
    image: {
      find: (name) => timed('look', () => image.find(name)),
      pull: (name, onProgress) => timed('get an image', () => image.pull(name, onProgress)),
      build: (recipe, onLine) => timed('get an image', () => image.build(recipe, onLine)),
    },
    volume: {
      ensure: (...about) => timed('look', () => volume.ensure(...about)),
      find: (name) => timed('look', () => volume.find(name)),
      remove: (name) => timed('look', () => volume.remove(name)),
      list: (labels) => timed('look', () => volume.list(labels)),
      sizes: () => timed('look', () => volume.sizes()),
    },
  };
}
