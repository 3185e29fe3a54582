import { ownText } from '../../../base/own-text.ts';
import { type ArtifactEntry, fitsKaggle, parseArtifacts } from '../../../julia/artifacts.ts';
import type { InventoryItem, LazyArtifact, Project } from '../../artefacts.ts';
import { type Fact, factsOf } from '../script-facts.ts';

/** An Artifacts.toml and whose it is. */
export interface ArtifactsFile {
  /** The package that it belongs to. */
  readonly package: string;
  /** Absolute path on this machine when it is local, else below the depot. */
  readonly file: string;
  readonly text: string;
  /** Of the project or a path dependency: the person's own. */
  readonly isLocal: boolean;
}

/** A Python program that tells the Artifacts.toml files of the depot that is its first argument. */
export function artifactFilesProgram(): string {
  return ownText(import.meta.dirname, 'scripts', 'artifact-files.py');
}

/** Pure: the files in what their program told. */
export function artifactFilesOf(
  facts: readonly Fact[],
  { packages }: Pick<Project, 'packages'>,
): ArtifactsFile[] {
  const texts = new Map<string, string>();
  for (const { file, text } of factsOf(facts, 'artifacts')) texts.set(file, (texts.get(file) ?? '') + text);
  return [...texts].map(([file, text]) => {
    // `packages/<Name>/<slug>/…` or `dev/<place>/…`.
    const folder = file.split('/').slice(0, -1).join('/');
    const local = packages.find(({ place }) => `dev/${place}` === folder);
    return { package: local?.name ?? file.split('/')[1] ?? '', isLocal: local !== undefined, file, text };
  });
}

/**
 * Pure: the lazy artifacts for Kaggle's machine that are not in the depot, in the files' order. One of whose variants
 * another is there, as with toolkits that a preference chooses, is not missing.
 */
export function lazyMissing(
  files: readonly ArtifactsFile[],
  content: readonly Pick<InventoryItem, 'name'>[],
): LazyArtifact[] {
  const there = new Set(content.map(({ name }) => name));
  return files.flatMap((file) =>
    [...variantsByName(file)]
      .filter(([, variants]) => variants.some((entry) => entry.lazy && fitsKaggle(entry)))
      .filter(([, variants]) => !variants.some(({ treeHash }) => there.has(`artifacts/${treeHash}`)))
      .map(([name]) => ({ name, package: file.package })),
  );
}

function variantsByName({ text, file }: ArtifactsFile): Map<string, ArtifactEntry[]> {
  const byName = new Map<string, ArtifactEntry[]>();
  for (const entry of readable(text, file))
    byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  return byName;
}

/** What Julia cannot read either is no news here. */
function readable(text: string, file: string): ArtifactEntry[] {
  try {
    return parseArtifacts(text, file);
  } catch {
    return [];
  }
}
