import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, type Extension, extensions } from 'vscode';
import type { ExtensionApi } from '../../../src/extension.ts';

const EXTENSION_ID = 'julia-on-kaggle.julia-on-kaggle';

export function theExtension(): Extension<ExtensionApi> {
  const extension = extensions.getExtension<ExtensionApi>(EXTENSION_ID);
  assert.ok(extension, 'VS Code knows the extension');
  return extension;
}

/** What the panel shows now; the extension must be active. */
export function panelState(): ReturnType<ExtensionApi['state']> {
  return theExtension().exports.state();
}

export function runUntil(stage: string): Thenable<unknown> {
  return commands.executeCommand('juliaKaggle.runStage', stage);
}

/** Waits until `look` gives something; the time limit is that of the test. */
export async function eventually<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(30);
  }
}

/** The folder that the extension is loaded from. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');
