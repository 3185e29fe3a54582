import type { Container, ContainerSpec, Engine, EngineInfo } from '../../src/docker/engine.ts';

/** What a program does in a container: its lines on stdout and its exit code, or an error of the engine. */
export type Played = { readonly lines?: readonly string[]; readonly exitCode?: number } | Error;

export const ENGINE_INFO: EngineInfo = {
  version: '27.3.1',
  apiVersion: '1.47',
  platform: 'linux/x86_64',
  cpus: 8,
  memoryBytes: 64e9,
  runtimes: ['runc'],
};

/** An engine whose containers do what `play` says, and which a test extends by what it is about. */
export function playedEngine(
  play: (spec: ContainerSpec) => Played,
  more: Partial<Engine> = {},
): Engine & { readonly created: ContainerSpec[] } {
  const created: ContainerSpec[] = [];
  const unplayed = (): never => {
    throw new Error('The test plays no such call.');
  };
  return {
    address: 'unix:///played.sock (default)',
    created,
    info: () => Promise.resolve(ENGINE_INFO),
    findImage: unplayed,
    pullImage: unplayed,
    buildImage: unplayed,
    ensureVolume: unplayed,
    findVolume: unplayed,
    removeVolume: unplayed,
    listVolumes: unplayed,
    removeContainers: unplayed,
    withContainer: async (spec, _, use) => {
      created.push(spec);
      const played = play(spec);
      if (played instanceof Error) throw played;
      return use(container(played));
    },
    ...more,
  };
}

function container({ lines = [], exitCode = 0 }: Exclude<Played, Error>): Container {
  const unplayed = (): never => {
    throw new Error('The test plays no such call.');
  };
  return {
    id: 'played',
    putArchive: unplayed,
    has: unplayed,
    getArchive: unplayed,
    run: (output) => {
      for (const line of lines) output?.onLine?.('stdout', line);
      return Promise.resolve({ exitCode, outOfMemory: false });
    },
  };
}
