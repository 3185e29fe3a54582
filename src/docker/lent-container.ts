import type Dockerode from 'dockerode';
import type { EngineLink } from './engine-link.ts';

/** A created container and what it was created with. */
export interface LentContainer {
  readonly link: EngineLink;
  readonly container: Dockerode.Container;
  /** The OCI runtime that was asked for by name. */
  readonly runtime: string | undefined;
  readonly signal: AbortSignal;
}
