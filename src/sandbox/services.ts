import type { Clock } from '../base/abort.ts';
import type { Competitions } from './competition.ts';
import type { DatasetVersions } from './dataset-versions.ts';
import type { Faults } from './faults/faults.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { PageAccess } from './page-access.ts';
import type { SignIn } from './sign-in.ts';
import type { Storage } from './storage.ts';
import type { Store } from './store.ts';
import type { SubmissionRuns } from './submission-runs.ts';
import type { Turns } from '../base/turns.ts';
import type { Uploads } from './uploads.ts';

/** What the methods of the API work with. */
export interface Services {
  readonly store: Store;
  readonly competitions: Competitions;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly signIn: SignIn;
  readonly access: PageAccess;
  readonly storage: Storage;
  readonly uploads: Uploads;
  readonly versions: DatasetVersions;
  readonly runs: KernelRuns;
  readonly submissionRuns: SubmissionRuns;
  /** For "is the name free, then take it" and the like. */
  readonly turns: Turns;
  /** Removes what the engine holds of inputs that nobody needs any more, in the background. */
  readonly sweepVolumes: () => void;
}
