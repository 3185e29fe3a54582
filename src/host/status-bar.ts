import { MarkdownString, StatusBarAlignment } from 'vscode';
import type { StatusText } from './status-text.ts';
import { window } from './window.ts';

/** The item in the status bar; a click opens the panel. */
export class StatusBar {
  readonly #item = window.createStatusBarItem('juliaKaggle.status', StatusBarAlignment.Left);

  constructor() {
    this.#item.name = 'Julia on Kaggle';
    this.#item.command = 'juliaKaggle.openPipeline';
  }

  /** @param lines what the tooltip says besides. */
  show(status: StatusText | undefined, project: string | undefined, lines: readonly string[]): void {
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = tooltip(project, [status.label, ...lines]);
    this.#item.accessibilityInformation = { label: [status.label, ...lines].join('. ') };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** Names and sentences come from outside: they go in as text, whatever signs they have. */
function tooltip(project: string | undefined, lines: readonly string[]): MarkdownString {
  const text = new MarkdownString();
  if (project !== undefined) text.appendMarkdown('**').appendText(project).appendMarkdown('**\n\n');
  for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
  return text;
}
