import * as l10n from '@vscode/l10n';
import { compilationReader } from '../contract/diagnosis/julia-log.ts';

/**
 * How far Julia is with precompiling, by its own lines: Julia 1.5 names a package as it begins, 1.6 and newer as it is done.
 * None of them says of how many; the build's script does.
 */
export class Precompiling {
  readonly #names = new Set<string>();
  readonly #read = compilationReader();
  #expected = 0;

  /** So many packages have no cache yet. */
  expect(packages: number): void {
    this.#expected = packages;
  }

  /** What is to be said after this line; undefined where it is of something else. */
  after(line: string): string | undefined {
    const found = this.#read(line);
    if (found === undefined) return undefined;
    const { name, isDone } = found;
    this.#names.add(name);
    const count = this.#names.size;
    // Where only the lack of a cache could be told, those that are stale come on top.
    const total = Math.max(count, this.#expected);
    return isDone
      ? l10n.t('Precompiled {0} of {1}: {2}', count, total, name)
      : l10n.t('Precompiling {0} of {1}: {2}', count, total, name);
  }
}
