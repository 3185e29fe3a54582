import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { GuardedFolder, unsafePath } from '../../base/guarded-folder.ts';
import { Turns } from '../../base/turns.ts';
import { type Artefacts, artefactSchemas } from '../artefacts.ts';
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
  /** What interrupted stages saved. */
  pending: z.record(z.string(), z.unknown()),
  history: z.array(historyEntry),
});
export type RecordContent = z.infer<typeof recordFile>;

/** The run record of one project (design, "Run record"): read once, written atomically at each change. */
export class RunRecord {
  readonly #turns = new Turns();

  private constructor(
    private readonly files: GuardedFolder,
    private readonly path: string,
    private content: RecordContent,
    /** The file was there but could not be read: an older format, or damaged. */
    readonly wasUnreadable: boolean,
  ) {}

  /**
   * Reads the record in `folder` (`<project>/.julia-kaggle`); without one it is empty. Writes nothing.
   * @throws UserError `unsafe-path` when the folder is not this user's own; `file-unreadable`.
   */
  static async open(folder: string): Promise<RunRecord> {
    const files = new GuardedFolder(dirname(folder));
    await refuseForeign(files, folder);
    const path = join(folder, 'record.json');
    const text = await files.readText(path, MOST_BYTES);
    const content = text === undefined ? undefined : parse(text);
    const empty: RecordContent = { format: FORMAT, artefacts: {}, unfinished: [], pending: {}, history: [] };
    return new RunRecord(files, path, content ?? empty, text !== undefined && content === undefined);
  }

  get artefacts(): Partial<Artefacts> {
    // The schema types optional members as `| undefined`; absent and undefined mean the same here.
    return this.content.artefacts as Partial<Artefacts>;
  }

  get history(): readonly HistoryEntry[] {
    return this.content.history;
  }

  /** Keeps a file that could not be read under another name, since it will be written over. Returns that name. */
  async setAside(): Promise<string> {
    const folder = dirname(this.path);
    // One that was kept before stays: it may hold what the later one has not.
    let name = 'record.unreadable.json';
    for (let count = 2; (await this.files.look(join(folder, name))) !== undefined; count += 1)
      name = `record.unreadable-${count}.json`;
    await this.files.rename(this.path, name);
    return name;
  }

  isUnfinished(stage: StageName): boolean {
    return this.content.unfinished.includes(stage);
  }

  /** Notes that a stage begins; until its result is saved, the last one does not stand. */
  async begin(stage: StageName): Promise<void> {
    await this.#write({ ...this.content, unfinished: [...this.#unfinishedBut(stage), stage] });
  }

  pending(stage: StageName): unknown {
    return this.content.pending[stage];
  }

  async savePending(stage: StageName, value: unknown): Promise<void> {
    await this.#write({ ...this.content, pending: { ...this.content.pending, [stage]: value } });
  }

  /** Saves a stage's final result; what it had pending is done with. */
  async saveArtefact<Name extends StageName>(stage: Name, artefact: Artefacts[Name]): Promise<void> {
    const { [stage]: _, ...pending } = this.content.pending;
    const artefacts = { ...this.content.artefacts, [stage]: artefact };
    await this.#write({ ...this.content, artefacts, unfinished: this.#unfinishedBut(stage), pending });
  }

  #unfinishedBut(stage: StageName): StageName[] {
    return this.content.unfinished.filter((name) => name !== stage);
  }

  /** Adds a submission, or what more is known of one to its entry. */
  async saveSubmission(entry: HistoryEntry): Promise<void> {
    await this.#write({ ...this.content, history: withSubmission(this.content.history, entry) });
  }

  /** One after another: of saves side by side the last one has all, and must be the last on the disk too. */
  #write(content: RecordContent): Promise<void> {
    this.content = content;
    const text = `${JSON.stringify(content, undefined, 1)}\n`;
    return this.#turns.take(() => this.files.write(this.path, text));
  }
}

function parse(text: string): RecordContent | undefined {
  try {
    return recordFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
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
async function refuseForeign(files: GuardedFolder, folder: string): Promise<void> {
  const found = await files.look(folder);
  if (found === undefined) return;
  const remedy = `Remove ${folder}, then run again: it is made again.`;
  if (!found.isDirectory())
    throw unsafePath(
      `${folder} is ${found.isSymbolicLink() ? 'a link' : 'a file'}, so it is not used.`,
      remedy,
    );
  // Windows has no such ids.
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user)
    throw unsafePath(`${folder} belongs to another user (${found.uid}), so it is not used.`, remedy);
}
