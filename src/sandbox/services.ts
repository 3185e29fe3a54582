import type { Clock } from '../base/abort.ts';
import type { Competitions } from './competition.ts';
import type { DatasetVersions } from './dataset-versions.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { Storage } from './storage.ts';
import type { Store } from './store.ts';
import type { Turns } from './turns.ts';
import type { Uploads } from './uploads.ts';

/** What the methods of the API work with. */
export interface Services {
  readonly store: Store;
  readonly competitions: Competitions;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly uploads: Uploads;
  readonly versions: DatasetVersions;
  readonly runs: KernelRuns;
  /** For "is the name free, then take it" and the like. */
  readonly turns: Turns;
  /** Removes what the engine holds of deleted datasets and versions, in the background. */
  readonly sweepVolumes: () => void;
}
