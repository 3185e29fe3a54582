import type { CredentialStore } from './credential-store.ts';
import type { LogChannel } from './log-channel.ts';
import type { Projects } from './projects.ts';

/** What the commands about the project need around them. */
export interface ProjectAround {
  readonly projects: Projects;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
}
