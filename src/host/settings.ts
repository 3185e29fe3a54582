import { workspace } from 'vscode';
import type { CoreSettings } from '../core/pipeline/ports.ts';

let override: CoreSettings = {};

/** These hold in place of the person's own until others are given: the local Kaggle's, while it runs. */
export function overrideSettings(settings: CoreSettings): void {
  override = settings;
}

/** The settings `juliaKaggle.*`. */
export function readSettings(): CoreSettings {
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
