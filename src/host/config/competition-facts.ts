import { isUserError } from '../../base/errors.ts';
import type { Competition, KaggleClient } from '../../kaggle/client.ts';
import { remediesOf } from '../editor/remedies.ts';

/** How long an answer is believed; and how long nobody is asked again after there was none. */
const ANSWER_MS = 10 * 60_000;
const SILENCE_MS = 60_000;

interface Known {
  readonly until: number;
  readonly answer: Promise<CompetitionAnswer>;
}

/** `none`: Kaggle has no such competition; `near`: the name of one that may be meant. */
export interface NoCompetition {
  readonly none: true;
  readonly near?: string | undefined;
}

/** `unanswered`: nobody is signed in, or Kaggle does not answer. */
export type CompetitionAnswer = Competition | NoCompetition | 'unanswered';

/** What Kaggle says of competitions, asked once in a while and never in the way: what goes wrong is silence. */
export class CompetitionFacts {
  readonly #known = new Map<string, Known>();

  /** `kaggle` throws when nobody is signed in. `now` in milliseconds. */
  constructor(
    private readonly kaggle: () => Promise<KaggleClient>,
    private readonly now: () => number,
  ) {}

  /** Never throws. */
  async find(slug: string, signal: AbortSignal): Promise<CompetitionAnswer> {
    const client = await this.kaggle().catch(() => undefined);
    if (client === undefined) return 'unanswered';
    const name = `${client.apiUrl} ${slug}`;
    const known = this.#known.get(name);
    if (known !== undefined && this.now() < known.until) return known.answer;
    const answer = ask(client, slug, signal);
    this.#known.set(name, { until: this.now() + ANSWER_MS, answer });
    if ((await answer) === 'unanswered') {
      this.#known.set(name, { until: this.now() + (signal.aborted ? 0 : SILENCE_MS), answer });
    }
    return answer;
  }

  /** The competitions that one has entered; none when nobody answers. Never throws. */
  async entered(signal: AbortSignal): Promise<readonly Competition[]> {
    try {
      return await (await this.kaggle()).competitions.list('', signal);
    } catch {
      return [];
    }
  }
}

async function ask(client: KaggleClient, slug: string, signal: AbortSignal): Promise<CompetitionAnswer> {
  try {
    return await client.competitions.get(slug, signal);
  } catch (error) {
    if (!isUserError(error, 'kaggle-not-found')) return 'unanswered';
    const named = remediesOf(error).find(({ command }) => command === 'chooseCompetition');
    return { none: true, near: named?.argument };
  }
}
