import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import type {
  Container,
  ContainerSpec,
  Engine,
  Labels,
  VolumeInfo,
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

  findImage(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  pullImage(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  buildImage(): Promise<never> {
    return Promise.reject(new Error('not here'));
  }

  ensureVolume(name: string, labels: Labels): Promise<void> {
    if (!this.volumes.has(name)) this.volumes.set(name, { labels, files: new Map() });
    return Promise.resolve();
  }

  findVolume(name: string): Promise<VolumeInfo | undefined> {
    const volume = this.volumes.get(name);
    return Promise.resolve(volume && { name, labels: volume.labels });
  }

  removeVolume(name: string): Promise<void> {
    this.volumes.delete(name);
    return Promise.resolve();
  }

  listVolumes(labels: Labels): Promise<{ name: string; labels: Labels }[]> {
    const wanted = Object.entries(labels);
    return Promise.resolve(
      [...this.volumes]
        .map(([name, volume]) => ({ name, labels: volume.labels }))
        .filter((volume) => wanted.every(([key, value]) => volume.labels[key] === value)),
    );
  }

  withContainer<T>(
    spec: ContainerSpec,
    _signal: AbortSignal,
    use: (container: Container) => Promise<T>,
  ): Promise<T> {
    const volume = this.volumes.get(spec.mounts?.[0]?.volume ?? '');
    return use({
      id: 'fake',
      putArchive: async (_folder, tar) => {
        if (volume === undefined) throw new Error('no volume');
        this.fillings += 1;
        await unpack(tar, volume.files);
      },
      has: () => Promise.resolve(false),
      getArchive: () => Promise.resolve(archiveOf(volume?.files ?? new Map<string, FakeFile>())),
      run: () => Promise.resolve({ exitCode: 0, outOfMemory: false }),
    });
  }

  removeContainers(labels: Labels): Promise<number> {
    this.removedContainers.push(labels);
    return Promise.resolve(0);
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
