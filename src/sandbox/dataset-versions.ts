import type { Clock } from '../base/abort.ts';
import { ArchiveError, unpackAll } from './archive.ts';
import type { Background } from './background.ts';
import type { Faults } from './faults/faults.ts';
import type { Dataset, DatasetVersion, StoredFile } from './records.ts';
import type { Store } from './store.ts';

/** The states a version goes through before READY, for an equal time each (kaggle-api 2.4). */
const ON_THE_WAY = ['BLOBS_RECEIVED', 'BLOBS_DECOMPRESSED', 'BLOBS_COPIED_TO_SDS'] as const;

export type DatasetStatus = (typeof ON_THE_WAY)[number] | 'READY' | 'FAILED';

export interface NewVersion {
  readonly creator: string;
  readonly notes: string;
  readonly uploads: readonly StoredFile[];
  readonly deleteOlder: boolean;
}

/** Makes dataset versions: unpacks archives, and lets them become READY in time. */
export class DatasetVersions {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly background: Background,
    private readonly readyDelayMs: number,
    private readonly faults: Faults,
    /** Called when there is a new version to be used, or older ones were deleted. */
    private readonly onChange: () => void,
  ) {}

  /** Goes on with what a killed or closed sandbox left unfinished. */
  resume(): void {
    for (const { id, versions } of this.store.datasets.values())
      for (const version of versions) if (version.state === 'processing') this.added(id, version);
  }

  /** The record of a version to be; give it to `added` once it is stored. */
  draft(number: number, { creator, notes, uploads, deleteOlder }: NewVersion): DatasetVersion {
    return {
      version: number,
      createdAt: new Date(this.clock.now()).toISOString(),
      creator,
      notes,
      uploads: [...uploads],
      state: 'processing',
      files: [],
      deleteOlder,
      ...this.#readyFault(),
    };
  }

  #readyFault(): Pick<DatasetVersion, 'readyDelayMs' | 'willFail'> {
    const effect = this.faults.take('ready')?.effect;
    if (effect === undefined) return {};
    return effect.kind === 'failed' ? { willFail: true } : { readyDelayMs: effect.ms };
  }

  added(datasetId: number, version: DatasetVersion): void {
    this.background.run(`version ${version.version} of dataset ${datasetId}`, async (signal) => {
      await this.#finish(datasetId, version, await this.#unpack(version, signal));
    });
  }

  status(version: DatasetVersion): DatasetStatus {
    if (version.state === 'failed') return 'FAILED';
    const delayMs = version.readyDelayMs ?? this.readyDelayMs;
    const share = (this.clock.now() - Date.parse(version.createdAt)) / delayMs;
    if (version.state === 'processing') return 'BLOBS_RECEIVED';
    return (
      (share < 1 ? ON_THE_WAY[Math.floor(Math.max(0, share) * ON_THE_WAY.length)] : undefined) ?? 'READY'
    );
  }

  /** The version that others see: the newest one that is READY, or the newest while none is. */
  current(dataset: Dataset): DatasetVersion {
    const ready = dataset.versions.findLast((version) => this.status(version) === 'READY');
    return ready ?? newestVersion(dataset);
  }

  async #unpack(version: DatasetVersion, signal: AbortSignal): Promise<Partial<DatasetVersion>> {
    try {
      const files = await unpackAll(this.store.blobs, version.uploads, signal);
      if (version.willFail === true) return { state: 'failed', error: 'The files could not be processed.' };
      return { state: 'processed', files: this.#withoutDropped(files) };
    } catch (error) {
      if (error instanceof ArchiveError) return { state: 'failed', error: error.message };
      throw error;
    }
  }

  #withoutDropped(files: StoredFile[]): StoredFile[] {
    const last = files.at(-1)?.name;
    const dropped = ({ name }: { readonly name: string }): string | undefined => (name === '*' ? last : name);
    const isHere = (name: string | undefined): boolean => files.some((file) => file.name === name);
    const fault = this.faults.take('drop', (drop) => (isHere(dropped(drop)) ? 0 : undefined));
    return fault === undefined ? files : files.filter(({ name }) => name !== dropped(fault));
  }

  async #finish(datasetId: number, version: DatasetVersion, outcome: Partial<DatasetVersion>): Promise<void> {
    const drops = version.deleteOlder && outcome.state === 'processed';
    await this.store.datasets.update(datasetId, (dataset) => ({
      ...dataset,
      versions: dataset.versions
        .filter(({ version: number }) => !drops || number >= version.version)
        .map((old) => (old.version === version.version ? { ...old, ...outcome } : old)),
    }));
    this.onChange();
  }
}

/** The version that was made last; a record without one is a bug. */
export function newestVersion<V>(holder: { readonly versions: readonly V[] }): V {
  const newest = holder.versions.at(-1);
  if (newest === undefined) throw new Error('A record without versions.');
  return newest;
}
