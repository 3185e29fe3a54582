import type { JudgedArtifact } from '../../artefacts.ts';

/** An artifact that PackageCompiler put into the app; `unknown` where the file system keeps no time of access. */
export interface FoundArtifact {
  readonly hash: string;
  readonly bytes: number;
  readonly use: 'read' | 'unread' | 'unknown';
}

export interface JudgeInput {
  readonly found: readonly FoundArtifact[];
  /** Name of an artifact by its hash, as an Artifacts.toml gives it. */
  readonly names: ReadonlyMap<string, string>;
  /** `[pack] keep` and `exclude`: names, or paths below the depot. */
  readonly keep: readonly string[];
  readonly exclude: readonly string[];
}

/** Pure: which artifacts stay in an app, largest first. What cannot be known stays; the rehearsal proves the choice. */
export function judgeArtifacts({ found, names, keep, exclude }: JudgeInput): Required<JudgedArtifact>[] {
  const isNamed = ({ hash }: FoundArtifact) => {
    const words = [names.get(hash), hash, `artifacts/${hash}`];
    return (thing: string): boolean => words.includes(thing);
  };
  return found
    .toSorted((a, b) => b.bytes - a.bytes || (a.hash < b.hash ? -1 : 1))
    .map((artifact) => {
      const { hash, bytes, use } = artifact;
      const common = { hash, use, name: names.get(hash) ?? hash, bytes };
      if (exclude.some(isNamed(artifact)))
        return { ...common, kept: false, why: 'excluded in JuliaKaggle.toml' };
      if (keep.some(isNamed(artifact))) return { ...common, kept: true, why: 'kept by JuliaKaggle.toml' };
      return { ...common, kept: use !== 'unread', why: WHY[use] };
    });
}

const WHY: Readonly<Record<FoundArtifact['use'], string>> = {
  read: 'the run on the sample data read it',
  unread: 'the run on the sample data read nothing of it',
  unknown: 'it cannot be known whether it is used: the file system keeps no times of access',
};
