import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Clock } from '../base/abort.ts';
import { messageOf, systemCode } from '../base/errors.ts';
import { readTextIfPresent, writePrivately } from '../base/files.ts';
import { fingerprint } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import type { Logger } from '../base/logger.ts';

/** A session lives a week in the store; the official client, too, forgets its own a day before. (kaggle-api 2.3) */
const LIFE_MS = 6 * 24 * 3600 * 1000;

/** Which file an upload session is of: only a file that is the same in all of this is gone on with. */
export interface UploadIdentity {
  /** Whose session it is: API address and user name. */
  readonly account: string;
  /** Name in the dataset, which is fixed when the session is opened. (kaggle-api 2.2) */
  readonly name: string;
  /** What it is uploaded for: empty for a dataset, else e.g. the competition that it is submitted to. */
  readonly purpose: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

const session = z.object({
  account: z.string(),
  name: z.string(),
  /** Absent in older sessions: those are of datasets. */
  purpose: z._default(z.string(), ''),
  path: z.string(),
  bytes: z.number(),
  modifiedMs: z.number(),
  sha256: z.string(),
  token: z.string(),
  createUrl: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  /** The token was handed to Kaggle for a dataset version, and no success was heard of. */
  offered: z.boolean(),
  /** The process that works with it. */
  holder: z.number(),
});
export type UploadSession = z.infer<typeof session>;

export interface SessionSurroundings {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This process, and whether another one is alive; replaced in tests. */
  readonly processId?: number;
  readonly isAlive?: (processId: number) => boolean;
}

/**
 * Upload sessions that outlive the program: one small file each, written before the first byte is sent and removed
 * when the dataset version with the file exists. A file whose upload is complete but not used yet keeps its session,
 * so that its token is used by the next run. The folder is a help and no more: when it cannot be read or written, the
 * upload goes on without.
 */
export class UploadSessions {
  readonly #around: Required<SessionSurroundings>;
  #tidied = false;

  constructor(around: SessionSurroundings) {
    this.#around = { processId: process.pid, isAlive, ...around };
  }

  /**
   * The session of this very file, or undefined when there is none to go on with. `busy`: another process works with
   * one, so that this file's session must not be saved, either.
   */
  async find(identity: UploadIdentity): Promise<UploadSession | 'busy' | undefined> {
    await this.#tidy();
    const found = await this.#read(this.#fileOf(identity));
    if (found === undefined || this.#isOld(found)) return undefined;
    const { holder } = found;
    if (holder !== this.#around.processId && this.#around.isAlive(holder)) return 'busy';
    return isOf(found, identity) ? found : undefined;
  }

  /** Keeps a session, in place of an earlier one of the same file. `startedAt`: now, when it is left out. */
  async save(
    identity: UploadIdentity,
    opened: Pick<UploadSession, 'token' | 'createUrl'> & Partial<UploadSession>,
  ): Promise<void> {
    const { clock, processId } = this.#around;
    const kept: UploadSession = {
      startedAt: clock.now(),
      offered: false,
      ...opened,
      ...identity,
      holder: processId,
    };
    await this.#write(this.#fileOf(identity), kept);
  }

  /** Removes what is kept of these tokens. */
  async forget(tokens: readonly string[]): Promise<void> {
    for (const [file] of await this.#of(tokens)) await this.#remove(file);
  }

  /**
   * Notes that these tokens are handed to Kaggle now.
   * @returns those of them that had been handed over before: should Kaggle refuse now, they may be used up.
   */
  async offer(tokens: readonly string[]): Promise<readonly string[]> {
    const known = await this.#of(tokens);
    for (const [file, kept] of known) if (!kept.offered) await this.#write(file, { ...kept, offered: true });
    return known.filter(([, { offered }]) => offered).map(([, { token }]) => token);
  }

  async #of(tokens: readonly string[]): Promise<(readonly [file: string, UploadSession])[]> {
    const all = await this.#all();
    return all.flatMap(([file, kept]) =>
      kept !== undefined && tokens.includes(kept.token) ? [[file, kept] as const] : [],
    );
  }

  async #all(): Promise<(readonly [file: string, UploadSession | undefined])[]> {
    const names = await readdir(this.#around.folder).catch(() => []);
    const files = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(this.#around.folder, name));
    return Promise.all(files.map(async (file) => [file, await this.#read(file)] as const));
  }

  /** Once in the life of the program: removes what is too old to be gone on with, or cannot be read. */
  async #tidy(): Promise<void> {
    if (this.#tidied) return;
    this.#tidied = true;
    for (const [file, kept] of await this.#all())
      if (kept === undefined || this.#isOld(kept)) await this.#remove(file);
    await this.#removeHalfWritten();
  }

  /** Removes what a process that was killed while it wrote a session left beside it. */
  async #removeHalfWritten(): Promise<void> {
    const { folder, processId } = this.#around;
    for (const entry of await readdir(folder).catch(() => [])) {
      const [, name] = /^(.+\.json)\.\d+$/.exec(entry) ?? [];
      if (name === undefined) continue;
      const holder = (await this.#read(join(folder, name)))?.holder;
      const isOthers = holder !== undefined && holder !== processId && this.#around.isAlive(holder);
      if (!isOthers) await this.#remove(join(folder, entry));
    }
  }

  #isOld({ startedAt }: UploadSession): boolean {
    return this.#around.clock.now() - startedAt > LIFE_MS;
  }

  /** One for each file, whatever its content: an upload of new content takes the place of the old one's. */
  #fileOf({ account, name, purpose, path }: UploadIdentity): string {
    const of = { account, name, path, ...(purpose !== '' && { purpose }) };
    return join(this.#around.folder, `${fingerprint(of).slice(0, 32)}.json`);
  }

  async #read(file: string): Promise<UploadSession | undefined> {
    // Unreadable is as good as not there.
    return readJson(session, await readTextIfPresent(file).catch(() => undefined));
  }

  async #write(file: string, kept: UploadSession): Promise<void> {
    await writePrivately(file, `${JSON.stringify(kept)}\n`).catch((error: unknown) => {
      this.#around.logger.warn(`This upload cannot be resumed by a later run: ${messageOf(error)}`);
    });
  }

  async #remove(file: string): Promise<void> {
    await rm(file, { force: true }).catch((error: unknown) => {
      this.#around.logger.warn(`${file} cannot be removed: ${messageOf(error)}`);
    });
  }
}

function isOf(kept: UploadSession, wanted: UploadIdentity): boolean {
  return (
    kept.account === wanted.account &&
    kept.name === wanted.name &&
    kept.purpose === wanted.purpose &&
    kept.path === wanted.path &&
    kept.bytes === wanted.bytes &&
    kept.modifiedMs === wanted.modifiedMs &&
    kept.sha256 === wanted.sha256
  );
}

/** Signal 0 only asks. A process of somebody else's answers EPERM and is alive. */
function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
