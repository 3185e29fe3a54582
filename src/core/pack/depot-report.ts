import { join } from 'node:path';
import { formatBytes, plural } from '../../base/format.ts';
import type { StageContext } from '../stage.ts';
import type { BundlePart, PackedDepot } from '../artefacts.ts';
import { sumOf } from './base-and-delta.ts';
import type { DepotChoice, LeftOut, NamedEntry } from './choose-entries.ts';

/** So many names are kept in the record, for the panel; the report has all. */
const LARGEST = 40;

interface Group {
  readonly name: string;
  readonly bytes: number;
  readonly kinds: readonly NamedEntry['kind'][];
}

/** Pure: entries by the name that people know them by, largest first. A package has its caches with it. */
function grouped(entries: readonly NamedEntry[]): Group[] {
  const groups = new Map<string, { bytes: number; kinds: Set<NamedEntry['kind']> }>();
  for (const { name, kind, bytes } of entries) {
    const key = kind === 'cache' || kind === 'package' ? name : `${name}\t${kind}`;
    const group = groups.get(key) ?? { bytes: 0, kinds: new Set() };
    groups.set(key, { bytes: group.bytes + bytes, kinds: group.kinds.add(kind) });
  }
  return [...groups]
    .map(([key, { bytes, kinds }]) => ({ name: key.split('\t')[0] ?? key, bytes, kinds: [...kinds] }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Pure: what the record keeps of the choice. */
export function describeDepot(key: string, { needed, leftOut }: DepotChoice): PackedDepot {
  const groups = grouped(needed).map(({ name, bytes }) => ({ name, bytes }));
  const rest = groups.slice(LARGEST);
  const others = { name: 'others', bytes: rest.reduce((sum, { bytes }) => sum + bytes, 0) };
  return {
    key,
    neededBytes: sumOf(needed),
    largest: [...groups.slice(0, LARGEST), ...(rest.length === 0 ? [] : [others])],
    leftOutBytes: sumOf(leftOut),
    leftOut: byReason(leftOut).map(({ reason, entries }) => ({
      reason,
      bytes: sumOf(entries),
      count: entries.length,
    })),
  };
}

function byReason(leftOut: readonly LeftOut[]): { reason: string; entries: LeftOut[] }[] {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
  return reasons
    .map((reason) => ({ reason, entries: leftOut.filter((entry) => entry.reason === reason) }))
    .sort((a, b) => sumOf(b.entries) - sumOf(a.entries));
}

/** The report's place below `.julia-kaggle`. */
const DEPOT_REPORT = join('reports', 'depot.md');

/** Writes the report of what of the depot is packed and what is not. */
export async function writeDepotReport(
  { files, folder }: Pick<StageContext, 'files' | 'folder'>,
  choice: DepotChoice,
  parts: readonly BundlePart[],
): Promise<void> {
  await files.write(join(folder, DEPOT_REPORT), depotReport(choice, parts));
}

/** Pure: the report as Markdown, largest first. Sizes are those before compression. */
export function depotReport({ needed, leftOut }: DepotChoice, parts: readonly BundlePart[]): string {
  const tarballs = parts.flatMap(({ files }) =>
    files.map(({ name, bytes }) => `\`${name}\` ${formatBytes(bytes)}`),
  );
  const needs = grouped(needed).map(({ name, bytes, kinds }) => [name, wordsOf(kinds), formatBytes(bytes)]);
  const left = byReason(leftOut).flatMap(({ reason, entries }) =>
    grouped(entries).map(({ name, bytes, kinds }) => [name, wordsOf(kinds), formatBytes(bytes), reason]),
  );
  return [
    '# The depot',
    '',
    `Packed: ${plural(needed.length, 'entry')}, ${formatBytes(sumOf(needed))} before compression (${tarballs.join(', ')}).`,
    `Left out: ${plural(leftOut.length, 'entry')}, ${formatBytes(sumOf(leftOut))}.`,
    '`[pack] exclude` and `keep` in JuliaKaggle.toml change this by name or path; the rehearsal shows whether it runs.',
    '',
    '## Packed',
    '',
    ...markdownTable(['name', 'what', 'size'], needs),
    '',
    '## Left out',
    '',
    ...(left.length === 0 ? ['Nothing.'] : markdownTable(['name', 'what', 'size', 'why'], left)),
    '',
  ].join('\n');
}

const WORDS = {
  package: 'package',
  cache: 'compiled cache',
  artifact: 'artifact',
  scratch: 'scratch space',
  other: 'folder',
} as const;

function wordsOf(kinds: readonly NamedEntry['kind'][]): string {
  return kinds
    .map((kind) => WORDS[kind])
    .sort((a, b) => (a < b ? 1 : -1))
    .join(', ');
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
