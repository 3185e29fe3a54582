import type { Manifest } from '../../julia/manifest.ts';

/** A package that is staged from this machine, with the names of its extensions and what triggers each. */
export interface LocalCache {
  readonly name: string;
  readonly extensions: Readonly<Record<string, readonly string[]>>;
}

/**
 * Pure: the names of all packages and extensions whose compiled caches are made anew when a package on this machine
 * changes: that package, whatever of the Manifest depends on it, and their extensions. Such caches travel with the
 * sources (`inferenceapp`), so that an edit leaves the depot's tarball valid.
 */
export function localCaches(manifest: Manifest, locals: readonly LocalCache[]): string[] {
  const found = new Set(locals.map(({ name }) => name));
  const entries = [...manifest.entries];
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { name, deps } of entries)
      if (deps.some((dependency) => found.has(dependency))) found.add(name);
  }
  const withExtensions = [...entries, ...locals];
  const extensions = withExtensions.flatMap(({ name, extensions: triggers }) =>
    Object.entries(triggers).flatMap(([extension, packages]) =>
      found.has(name) || packages.some((each) => found.has(each)) ? [extension] : [],
    ),
  );
  return [...new Set([...found, ...extensions])].sort();
}
