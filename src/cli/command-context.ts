import type { Asking, Core } from '../core/core.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface CommandContext extends Asking {
  readonly core: Core;
  readonly terminal: Terminal;
  /** Aborted when the person interrupts the program. */
  readonly signal: AbortSignal;
}
