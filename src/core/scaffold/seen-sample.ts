import * as l10n from '@vscode/l10n';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUserError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import type { KaggleClient } from '../../kaggle/client.ts';
import { CsvError } from '../contract/submission/csv-rows.ts';
import { findSample } from '../contract/submission/expectation.ts';
import { ContentError } from '../contract/submission/packed-text.ts';
import { readSample } from '../contract/submission/sample-columns.ts';
import { demandSupported } from '../contract/submission/supported.ts';
import type { Ports } from '../stage.ts';

/** What of a competition's sample submission the baseline is written for. */
export interface SeenSample {
  readonly name: string;
  /** So many columns at the beginning say which row it is. */
  readonly keys: number;
}

/** What a look at a competition shows: its sample; that its host calls a function; or why it was not seen, for people. */
export type Seen = SeenSample | { readonly callsNotebook: true } | { readonly unseen: string };

/** Where nothing could be seen: what most competitions have. */
export const USUAL_SAMPLE: SeenSample = { name: 'sample_submission.csv', keys: 1 };

/** Pure: the same for the package's files. */
export function seenFacts(
  seen: Seen,
): { readonly sample: SeenSample } | { readonly callsNotebook: true } | Record<string, never> {
  if ('unseen' in seen) return {};
  return 'callsNotebook' in seen ? seen : { sample: seen };
}

/** More is not downloaded for a look. */
const MOST_BYTES = 50_000_000;
/** With these no package for the competition could come to a score. */
const FATAL: ReadonlySet<string> = new Set(['kaggle-not-found', 'competition-unsupported']);

/**
 * Looks at the sample submission of a competition on Kaggle, where it takes one. It cannot be looked at where nobody is
 * signed in, the rules are not accepted, ...
 * @throws UserError `kaggle-not-found`, `competition-unsupported`; CancelledError.
 */
export async function seeSample(
  ports: Pick<Ports, 'kaggle'>,
  competition: string,
  signal: AbortSignal,
): Promise<Seen> {
  try {
    const kaggle = await ports.kaggle();
    const found = await kaggle.competitions.get(competition, signal);
    if ((await demandSupported(found, kaggle, signal)) === true) return { callsNotebook: true };
    return await look(kaggle, competition, signal);
  } catch (error) {
    if (error instanceof CsvError || error instanceof ContentError)
      return { unseen: l10n.t('its sample submission cannot be read ({0}).', error.message) };
    if (!isUserError(error) || FATAL.has(error.code)) throw error;
    const [{ title, url = '' }] = error.actions;
    return { unseen: `${error.title} ${title} ${url}`.trimEnd() };
  }
}

async function look(
  kaggle: KaggleClient,
  competition: string,
  signal: AbortSignal,
): Promise<SeenSample | { readonly unseen: string }> {
  const files = await kaggle.competitions.listFiles(competition, signal);
  const name = findSample(
    files.map((file) => file.name),
    'submission.csv',
  );
  const file = files.find((each) => each.name === name);
  if (file === undefined) return { unseen: l10n.t('its data have no sample submission.') };
  if (!file.name.endsWith('.csv'))
    return { unseen: l10n.t('its sample submission is no CSV file: {0}.', file.name) };
  if (file.bytes > MOST_BYTES)
    return { unseen: l10n.t('its sample submission, {0}, has {1}.', file.name, formatBytes(file.bytes)) };
  const folder = await mkdtemp(join(tmpdir(), 'julia-kaggle-sample-'));
  try {
    const path = join(folder, 'sample.csv');
    await kaggle.competitions.downloadFile(competition, file, path, () => undefined, signal);
    return { name: file.name, keys: (await readSample(path, {})).keys };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
