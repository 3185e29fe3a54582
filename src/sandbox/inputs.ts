import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { fingerprint } from '../base/hash.ts';
import type { Engine, Labels, VolumeMount } from '../docker/engine.ts';
import { contentOfFiles, ensureFilledVolume } from '../docker/filled-volume.ts';
import type { TarFile } from '../docker/tar-files.ts';
import type { DataFile } from './competition.ts';
import type { BlobStore } from './blob-store.ts';
import type { StoredFile } from './records.ts';

/** Where inputs are mounted; Kaggle has both layouts live (kaggle-api 5.4). */
export type Layout = 'namespaced' | 'classic';

const INPUT = '/kaggle/input';
/** Begins the keys of volumes that hold nothing but folders; they are small and few. */
const FOLDERS_KEY = 'input-';

/** A data source with its files; the same `key` always means the same files. */
export interface Input {
  readonly kind: 'dataset' | 'competition' | 'notebook' | 'model';
  /** `owner/slug`, the slug of a competition, or `owner/model/framework/variation/version`. */
  readonly ref: string;
  readonly key: string;
  readonly files: readonly TarFile[];
}

/** Files of a dataset version as entries of a tar. */
export function filesFromBlobs(blobs: BlobStore, files: readonly StoredFile[]): TarFile[] {
  return files.map(({ name, bytes, sha256 }) => ({ path: name, from: { file: blobs.path(sha256), bytes } }));
}

/** Files of a competition as entries of a tar, with their times. */
export function filesFromDisk(files: readonly DataFile[]): TarFile[] {
  return files.map(({ name, path, bytes, modified }) => ({
    path: name,
    from: { file: path, bytes },
    modifiedSeconds: Math.floor(modified.getTime() / 1000),
  }));
}

/** Pure: the folder of a source in a notebook. */
function inputFolder(layout: Layout, { kind, ref }: Pick<Input, 'kind' | 'ref'>): string {
  const classic = kind === 'model' ? ref.slice(ref.indexOf('/') + 1) : ref.split('/').at(-1);
  if (layout === 'classic') return `${INPUT}/${classic ?? ref}`;
  return `${INPUT}/${kind}s/${ref}`;
}

/**
 * Brings inputs into named volumes of the engine, each once, and tells where to mount them. The engine may be on another
 * machine, so the files go there as tar streams.
 */
export class Inputs {
  readonly #filled = new Map<string, Promise<void>>();
  readonly #removing = new Map<string, Promise<void>>();
  /** How many runs have a volume mounted, or are about to. */
  readonly #lent = new Map<string, number>();

  constructor(
    private readonly image: string,
    /** On every volume of this sandbox. */
    private readonly labels: Labels,
    private readonly prefix: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Gives `use` read-only mounts, `/kaggle/input` itself among them: nothing can be written beside the inputs either.
   * No sweep removes them meanwhile.
   */
  async lend<T>(
    engine: Engine,
    layout: Layout,
    inputs: readonly Input[],
    use: (mounts: readonly VolumeMount[]) => Promise<T>,
  ): Promise<T> {
    const names = inputs.map((input) => this.#nameOf(input.key));
    for (const name of names) this.#lent.set(name, (this.#lent.get(name) ?? 0) + 1);
    try {
      return await use(await this.#mounts(engine, layout, inputs));
    } finally {
      for (const name of names) this.#lent.set(name, (this.#lent.get(name) ?? 1) - 1);
    }
  }

  async #mounts(engine: Engine, layout: Layout, inputs: readonly Input[]): Promise<VolumeMount[]> {
    const byFolder = new Map(inputs.map((input) => [inputFolder(layout, input), input]));
    const mounts = [
      { volume: await this.#folders(engine, [...byFolder.keys()]), target: INPUT, readOnly: true },
    ];
    for (const [target, input] of byFolder)
      mounts.push({ volume: await this.#volumeOf(engine, input), target, readOnly: true });
    return mounts;
  }

  /** Removes this sandbox's volumes of inputs whose keys are not wanted any more and that no run has. */
  async sweep(engine: Engine, wantedKeys: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...wantedKeys].map((key) => this.#nameOf(key)));
    const folders = this.#nameOf(FOLDERS_KEY);
    for (const { name } of await engine.bound({ signal: this.signal }).volume.list(this.labels)) {
      const isLent = (this.#lent.get(name) ?? 0) > 0;
      if (!isLent && !kept.has(name) && !name.startsWith(folders)) await this.#remove(engine, name);
    }
  }

  async #remove(engine: Engine, name: string): Promise<void> {
    this.#filled.delete(name);
    const removing = engine.volume.remove(name);
    this.#removing.set(
      name,
      removing.catch(() => undefined),
    );
    try {
      await removing;
    } finally {
      this.#removing.delete(name);
    }
  }

  #nameOf(key: string): string {
    return `${this.prefix}-${key}`;
  }

  async #volumeOf(engine: Engine, input: Input): Promise<string> {
    const name = this.#nameOf(input.key);
    await this.#once(name, () =>
      ensureFilledVolume(
        engine.bound({ signal: this.signal }),
        { name, image: this.image, content: contentOfFiles(input.files) },
        { onProgress: () => undefined },
      ),
    );
    return name;
  }

  /** A volume with nothing but the empty folders that the others are mounted on. */
  async #folders(engine: Engine, folders: readonly string[]): Promise<string> {
    const paths = folders.map((folder) => folder.slice(INPUT.length + 1)).sort();
    const name = this.#nameOf(FOLDERS_KEY + fingerprint(paths).slice(0, 12));
    await this.#once(name, async () => {
      const lasting = engine.bound({ signal: this.signal });
      await lasting.volume.ensure(name);
      const spec = {
        image: this.image,
        command: ['true'],
        network: 'none' as const,
        mounts: [{ volume: name, target: '/volume', readOnly: false }],
      };
      const archive = await tarOfFolders(paths);
      await lasting.container.use(spec, (container) =>
        container.putArchive('/volume', Readable.from([archive])),
      );
    });
    return name;
  }

  /** Two runs that want the same volume fill it once; after a failure it is tried again. */
  #once(name: string, fill: () => Promise<void>): Promise<void> {
    const known = this.#filled.get(name);
    if (known !== undefined) return known;
    const filling = (this.#removing.get(name) ?? Promise.resolve()).then(fill);
    this.#filled.set(name, filling);
    filling.catch(() => this.#filled.delete(name));
    return filling;
  }
}

function tarOfFolders(paths: readonly string[]): Promise<Buffer> {
  const archive = pack();
  for (const path of withParents(paths)) archive.entry({ name: path, type: 'directory', mode: 0o755 });
  archive.finalize();
  return buffer(archive);
}

/** `a/b` needs `a` first. */
function withParents(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const parts = path.split('/');
    return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
  });
  return [...new Set(all)].sort();
}
