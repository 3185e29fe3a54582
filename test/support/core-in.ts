import { Core } from '../../src/core/core.ts';
import type { Ports } from '../../src/core/stage.ts';

/** A core in a world that a test gives. */
export function coreIn(ports: Ports): Core {
  return new Core(() => ({ ports, settings: {} }));
}
