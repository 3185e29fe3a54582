import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands, type Extension, extensions } from 'vscode';
import { type Innards, INNARDS } from '../../../src/host/testing.ts';

const EXTENSION_ID = 'julia-on-kaggle.julia-on-kaggle';

export function theExtension(): Extension<unknown> {
  const extension = extensions.getExtension<unknown>(EXTENSION_ID);
  assert.ok(extension, 'VS Code knows the extension');
  return extension;
}

let known: Innards | undefined;

/** What is tested, in its own process; the extension must be active. */
export async function innards(): Promise<Innards> {
  return (known ??= await commands.executeCommand<Innards>(INNARDS));
}

/** What the panel shows now; somebody has asked for the innards. */
export function panelState(): ReturnType<Innards['state']> {
  assert.ok(known, 'innards() comes before');
  return known.state();
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
