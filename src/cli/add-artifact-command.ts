import * as l10n from '@vscode/l10n';
import { applyChange } from '../core/scaffold/staged-edits.ts';
import { EXIT } from './exit-codes.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';

export interface AddArtifactOptions {
  readonly package?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `julia-kaggle add-artifact`: shows how the build is made to fetch a lazy artifact; with `--write` makes it so. */
export async function addArtifactCommand(
  artifact: string,
  folder: string,
  options: AddArtifactOptions,
  { core, terminal, signal, askOutside }: CommandContext,
): Promise<number> {
  const wish = { package: options.package, signal, askOutside };
  const addition = await core.project(folder).findArtifact(artifact, wish);
  const written = addition !== undefined && options.write === true;
  if (written) await applyChange(addition);
  if (options.json === true) {
    const facts = addition && { package: addition.package, file: addition.file, diff: addition.diff };
    terminal.stdout.json({ kind: 'artifact-addition', artifact, ...facts, written });
  } else if (addition === undefined) {
    printLine(terminal.stdout, l10n.t('Nothing to add: the build fetches "{0}" already.', artifact));
  } else {
    for (const line of addition.diff) printLine(terminal.stdout, line);
    printLine(
      terminal.stdout,
      written
        ? l10n.t('written: {0}; the next run fetches it.', addition.file)
        : l10n.t('Not written ({0}); --write makes the change.', addition.file),
    );
  }
  return EXIT.done;
}
