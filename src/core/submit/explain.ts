import * as l10n from '@vscode/l10n';
import type { ErrorAction } from '../../base/errors.ts';

/** The six kinds of error that Kaggle gives a submission of a notebook. */
export type SubmissionErrorKind =
  'exception' | 'timeout' | 'compute' | 'file-missing' | 'scoring' | 'kaggle' | 'unknown';

export interface SubmissionExplanation {
  readonly kind: SubmissionErrorKind;
  /** What happened, in a sentence. */
  readonly reason: string;
  /** What to look at. */
  readonly actions: readonly [ErrorAction, ...ErrorAction[]];
  /** Submitting the very same again may succeed. */
  readonly mayPass: boolean;
}

/** Something to look at; of a rerun on hidden data alone, or of any. */
type Look = string | { readonly ofRerun: string };

interface Class {
  readonly kind: SubmissionErrorKind;
  /** Kaggle's name of it. */
  readonly name: string;
  /** Words of the sentences by which Kaggle explains it. */
  readonly signs: readonly RegExp[];
  reason(): string;
  looks(): readonly Look[];
}

function hidden(): string {
  return l10n.t('The hidden test set is larger than the public one, and may hold values that it does not.');
}

/**
 * There is no code, only Kaggle's words: the name of the class, its sentence, or both. The names are those of Kaggle's
 * page "Code Competition Debugging", as handed on by currypurin.com/entry/error.
 */
const CLASSES: readonly Class[] = [
  {
    kind: 'exception',
    name: 'Notebook Threw Exception',
    signs: [/threw an? (unhandled )?(exception|error)/i, /unhandled (error|exception)/i],
    reason: () => l10n.t('In the scoring run the program ended with an error.'),
    looks: () => [
      {
        ofRerun: l10n.t(
          '{0} Look for missing values, empty groups, new categories and files by fixed names.',
          hidden(),
        ),
      },
      l10n.t('Run it on test data that you have made larger and emptier: [data] folder in JuliaKaggle.toml.'),
    ],
  },
  {
    kind: 'timeout',
    name: 'Notebook Timeout',
    signs: [/timed? ?-?out/i, /exceeded the allowed (run ?)?time/i],
    reason: () => l10n.t('The scoring run took longer than the competition allows.'),
    looks: () => [
      {
        ofRerun: l10n.t(
          '{0} Compare the time of the rehearsal, by rows, with the limit under "Code Requirements".',
          hidden(),
        ),
      },
      l10n.t(
        'Look at what grows with the rows, and whether all threads are used: [run] threads in JuliaKaggle.toml.',
      ),
    ],
  },
  {
    kind: 'compute',
    name: 'Notebook Exceeded Allowed Compute',
    signs: [/more (ram|memory|disk)/i, /out of memory/i, /violated a (code requirement )?constraint/i],
    reason: () =>
      l10n.t(
        'The scoring run asked for more memory or disk than there is, or broke a rule of the competition.',
      ),
    looks: () => [
      {
        ofRerun: l10n.t(
          "{0} Compare the peak memory of the rehearsal with Kaggle's limit; read and predict in pieces.",
          hidden(),
        ),
      },
      l10n.t(
        'Check the "Code Requirements" of the competition: sources, their sizes, internet, accelerator.',
      ),
    ],
  },
  {
    kind: 'file-missing',
    name: 'Submission CSV Not Found',
    signs: [
      /submission (file|csv|parquet) (was )?not found/i,
      /(could not find|did not output) the (expected )?submission/i,
    ],
    reason: () => l10n.t('The scoring run ended without a submission file.'),
    looks: () => [
      {
        ofRerun: l10n.t(
          'An error in a notebook often shows like this: the run ends before the file is written. {0}',
          hidden(),
        ),
      },
      l10n.t(
        'Check that the file is written to {working} under the name in [output] file, whatever the test data holds.',
      ),
    ],
  },
  {
    kind: 'scoring',
    name: 'Submission Scoring Error',
    signs: [
      /incorrect format/i,
      /submission format/i,
      /(rows|columns|values?|id)\b.*\b(expected|missing|null)/i,
    ],
    reason: () => l10n.t('Kaggle could not score the submission file.'),
    looks: () => [
      l10n.t(
        'Compare it with sample_submission: number of rows, names of columns, empty or infinite values, types.',
      ),
      {
        ofRerun: l10n.t(
          '{0} One row for each id of the hidden test set is wanted, not of the public one.',
          hidden(),
        ),
      },
    ],
  },
  {
    kind: 'kaggle',
    name: 'Kaggle Error',
    signs: [/system error/i],
    reason: () => l10n.t('Something went wrong at Kaggle, not in your program.'),
    looks: () => [
      l10n.t('Run again: the same is submitted once more. That counts against the daily allowance.'),
    ],
  },
];

/**
 * Pure: what became of a submission in Kaggle's words, explained.
 * @param isRerun it was made by a rerun on hidden data, which may be what went wrong.
 * @param description `errorDescription` of the submission (kaggle-api 1.5); undefined when Kaggle gave none.
 */
export function explainSubmissionError(
  description: string | undefined,
  url: string,
  { isRerun }: { readonly isRerun: boolean },
): SubmissionExplanation {
  const found = classOf((description ?? '').toLowerCase().trim());
  const page = { title: l10n.t('Look at the submission on Kaggle'), ...(url === '' ? {} : { url }) };
  if (found === undefined)
    return {
      kind: 'unknown',
      reason: l10n.t('Kaggle could not score it.'),
      actions: isRerun ? [page, { title: hidden() }] : [page],
      mayPass: false,
    };
  const looks = found
    .looks()
    .flatMap((look) => (typeof look === 'string' ? [look] : isRerun ? [look.ofRerun] : []));
  const [first, ...others] = looks.map((title) => ({ title }));
  return {
    kind: found.kind,
    reason: found.reason(),
    actions: first === undefined ? [page] : [first, ...others, page],
    mayPass: found.kind === 'kaggle',
  };
}

/** The name at the beginning counts most, then a name anywhere, then the sentences: each may quote the others. */
function classOf(said: string): Class | undefined {
  return (
    CLASSES.find(({ name }) => said.startsWith(name.toLowerCase())) ??
    CLASSES.find(({ name }) => said.includes(name.toLowerCase())) ??
    CLASSES.find(({ signs }) => signs.some((sign) => sign.test(said)))
  );
}
