import { resolve } from 'node:path';
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
  file: BlobSource,
  modifiedMs: number,
  signal: AbortSignal,
): Promise<UploadJournal> {
  if (sessions === undefined || file.bytes === 0) return NONE;
  const identity = {
    // A token is good for its owner only.
    account: `${await whoAmI(signal)} at ${transport.apiUrl}`,
    name: file.name,
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
