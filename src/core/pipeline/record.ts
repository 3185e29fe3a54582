import * as l10n from '@vscode/l10n';
import { dirname, join, resolve, sep } from 'node:path';
import * as z from 'zod/mini';
import { defined } from '../../base/defined.ts';
import { unsafePath } from '../../base/folder-walk.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { readJson } from '../../base/json.ts';
import { Turns } from '../../base/turns.ts';
import { type Artefacts, artefactSchemas, type BundlePart } from '../artefacts.ts';
import { type PartKind, PARTS, tarballPath } from '../packing.ts';
import { STAGE_NAMES, type StageName } from '../stages.ts';
import { type HistoryEntry, historyEntry, withSubmission } from './history.ts';

/** Raised when an older record can no longer be read; the run then starts afresh, and says so. */
const FORMAT = 1;

/** A record of thousands of submissions has some megabytes. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The folder of a project's run record, below the project. */
export const RECORD_FOLDER = '.julia-kaggle';

/** The lock that a run of the project holds. @param folder `<project>/.julia-kaggle`. */
export function lockOf(folder: string): string {
  return join(folder, 'run.lock');
}

const recordFile = z.object({
  format: z.literal(FORMAT),
  artefacts: z.partial(z.object(artefactSchemas)),
  /** Stages that were begun and not finished: what they speak of may be half done, so their result stands no more. */
  unfinished: z.array(z.enum(STAGE_NAMES)),
  /** Why those of them that did not end well failed; one that was interrupted is not here. Absent in older records. */
  failures: z.optional(z.record(z.string(), z.string())),
  /** How long each stage took when it last did its work, in milliseconds. Absent in older records. */
  times: z.optional(z.record(z.string(), z.number())),
  /** What interrupted stages saved. */
  pending: z.record(z.string(), z.unknown()),
  history: z.array(historyEntry),
});
export type RecordContent = z.infer<typeof recordFile>;

const EMPTY: RecordContent = { format: FORMAT, artefacts: {}, unfinished: [], pending: {}, history: [] };

/** How the record's file is reached. */
export type RecordFiles = Pick<GuardedFolder, 'look' | 'readText' | 'write' | 'rename'>;

/** The run record of one project (design, "Run record"): read when it has changed, written atomically at each change. */
export class RunRecord {
  readonly #turns = new Turns();

  readonly #files: RecordFiles;
  readonly #path: string;
  #content = EMPTY;
  #wasUnreadable = false;
  /** The file as it was when it was read or written last; undefined where that is not known. */
  #seen: string | undefined;
  #isHeld = false;

  private constructor(
    private readonly folder: string,
    files: RecordFiles,
  ) {
    this.#files = files;
    this.#path = join(folder, 'record.json');
  }

  /**
   * Reads the record in `folder` (`<project>/.julia-kaggle`); without one it is empty. Writes nothing.
   * @throws UserError `unsafe-path` when the folder is not this user's own; `file-unreadable`.
   */
  static async open(
    folder: string,
    files: RecordFiles = new GuardedFolder(dirname(folder)),
  ): Promise<RunRecord> {
    const record = new RunRecord(folder, files);
    await record.renew();
    return record;
  }

  /** Takes in what another program, or a run that failed to write, left there since. @throws as `open`. */
  renew(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#isHeld) return;
      await refuseForeign(this.#files, this.folder);
      const seen = await this.#look();
      if (seen === this.#seen) return;
      const text = await this.#files.readText(this.#path, MOST_BYTES);
      const content = text === undefined ? EMPTY : readJson(recordFile, text);
      this.#content =
        content === undefined ? EMPTY : { ...content, artefacts: this.#here(content.artefacts) };
      this.#wasUnreadable = content === undefined;
      this.#seen = seen;
    });
  }

  /** For a run, which has the project's lock: while `work` goes on, what is here is what counts, and nobody else writes. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    await this.renew();
    this.#isHeld = true;
    try {
      return await work();
    } finally {
      this.#isHeld = false;
    }
  }

  /** The file was there but could not be read: an older format, or damaged. */
  get wasUnreadable(): boolean {
    return this.#wasUnreadable;
  }

  get artefacts(): Partial<Artefacts> {
    // The schema types optional members as `| undefined`; absent and undefined mean the same here.
    return this.#content.artefacts as Partial<Artefacts>;
  }

  get history(): readonly HistoryEntry[] {
    return this.#content.history;
  }

  /** Keeps a file that could not be read under another name, since it will be written over. Returns that name. */
  async setAside(): Promise<string> {
    // One that was kept before stays: it may hold what the later one has not.
    let name = 'record.unreadable.json';
    for (let count = 2; (await this.#files.look(join(this.folder, name))) !== undefined; count += 1)
      name = `record.unreadable-${count}.json`;
    await this.#files.rename(this.#path, name);
    this.#wasUnreadable = false;
    return name;
  }

  isUnfinished(stage: StageName): boolean {
    return this.#content.unfinished.includes(stage);
  }

  /** Why a stage that was begun failed; undefined where it was interrupted, is at work, or ended well. */
  failureOf(stage: StageName): string | undefined {
    return this.#content.failures?.[stage];
  }

  /** How many milliseconds the stage took when it last did its work; undefined where that is not known. */
  timeOf(stage: StageName): number | undefined {
    return this.#content.times?.[stage];
  }

  /** Notes that a stage begins; until its result is saved, the last one does not stand. */
  async begin(stage: StageName): Promise<void> {
    const unfinished = [...this.#unfinishedBut(stage), stage];
    await this.#write({ ...this.#content, unfinished, failures: this.#failuresBut(stage) });
  }

  /** Notes why a stage that was begun failed, in a sentence. */
  async fail(stage: StageName, why: string): Promise<void> {
    await this.#write({ ...this.#content, failures: { ...this.#content.failures, [stage]: why } });
  }

  pending(stage: StageName): unknown {
    return this.#content.pending[stage];
  }

  async savePending(stage: StageName, value: unknown): Promise<void> {
    await this.#write({ ...this.#content, pending: { ...this.#content.pending, [stage]: value } });
  }

  /** Saves a stage's final result, and how long that took; what it had pending is done with. */
  async saveArtefact<Name extends StageName>(
    stage: Name,
    artefact: Artefacts[Name],
    milliseconds?: number,
  ): Promise<void> {
    const { [stage]: _, ...pending } = this.#content.pending;
    const artefacts = { ...this.#content.artefacts, [stage]: artefact };
    const [unfinished, failures] = [this.#unfinishedBut(stage), this.#failuresBut(stage)];
    const times = { ...this.#content.times, ...(milliseconds !== undefined && { [stage]: milliseconds }) };
    await this.#write({ ...this.#content, artefacts, unfinished, failures, times, pending });
  }

  /** Forgets a stage's result, and keeps what its next run is to know. */
  async takeBack(stage: StageName, why: unknown): Promise<void> {
    const { [stage]: _, ...artefacts } = this.#content.artefacts;
    await this.#write({ ...this.#content, artefacts, pending: { ...this.#content.pending, [stage]: why } });
  }

  #unfinishedBut(stage: StageName): StageName[] {
    return this.#content.unfinished.filter((name) => name !== stage);
  }

  #failuresBut(stage: StageName): RecordContent['failures'] {
    const { [stage]: _, ...failures } = this.#content.failures ?? {};
    return failures;
  }

  /** Adds a submission, or what more is known of one to its entry. */
  async saveSubmission(entry: HistoryEntry): Promise<void> {
    await this.#write({ ...this.#content, history: withSubmission(this.#content.history, entry) });
  }

  /** One after another: of saves side by side the last one has all, and must be the last on the disk too. */
  #write(content: RecordContent): Promise<void> {
    this.#content = content;
    const text = `${JSON.stringify(content, undefined, 1)}\n`;
    return this.#turns.take(async () => {
      this.#seen = undefined;
      await this.#files.write(this.#path, text);
      this.#seen = await this.#look();
    });
  }

  /** The tarballs lie below this folder, also after it was moved or copied. What is elsewhere, e.g. a model, is as it was. */
  #here({ pack, ...others }: RecordContent['artefacts']): RecordContent['artefacts'] {
    if (pack === undefined) return others;
    const isTarball = (kind: PartKind, path: string): boolean =>
      PARTS[kind].unpackTo !== undefined && path.endsWith(tarballPath(join(sep, RECORD_FOLDER), kind));
    const here = ({ kind, files, ...part }: BundlePart): BundlePart => ({
      ...part,
      kind,
      files: files.map((file) =>
        isTarball(kind, file.path) ? { ...file, path: tarballPath(this.folder, kind) } : file,
      ),
    });
    const otherModes = pack.otherModes?.map(({ part, compiled }) => ({ part: here(part), compiled }));
    return { ...others, pack: { ...pack, parts: pack.parts.map(here), ...defined({ otherModes }) } };
  }

  async #look(): Promise<string> {
    const found = await this.#files.look(this.#path);
    if (found === undefined) return 'missing';
    return [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
  }
}

/** A way to the record of the project in this folder, which is opened once, when somebody first asks. */
export function recordOf(projectFolder: string): () => Promise<RunRecord> {
  let opened: Promise<RunRecord> | undefined;
  return () => (opened ??= RunRecord.open(join(resolve(projectFolder), RECORD_FOLDER)));
}

/** Makes the folder of the run record, which keeps itself out of git. Returns its path. */
export async function prepareFolder(projectRoot: string): Promise<string> {
  const files = new GuardedFolder(projectRoot);
  const folder = join(projectRoot, RECORD_FOLDER);
  await refuseForeign(files, folder);
  const ignore = join(folder, '.gitignore');
  if ((await files.look(ignore)) === undefined) await files.write(ignore, '*\n');
  return folder;
}

/**
 * What is below the folder is believed and written over, so it must be this user's own.
 * @throws UserError `unsafe-path` when it is a link or a file, or belongs to another user of this machine.
 */
async function refuseForeign(files: Pick<GuardedFolder, 'look'>, folder: string): Promise<void> {
  const found = await files.look(folder);
  if (found === undefined) return;
  const remedy = l10n.t('Remove {0}, then run again: it is made again.', folder);
  if (!found.isDirectory())
    throw unsafePath(
      found.isSymbolicLink()
        ? l10n.t('{0} is a link, so it is not used.', folder)
        : l10n.t('{0} is a file, so it is not used.', folder),
      remedy,
    );
  // Windows has no such ids.
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user)
    throw unsafePath(
      l10n.t('{0} belongs to another user ({1}), so it is not used.', folder, found.uid),
      remedy,
    );
}
