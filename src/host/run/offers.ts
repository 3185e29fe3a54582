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
    const { offer, message } = event;
    const project = this.vs.Uri.file(join(folder, CONFIG_FILE));
    if (offer === 'precompile-statements')
      return this.#show(message, l10n.t('Add Precompile Statements…'), () =>
        this.vs.commands.executeCommand('juliaKaggle.addPrecompileStatements', project),
      );
    const below = offer.slice('leave-out:'.length);
    this.#show(message, l10n.t('Leave Out {0}', below), async () => {
      await this.vs.commands.executeCommand('juliaKaggle.chooseProject', project);
      return this.vs.commands.executeCommand('juliaKaggle.leaveOut', { source: join(folder, below) });
    });
  };

  #show(message: string, take: string, use: () => Thenable<unknown>): void {
    void this.vs.window
      .showInformationMessage(message, take)
      .then((chosen) => (chosen === undefined ? undefined : use()));
  }
}
