import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import type { RunEvent } from '../../core/events.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import type { Vs } from '../editor/editor.ts';

/** Shows the warnings of a run about which the editor can do something, each with a button for that. */
export class RunOffers {
  constructor(private readonly vs: Vs) {}

  readonly onEvent = (event: RunEvent, folder: string): void => {
    if (event.kind !== 'warning' || event.offer === undefined) return;
    const take = l10n.t('Add Precompile Statements…');
    const project = this.vs.Uri.file(join(folder, CONFIG_FILE));
    void this.vs.window
      .showInformationMessage(event.message, take)
      .then((chosen) =>
        chosen === undefined
          ? undefined
          : this.vs.commands.executeCommand('juliaKaggle.addPrecompileStatements', project),
      );
  };
}
