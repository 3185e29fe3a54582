import * as l10n from '@vscode/l10n';
import { EXIT } from './exit-codes.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';
import { pathArgument, userCommand } from '../base/user-command.ts';

export interface NotebookOptions {
  readonly out: string;
  readonly owner?: string;
  readonly json?: boolean;
}

/** `julia-kaggle notebook`: writes the notebook of the last pack for those who push by other means. */
export async function notebookCommand(
  folder: string,
  options: NotebookOptions,
  { core, terminal, signal }: CommandContext,
): Promise<number> {
  const { out, owner } = options;
  const exported = await core.project(folder).exportNotebook({ out, owner, signal });
  if (options.json === true) {
    terminal.stdout.json({ kind: 'notebook', ...exported });
    return EXIT.done;
  }
  for (const path of exported.written) printLine(terminal.stdout, l10n.t('written: {0}', path));
  printLine(terminal.stdout, l10n.t('It wants the datasets {0}.', exported.datasets.join(', ')));
  if (!exported.uploaded)
    printLine(
      terminal.stdout,
      l10n.t(
        'Not all of them are uploaded as they are now: {0}',
        userCommand`julia-kaggle run ${pathArgument(folder)} --until upload` ??
          l10n.t('julia-kaggle run in that folder.'),
      ),
    );
  return EXIT.done;
}
