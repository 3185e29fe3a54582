import { defined } from '../base/defined.ts';
import type { FactItem, FactName, FactState } from '../protocol/panel-state.ts';
import type { Examination, Look } from './examination.ts';
import type { ProjectView } from './project-view.ts';
import type { SetupWords } from './setup-words.ts';

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
  readonly examination: Examination;
}

/** Pure: project, competition, account and engine, each with its state and the one action that mends it. */
export function setupFacts(around: Around, words: SetupWords): readonly Fact[] {
  return [
    projectFact(around, words),
    competitionFact(around, words),
    accountFact(around, words),
    engineFact(around, words),
  ];
}

/** Pure: the facts as the page shows them. While something runs, nothing is changed under it. */
export function presentFacts(facts: readonly Fact[], enabled: boolean, words: SetupWords): FactItem[] {
  return facts.map(({ action, ...fact }) => ({
    ...fact,
    title: words.titles[fact.name],
    word: words.states[fact.state],
    ...defined({ action: action && { label: action.label, enabled } }),
  }));
}

function projectFact({ project, severalProjects }: Around, words: SetupWords): Fact {
  const choose = {
    label: words.chooseProject,
    mending: { kind: 'command', command: 'chooseProject' },
  } as const;
  if (project === undefined) {
    return { ...bare('project', 'missing', words.noProject), action: severalProjects ? choose : undefined };
  }
  return { ...bare('project', 'good', project.folder), action: severalProjects ? choose : undefined };
}

function competitionFact({ project, examination }: Around, words: SetupWords): Fact {
  const settings = { label: words.openSettings, mending: { kind: 'settings' } } as const;
  if (project?.problem !== undefined)
    return { ...bare('competition', 'missing', project.problem.title), action: settings };
  const slug = project?.competition;
  if (slug === undefined) {
    const action = {
      label: words.chooseCompetition,
      mending: { kind: 'command', command: 'chooseCompetition' },
    } as const;
    return {
      ...bare('competition', 'missing', words.noCompetition),
      action: project === undefined ? undefined : action,
    };
  }
  const { competition } = examination;
  if (competition === undefined) return bare('competition', 'good', slug);
  const { deadline, entered, isOver, rulesUrl } = competition;
  const text = deadline === undefined ? slug : words.until(slug, deadline.slice(0, 10));
  if (isOver) return { ...bare('competition', 'notice', text), notes: [words.isOver] };
  if (entered) return bare('competition', 'good', text);
  const join = { label: words.joinCompetition, mending: { kind: 'open', url: rulesUrl } } as const;
  return { ...bare('competition', 'notice', text), notes: [words.notJoined], action: join };
}

function accountFact({ examination: { account } }: Around, words: SetupWords): Fact {
  const needsSignIn = account.state === 'seen' && account.problem?.needsSignIn === true;
  const signIn = { label: words.signIn, mending: { kind: 'command', command: 'signIn' } } as const;
  const fact = lookedAt('account', account, words);
  // The button says it: the ways of a terminal would only be in the way.
  return needsSignIn ? { ...fact, notes: [], action: signIn } : fact;
}

function engineFact({ examination: { engine } }: Around, words: SetupWords): Fact {
  return lookedAt('engine', engine, words);
}

function lookedAt(name: FactName, look: Look, words: SetupWords): Fact {
  if (look.state === 'checking') return bare(name, 'checking', words.looking);
  const again = { label: words.lookAgain, mending: { kind: 'look-again' } } as const;
  if (look.state === 'unknown') return { ...bare(name, 'unknown', words.notLooked), action: again };
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
