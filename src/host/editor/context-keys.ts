import type { Vs } from './editor.ts';

/** The keys by which package.json enables commands and shows views. */
export interface ContextKeys {
  /** Projects have been looked for. */
  readonly searched: boolean;
  readonly hasProject: boolean;
  readonly severalProjects: boolean;
  /** There is a project to work on; of several, one was chosen. */
  readonly projectChosen: boolean;
  readonly running: boolean;
  /** Somebody looked, and found no credentials. */
  readonly notSignedIn: boolean;
  /** Somebody looked, and no engine answered. */
  readonly noEngine: boolean;
}

/** Gives a function that sets the keys `juliaKaggle.*`, of which only the changed ones are sent. */
export function contextKeySetter(vs: Vs): (keys: ContextKeys) => void {
  const sent = new Map<string, boolean>();
  return (keys) => {
    for (const [name, value] of Object.entries(keys) as [keyof ContextKeys, boolean][]) {
      if (sent.get(name) === value) continue;
      sent.set(name, value);
      void vs.commands.executeCommand('setContext', `juliaKaggle.${name}`, value);
    }
  };
}
