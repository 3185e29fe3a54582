import type { Command } from './commands.ts';

/** A feature of the editor, as it gives itself to the window. What it gives to other features are members of its own. */
export interface Feature {
  readonly disposables: readonly { dispose(): unknown }[];
  readonly commands?: readonly Command[];
}
