import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import type {
  Container,
  ContainerSpec,
  Engine,
  EngineBinding,
  Labels,
  VolumeMount,
} from '../../../src/docker/engine.ts';

interface FakeFile {
  readonly content: Buffer;
  readonly modifiedSeconds: number;
}

interface FakeVolume {
  readonly labels: Labels;
  readonly files: Map<string, FakeFile>;
}

/** An engine with volumes that can be filled and listed, and containers that do nothing. */
export class FakeEngine implements Engine {
  readonly address = 'fake';
  readonly signal = new AbortController().signal;
  readonly volumes = new Map<string, FakeVolume>();
  removedContainers: Labels[] = [];
  /** How often a volume was filled. */
  fillings = 0;

  info() {
    return Promise.resolve({
      version: '1',
      apiVersion: '1.41',
      platform: 'linux/x86_64',
      cpus: 2,
      memoryBytes: 8e9,
      runtimes: ['runc', 'nvidia'],
    });
  }

  readonly image: Engine['image'] = {
    find: () => Promise.resolve(undefined),
    pull: () => Promise.reject(new Error('not here')),
    build: () => Promise.reject(new Error('not here')),
  };

  readonly container: Engine['container'] = {
    use: (spec, work) => work(this.#container(spec)),
    remove: (labels) => {
      this.removedContainers.push(labels);
      return Promise.resolve(0);
    },
  };

  readonly volume: Engine['volume'] = this.#volumes({});

  bound(binding: EngineBinding): Engine {
    return this.#over(this.signal, {}).bound(binding);
  }

  #over(signal: AbortSignal, labels: Labels): Engine {
    const { address, image, container } = this;
    return {
      ...{ address, image, container, signal },
      info: () => this.info(),
      volume: this.#volumes(labels),
      bound: (more) => this.#over(more.signal ?? signal, { ...labels, ...more.labels }),
    };
  }

  #volumes(bound: Labels): Engine['volume'] {
    return {
      ensure: (name, labels) => {
        if (!this.volumes.has(name))
          this.volumes.set(name, { labels: { ...labels, ...bound }, files: new Map() });
        return Promise.resolve();
      },
      find: (name) => {
        const volume = this.volumes.get(name);
        return Promise.resolve(volume && { name, labels: volume.labels });
      },
      remove: (name) => {
        this.volumes.delete(name);
        return Promise.resolve();
      },
      sizes: () => Promise.reject(new Error('The sandbox does not ask for sizes.')),
      list: (labels) => {
        const wanted = Object.entries(labels);
        return Promise.resolve(
          [...this.volumes]
            .map(([name, volume]) => ({ name, labels: volume.labels }))
            .filter((volume) => wanted.every(([key, value]) => volume.labels[key] === value)),
        );
      },
    };
  }

  #container(spec: ContainerSpec): Container {
    const volume = this.volumes.get(spec.mounts?.[0]?.volume ?? '');
    return {
      id: 'fake',
      putArchive: async (_folder, tar) => {
        if (volume === undefined) throw new Error('no volume');
        this.fillings += 1;
        await unpack(tar, volume.files);
      },
      has: () => Promise.resolve(false),
      getArchive: () => Promise.resolve(archiveOf(volume?.files ?? new Map<string, FakeFile>())),
      run: () => Promise.resolve({ exitCode: 0, outOfMemory: false }),
    };
  }

  /** What a notebook with these mounts would find: absolute path to content. */
  filesAt(mounts: readonly VolumeMount[]): Record<string, string> {
    const found: Record<string, string> = {};
    for (const { volume, target } of mounts)
      for (const [name, { content }] of this.volumes.get(volume)?.files ?? [])
        found[`${target}/${name}`] = content.toString('utf8');
    return found;
  }
}

function archiveOf(files: ReadonlyMap<string, FakeFile>): Readable {
  const archive = pack();
  for (const [name, { content, modifiedSeconds }] of files)
    archive.entry({ name: `volume/${name}`, mtime: new Date(modifiedSeconds * 1000) }, content);
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}

async function unpack(tar: Readable, files: Map<string, FakeFile>): Promise<void> {
  const archive = extract();
  tar.pipe(archive);
  for await (const entry of archive) {
    const content = await buffer(entry);
    if (entry.header.type !== 'file') continue;
    files.set(entry.header.name, { content, modifiedSeconds: entry.header.mtime.getTime() / 1000 });
  }
}
