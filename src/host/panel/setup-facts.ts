import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import type { FactItem, FactName, FactState, PanelState } from '../../protocol/panel-state.ts';
import type { ProjectView } from '../project/projects.ts';
import type { ProblemView } from '../run/run-view.ts';
import type { CompetitionFacts, Examination, Look } from './examiner.ts';

/** What is done about a fact. */
export type Mending =
  | { readonly kind: 'command'; readonly command: 'chooseProject' | 'chooseCompetition' | 'signIn' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'look-again' }
  | { readonly kind: 'open'; readonly url: string };

export interface Fact extends Omit<FactItem, 'action' | 'title' | 'word'> {
  readonly action?: { readonly label: string; readonly mending: Mending } | undefined;
}

interface Around {
  readonly project: ProjectView | undefined;
  readonly severalProjects: boolean;
  /** Projects have been looked for. */
  readonly isSearched: boolean;
  /** Why the project as it is now cannot be read. */
  readonly readProblem?: ProblemView | undefined;
  readonly examination: Examination;
}

/** Pure: project, competition, account and engine, each with its state and the one action that mends it. */
export function setupFacts(around: Around): readonly Fact[] {
  return [projectFact(around), competitionFact(around), accountFact(around), engineFact(around)];
}

/** Pure: the facts as the page shows them. While something runs, nothing is changed under it. */
export function presentFacts(facts: readonly Fact[], enabled: boolean): FactItem[] {
  return facts.map(({ action, ...fact }) => ({
    ...fact,
    title: factTitle(fact.name),
    word: factState(fact.state),
    ...defined({ action: action && { label: action.label, enabled } }),
  }));
}

/** Pure: the facts in one line, where nothing is to be done about them before a run. */
export function readyLine(facts: readonly Fact[]): PanelState['ready'] {
  if (facts.some(wantsAction)) return undefined;
  const state = (['notice', 'checking', 'unknown'] as const).find((each) =>
    facts.some((fact) => fact.state === each),
  );
  const said = facts.filter(({ name }) => name !== 'project').map(({ text }) => text);
  return { state: state ?? 'good', word: factState(state ?? 'good'), text: said.join(' · ') };
}

/** A warning about the engine does not stop a run; rules that were not accepted do. */
function wantsAction({ name, state, action }: Fact): boolean {
  return state === 'missing' || (state === 'notice' && name === 'competition' && action !== undefined);
}

function projectFact({ project, severalProjects, isSearched, readProblem }: Around): Fact {
  if (!isSearched) return bare('project', 'checking', l10n.t('Looking for Julia projects…'));
  const choose = {
    label: l10n.t('Choose Project…'),
    mending: { kind: 'command', command: 'chooseProject' },
  } as const;
  if (project === undefined) {
    return {
      ...bare('project', 'missing', l10n.t('No project is chosen')),
      action: severalProjects ? choose : undefined,
    };
  }
  if (readProblem !== undefined && project.problem === undefined)
    return {
      ...bare('project', 'missing', readProblem.title),
      notes: readProblem.actions.map(({ title }) => title),
    };
  return { ...bare('project', 'good', project.folder), action: severalProjects ? choose : undefined };
}

function competitionFact({ project, isSearched, examination }: Around): Fact {
  if (!isSearched) return bare('competition', 'checking', l10n.t('Looking for Julia projects…'));
  const settings = { label: l10n.t('Open JuliaKaggle.toml'), mending: { kind: 'settings' } } as const;
  if (project?.problem !== undefined)
    return { ...bare('competition', 'missing', project.problem.title), action: settings };
  const slug = project?.competition;
  const action = {
    label: l10n.t('Choose Competition…'),
    mending: { kind: 'command', command: 'chooseCompetition' },
  } as const;
  if (slug === undefined) {
    return {
      ...bare('competition', 'missing', l10n.t('No competition is chosen')),
      action: project === undefined ? undefined : action,
    };
  }
  const { competition, noCompetition } = examination;
  if (noCompetition !== undefined) {
    const notes = noCompetition.actions.map(({ title }) => title);
    return { ...bare('competition', 'missing', noCompetition.title), notes, action };
  }
  return competition === undefined ? bare('competition', 'good', slug) : knownCompetition(slug, competition);
}

function knownCompetition(slug: string, competition: CompetitionFacts): Fact {
  const { entered, isOver, isClosed, rulesUrl } = competition;
  const notes = [
    isClosed ? l10n.t('It takes no submissions now.') : undefined,
    isOver && !isClosed ? lateText() : undefined,
    entered ? undefined : l10n.t('You have not joined it: accept its rules on Kaggle.'),
  ].filter((note) => note !== undefined);
  const text = withDeadline(slug, competition);
  if (notes.length === 0) return bare('competition', 'good', text);
  const join = { label: l10n.t('Join on Kaggle'), mending: { kind: 'open', url: rulesUrl } } as const;
  return { ...bare('competition', 'notice', text), notes, action: entered ? undefined : join };
}

function withDeadline(slug: string, { deadline, isOver }: CompetitionFacts): string {
  if (deadline === undefined) return slug;
  const day = deadline.slice(0, 10);
  return isOver ? l10n.t('{0}, ended on {1}', slug, day) : l10n.t('{0}, until {1}', slug, day);
}

/** Pure: what becomes of a submission to a competition that has ended. */
export function lateText(): string {
  return l10n.t('It has ended: a late submission is scored but not ranked.');
}

function accountFact({ examination: { account } }: Around): Fact {
  const needsSignIn = account.state === 'seen' && account.problem?.needsSignIn === true;
  const signIn = { label: l10n.t('Sign In…'), mending: { kind: 'command', command: 'signIn' } } as const;
  const fact = lookedAt('account', account);
  // The button says it: the ways of a terminal would only be in the way.
  return needsSignIn ? { ...fact, notes: [], action: signIn } : fact;
}

function engineFact({ examination: { engine } }: Around): Fact {
  return lookedAt('engine', engine);
}

function lookedAt(name: FactName, look: Look): Fact {
  if (look.state === 'checking') return bare(name, 'checking', l10n.t('Looking…'));
  const again = { label: l10n.t('Look Again'), mending: { kind: 'look-again' } } as const;
  if (look.state === 'unknown')
    return { ...bare(name, 'unknown', l10n.t('Not looked at yet')), action: again };
  const { text, notes, problem } = look;
  if (problem !== undefined) {
    const remedies = problem.actions.map(({ title }) => title);
    return { ...bare(name, 'missing', problem.title), notes: [...remedies, ...notes], action: again };
  }
  if (notes.length === 0) return bare(name, 'good', text);
  return { ...bare(name, 'notice', text), notes, action: again };
}

function bare(name: FactName, state: FactState, text: string): Fact {
  return { name, state, text, notes: [] };
}

function factTitle(fact: FactName): string {
  return {
    project: l10n.t('Project'),
    competition: l10n.t('Competition'),
    account: l10n.t('Account'),
    engine: l10n.t('Engine'),
  }[fact];
}

function factState(state: FactState): string {
  return {
    good: l10n.t('Ready'),
    notice: l10n.t('Look at this'),
    missing: l10n.t('Missing'),
    checking: l10n.t('Looking'),
    unknown: l10n.t('Not looked at'),
  }[state];
}
