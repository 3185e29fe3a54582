import * as l10n from '@vscode/l10n';
import type { ErrorCode } from '../../base/errors.ts';
import type { FactItem, FactName, FactState, PanelState } from '../../protocol/panel-state.ts';
import type { ProjectView } from '../project/projects.ts';
import { remediesOf } from '../editor/remedies.ts';
import { needsSignIn, type ProblemView, type RunView } from '../run/run-view.ts';
import type { CompetitionFacts, Examination, Look } from './examiner.ts';

/** What is done about a fact. */
export type Mending =
  | { readonly kind: 'command'; readonly command: string; readonly argument?: string | undefined }
  | { readonly kind: 'settings' }
  | { readonly kind: 'look-again' }
  | { readonly kind: 'open'; readonly url: string };

interface FactAction {
  readonly label: string;
  readonly mending: Mending;
}

export interface Fact extends Omit<FactItem, 'actions' | 'title' | 'word'> {
  readonly actions: readonly FactAction[];
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
  return facts.map(({ actions, ...fact }) => ({
    ...fact,
    title: factTitle(fact.name),
    word: factState(fact.state),
    actions: actions.map(({ label }) => ({ label, enabled })),
  }));
}

/** Pure: the facts in one line, where nothing is to be done about them before a run. */
export function readyLine(facts: readonly Fact[]): PanelState['ready'] {
  if (facts.some(isInTheWay)) return undefined;
  const state = (['notice', 'checking', 'unknown'] as const).find((each) =>
    facts.some((fact) => fact.state === each),
  );
  const said = facts.filter(({ name }) => name !== 'project').map(({ text }) => text);
  return { state: state ?? 'good', word: factState(state ?? 'good'), text: said.join(' · ') };
}

/** Pure: which of the facts an error is about; undefined where it is about none, as when a test failed. */
export function factOf({ code }: ProblemView, { stages }: RunView): FactName | undefined {
  if (code === 'engine-unreachable') return 'engine';
  if (needsSignIn(code)) return 'account';
  if (code !== undefined && OF_COMPETITION.has(code)) return 'competition';
  return stages.project.state === 'failed' ? 'project' : undefined;
}

const OF_COMPETITION: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'kaggle-not-found',
  'competition-not-entered',
  'competition-unsupported',
]);

/** Pure: a warning about the engine does not stop a run; rules that were not accepted do. */
export function isInTheWay({ name, state, actions }: Fact): boolean {
  return state === 'missing' || (state === 'notice' && name === 'competition' && actions.length > 0);
}

function projectFact({ project, severalProjects, isSearched, readProblem }: Around): Fact {
  if (!isSearched) return bare('project', 'checking', l10n.t('Looking for Julia projects…'));
  const choose = {
    label: l10n.t('Choose Project…'),
    mending: { kind: 'command', command: 'chooseProject' },
  } as const;
  const actions = severalProjects ? [choose] : [];
  if (project === undefined)
    return { ...bare('project', 'missing', l10n.t('No project is chosen')), actions };
  if (readProblem !== undefined && project.problem === undefined) return wrong('project', readProblem);
  return { ...bare('project', 'good', project.folder), actions };
}

function competitionFact({ project, isSearched, examination }: Around): Fact {
  if (!isSearched) return bare('competition', 'checking', l10n.t('Looking for Julia projects…'));
  const settings = { label: l10n.t('Open JuliaKaggle.toml'), mending: { kind: 'settings' } } as const;
  if (project?.problem !== undefined)
    return { ...bare('competition', 'missing', project.problem.title), actions: [settings] };
  const slug = project?.competition;
  const action = {
    label: l10n.t('Choose Competition…'),
    mending: { kind: 'command', command: 'chooseCompetition' },
  } as const;
  if (slug === undefined) {
    return {
      ...bare('competition', 'missing', l10n.t('No competition is chosen')),
      actions: project === undefined ? [] : [action],
    };
  }
  const { competition, noCompetition } = examination;
  if (noCompetition !== undefined) {
    const fact = wrong('competition', noCompetition);
    const others = fact.actions.filter(({ label }) => label !== action.label);
    return { ...fact, actions: [...others, action] };
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
  const join = { label: l10n.t('Accept the Rules'), mending: { kind: 'open', url: rulesUrl } } as const;
  return { ...bare('competition', 'notice', text), notes, actions: entered ? [] : [join] };
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
  const fact = lookedAt('account', account);
  // The button says it: the ways of a terminal would only be in the way.
  return account.state === 'seen' && needsSignIn(account.problem?.code) ? { ...fact, notes: [] } : fact;
}

function engineFact({ examination: { engine } }: Around): Fact {
  return lookedAt('engine', engine);
}

function lookedAt(name: FactName, look: Look): Fact {
  if (look.state === 'checking') return bare(name, 'checking', l10n.t('Looking…'));
  const again = { label: l10n.t('Look Again'), mending: { kind: 'look-again' } } as const;
  if (look.state === 'unknown')
    return { ...bare(name, 'unknown', l10n.t('Not looked at yet')), actions: [again] };
  const { text, notes, problem } = look;
  if (problem !== undefined) {
    const fact = wrong(name, problem);
    return { ...fact, notes: [...fact.notes, ...notes], actions: [...fact.actions, again] };
  }
  if (notes.length === 0) return bare(name, 'good', text);
  return { ...bare(name, 'notice', text), notes, actions: [again] };
}

function bare(name: FactName, state: FactState, text: string): Fact {
  return { name, state, text, notes: [], actions: [] };
}

/** What is wrong, with its remedies, and those of them that the editor takes. */
function wrong(name: FactName, problem: ProblemView): Fact {
  return {
    ...bare(name, 'missing', problem.title),
    notes: problem.actions.map(({ title }) => title),
    actions: remediesOf(problem).map(({ label, command, argument }) => ({
      label,
      mending: { kind: 'command', command, argument },
    })),
  };
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
