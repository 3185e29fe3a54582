import * as l10n from '@vscode/l10n';
import { ownText } from '../../../base/own-text.ts';
import { formatBytes } from '../../../base/format.ts';
import type { InventoryItem } from '../../artefacts.ts';
import { type Fact, factsOf } from '../script-facts.ts';

/** A Python program that tells the inventory of the depot given as its first argument. */
export function inventoryProgram(): string {
  return ownText(import.meta.dirname, 'scripts', 'inventory.py');
}

export interface Inventory {
  readonly items: readonly InventoryItem[];
  /** All of the depot but `dev`. */
  readonly bytes: number;
  /** Another for a depot that was made anew under the same name. */
  readonly depotId: string | undefined;
}

/** Pure: the inventory in what its program told. */
export function inventoryOf(facts: readonly Fact[]): Inventory {
  const [whole] = factsOf(facts, 'depot').slice(-1);
  const items = factsOf(facts, 'item').map(({ path, bytes, label, lazy }): InventoryItem => ({
    kind: kindOf(path),
    name: path,
    bytes,
    ...(label === undefined ? {} : { label }),
    ...(lazy === true ? { lazy } : {}),
  }));
  return { items, bytes: whole?.bytes ?? 0, depotId: whole?.id };
}

const KINDS = {
  packages: 'package',
  artifacts: 'artifact',
  scratchspaces: 'scratch',
  datadeps: 'data',
} as const;

function kindOf(path: string): InventoryItem['kind'] {
  const folder = path.slice(0, path.indexOf('/'));
  return Object.entries(KINDS).find(([name]) => name === folder)?.[1] ?? 'artifact';
}

/** Pure: what is there now and was not before, e.g. what a run downloaded. */
export function appeared(before: readonly InventoryItem[], now: readonly InventoryItem[]): InventoryItem[] {
  const known = new Set(before.map(({ name }) => name));
  return now.filter(({ name }) => !known.has(name));
}

/** Pure: an item for people, e.g. `stations (lazy artifact, 1.2 kB)`. */
export function describeItem({ kind, name, label, lazy, bytes }: InventoryItem): string {
  const words = {
    package: l10n.t('package'),
    artifact: l10n.t('artifact'),
    scratch: l10n.t('scratch space'),
    data: l10n.t('data dependency'),
  };
  const short = label ?? name.split('/').slice(1).join('/');
  return `${short} (${lazy === true ? l10n.t('lazy {0}', words[kind]) : words[kind]}, ${formatBytes(bytes)})`;
}
