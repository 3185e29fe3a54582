import { isCancelled, isUserError, messageOf } from '../../base/errors.ts';
import type { KaggleClient, NotebookLogLine } from '../../kaggle/client.ts';
import type { StageContext } from '../stage.ts';

/**
 * Hands on the log of a run while it goes on. It is a convenience: what breaks off, or is of another version because
 * somebody pushed one meanwhile, is made good from the whole log after the end.
 */
export class LiveLog {
  readonly #stopping = new AbortController();
  readonly #shown: NotebookLogLine[] = [];
  #following: Promise<Error | undefined> | undefined;

  constructor(
    private readonly notebooks: Pick<KaggleClient['notebooks'], 'followLog'>,
    private readonly notebook: { readonly owner: string; readonly slug: string },
    private readonly context: Pick<StageContext, 'log' | 'signal'>,
  ) {}

  /** Begins to follow, if it has not begun. */
  start(): void {
    // What it throws is kept for `stop`.
    this.#following ??= this.#follow().then(() => undefined, errorOf);
  }

  /** Ends following, and hands on what of the whole log was not handed on. */
  async finish(whole: readonly NotebookLogLine[]): Promise<void> {
    await this.stop();
    const rest = unseen(this.#shown, whole);
    if (rest === undefined) this.context.log('note', 'The whole log, as Kaggle keeps it:');
    for (const line of rest ?? whole) this.#show(line);
  }

  /** Ends following. @throws what is no trouble of the log's but a bug. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const error = await this.#following;
    this.#following = undefined;
    if (error !== undefined && !isCancelled(error) && !isUserError(error)) throw error;
  }

  async #follow(): Promise<void> {
    const { owner, slug } = this.notebook;
    const signal = AbortSignal.any([this.context.signal, this.#stopping.signal]);
    try {
      for await (const line of this.notebooks.followLog(owner, slug, signal)) this.#show(line);
    } catch (error) {
      if (isUserError(error))
        this.context.log('note', `The live log broke off; the rest comes after the run. (${error.title})`);
      throw error;
    }
  }

  #show(line: NotebookLogLine): void {
    this.#shown.push(line);
    for (const text of linesOf(line)) this.context.log(line.stream, text);
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}

/** Pure: the lines of an entry, without the line end that most have. */
export function linesOf({ text }: NotebookLogLine): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/**
 * Pure: what of the whole log was not shown, or undefined when what was shown is no beginning of it. Entries may be cut
 * otherwise live than afterwards, so it is their text that is compared.
 */
function unseen(
  shown: readonly NotebookLogLine[],
  whole: readonly NotebookLogLine[],
): readonly NotebookLogLine[] | undefined {
  if (shown.every(({ text }, index) => whole[index]?.text === text)) return whole.slice(shown.length);
  const [seen, all] = [textOf(shown), textOf(whole)];
  if (!all.startsWith(seen)) return undefined;
  const text = all.slice(seen.length);
  return text === '' ? [] : [{ stream: 'stdout', seconds: whole.at(-1)?.seconds ?? 0, text }];
}

function textOf(lines: readonly NotebookLogLine[]): string {
  return lines.map(({ text }) => text).join('');
}
