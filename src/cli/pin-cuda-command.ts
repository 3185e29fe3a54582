import * as l10n from '@vscode/l10n';
import { writeStagedEdits } from '../core/scaffold/staged-edits.ts';
import { EXIT } from './exit-codes.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';

export interface PinCudaOptions {
  readonly write?: boolean;
  readonly json?: boolean;
}

/** `julia-kaggle pin-cuda`: shows how a build pins CUDA, and with `--write` makes it so in the project's own files. */
export async function pinCudaCommand(
  folder: string,
  options: PinCudaOptions,
  { core, terminal, signal, askOutside }: CommandContext,
): Promise<number> {
  const project = await core.project(folder).read(signal, { askOutside });
  const { cudaPin } = project;
  const written = options.write === true ? await writeStagedEdits(project) : [];
  if (options.json === true) {
    terminal.stdout.json({ kind: 'cuda-pin', ...cudaPin, written });
  } else if (cudaPin === undefined) {
    printLine(
      terminal.stdout,
      l10n.t('Nothing to pin: the Manifest has no CUDA, or a preference chooses its toolkit.'),
    );
  } else {
    for (const line of cudaPin.diff) printLine(terminal.stdout, line);
    for (const path of written) printLine(terminal.stdout, l10n.t('written: {0}', path));
    if (written.length === 0) printLine(terminal.stdout, l10n.t('Not written; --write makes the change.'));
  }
  return EXIT.done;
}
