import { workspace } from 'vscode';

/** The settings `juliaKaggle.*`; undefined where nothing is set. */
export interface Settings {
  readonly apiUrl: string | undefined;
  readonly juliaServer: string | undefined;
  readonly image: string | undefined;
  /** Name of a Docker context, in place of the one that the `docker` command uses. */
  readonly dockerContext: string | undefined;
}

let override: Partial<Settings> = {};

/** These hold in place of the person's own until others are given: the local Kaggle's, while it runs. */
export function overrideSettings(settings: Partial<Settings>): void {
  override = settings;
}

export function readSettings(): Settings {
  return {
    apiUrl: text('apiUrl'),
    juliaServer: text('juliaServer'),
    image: text('image'),
    dockerContext: text('dockerContext'),
    ...override,
  };
}

function text(name: string): string | undefined {
  const value: unknown = workspace.getConfiguration('juliaKaggle').get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
