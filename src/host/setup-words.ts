import { l10n } from 'vscode';
import type { FactName, FactState } from '../protocol/panel-state.ts';

/** What the top of the page says: what must be there before anything can run. */
export interface SetupWords {
  readonly titles: Readonly<Record<FactName, string>>;
  readonly states: Readonly<Record<FactState, string>>;
  readonly noProject: string;
  readonly noCompetition: string;
  readonly notLooked: string;
  readonly looking: string;
  readonly chooseProject: string;
  readonly chooseCompetition: string;
  readonly openSettings: string;
  readonly joinCompetition: string;
  readonly signIn: string;
  readonly lookAgain: string;
  readonly notJoined: string;
  readonly isOver: string;
  readonly until: (competition: string, deadline: string) => string;
}

export const setupWords: SetupWords = {
  titles: {
    project: l10n.t('Project'),
    competition: l10n.t('Competition'),
    account: l10n.t('Account'),
    engine: l10n.t('Engine'),
  },
  states: {
    good: l10n.t('Ready'),
    notice: l10n.t('Look at this'),
    missing: l10n.t('Missing'),
    checking: l10n.t('Looking'),
    unknown: l10n.t('Not looked at'),
  },
  noProject: l10n.t('No project is chosen'),
  noCompetition: l10n.t('No competition is chosen'),
  notLooked: l10n.t('Not looked at yet'),
  looking: l10n.t('Looking…'),
  chooseProject: l10n.t('Choose Project…'),
  chooseCompetition: l10n.t('Choose Competition…'),
  openSettings: l10n.t('Open JuliaKaggle.toml'),
  joinCompetition: l10n.t('Join on Kaggle'),
  signIn: l10n.t('Sign In…'),
  lookAgain: l10n.t('Look Again'),
  notJoined: l10n.t('You have not joined it: accept its rules on Kaggle.'),
  isOver: l10n.t('It takes no submissions any more.'),
  until: (competition, deadline) => l10n.t('{0}, until {1}', competition, deadline),
};
