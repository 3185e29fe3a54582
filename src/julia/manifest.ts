import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';
import type { ReadablePlaces } from '../base/readable-places.ts';
import { checkShape, parseToml, tomlText, type TomlTable } from './toml.ts';

/** Name of an extension to the packages that trigger it (julia-facts section 2). */
export const extensions = z._default(
  z.record(
    z.string(),
    z.pipe(
      z.union([z.string(), z.array(z.string())]),
      z.transform((names) => (typeof names === 'string' ? [names] : names)),
    ),
  ),
  {},
);

const entrySchema = z.object({
  uuid: z.optional(z.string()),
  version: z.optional(z.string()),
  path: z.optional(z.string()),
  'git-tree-sha1': z.optional(z.string()),
  'repo-url': z.optional(z.string()),
  /** Names, or name to uuid when a name alone is ambiguous. */
  deps: z._default(z.union([z.array(z.string()), z.record(z.string(), z.string())]), []),
  extensions,
});
/** A name may stand for several packages, so each is a list. */
const entriesSchema = z.record(z.string(), z.array(entrySchema));

/** One package of a Manifest. A package of the standard library has neither `path` nor `treeHash`. */
export interface ManifestEntry {
  readonly name: string;
  readonly uuid: string | undefined;
  readonly version: string | undefined;
  /** Where a path dependency lies, as written: relative to the Manifest's folder, or absolute. */
  readonly path: string | undefined;
  readonly treeHash: string | undefined;
  readonly repoUrl: string | undefined;
  /** Names of the packages that it needs. */
  readonly deps: readonly string[];
  /** Its extensions, each with the packages that trigger it. */
  readonly extensions: Readonly<Record<string, readonly string[]>>;
}

/** A Manifest of format 1, 2.0 or 2.1 (julia-facts section 2, "Manifest shapes"). */
export interface Manifest {
  /** Absolute path of the file, and of its folder. */
  readonly file: string;
  readonly folder: string;
  /** `1`, `2.0`, `2.1`, ... */
  readonly format: string;
  /** The Julia that resolved it; format 1 does not say. */
  readonly juliaVersion: string | undefined;
  readonly entries: readonly ManifestEntry[];
  /** The file's text as it is. */
  readonly text: string;
}

/** @throws UserError `toml-syntax`, `file-changed` when it is not there any more, and as `ReadablePlaces`. */
export async function readManifest(file: string, places: ReadablePlaces): Promise<Manifest> {
  const text = await places.readText(file);
  if (text !== undefined) return parseManifest(text, file);
  throw new UserError({
    code: 'file-changed',
    title: l10n.t('{0} is not there any more.', file),
    actions: [{ title: l10n.t('Run again when whatever writes it is done.') }],
  });
}

/** Pure: reads a Manifest's text. `file` is its absolute path. @throws UserError `toml-syntax`. */
export function parseManifest(text: string, file: string): Manifest {
  const top = parseToml(text, file);
  const format = formatOf(top);
  const { deps: entries } =
    format === '1'
      ? { deps: checkShape(entriesSchema, packageTables(top), file) }
      : checkShape(z.object({ deps: z._default(entriesSchema, {}) }), top, file);
  const julia = top['julia_version'];
  return {
    file,
    folder: dirname(file),
    format,
    juliaVersion: typeof julia === 'string' ? julia : undefined,
    entries: Object.entries(entries).flatMap(([name, list]) => list.map((entry) => toEntry(name, entry))),
    text,
  };
}

/** Pure: the entries that the packages of these names, e.g. a project's `[deps]`, need, those packages included. */
export function neededEntries(manifest: Manifest, names: readonly string[]): ManifestEntry[] {
  const needed = new Set(names);
  // What is added while it is walked is walked too.
  for (const name of needed)
    for (const entry of manifest.entries)
      if (entry.name === name) for (const dependency of entry.deps) needed.add(dependency);
  return manifest.entries.filter(({ name }) => needed.has(name));
}

/** What a Manifest alone says of a package that is in no registry (julia-facts section 2, "Manifest shapes"). */
const UNREGISTERED_KEYS = [
  'uuid',
  'version',
  'path',
  'git-tree-sha1',
  'repo-url',
  'repo-rev',
  'repo-subdir',
] as const;

/**
 * Pure: the text of a Manifest of this format with the entries alone that are in no registry: path dependencies, and those
 * of repositories. Pkg finds again what they depend on.
 */
export function unregisteredOnly({ text, file, format }: Manifest, to: '1' | '2.0'): string {
  const top = parseToml(text, file);
  const tables = format === '1' ? packageTables(top) : checkShape(looseEntries, top, file).deps;
  const entries = checkShape(looseTables, tables, file);
  const kept = Object.entries(entries).flatMap(([name, list]) => {
    const own = list
      .filter((entry) => 'path' in entry || 'repo-url' in entry)
      .map((entry) =>
        Object.fromEntries(UNREGISTERED_KEYS.flatMap((key) => (key in entry ? [[key, entry[key]]] : []))),
      );
    return own.length === 0 ? [] : [[name, own] as const];
  });
  const deps = Object.fromEntries(kept);
  return tomlText(to === '1' ? deps : { manifest_format: to, deps });
}

/** Pure: the Manifest without what it says of these packages: Pkg finds them anew. */
export function withoutPackages(manifest: Manifest, names: readonly string[]): Manifest {
  if (!manifest.entries.some(({ name }) => names.includes(name))) return manifest;
  const { text, file, format } = manifest;
  const top = parseToml(text, file);
  const tables =
    format === '1' ? top : checkShape(looseTables, checkShape(looseEntries, top, file).deps, file);
  const kept = Object.fromEntries(Object.entries(tables).filter(([name]) => !names.includes(name)));
  return parseManifest(tomlText(format === '1' ? kept : { ...top, deps: kept }), file);
}

const looseTables = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
const looseEntries = z.object({ deps: z._default(z.unknown(), {}) });

/** Format 1 has no `manifest_format`; a package may have that name (Pkg's `is_v1_format_manifest`). */
function formatOf(top: TomlTable): string {
  const format = top['manifest_format'];
  return typeof format === 'string' || typeof format === 'number' ? String(format) : '1';
}

/** The `[[Name]]` tables at the top of a file of format 1. */
function packageTables(top: TomlTable): TomlTable {
  return Object.fromEntries(Object.entries(top).filter(([, value]) => Array.isArray(value)));
}

function toEntry(name: string, entry: z.infer<typeof entrySchema>): ManifestEntry {
  return {
    name,
    uuid: entry.uuid,
    version: entry.version,
    path: entry.path,
    treeHash: entry['git-tree-sha1'],
    repoUrl: entry['repo-url'],
    deps: Array.isArray(entry.deps) ? entry.deps : Object.keys(entry.deps),
    extensions: entry.extensions,
  };
}
