import { l10n, MarkdownString, StatusBarAlignment } from 'vscode';
import { window } from '../window.ts';

/** Says in the status bar that this window works with a local Kaggle. */
export class LocalKaggleStatus {
  readonly #item = window.createStatusBarItem('juliaKaggle.localKaggle', StatusBarAlignment.Left);

  constructor() {
    this.#item.name = l10n.t('Local Kaggle');
    this.#item.text = `$(server) ${l10n.t('Local Kaggle')}`;
    this.#item.command = 'juliaKaggle.showLocalKaggle';
  }

  show(url: string): void {
    const text = l10n.t('This window works with the local Kaggle at {0}.', url);
    const stop = `[${l10n.t('Stop It')}](command:juliaKaggle.stopLocalKaggle)`;
    const look = `[${l10n.t('Look at It')}](command:juliaKaggle.showLocalKaggle)`;
    const tooltip = new MarkdownString(`${text}\n\n${look} · ${stop}`);
    tooltip.isTrusted = { enabledCommands: ['juliaKaggle.stopLocalKaggle', 'juliaKaggle.showLocalKaggle'] };
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: text };
    this.#item.show();
  }

  hide(): void {
    this.#item.hide();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
