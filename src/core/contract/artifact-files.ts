import { ownText } from '../../base/own-text.ts';
import { type ArtifactEntry, fitsKaggle, parseArtifacts } from '../../julia/artifacts.ts';
import type { InventoryItem, LazyArtifact, Project } from '../artefacts.ts';

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

/** A bash program that prints Artifacts.toml files of the depot that is its first argument. */
export function artifactFilesProgram(): string {
  return ownText(import.meta.dirname, 'scripts', 'artifact-files.sh');
}

const FILE_MARK = '[artifacts]\t';
const TEXT_MARK = '[artifacts]|';

/** Collects the files from the output lines of a container; other lines are left to the caller. */
export class ArtifactFilesReader {
  readonly #files: { path: string; lines: string[] }[] = [];

  constructor(private readonly project: Pick<Project, 'packages'>) {}

  /** Whether the line was one of the program's. */
  read(line: string): boolean {
    if (line.startsWith(FILE_MARK)) {
      this.#files.push({ path: line.slice(FILE_MARK.length), lines: [] });
      return true;
    }
    if (!line.startsWith(TEXT_MARK)) return false;
    this.#files.at(-1)?.lines.push(line.slice(TEXT_MARK.length));
    return true;
  }

  result(): ArtifactsFile[] {
    return this.#files.map(({ path, lines }) => ({
      ...this.#owner(path),
      file: path,
      text: lines.join('\n'),
    }));
  }

  /** `packages/<Name>/<slug>/…` or `dev/<place>/…`. */
  #owner(path: string): Pick<ArtifactsFile, 'package' | 'isLocal'> {
    const folder = path.split('/').slice(0, -1).join('/');
    const local = this.project.packages.find(({ place }) => `dev/${place}` === folder);
    return { package: local?.name ?? path.split('/')[1] ?? '', isLocal: local !== undefined };
  }
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
