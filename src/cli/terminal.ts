import type { Writable } from 'node:stream';

/** The terminal as the program uses it; injected, so that tests read what a person would see. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person is watching stderr, so that a line may be drawn over. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Asks a yes-or-no question; undefined where nobody can answer. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Asks for a line of text; absent where nobody can answer. */
  readonly prompt?: (question: string, signal: AbortSignal) => Promise<string>;
}

export function printLine(stream: Writable, line = ''): void {
  stream.write(`${line}\n`);
}
