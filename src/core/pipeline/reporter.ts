import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../base/abort.ts';
import { defined } from '../../base/defined.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { cappedLine, cappedLines } from '../../base/kept-lines.ts';
import type { Engine } from '../../docker/engine.ts';
import { type OnCost, timedEngine } from '../../docker/timed-engine.ts';
import type { Project, Submission } from '../artefacts.ts';
import type { OnEvent } from '../events.ts';
import type { Ports, StageContext } from '../stage.ts';
import type { StageName } from '../stages.ts';
import type { RunRecord } from './record.ts';
import { stageLog } from './stage-log.ts';

const PROGRESS_EVERY_MS = 100;

export interface Reporter {
  readonly context: StageContext;
  /** Begins the stage's log file, so that one of an earlier run is gone even when nothing is printed now. */
  begin(): void;
  /** Ends the stage's log file. */
  close(): Promise<void>;
}

interface Surroundings {
  readonly ports: Ports;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly folder: string;
  readonly record: RunRecord;
  readonly project: Project;
  /** Of the project's folder, see `checkoutOf`. */
  readonly checkout: string;
  readonly confirmWithoutGpu?: StageContext['confirmWithoutGpu'];
  readonly confirmFetch?: StageContext['confirmFetch'];
  readonly note?: string | undefined;
  readonly probe?: boolean | undefined;
  /** A preview writes no log: that of the last run stays. */
  readonly isPreview?: boolean;
  readonly anew?: boolean;
  readonly adopt?: readonly string[] | undefined;
  /** Absent: no submission is made, as in a preview. */
  readonly keepSubmission?: (submission: Submission) => Promise<void>;
}

/** What a stage is lent: its words become events, and its log also a file, `.julia-kaggle/logs/<stage>.log`. */
export function openStage(stage: StageName, around: Surroundings): Reporter {
  const { ports, signal, onEvent, folder, record, project, confirmWithoutGpu, confirmFetch } = around;
  const files = new GuardedFolder(project.root);
  let file: LogFile | undefined;
  const begin = (): LogFile | undefined =>
    around.isPreview === true ? undefined : (file ??= new LogFile(files, stageLog(folder, stage)));
  const written = cappedLines((text) => begin()?.write(text));
  const engine = async (until: AbortSignal): Promise<Engine> => {
    const onCost: OnCost = (what, milliseconds) => onEvent({ kind: 'cost', stage, what, milliseconds });
    return timedEngine(await ports.engine(until), onCost, () => ports.clock.now());
  };
  const context: StageContext = {
    ports: { ...ports, engine },
    signal,
    folder,
    files,
    checkout: around.checkout,
    confirmWithoutGpu,
    confirmFetch,
    pending: record.pending(stage),
    note: around.note,
    probe: around.probe ?? false,
    anew: around.anew ?? false,
    adopt: around.adopt ?? [],
    keepSubmission: (submission) => around.keepSubmission?.(submission) ?? Promise.resolve(),
    savePending: (value) => record.savePending(stage, value),
    takeBack: (earlier, why) => record.takeBack(earlier, why),
    progress: throttled(ports.clock, (text, doneBytes, totalBytes) =>
      onEvent({ kind: 'progress', stage, text, ...defined({ doneBytes, totalBytes }) }),
    ),
    log: (stream, whole) => {
      const line = cappedLine(whole);
      written.add(line);
      onEvent({ kind: 'log', stage, stream, line });
    },
    warn: (message, offer) => {
      written.add(`warning: ${message}`);
      onEvent({ kind: 'warning', stage, message, ...defined({ offer }) });
    },
  };
  return {
    context,
    begin,
    close: () => {
      written.end();
      return file?.close() ?? Promise.resolve();
    },
  };
}

/** Lets through a new text, the end of a transfer, and otherwise one report in a while: a person reads no more. */
function throttled(clock: Clock, report: StageContext['progress']): StageContext['progress'] {
  let last = { text: '', at: -Infinity };
  return (text, doneBytes, totalBytes) => {
    const now = clock.now();
    const atEnd = doneBytes !== undefined && doneBytes === totalBytes;
    if (text === last.text && !atEnd && now - last.at < PROGRESS_EVERY_MS) return;
    last = { text, at: now };
    report(text, doneBytes, totalBytes);
  };
}

/**
 * The log of a stage on the disk: a new file, which can be read while it grows. One that cannot be written must not end
 * the run; the events carry the same lines.
 */
class LogFile {
  #text = '';
  #writing: Promise<void> | undefined;
  readonly #handle: Promise<FileHandle | undefined>;

  constructor(files: GuardedFolder, path: string) {
    this.#handle = files.create(path).catch(() => undefined);
  }

  /** What comes while the disk is at work is written in one go afterwards. */
  write(text: string): void {
    this.#text += text;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  async close(): Promise<void> {
    await this.#writing;
    await (await this.#handle)?.close().catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    const handle = await this.#handle;
    while (this.#text !== '') {
      const text = this.#text;
      this.#text = '';
      await handle?.appendFile(text).catch(() => undefined);
    }
  }
}
