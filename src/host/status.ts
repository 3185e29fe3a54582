import { Allowance } from './allowance.ts';
import { askAllowance } from './ask-allowance.ts';
import type { Feature } from './feature.ts';
import type { ProjectAround } from './project-around.ts';
import type { Runs } from './runs.ts';
import { StatusBar } from './status-bar.ts';
import { allowanceLines, statusText } from './status-text.ts';
import { words } from './words.ts';

/** The item in the status bar, with what Kaggle still allows. */
export interface Status extends Feature {
  readonly allowance: Allowance;
}

export function beginStatus({ core, credentials, log, projects }: ProjectAround, { sessions }: Runs): Status {
  const statusBar = new StatusBar();
  const allowance = new Allowance({
    ask: (competition, signal) => askAllowance({ core }, competition, signal),
    competition: () => projects.current?.competition,
    log,
    onChange: () => show(),
    now: () => performance.now(),
  });
  const show = (): void => {
    const { current, isConfigured } = projects;
    const text = statusText(current, sessions.view, words, isConfigured);
    statusBar.show(text, current?.name, allowanceLines(allowance.view, words));
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
