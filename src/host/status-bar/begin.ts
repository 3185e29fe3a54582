import type { MarkdownString, StatusBarItem } from 'vscode';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';
import type { Runs } from '../run/begin.ts';
import { practiceText } from '../texts.ts';
import { Allowance, askAllowance } from './allowance.ts';
import { allowanceLines, statusText, type StatusText } from './status-text.ts';

/** The item in the status bar, with what Kaggle still allows. */
export interface Status extends Feature {
  readonly allowance: Allowance;
}

export function beginStatusBar(around: Around, { sessions }: Runs): Status {
  const { vs, core, credentials, log, projects, settings } = around;
  const statusBar = new StatusBar(vs);
  const allowance = new Allowance({
    ask: (competition, signal) => askAllowance({ core }, competition, signal),
    competition: () => projects.current?.competition,
    log,
    onChange: () => show(),
    now: () => performance.now(),
  });
  const show = (): void => {
    const { current, isConfigured } = projects;
    const { isPractice } = settings;
    const text = statusText(current, sessions.view, isConfigured, isPractice);
    const lines = isPractice ? [practiceText()] : [];
    statusBar.show(text, current?.name, [...lines, ...allowanceLines(allowance.view)]);
  };
  return {
    allowance,
    disposables: [
      statusBar,
      allowance,
      projects.onDidChange(allowance.onProjects),
      projects.onDidChange(show),
      sessions.listen({ onChange: show }),
      sessions.listenToAll((event) => {
        // Runs on Kaggle and submissions use up what it allows.
        if (event.kind === 'stage-finished' && (event.stage === 'notebook' || event.stage === 'submit'))
          void allowance.refresh(true);
      }),
      credentials.onDidChange(() => allowance.refresh(true)),
    ],
  };
}

/** The item in the status bar; a click opens the panel. */
class StatusBar {
  readonly #item: StatusBarItem;

  constructor(private readonly vs: Vs) {
    this.#item = vs.window.createStatusBarItem('juliaKaggle.status', vs.StatusBarAlignment.Left);
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
    this.#item.backgroundColor =
      status.isUrgent === true ? new this.vs.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = tooltip(this.vs, project, [status.label, ...lines]);
    this.#item.accessibilityInformation = {
      label: [status.label, ...lines].map((line) => line.replace(/\.$/, '')).join('. '),
    };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

/** Names and sentences come from outside: they go in as text, whatever signs they have. */
function tooltip(vs: Vs, project: string | undefined, lines: readonly string[]): MarkdownString {
  const text = new vs.MarkdownString();
  if (project !== undefined) text.appendMarkdown('**').appendText(project).appendMarkdown('**\n\n');
  for (const line of lines) text.appendText(line).appendMarkdown('\n\n');
  return text;
}
