import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { STANDIN_IMAGE } from '../../scripts/lib/steps.mjs';
import { type ImageRegistry, imageRegistry } from '../../test/support/image-registry.ts';
import { closeSecondEngine, type SecondEngine, secondEngine } from '../../test/support/second-engine.ts';
import type { World } from '../../test/support/world.ts';
import { type Outcome, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { EngineSocket } from '../support/engine-socket.ts';
import { type Changed, inWorld, type InWorldOptions } from '../support/in-world.ts';
import { STAGES } from '../support/moments.ts';
import { SmallDisk } from '../support/small-disk.ts';
import { type Fault, throughStrikes } from '../support/struck-run.ts';

/** Stages in which the engine of this machine has work. */
const LOCAL = ['build', 'test', 'pack', 'rehearse'] as const;
const MB = 1e6;

type Prepare = (tally: Tally) => Promise<{ fault: Fault; options?: InWorldOptions }>;

/** With the engine of everybody: only what is ours is touched. */
function engineCase(name: string, prepare: Prepare): TortureCase {
  return {
    group: 'engine',
    name,
    fullOnly: true,
    run: async (seed: number): Promise<Outcome> => {
      const tally = new Tally();
      try {
        const { fault, options } = await prepare(tally);
        await inWorld(tally, (world) => throughStrikes(world, fault, new Random(seed), tally), options);
      } finally {
        await closeSecondEngine();
      }
      return tally.outcome();
    },
  };
}

/** With an engine of its own, which can be stopped and filled; Kaggle's side is not struck. */
function secondEngineCase(
  name: string,
  faultOf: (engine: SecondEngine, registry: ImageRegistry) => Fault,
): TortureCase {
  return engineCase(name, async () => {
    const engine = await secondEngine();
    const registry = await imageRegistry(STANDIN_IMAGE, engine.hostAddress);
    const change = (world: World): Promise<Changed> =>
      Promise.resolve({ world: { ...world, image: registry.image }, undo: () => registry.close() });
    return { fault: faultOf(engine, registry), options: { engine, kaggleApart: true, change } };
  });
}

/** The container that is there within a while, if any. */
async function oneContainer(world: World): Promise<string | undefined> {
  for (let tries = 0; tries < 20; tries += 1) {
    const running = await world.docker(
      'ps',
      '--quiet',
      '--filter',
      `label=julia-kaggle.project=${world.project}`,
    );
    const [first = ''] = running.split('\n');
    if (first !== '') return first;
    await pause(100);
  }
  return undefined;
}

const containerKilled: Fault = {
  when: ['build', 'test', 'build', 'test', 'pack', 'rehearse', 'rehearse', 'rehearse'],
  strike: async (world, random) => {
    const id = await oneContainer(world);
    if (id === undefined) return undefined;
    const command = random.pick([
      ['kill'],
      ['rm', '--force'],
      ['kill', '--signal', 'TERM'],
      ['stop', '-t', '0'],
    ]);
    const done = await world.docker(...command, id).catch(() => undefined);
    return done === undefined ? undefined : { what: command.join(' ') };
  },
};

const littleMemory: Fault = {
  until: 'rehearse',
  when: Array.from({ length: 6 }, () => 'before' as const),
  strike: (_world, random) => {
    // With 0.25 GB all fits but the programs' own pages, which are read again from the disk without end: slow, and no fault.
    const gigabytes = random.pick([0.008, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3]);
    return Promise.resolve({
      what: `${gigabytes} GB`,
      environment: { JULIA_KAGGLE_MEMORY_GB: String(gigabytes) },
    });
  },
};

const socketGone: Prepare = () => {
  let socket: EngineSocket;
  const change = async (world: World): Promise<Changed> => {
    socket = new EngineSocket(join(dirname(world.examples), 'engine.sock'), '/var/run/docker.sock');
    await socket.open();
    const environment = { ...world.environment, DOCKER_HOST: socket.address };
    return { world: { ...world, environment }, undo: () => socket.remove(true) };
  };
  const fault: Fault = {
    when: ['before', ...STAGES],
    strike: async (_world, random) => {
      const cut = random.chance(0.7);
      await socket.remove(cut);
      return { what: cut ? 'cut off' : 'the file removed', mend: () => socket.open() };
    },
  };
  return Promise.resolve({ fault, options: { change } });
};

const hostDiskFull: Prepare = (tally) => {
  let disk: SmallDisk;
  const change = async (world: World): Promise<Changed> => {
    disk = await SmallDisk.mount(join(dirname(world.examples), 'small'), 1_000);
    tally.notes.push(`a file system of 1 GB (${disk.kind})`);
    const [examples, temporary] = [join(disk.folder, 'examples'), join(disk.folder, 'tmp')];
    await cp(world.examples, examples, { recursive: true });
    await mkdir(temporary);
    return {
      world: {
        ...world,
        examples,
        project: join(examples, 'Inference'),
        temporary,
        environment: { ...world.environment, JULIA_KAGGLE_CACHE: join(disk.folder, 'cache') },
      },
      undo: () => disk.unmount(),
    };
  };
  const fault: Fault = {
    when: ['before', ...STAGES],
    strike: async (_world, random) => {
      const left = random.pick([0, 0, 4_096, 64_000, 1 * MB, 20 * MB]);
      await disk.fill(left);
      return { what: `${left} bytes left`, mend: () => disk.free() };
    },
  };
  return Promise.resolve({ fault, options: { change } });
};

/** What happens to the engine, its containers, volumes and images, and to disks, on the way to the score. */
export const engineCases: readonly TortureCase[] = [
  secondEngineCase('the engine stopped and started', (engine) => ({
    when: ['before', ...STAGES],
    strike: async (_world, random) => {
      const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
      await engine.kill(signal);
      if (random.chance(0.7)) return { what: signal, mend: () => engine.start() };
      await engine.start();
      return { what: `${signal}, and started at once` };
    },
  })),
  engineCase('the engine’s socket gone', socketGone),
  engineCase('a container killed', () => Promise.resolve({ fault: containerKilled })),
  engineCase('too little memory', () => Promise.resolve({ fault: littleMemory })),
  secondEngineCase('a volume removed', (engine) => ({
    rebuilds: true,
    when: ['build', 'before', 'before', 'before', 'test', 'pack', 'rehearse', 'upload', 'notebook'],
    strike: async (_world, random) => {
      const names = (await engine.docker('volume', 'ls', '--quiet'))
        .split('\n')
        .filter((name) => name !== '');
      if (names.length === 0) return undefined;
      const name = random.pick(names);
      // One that is in use cannot be removed.
      const done = await engine.docker('volume', 'rm', '--force', name).catch(() => undefined);
      return done === undefined ? undefined : { what: name };
    },
  })),
  secondEngineCase('the image removed', (engine, { image }) => ({
    when: ['build', 'before', 'before', 'test', 'pack', 'rehearse', 'upload', 'notebook'],
    strike: async () => {
      const done = await engine.docker('rmi', '--force', image).catch(() => undefined);
      return done === undefined ? undefined : {};
    },
  })),
  secondEngineCase('a pull cut', (engine, registry) => ({
    until: 'build',
    when: Array.from({ length: 5 }, () => 'before' as const),
    strike: async (_world, random) => {
      await engine.docker('rmi', '--force', registry.image).catch(() => undefined);
      const times = random.between(1, 8);
      registry.cutLayers(times, () => random.real());
      return {
        what: `${times} layers`,
        mend: () => {
          registry.cutLayers(0, () => 0);
          return Promise.resolve();
        },
      };
    },
  })),
  secondEngineCase('the engine’s disk full', (engine) => ({
    rebuilds: true,
    when: ['before', ...LOCAL, 'upload'],
    strike: async (_world, random) => {
      const left = random.pick([0, 100, 1_000, 5_000, 50_000]);
      // A size below what is used is refused, and the engine may write between the look and the call.
      await engine.inside(`for try in 1 2 3 4 5; do
        used=$(df -k /var/lib/docker | awk 'NR == 2 { print $3 }')
        mount -o remount,size=$((used + ${left} + 4))k /var/lib/docker && exit 0
      done; exit 1`);
      const resize = async (size: string): Promise<void> => {
        await engine.inside(`mount -o remount,size=${size} /var/lib/docker`);
      };
      return { what: `${left} kB left`, mend: () => resize('12g') };
    },
  })),
  engineCase('the disk of this machine full', hostDiskFull),
];
