import { olderThan } from '../../../julia/julia-version.ts';

/**
 * Pure: the series of PackageCompiler that runs on a Julia, as `Pkg.add(version = …)` takes it. 1.4.1 is the last one
 * below Julia 1.6 and 2.1 the last one below 1.10 (julia-facts section 6); within a series Pkg takes the newest.
 */
export function packageCompilerFor(juliaVersion: string): string {
  if (olderThan(juliaVersion, 1, 6)) return '1.4.1';
  if (olderThan(juliaVersion, 1, 10)) return '2.1';
  return '2';
}
