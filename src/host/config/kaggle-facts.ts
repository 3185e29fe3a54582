import { isUserError } from '../../base/errors.ts';
import type { Competition, KaggleClient } from '../../kaggle/client.ts';
import { REMOTE } from '../../core/contract/image/remote-inputs.ts';
import type { NamedInput } from '../../core/project/inputs.ts';
import { remediesOf } from '../editor/remedies.ts';
import { type InputItem, inputItems, searchInputs } from './choose-input.ts';

/** How long an answer is believed; and how long nobody is asked again after there was none. */
const ANSWER_MS = 10 * 60_000;
const SILENCE_MS = 60_000;

interface Known {
  readonly until: number;
  readonly answer: Promise<unknown>;
}

/** `none`: Kaggle has no such competition; `near`: the name of one that may be meant. */
export interface NoCompetition {
  readonly none: true;
  readonly near?: string | undefined;
}

/** `unanswered`: nobody is signed in, or Kaggle does not answer. */
export type CompetitionAnswer = Competition | NoCompetition | 'unanswered';

/** The versions of an input, the newest last; undefined for what has none. `unseen`: Kaggle shows no such thing. */
export type InputAnswer = readonly number[] | undefined | 'unseen' | 'unanswered';

/** What Kaggle says of competitions and inputs, asked once in a while and never in the way: what goes wrong is silence. */
export class KaggleFacts {
  readonly #known = new Map<string, Known>();

  /** `kaggle` throws when nobody is signed in. `now` in milliseconds. */
  constructor(
    private readonly kaggle: () => Promise<KaggleClient>,
    private readonly now: () => number,
  ) {}

  /** Never throws. */
  find(slug: string, signal: AbortSignal): Promise<CompetitionAnswer> {
    return this.#answer(`competition:${slug}`, (client) => ask(client, slug, signal), signal);
  }

  /** Never throws. */
  versions(input: Pick<NamedInput, 'kind' | 'ref'>, signal: AbortSignal): Promise<InputAnswer> {
    const name = `${input.kind}:${input.ref}`;
    return this.#answer(name, (client) => askVersions(client, input, signal), signal);
  }

  /** The datasets and models that Kaggle finds for these words; none when nobody answers. Never throws. */
  async search(words: string, signal: AbortSignal): Promise<readonly InputItem[]> {
    const search = (client: KaggleClient) =>
      searchInputs(client, words, signal).catch(() => 'unanswered' as const);
    const found = await this.#answer(`search:${words}`, search, signal);
    return found === 'unanswered' ? [] : inputItems(found, '');
  }

  async #answer<T>(
    what: string,
    work: (client: KaggleClient) => Promise<T | 'unanswered'>,
    signal: AbortSignal,
  ): Promise<T | 'unanswered'> {
    const client = await this.kaggle().catch(() => undefined);
    if (client === undefined) return 'unanswered';
    const name = `${client.apiUrl} ${what}`;
    const known = this.#known.get(name);
    // What is known by this name was given by this work.
    if (known !== undefined && this.now() < known.until) return known.answer as Promise<T | 'unanswered'>;
    const answer = work(client);
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

async function askVersions(
  client: KaggleClient,
  { kind, ref }: Pick<NamedInput, 'kind' | 'ref'>,
  signal: AbortSignal,
): Promise<InputAnswer> {
  try {
    if (kind === 'competition') await client.competitions.get(ref, signal);
    return await REMOTE[kind].versions(client, ref, signal);
  } catch (error) {
    return isUserError(error, 'kaggle-not-found') || isUserError(error, 'kaggle-forbidden')
      ? 'unseen'
      : 'unanswered';
  }
}
