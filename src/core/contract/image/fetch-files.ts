import * as l10n from '@vscode/l10n';
import { UserError } from '../../../base/errors.ts';
import { freeBytes } from '../../../base/files.ts';
import { formatBytes } from '../../../base/format.ts';
import { TransferMeter } from '../../../base/transfer-meter.ts';
import { CONFIG_FILE } from '../../config-file.ts';
import type { StageContext } from '../../stage.ts';

/** More than this is not fetched unasked. */
const ASK_ABOVE_BYTES = 1e9;
/** What the disk keeps free besides. */
const RESERVE_BYTES = 500e6;

/** What was begun and is not whole yet. */
export function isPart(name: string): boolean {
  return /\.(part|unpacked)$/.test(name);
}

/** What is to be fetched to this machine. */
export interface ToFetch {
  /** In a sentence: `the dataset ada/glove version 3`. */
  readonly what: string;
  readonly files: number;
  readonly bytes: number;
  /** More is still being listed. */
  readonly isMore?: boolean;
  /** A folder on the disk that it goes to. */
  readonly folder: string;
}

/**
 * Looks before the first byte whether all of it fits the disk, and asks where it is more than 1 GB.
 * @returns whether it was so much.
 * @throws UserError `disk-full`; `download-declined`.
 */
export async function agreeToFetch(
  wanted: ToFetch,
  { confirmFetch }: Pick<StageContext, 'confirmFetch'>,
): Promise<boolean> {
  const free = (await freeBytes(wanted.folder)) ?? Infinity;
  if (wanted.bytes + RESERVE_BYTES > free && wanted.bytes > 0) throw noSpace(wanted, free);
  if (wanted.bytes <= ASK_ABOVE_BYTES) return false;
  if ((await confirmFetch?.(inWords(wanted))) === false) throw declined(wanted);
  return true;
}

/** Pure: `the dataset ada/glove version 3: 12 files, 3.4 GB`. */
function inWords({ what, files, bytes, isMore = false }: ToFetch): string {
  return isMore
    ? l10n.t('{0}: {1} files, {2}, and more that are not listed yet', what, files, formatBytes(bytes))
    : l10n.t('{0}: {1} files, {2}', what, files, formatBytes(bytes));
}

/** Tells how far a fetch of several files is, at which rate, and how long it will take. */
export class FetchProgress {
  readonly #meter: TransferMeter;
  #done = 0;
  #crossed = 0;
  /** Of the file that is on its way: how much of it an earlier try left, and how much there is. */
  #there: { readonly from: number; readonly now: number } | undefined;

  /** @param total absent while it is not known how much there is. */
  constructor(
    private readonly text: string,
    private readonly total: number | undefined,
    private readonly context: Pick<StageContext, 'progress' | 'ports'>,
  ) {
    this.#meter = new TransferMeter(() => context.ports.clock.now());
  }

  /** So much of the file that is on its way is there. */
  readonly onBytes = (now: number): void => {
    this.#there = { from: this.#there?.from ?? now, now };
    this.#meter.note(this.#crossed + now - this.#there.from);
    const done = this.#done + now;
    const pace = this.total === undefined ? '' : this.#meter.text(this.total - done);
    this.context.progress([this.text, ...(pace === '' ? [] : [pace])].join(', '), done, this.total);
  };

  /** The file is whole; the next one follows. */
  next(bytes: number): void {
    this.#crossed += this.#there === undefined ? 0 : this.#there.now - this.#there.from;
    this.#done += bytes;
    this.#there = undefined;
  }
}

function noSpace(wanted: ToFetch, free: number): UserError {
  return new UserError({
    code: 'disk-full',
    title: l10n.t('There is no room for {0}: the disk has {1} free.', inWords(wanted), formatBytes(free)),
    actions: [
      { title: l10n.t('Free some space, or fetch less: only = ["…"] in {0}.', CONFIG_FILE) },
      { title: l10n.t('Or keep downloads on another disk: set JULIA_KAGGLE_CACHE to a folder there.') },
    ],
  });
}

function declined(wanted: ToFetch): UserError {
  return new UserError({
    code: 'download-declined',
    title: l10n.t('Not fetched, as you chose: {0}.', inWords(wanted)),
    actions: [{ title: l10n.t('Name the files that the run needs: only = ["…"] in {0}.', CONFIG_FILE) }],
  });
}
