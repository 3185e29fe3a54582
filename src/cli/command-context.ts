import type { Ports } from '../core/stage.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export interface CommandContext {
  readonly ports: Ports;
  readonly terminal: Terminal;
  /** Aborted when the person interrupts the program. */
  readonly signal: AbortSignal;
}
