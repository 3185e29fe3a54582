import type { KeyPath } from './toml-outline.ts';
import { parseToml, type TomlTable } from './toml.ts';

/** One variant of an artifact in an Artifacts.toml: many have one for each platform. */
export interface ArtifactEntry {
  readonly name: string;
  /** Content hash; the artifact's folder in the depot has this name. */
  readonly treeHash: string;
  /** Fetched at its first use only. */
  readonly lazy: boolean;
  /** What it is for: `os`, `arch`, `libc`, and others that Julia or the package's own hook choose by. */
  readonly tags: Readonly<Record<string, string>>;
  /** Where its table stands in the file. */
  readonly path: KeyPath;
  /** The whole table as it was read. */
  readonly table: TomlTable;
}

/** Keys of an entry that do not choose among its variants (Pkg docs, "Artifacts", "Artifacts.toml files"). */
const NO_TAGS: ReadonlySet<string> = new Set(['git-tree-sha1', 'lazy', 'download']);
/** Tags that Julia itself chooses by (Base.BinaryPlatforms, `Platform`); others are a package's own. */
const JULIA_TAGS: ReadonlySet<string> = new Set([
  'os',
  'arch',
  'libc',
  'call_abi',
  'os_version',
  'libgfortran_version',
  'cxxstring_abi',
  'libstdcxx_version',
  'julia_version',
]);
/** Kaggle's machine (kaggle-api 5.1), as Artifacts.toml names it. */
const KAGGLE_PLATFORM: Readonly<Record<string, string>> = { os: 'linux', arch: 'x86_64', libc: 'glibc' };

/**
 * Pure: the artifacts of an Artifacts.toml, in its order. What is no artifact is left out, as Pkg does.
 * @throws UserError `toml-syntax`.
 */
export function parseArtifacts(text: string, file: string): ArtifactEntry[] {
  return Object.entries(parseToml(text, file)).flatMap(([name, value]) =>
    // An artifact is one table, or a list of them when it has variants.
    Array.isArray(value)
      ? value.flatMap((table, index) => toEntry(name, [name, index], table) ?? [])
      : (toEntry(name, [name], value) ?? []),
  );
}

/** Pure: the variant is for Kaggle's machine, or for any. */
export function fitsKaggle({ tags }: ArtifactEntry): boolean {
  return Object.entries(KAGGLE_PLATFORM).every(([tag, value]) => (tags[tag] ?? value) === value);
}

/** Pure: the tags by which a hook of the package chooses, e.g. `cuda` (julia-facts section 5). */
export function hookTags({ tags }: ArtifactEntry): string[] {
  return Object.keys(tags).filter((tag) => !JULIA_TAGS.has(tag));
}

function toEntry(name: string, path: KeyPath, value: unknown): ArtifactEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const table: TomlTable = { ...value };
  const treeHash = table['git-tree-sha1'];
  if (typeof treeHash !== 'string') return undefined;
  const tags = Object.entries(table).filter(
    (each): each is [string, string] => !NO_TAGS.has(each[0]) && typeof each[1] === 'string',
  );
  const lazy = table['lazy'] === true;
  return { name, treeHash, lazy, tags: Object.fromEntries(tags), path, table };
}
