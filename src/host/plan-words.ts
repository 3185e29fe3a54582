import { l10n } from 'vscode';
import type { RemoteStageName } from '../core/stages.ts';

/** What the plan of a run says. */
export interface PlanWords {
  readonly preparing: string;
  readonly title: string;
  readonly titleTo: (competition: string) => string;
  readonly standing: (stages: string) => string;
  readonly later: string;
  readonly leaves: string;
  readonly leavesNothing: string;
  /** @param plan of the stage, where it is known. */
  readonly leaving: Readonly<
    Record<RemoteStageName, (competition: string, plan: string | undefined) => string>
  >;
  readonly askedLater: string;
  readonly askedNow: string;
  readonly nothingToDo: string;
  readonly start: string;
  readonly accept: string;
  readonly decline: string;
}

export const planWords: PlanWords = {
  preparing: l10n.t('Finding out what is to be done…'),
  title: l10n.t('What will be done'),
  titleTo: (competition) => l10n.t('What will be done to submit to {0}', competition),
  standing: (stages) => l10n.t('Up to date: {0}.', stages),
  later: l10n.t('After the stages before it'),
  leaves: l10n.t('What leaves this machine'),
  leavesNothing: l10n.t('Nothing.'),
  leaving: {
    upload: (_, plan) =>
      plan ?? l10n.t('What changed, as private datasets; its size is known once it is packed.'),
    notebook: () => l10n.t('The notebook, private, internet off.'),
    submit: (competition) => l10n.t('One submission to {0}.', competition),
  },
  askedLater: l10n.t('You are asked before anything leaves this machine, as soon as its size is known.'),
  askedNow: l10n.t('This is the only question: what follows, up to the score, is done without asking again.'),
  nothingToDo: l10n.t('Everything is up to date: there is nothing to do.'),
  start: l10n.t('Start'),
  accept: l10n.t('Submit'),
  decline: l10n.t('Not Now'),
};
