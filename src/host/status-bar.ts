import { StatusBarAlignment, window } from 'vscode';
import type { StatusText } from './status-text.ts';

/** The item in the status bar; a click opens the panel. */
export class StatusBar {
  readonly #item = window.createStatusBarItem('juliaKaggle.status', StatusBarAlignment.Left);

  constructor() {
    this.#item.name = 'Julia on Kaggle';
    this.#item.command = 'juliaKaggle.openPipeline';
  }

  show(status: StatusText | undefined): void {
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = status.label;
    this.#item.accessibilityInformation = { label: status.label };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
