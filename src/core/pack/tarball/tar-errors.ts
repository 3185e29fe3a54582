import * as l10n from '@vscode/l10n';
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
      title: l10n.t("The memory of the engine's machine ran out while {0} was packed.", name),
      actions: [
        { title: l10n.t('Give it more memory, or set codec = "gzip" under [pack] in JuliaKaggle.toml.') },
      ],
    });
  return new UserError({
    code: 'engine-failed',
    title: l10n.t('tar could not read the depot for {0} (exit code {1}).', name, exit.exitCode),
    detail: stderr.slice(-10).join('\n'),
    actions: [
      { title: l10n.t('Run again; if it happens again, remove the depot volume so that it is built anew.') },
    ],
  });
}
