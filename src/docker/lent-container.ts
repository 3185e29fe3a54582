import type Dockerode from 'dockerode';
import type { GpuWay } from './engine.ts';
import type { EngineLink } from './engine-link.ts';

/** A created container and what it was created with. */
export interface LentContainer {
  readonly link: EngineLink;
  readonly container: Dockerode.Container;
  /** The way in which it was to get a GPU. */
  readonly gpu: GpuWay | undefined;
}
