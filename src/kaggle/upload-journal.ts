import * as l10n from '@vscode/l10n';
import { resolve } from 'node:path';
import { isUserError, UserError } from '../base/errors.ts';
import type { BlobSource } from './blob-reader.ts';
import type { Connection } from './connection.ts';
import type { UploadSession } from './upload-sessions.ts';

/** Where an upload stands to the sessions that outlive the program. */
export interface UploadJournal {
  /** A session of this very file that an earlier process opened. */
  readonly earlier: Pick<UploadSession, 'token' | 'createUrl'> | undefined;
  /** Keeps a session that was opened just now. */
  opened(session: Pick<UploadSession, 'token' | 'createUrl'>): Promise<void>;
}

const NONE: UploadJournal = { earlier: undefined, opened: () => Promise.resolve() };

/**
 * The journal of one file's upload: none where no folder for sessions was given, for an empty file, or while another
 * process uploads the same file.
 */
export async function openJournal(
  { sessions, transport, whoAmI }: Connection,
  file: BlobSource & { readonly purpose: string },
  modifiedMs: number,
  signal: AbortSignal,
): Promise<UploadJournal> {
  if (sessions === undefined || file.bytes === 0) return NONE;
  const identity = {
    // A token is good for its owner only.
    account: `${await whoAmI(signal)} at ${transport.apiUrl}`,
    name: file.name,
    purpose: file.purpose,
    path: resolve(file.path),
    bytes: file.bytes,
    modifiedMs,
    sha256: file.sha256,
  };
  const earlier = await sessions.find(identity);
  if (earlier === 'busy') return NONE;
  // From now on it is this process's.
  if (earlier !== undefined) await sessions.save(identity, earlier);
  return { earlier, opened: (session) => sessions.save(identity, session) };
}

/**
 * Makes a dataset version from uploaded files, and forgets their upload sessions when it is made. Whether a token can
 * be used a second time is not known [assumed: not]: when Kaggle refuses tokens that an earlier call handed over
 * already, they are forgotten too, so that the next try uploads the files anew.
 * @throws UserError `upload-stale` in that case; else what `make` throws.
 */
export async function spendTokens<T>(
  { sessions }: Connection,
  tokens: readonly string[],
  make: () => Promise<T>,
): Promise<T> {
  if (sessions === undefined) return make();
  const offeredBefore = await sessions.offer(tokens);
  try {
    const made = await make();
    await sessions.forget(tokens);
    return made;
  } catch (error) {
    if (offeredBefore.length === 0 || !isRefusal(error)) throw error;
    await sessions.forget(offeredBefore);
    throw stale(error);
  }
}

function isRefusal(error: unknown): error is UserError {
  return isUserError(error, 'kaggle-refused') || isUserError(error, 'kaggle-not-found');
}

function stale(refusal: UserError): UserError {
  return new UserError({
    code: 'upload-stale',
    title: l10n.t('Kaggle does not take the files that an earlier run uploaded.'),
    detail: refusal.message,
    actions: [{ title: l10n.t('Run again: they are uploaded anew.') }],
    cause: refusal,
  });
}
