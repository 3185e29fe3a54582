import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { type ErrorAction, UserError } from '../../../base/errors.ts';

/** At most this many problems of a kind are named; the rest are counted. */
const MAX_NAMED = 5;

/** What can be wrong with a submission, in the order in which it is told. */
const KINDS = ['empty', 'columns', 'duplicate', 'unknown', 'value', 'length', 'missing-id', 'rows'] as const;
export type ProblemKind = (typeof KINDS)[number];

/** Where the rows are found things, such as objects in a picture, none of these is a problem. */
const OF_ROWS: readonly ProblemKind[] = ['duplicate', 'unknown', 'missing-id', 'rows'];
function anyRows(): ErrorAction {
  return {
    title: l10n.t(
      'If the competition leaves open which rows there are, as for things found in pictures, write [output] rows = "any" into JuliaKaggle.toml.',
    ),
  };
}

/** Collects what is wrong with a submission, a few of each kind by name and all by number. */
export class SubmissionProblems {
  readonly #named = new Map<ProblemKind, string[]>();
  readonly #counts = new Map<ProblemKind, number>();

  /** `describe` is called only for the few that are named. */
  add(kind: ProblemKind, describe: () => string): void {
    const named = this.#named.get(kind) ?? [];
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (named.length < MAX_NAMED) this.#named.set(kind, [...named, describe()]);
  }

  /** @throws UserError `submission-file` when there is a problem. `sample` is the file that was compared with. */
  throwIfAny(file: string, sample: string | undefined): void {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    const lines = KINDS.flatMap((kind) => this.#lines(kind));
    throw new UserError({
      code: 'submission-file',
      title:
        total === 1
          ? l10n.t('The submission file does not match the sample: {0}.', lines[0] ?? '')
          : l10n.t(
              'The submission file does not match the sample: {0} (and {1} more).',
              lines[0] ?? '',
              total - 1,
            ),
      detail: [
        sample === undefined ? file : l10n.t('{0}, compared with {1}', file, basename(sample)),
        // The only one is in the sentence above.
        ...(lines.length === 1 ? [] : lines),
      ].join('\n'),
      source: { file, line: 1, message: lines.join('; '), like: sample },
      actions: [
        { title: l10n.t('Correct what the package writes and run again.') },
        ...(OF_ROWS.some((kind) => this.#counts.has(kind)) ? [anyRows()] : []),
      ],
    });
  }

  #lines(kind: ProblemKind): string[] {
    const named = this.#named.get(kind) ?? [];
    const more = (this.#counts.get(kind) ?? 0) - named.length;
    return more > 0 ? [...named, l10n.t('and {0} more of this kind', more)] : named;
  }
}
