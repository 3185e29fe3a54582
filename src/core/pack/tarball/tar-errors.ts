import { UserError } from '../../../base/errors.ts';
import { findingError } from '../../contract/diagnosis/finding.ts';
import { findingsIn } from '../../contract/diagnosis/rules.ts';
import type { ExitState } from '../../../docker/engine.ts';

/** Pure: what went wrong, from what the container said on stderr and how it ended; `name` is that of the tarball. */
export function tarError(name: string, exit: ExitState, stderr: readonly string[]): UserError {
  // What changed comes before what then could not be read.
  const [first] = findingsIn('tar', stderr, { name });
  if (first !== undefined) return findingError(first, 'engine-failed');
  if (exit.outOfMemory)
    return new UserError({
      code: 'out-of-memory',
      title: `The memory of the engine's machine ran out while ${name} was packed.`,
      actions: [{ title: 'Give it more memory, or set codec = "gzip" under [pack] in JuliaKaggle.toml.' }],
    });
  return new UserError({
    code: 'engine-failed',
    title: `tar could not read the depot for ${name} (exit code ${exit.exitCode}).`,
    detail: stderr.slice(-10).join('\n'),
    actions: [{ title: 'Run again; if it happens again, remove the depot volume so that it is built anew.' }],
  });
}
