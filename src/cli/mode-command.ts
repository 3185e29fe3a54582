import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { GuardedFolder } from '../base/guarded-folder.ts';
import { isPackMode, PACK_MODES } from '../core/packing.ts';
import { CONFIG_FILE } from '../core/config-file.ts';
import { packModeEdit, readConfigText } from '../core/project/config.ts';
import { EXIT } from './exit-codes.ts';
import { printLine, type Terminal } from './terminal.ts';

/** `julia-kaggle mode`: writes `[pack] mode` into JuliaKaggle.toml and touches no other line of it. */
export async function modeCommand(mode: string, folder: string, terminal: Terminal): Promise<number> {
  if (!isPackMode(mode))
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('"{0}" is no mode to pack in.', mode),
      actions: [{ title: l10n.t('Take one of {0}.', PACK_MODES.join(', ')) }],
    });
  const root = resolve(folder);
  const file = join(root, CONFIG_FILE);
  const text = await readConfigText(root);
  const edited = packModeEdit(text, file, mode);
  if (edited !== text) await new GuardedFolder(root).write(file, edited);
  printLine(terminal.stdout, l10n.t('{0} in {1}', `[pack] mode = "${mode}"`, file));
  return EXIT.done;
}
