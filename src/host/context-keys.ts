import { commands } from 'vscode';

/** The keys by which package.json enables commands and shows views. */
export interface ContextKeys {
  /** Projects have been looked for. */
  readonly searched: boolean;
  readonly hasProject: boolean;
  readonly severalProjects: boolean;
  readonly running: boolean;
}

/** Gives a function that sets the keys `juliaKaggle.*`, of which only the changed ones are sent. */
export function contextKeySetter(): (keys: ContextKeys) => void {
  const sent = new Map<string, boolean>();
  return (keys) => {
    for (const [name, value] of Object.entries(keys) as [keyof ContextKeys, boolean][]) {
      if (sent.get(name) === value) continue;
      sent.set(name, value);
      void commands.executeCommand('setContext', `juliaKaggle.${name}`, value);
    }
  };
}
