import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { readTextIfPresent } from '../base/files.ts';
import { pathArgument, userCommand } from '../base/user-command.ts';
import { RECORD_FOLDER } from '../core/pipeline/record.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { printLine } from './terminal.ts';

/** Written by the pack stage. */
const DEPOT_REPORT = join('reports', 'depot.md');

/**
 * `julia-kaggle report`: what of the depot was packed last and what was left out, as the Markdown that the pack stage
 * wrote; with `json` the sums in the record. Asks nobody.
 * @throws UserError `not-a-project` where nothing was packed yet.
 */
export async function reportCommand(
  folder: string,
  { json }: { json?: boolean },
  { core, terminal: { stdout } }: Pick<CommandContext, 'core' | 'terminal'>,
): Promise<number> {
  const recordFolder = join(resolve(folder), RECORD_FOLDER);
  const text = await readTextIfPresent(join(recordFolder, DEPOT_REPORT));
  const { pack } = (await core.project(folder).record()).artefacts;
  if (text === undefined || pack?.depot === undefined) throw nothingPacked(folder);
  if (json === true) stdout.json({ kind: 'report', depot: pack.depot });
  else printLine(stdout, text.trimEnd());
  return EXIT.done;
}

function nothingPacked(folder: string): UserError {
  return new UserError({
    code: 'not-a-project',
    title: l10n.t('Nothing has been packed in {0} yet.', resolve(folder)),
    actions: [
      {
        title: l10n.t(
          'Pack it: {0}',
          userCommand`julia-kaggle run ${pathArgument(folder)} --until pack` ??
            l10n.t('julia-kaggle run in that folder.'),
        ),
        command: 'run --until pack',
      },
    ],
  });
}
