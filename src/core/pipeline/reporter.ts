import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Clock } from '../../base/abort.ts';
import type { Project, Submission } from '../artefacts.ts';
import type { OnEvent } from '../events.ts';
import type { Ports, StageContext } from '../stage.ts';
import type { StageName } from '../stages.ts';
import { labelsOf } from './leftovers.ts';
import type { RunRecord } from './record.ts';

const PROGRESS_EVERY_MS = 100;

export interface Reporter {
  readonly context: StageContext;
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
  readonly confirmWithoutGpu?: StageContext['confirmWithoutGpu'];
  readonly note?: string | undefined;
  readonly probe?: boolean | undefined;
  /** Absent: no submission is made, as in a preview. */
  readonly keepSubmission?: (submission: Submission) => Promise<void>;
}

/** What a stage is lent: its words become events, and its log also a file, `.julia-kaggle/logs/<stage>.log`. */
export function openStage(stage: StageName, around: Surroundings): Reporter {
  const { ports, signal, onEvent, folder, record, project, confirmWithoutGpu } = around;
  let file: WriteStream | undefined;
  const writeLog = (line: string): void => {
    file ??= openLog(folder, stage);
    file.write(`${line}\n`);
  };
  const context: StageContext = {
    ports,
    signal,
    folder,
    labels: labelsOf(project),
    confirmWithoutGpu,
    pending: record.pending(stage),
    note: around.note,
    probe: around.probe ?? false,
    keepSubmission: (submission) => around.keepSubmission?.(submission) ?? Promise.resolve(),
    savePending: (value) => record.savePending(stage, value),
    progress: throttled(ports.clock, (text, doneBytes, totalBytes) =>
      onEvent({
        kind: 'progress',
        stage,
        text,
        ...(doneBytes === undefined ? {} : { doneBytes }),
        ...(totalBytes === undefined ? {} : { totalBytes }),
      }),
    ),
    log: (stream, line) => {
      writeLog(line);
      onEvent({ kind: 'log', stage, stream, line });
    },
    warn: (message) => {
      writeLog(`warning: ${message}`);
      onEvent({ kind: 'warning', stage, message });
    },
  };
  return { context, close: () => closeLog(file) };
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

/** A log that cannot be written must not end the run; the events carry the same lines. */
function openLog(folder: string, stage: StageName): WriteStream {
  const logs = join(folder, 'logs');
  try {
    // Not recursive: a project that was moved away is not made anew at its old place.
    mkdirSync(logs);
  } catch {
    // It is there, or the stream's own error says that it cannot be.
  }
  const stream = createWriteStream(join(logs, `${stage}.log`));
  stream.on('error', () => undefined);
  return stream;
}

async function closeLog(file: WriteStream | undefined): Promise<void> {
  if (file === undefined || file.destroyed) return;
  file.end();
  await once(file, 'close').catch(() => undefined);
}
