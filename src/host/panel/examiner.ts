import { isCancelled, isUserError } from '../../base/errors.ts';
import type { Core } from '../../core/core.ts';
import type { Finding } from '../../core/doctor/examine.ts';
import type { Around } from '../around.ts';
import type { Disposable } from '../editor/disposables.ts';
import { problemOf, type ProblemView } from '../run/run-view.ts';

interface ExaminerAround extends Pick<Around, 'vs' | 'core' | 'log' | 'projects'> {
  readonly onChange: () => void;
}

/**
 * Looks at the engine and at the account, when somebody wants to see it and not before. It runs no container and
 * changes nothing; what takes long keeps nothing waiting.
 */
export class Examiner {
  #seen: Examination = NOT_EXAMINED;
  #looking: AbortController | undefined;

  readonly #listening: readonly Disposable[];

  constructor(private readonly around: ExaminerAround) {
    const { workspace, window } = around.vs;
    this.#listening = [
      // Another engine, server or image is to be looked at.
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('juliaKaggle')) this.forget();
      }),
      // The engine was started in it.
      window.onDidCloseTerminal(() => {
        if (isWanting(this.#seen)) this.look();
      }),
      // An engine was started, or rules were accepted, in another window.
      window.onDidChangeWindowState(({ focused }) => {
        if (focused && isWanting(this.#seen)) this.look();
      }),
    ];
  }

  get examination(): Examination {
    return this.#seen;
  }

  /** Looks, unless that was done before. */
  lookOnce(): void {
    if (this.#looking === undefined) this.look();
  }

  /** Looks anew; what is still being looked at is given up. */
  look(): void {
    this.#looking?.abort();
    const controller = new AbortController();
    this.#looking = controller;
    this.#take({ ...NOT_EXAMINED, engine: { state: 'checking' }, account: { state: 'checking' } });
    void this.#look(controller.signal);
  }

  /** What was seen is of another project, or of another account. */
  forget(): void {
    const isLooking = this.#looking !== undefined;
    this.#looking?.abort();
    this.#looking = undefined;
    this.#take(NOT_EXAMINED);
    if (isLooking) this.look();
  }

  dispose(): void {
    for (const listening of this.#listening) listening.dispose();
    this.#looking?.abort();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { projects, core, log } = this.around;
    const { folder, competition } = projects.current ?? {};
    const take = (part: Partial<Examination>): void => {
      if (!signal.aborted) this.#take({ ...this.#seen, ...part });
    };
    try {
      const opened = await core.open();
      await Promise.all([
        lookAtEngine(opened, folder, signal).then(take),
        opened.lookAtAccount(signal).then(async (finding) => {
          take({ account: seen(finding) });
          if (finding.error === undefined && competition !== undefined)
            take(await lookAtCompetition(opened, competition, signal));
        }),
      ]);
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      log.error(error);
      const unknown: Look = { state: 'unknown' };
      const settled = (look: Look): Look => (look.state === 'checking' ? unknown : look);
      take({ engine: settled(this.#seen.engine), account: settled(this.#seen.account) });
    }
  }

  #take(examination: Examination): void {
    this.#seen = examination;
    this.around.onChange();
  }
}

/** Something is wrong that is mended elsewhere. */
function isWanting({ engine, account, competition, noCompetition }: Examination): boolean {
  const isWrong = (look: Look): boolean => look.state === 'seen' && look.problem !== undefined;
  return isWrong(engine) || isWrong(account) || noCompetition !== undefined || competition?.entered === false;
}

async function lookAtEngine(
  core: Core,
  folder: string | undefined,
  signal: AbortSignal,
): Promise<Pick<Examination, 'engine' | 'image'>> {
  const [engine, ...others] = await core.lookAtEngine(folder, signal);
  if (engine === undefined) return { engine: { state: 'unknown' } };
  const image = others.find(({ subject }) => subject === 'image')?.text;
  // What is merely not pulled yet is no fault: the build says what it will pull. Nor is a machine smaller than Kaggle's.
  const told = others.filter(
    ({ subject, error }) => (subject !== 'image' && subject !== 'memory') || error !== undefined,
  );
  const notes = told.flatMap(({ warnings = [], error }) => [
    ...warnings,
    ...(error === undefined ? [] : [error.title]),
  ]);
  return { engine: seen({ ...engine, warnings: [...(engine.warnings ?? []), ...notes] }), image };
}

/** Neither when Kaggle does not say: the run will, with its remedy. */
async function lookAtCompetition(
  { ports }: Core,
  slug: string,
  signal: AbortSignal,
): Promise<Pick<Examination, 'competition' | 'noCompetition'>> {
  try {
    const kaggle = await ports.kaggle();
    const { title, deadline, userHasEntered, submissionsDisabled, isKernelsSubmissionsOnly, url } =
      await kaggle.competitions.get(slug, signal);
    const facts: CompetitionFacts = {
      title,
      deadline,
      entered: userHasEntered,
      takesFiles: !isKernelsSubmissionsOnly,
      isOver: deadline !== undefined && Date.parse(deadline) < ports.clock.now(),
      isClosed: submissionsDisabled,
      rulesUrl: `${url}/rules`,
    };
    return { competition: facts };
  } catch (error) {
    // Any other answer may be another one tomorrow.
    if (isUserError(error, 'kaggle-not-found'))
      return { competition: undefined, noCompetition: problemOf(error) };
    if (isUserError(error)) return { competition: undefined };
    throw error;
  }
}

function seen({ text, warnings = [], error }: Finding): Look {
  const look = { state: 'seen', text, notes: warnings } as const;
  return error === undefined ? look : { ...look, problem: problemOf(error) };
}

/** What was seen when somebody looked at something outside. */
export type Look =
  | { readonly state: 'unknown' }
  | { readonly state: 'checking' }
  | {
      readonly state: 'seen';
      readonly text: string;
      /** What should be otherwise, each with its remedy. */
      readonly notes: readonly string[];
      /** What is wrong; with it nothing can run. */
      readonly problem?: ProblemView | undefined;
    };

/** The competition as Kaggle knows it. */
export interface CompetitionFacts {
  readonly title: string;
  /** As Kaggle gives it, ISO 8601. */
  readonly deadline: string | undefined;
  readonly entered: boolean;
  /** Files as well as notebooks; else notebooks only. */
  readonly takesFiles: boolean;
  /** What is submitted now is late. */
  readonly isOver: boolean;
  /** It takes no submissions at all. */
  readonly isClosed: boolean;
  readonly rulesUrl: string;
}

/** What is known of the world outside of the project. */
export interface Examination {
  readonly engine: Look;
  readonly account: Look;
  /** What the engine says of the image that a run would need; undefined while it has not been asked. */
  readonly image?: string | undefined;
  /** Undefined while it is not known. */
  readonly competition: CompetitionFacts | undefined;
  /** There is no competition of this name. */
  readonly noCompetition?: ProblemView | undefined;
}

export const NOT_EXAMINED: Examination = {
  engine: { state: 'unknown' },
  account: { state: 'unknown' },
  competition: undefined,
};
