import { isCancelled, isUserError } from '../base/errors.ts';
import type { Finding } from '../core/pipeline/examine.ts';
import type { Ports } from '../core/stage.ts';
import { withPorts } from './core.ts';
import type { CredentialStore } from './credential-store.ts';
import { type CompetitionFacts, type Examination, type Look, NOT_EXAMINED } from './examination.ts';
import type { LogChannel } from './log-channel.ts';
import { problemOf } from './problem.ts';
import type { ProjectView } from './project-view.ts';
import { readSettings } from './settings.ts';

interface Around {
  readonly project: () => ProjectView | undefined;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
  readonly onChange: () => void;
}

/**
 * Looks at the engine and at the account, when somebody wants to see it and not before. It runs no container and
 * changes nothing; what takes long keeps nothing waiting.
 */
export class Examiner {
  #seen: Examination = NOT_EXAMINED;
  #looking: AbortController | undefined;

  constructor(private readonly around: Around) {}

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
    this.#take({ engine: { state: 'checking' }, account: { state: 'checking' }, competition: undefined });
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
    this.#looking?.abort();
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { project, credentials, log } = this.around;
    const { folder, competition } = project() ?? {};
    const take = (part: Partial<Examination>): void => {
      if (!signal.aborted) this.#take({ ...this.#seen, ...part });
    };
    try {
      const order = { settings: readSettings(), credentials, logger: log };
      await withPorts(order, (ports) =>
        Promise.all([
          lookAtEngine(ports, folder, order.settings.image, signal).then((engine) => take({ engine })),
          lookAtAccount(ports, signal).then(async (account) => {
            take({ account });
            const isIn = account.state === 'seen' && account.problem === undefined;
            if (isIn && competition !== undefined)
              take({ competition: await lookAtCompetition(ports, competition, signal) });
          }),
        ]),
      );
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

async function lookAtEngine(
  ports: Ports,
  folder: string | undefined,
  image: string | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const { examineEngine, wishesOf } = await import('../core/pipeline/examine.ts');
  const [engine, ...others] = await examineEngine(ports, await wishesOf(folder, image), signal, 'quick');
  if (engine === undefined) return { state: 'unknown' };
  // What is merely not pulled yet is no fault: the build says what it will pull.
  const told = others.filter(({ subject, error }) => subject !== 'image' || error !== undefined);
  const notes = told.flatMap(({ warnings = [], error }) => [
    ...warnings,
    ...(error === undefined ? [] : [error.title]),
  ]);
  return seen({ ...engine, warnings: [...(engine.warnings ?? []), ...notes] });
}

async function lookAtAccount(ports: Ports, signal: AbortSignal): Promise<Look> {
  const { examineAccount } = await import('../core/pipeline/examine.ts');
  return seen(await examineAccount(ports, signal));
}

/** Undefined when Kaggle does not say: the run will, with its remedy. */
async function lookAtCompetition(
  ports: Ports,
  slug: string,
  signal: AbortSignal,
): Promise<CompetitionFacts | undefined> {
  try {
    const kaggle = await ports.kaggle();
    const { title, deadline, userHasEntered, submissionsDisabled, url } = await kaggle.competitions.get(
      slug,
      signal,
    );
    const isPast = deadline !== undefined && Date.parse(deadline) < ports.clock.now();
    return {
      title,
      deadline,
      entered: userHasEntered,
      isOver: isPast || submissionsDisabled,
      rulesUrl: `${url}/rules`,
    };
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

function seen({ text, warnings = [], error }: Finding): Look {
  const look = { state: 'seen', text, notes: warnings } as const;
  return error === undefined ? look : { ...look, problem: problemOf(error) };
}
