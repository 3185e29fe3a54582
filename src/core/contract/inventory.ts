import { ownText } from '../../base/own-text.ts';
import { formatBytes } from '../../base/format.ts';
import type { InventoryItem } from '../artefacts.ts';

/** A bash program that prints the inventory of the depot given as its first argument. */
export function inventoryProgram(): string {
  return ownText(import.meta.dirname, 'scripts', 'inventory.sh');
}

export interface Inventory {
  readonly items: readonly InventoryItem[];
  /** All of the depot but `dev`. */
  readonly bytes: number;
  /** Another for a depot that was made anew under the same name. */
  readonly depotId: string | undefined;
}

/** Collects the inventory from the output lines of a container; other lines are left to the caller. */
export class InventoryReader {
  readonly #items: InventoryItem[] = [];
  #bytes = 0;
  #depotId: string | undefined;

  /** Whether the line was one of the inventory's. */
  read(line: string): boolean {
    const [mark, path = '', bytes = '', label = '', lazy = ''] = line.split('\t');
    if (mark !== '[inventory]') return false;
    if (path === '.') this.#bytes = Number(bytes);
    else if (path === '@') this.#depotId = bytes;
    else
      this.#items.push({
        kind: kindOf(path),
        name: path,
        bytes: Number(bytes),
        ...(label === '' ? {} : { label }),
        ...(lazy === 'lazy' ? { lazy: true } : {}),
      });
    return true;
  }

  result(): Inventory {
    return { items: this.#items, bytes: this.#bytes, depotId: this.#depotId };
  }
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
    package: 'package',
    artifact: 'artifact',
    scratch: 'scratch space',
    data: 'data dependency',
  };
  const short = label ?? name.split('/').slice(1).join('/');
  return `${short} (${lazy === true ? 'lazy ' : ''}${words[kind]}, ${formatBytes(bytes)})`;
}
