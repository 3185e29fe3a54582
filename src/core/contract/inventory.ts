import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InventoryItem } from '../artefacts.ts';

/** A bash program that prints the inventory of the depot given as its first argument. */
export function inventoryProgram(): string {
  return readFileSync(join(import.meta.dirname, 'scripts', 'inventory.sh'), 'utf8');
}

export interface Inventory {
  readonly items: readonly InventoryItem[];
  /** All of the depot but `dev`. */
  readonly bytes: number;
}

/** Collects the inventory from the output lines of a container; other lines are left to the caller. */
export class InventoryReader {
  readonly #items: InventoryItem[] = [];
  #bytes = 0;

  /** Whether the line was one of the inventory's. */
  read(line: string): boolean {
    const [mark, path = '', bytes = ''] = line.split('\t');
    if (mark !== '[inventory]') return false;
    if (path === '.') this.#bytes = Number(bytes);
    else
      this.#items.push({
        kind: path.startsWith('packages/') ? 'package' : 'artifact',
        name: path,
        bytes: Number(bytes),
      });
    return true;
  }

  result(): Inventory {
    return { items: this.#items, bytes: this.#bytes };
  }
}
