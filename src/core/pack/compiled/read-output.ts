import type { FoundArtifact } from './judge-artifacts.ts';

/** What the compiling container said of itself. */
export interface CompilerFacts {
  readonly version: string;
  readonly artifacts: readonly FoundArtifact[];
  readonly bytes: number;
  /** Of PackageCompiler alone; undefined: it did not come to its end. */
  readonly seconds: number | undefined;
  /** The last step that was begun. */
  readonly step: string;
  readonly problem: 'no-compiler' | 'sample-run' | undefined;
}

const MARK = '[julia-kaggle] ';

/** Pure: the facts in the lines that compile.sh and compile.jl print with our mark. */
export function readCompilerOutput(lines: readonly string[]): CompilerFacts {
  const said = lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length));
  const last = (pattern: RegExp): readonly string[] => {
    for (const line of said.toReversed()) {
      const match = pattern.exec(line);
      if (match !== null) return match.slice(1);
    }
    return [];
  };
  const [bytes, seconds] = last(/^compiled: (\d+) ([\d.]+)$/);
  return {
    version: last(/^PackageCompiler: (\S+)$/)[0] ?? '',
    artifacts: said.flatMap(artifactIn),
    bytes: Number(bytes ?? 0),
    seconds: seconds === undefined ? undefined : Number(seconds),
    step: stepIn(said.at(-1) ?? '') ?? last(/^step: (.+)$/)[0] ?? '',
    problem: problemIn(said),
  };
}

/** Pure: the step that a line tells of. */
export function stepIn(line: string): string | undefined {
  return /^(?:\[julia-kaggle\] )?step: (.+)$/.exec(line)?.[1];
}

function artifactIn(line: string): FoundArtifact[] {
  const [, hash = '', bytes = '', use] = /^artifact: (\S+) (\d+) (read|unread|unknown)$/.exec(line) ?? [];
  if (use !== 'read' && use !== 'unread' && use !== 'unknown') return [];
  return [{ hash, bytes: Number(bytes), use }];
}

function problemIn(said: readonly string[]): CompilerFacts['problem'] {
  if (said.includes('no C compiler')) return 'no-compiler';
  return said.includes('sample run failed') ? 'sample-run' : undefined;
}
