import type { DepotEntry } from './base-and-delta.ts';
import type { DepotFacts } from './depot-facts.ts';

/** Folders of a depot that nothing needs offline (julia-facts section 4), each with what it is. */
const NOT_NEEDED_OFFLINE: Readonly<Record<string, string>> = {
  registries: 'a registry: only needed to install',
  clones: 'clones: only needed to install',
  logs: 'logs',
  juliaup: 'of juliaup',
  config: 'start-up files: Julia runs without them',
  bin: 'programs to start by hand',
  prefs: 'of editors',
  servers: 'of package servers',
  environments: 'environments: only the project’s own is used',
};

/** An entry with the name that people know it by: the package's, the artifact's, else its path. */
export interface NamedEntry extends DepotEntry {
  readonly name: string;
  readonly kind: 'package' | 'cache' | 'artifact' | 'scratch' | 'other';
}

export interface LeftOut extends NamedEntry {
  readonly reason: string;
}

export interface DepotChoice {
  readonly needed: readonly NamedEntry[];
  /** What belongs to another part of the bundle is in neither list. */
  readonly leftOut: readonly LeftOut[];
}

export interface ChoiceInput {
  readonly facts: DepotFacts;
  /** Folder of this Julia's caches below the depot. */
  readonly compiled: string;
  /** Names of caches that travel with the sources. */
  readonly localCaches: readonly string[];
  /** Paths that came with the test run: it used them. */
  readonly appeared: readonly string[];
  /** `[pack] exclude` and `keep`: names, or paths below the depot. */
  readonly exclude: readonly string[];
  readonly keep: readonly string[];
}

/**
 * Pure: which entries of the depot are needed at run time, and why the others are not. Where the facts do not speak of
 * something it is kept: the depot may be too large, never too small; the rehearsal proves it.
 */
export function chooseEntries(input: ChoiceInput): DepotChoice {
  const needed: NamedEntry[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of input.facts.entries) {
    if (isOfProject(entry.path, input)) continue;
    const named = nameOf(entry, input.facts);
    const reason = reasonToLeave(named, input);
    if (reason === undefined) needed.push(named);
    else leftOut.push({ ...named, reason });
  }
  return { needed, leftOut };
}

function isOfProject(path: string, { compiled, localCaches }: ChoiceInput): boolean {
  return path === 'dev' || localCaches.some((name) => isAtOrBelow(path, `${compiled}/${name}`));
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function nameOf(entry: DepotEntry, facts: DepotFacts): NamedEntry {
  const [top = '', ...below] = entry.path.split('/');
  const [first = entry.path, second = entry.path] = below;
  switch (top) {
    case 'packages':
      return { ...entry, kind: 'package', name: first };
    case 'compiled':
      return { ...entry, kind: 'cache', name: facts.extensions.get(second) ?? second };
    case 'artifacts':
      return { ...entry, kind: 'artifact', name: artifactName(first, facts) };
    case 'scratchspaces':
      return { ...entry, kind: 'scratch', name: `${packageName(first, facts)}: ${second}` };
    default:
      return { ...entry, kind: 'other', name: entry.path };
  }
}

function artifactName(hash: string, { artifacts }: DepotFacts): string {
  return artifacts.get(hash)?.[0]?.name ?? hash;
}

function packageName(uuid: string, { packages }: DepotFacts): string {
  return packages.get(uuid)?.name ?? uuid;
}

function reasonToLeave(entry: NamedEntry, input: ChoiceInput): string | undefined {
  const isNamed = (thing: string): boolean => isAtOrBelow(entry.path, thing) || thing === entry.name;
  if (input.exclude.some(isNamed)) return 'excluded in JuliaKaggle.toml';
  if (input.keep.some(isNamed) || input.appeared.includes(entry.path)) return undefined;
  const [top = ''] = entry.path.split('/');
  const known = Object.hasOwn(NOT_NEEDED_OFFLINE, top) ? NOT_NEEDED_OFFLINE[top] : undefined;
  return known ?? (input.facts.complete ? REASONS[entry.kind](entry, input) : undefined);
}

const NO_PACKAGE = 'not a package of the Manifest';

const REASONS: Readonly<
  Record<NamedEntry['kind'], (entry: NamedEntry, input: ChoiceInput) => string | undefined>
> = {
  package: reasonAgainstPackage,
  artifact: reasonAgainstArtifact,
  cache: reasonAgainstCache,
  scratch: reasonAgainstScratchSpace,
  other: () => undefined,
};

function reasonAgainstPackage({ path, name }: NamedEntry, { facts }: ChoiceInput): string | undefined {
  const paths = [...facts.packages.values()].map((known) => known.path);
  if (paths.includes(path)) return undefined;
  return paths.some((known) => known.startsWith(`packages/${name}/`))
    ? 'another version of the package'
    : NO_PACKAGE;
}

/** What is no artifact by its name, such as `Overrides.toml`, stays. */
function reasonAgainstArtifact({ path }: NamedEntry, { facts }: ChoiceInput): string | undefined {
  const hash = path.split('/')[1] ?? '';
  if (!/^[0-9a-f]{40}$/.test(hash)) return undefined;
  const bound = facts.artifacts.get(hash);
  if (bound === undefined) return 'not bound by a package of the Manifest';
  return bound.some(({ taken }) => taken) ? undefined : 'a variant for another machine or toolkit';
}

/** A namespace of zeros is Scratch.jl's own, for code that is no package. */
function reasonAgainstScratchSpace({ path }: NamedEntry, { facts }: ChoiceInput): string | undefined {
  const uuid = path.split('/')[1] ?? '';
  return facts.packages.has(uuid) || /^[0-]+$/.test(uuid) ? undefined : NO_PACKAGE;
}

function reasonAgainstCache({ path }: NamedEntry, { facts, compiled }: ChoiceInput): string | undefined {
  if (!path.startsWith(`${compiled}/`)) return 'caches of another Julia';
  const [, , folder = '', file] = path.split('/');
  // A cache file directly in the folder is of no package that could be looked up.
  if (file === undefined) return undefined;
  if (file.endsWith('.pidfile')) return 'left by a compilation';
  const names = [...facts.packages.values()].map(({ name }) => name);
  if (!names.includes(folder) && !facts.extensions.has(folder)) return NO_PACKAGE;
  return isRejected(path, facts) ? 'a cache that this run does not take' : undefined;
}

/** A cache and its native code have one name. When Julia takes none of a package's caches, none is left out. */
function isRejected(path: string, { rejected, entries }: DepotFacts): boolean {
  const ji = path.replace(/\.(so|dylib|dll)$/, '.ji');
  if (!rejected.has(ji)) return false;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return entries.some(
    (other) => other.path.startsWith(folder) && other.path.endsWith('.ji') && !rejected.has(other.path),
  );
}
