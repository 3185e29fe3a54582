import { plural } from '../../base/format.ts';
import type { InventoryItem, LazyArtifact } from '../artefacts.ts';
import { describeItem } from '../contract/depot/inventory.ts';

/** So many additions to the depot are named in the summary. */
const MAX_NAMED = 3;

/** Pure: what the run brought into the depot and what stayed away, for the summary; many are counted. */
export function depotWords(added: readonly InventoryItem[], missing: readonly LazyArtifact[]): string[] {
  return [...additions(added), ...absences(missing)];
}

/** Pure: the same for the log, each one named. */
export function depotNotes(added: readonly InventoryItem[], missing: readonly LazyArtifact[]): string[] {
  const notes = added.map((item) => `came into the depot: ${describeItem(item)}`);
  if (missing.length === 0) return notes;
  const names = missing.map(({ name, package: owner }) => `${name} (${owner})`).join(', ');
  return [
    ...notes,
    `lazy artifacts that this run did not use: ${names}`,
    'One that only a GPU or the hidden data will ask for is fetched by the build after: julia-kaggle add-artifact NAME --write',
  ];
}

function additions(items: readonly InventoryItem[]): string[] {
  if (items.length === 0) return [];
  const named = items.slice(0, MAX_NAMED).map(describeItem).join(', ');
  const rest = items.length > MAX_NAMED ? ` and ${items.length - MAX_NAMED} more` : '';
  return [`added to the depot: ${named}${rest}`];
}

function absences(artifacts: readonly LazyArtifact[]): string[] {
  const [first, ...others] = artifacts;
  if (first === undefined) return [];
  const rest = others.length === 0 ? '' : ` and ${plural(others.length, 'other')}`;
  return [
    `not used and not in the depot: the lazy artifact ${first.name} of ${first.package}${rest} (add-artifact brings one)`,
  ];
}
