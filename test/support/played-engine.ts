import { basename } from 'node:path';
import { tarOfFiles } from '../../src/docker/tar-files.ts';
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

/** What a test says of an engine besides. */
export interface More {
  readonly info?: Engine['info'];
  readonly container?: Partial<Engine['container']>;
  readonly image?: Partial<Engine['image']>;
  readonly volume?: Partial<Engine['volume']>;
  /** What its containers have in volumes, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface PlayedEngine extends Engine {
  readonly created: ContainerSpec[];
  bound(binding: Parameters<Engine['bound']>[0]): PlayedEngine;
}

/** An engine whose containers do what `play` says, and which a test extends by what it is about. */
export function playedEngine(play: (spec: ContainerSpec) => Played, more: More = {}): PlayedEngine {
  const created: ContainerSpec[] = [];
  const unplayed = (): never => {
    throw new Error('The test plays no such call.');
  };
  const over = (signal: AbortSignal): PlayedEngine => ({
    address: 'unix:///played.sock (default)',
    created,
    signal,
    info: more.info ?? (() => Promise.resolve(ENGINE_INFO)),
    container: {
      use: async (spec, work) => {
        created.push(spec);
        const played = play(spec);
        if (played instanceof Error) throw played;
        return work(container(played, more.files));
      },
      remove: unplayed,
      ...more.container,
    },
    image: { find: unplayed, pull: unplayed, build: unplayed, ...more.image },
    volume: {
      ...{ ensure: unplayed, find: unplayed, remove: unplayed, list: unplayed, sizes: unplayed },
      ...more.volume,
    },
    bound: (binding) => over(binding.signal ?? signal),
  });
  return over(new AbortController().signal);
}

function container(
  { lines = [], exitCode = 0 }: Exclude<Played, Error>,
  files: Readonly<Record<string, string>> = {},
): Container {
  const unplayed = (): never => {
    throw new Error('The test plays no such call.');
  };
  return {
    id: 'played',
    putArchive: unplayed,
    has: (path) => Promise.resolve(path in files),
    getArchive: (path) =>
      Promise.resolve(tarOfFiles([{ path: basename(path), from: { text: files[path] ?? unplayed() } }])),
    run: (output) => {
      for (const line of lines) output?.onLine?.('stdout', line);
      return Promise.resolve({ exitCode, outOfMemory: false });
    },
  };
}
