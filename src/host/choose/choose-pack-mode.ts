import { commands, l10n } from 'vscode';
import { isPackMode, PACK_MODES, type PackMode } from '../../core/packing.ts';
import { changeConfig } from './write-config.ts';
import { window } from '../window.ts';

/**
 * Gives `[pack] mode` of the project's JuliaKaggle.toml another value: the given one, or the one that the person
 * chooses. With a given one it is a remedy, after which the person is offered to go on.
 * @throws UserError `config-invalid` where the file cannot be changed.
 */
export async function choosePackMode(folder: string, given: unknown): Promise<void> {
  const { packModeEdit } = await import('../../core/project/config.ts');
  const isRemedy = typeof given === 'string' && isPackMode(given);
  const mode = isRemedy ? given : (await ask())?.mode;
  if (mode === undefined) return;
  await changeConfig(folder, (text, file) => packModeEdit(text, file, mode));
  if (!isRemedy) return;
  const pack = l10n.t('Pack Again');
  const text = l10n.t('JuliaKaggle.toml says [pack] mode = "{0}" now.', mode);
  if ((await window.showInformationMessage(text, pack)) === pack)
    await commands.executeCommand('juliaKaggle.runStage', 'pack');
}

async function ask() {
  const modes: Readonly<Record<PackMode, { readonly label: string; readonly detail: string }>> = {
    depot: {
      label: l10n.t('Depot'),
      detail: l10n.t('Packages with their compiled caches, as they are. Needs no compiling; the default.'),
    },
    app: {
      label: l10n.t('App'),
      detail: l10n.t('One compiled program of the package with what it needs. Quick to start, slow to make.'),
    },
    sysimage: {
      label: l10n.t('System image'),
      detail: l10n.t('The depot, and a system image in which its packages are compiled.'),
    },
  };
  const items = PACK_MODES.map((mode) => ({ mode, description: mode, ...modes[mode] }));
  return window.showQuickPick(items, {
    title: l10n.t('Choose How Julia Code Travels'),
    placeHolder: l10n.t('The view compares the modes that were rehearsed'),
    matchOnDescription: true,
  });
}
