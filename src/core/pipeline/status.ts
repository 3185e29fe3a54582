import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isUserError, type UserError } from '../../base/errors.ts';
import { isHeld } from '../../base/lock.ts';
import type { Project } from '../artefacts.ts';
import { canLeaveOut } from '../project/leave-out.ts';
import type { StagedFile } from '../project-artefact.ts';
import type { Ports } from '../stage.ts';
import type { StageName } from '../stages.ts';
import type { Known, RecordedState } from './bound-stage.ts';
import { type HistoryRow, historyRows } from './history.ts';
import type { InputStatus } from './input-status.ts';
import { readProjectHere } from './read-project.ts';
import { lockOf, RECORD_FOLDER, type RunRecord } from './record.ts';
import { stagesOf } from './stage-table.ts';

/** A stage's last result and whether it is still good, as far as this machine alone can tell. */
export interface StageStatus {
  readonly stage: StageName;
  /** `running`: a run is at it now. */
  readonly state: RecordedState | 'running';
  /** The last result in one line, or why the stage failed; empty when there is none that stands. */
  readonly summary: string;
}

export interface ProjectStatus {
  readonly record: RunRecord;
  readonly stages: readonly StageStatus[];
  readonly submissions: readonly HistoryRow[];
  /** Why the project as it is now could not be read: then nothing is said of what is stale. */
  readonly problem: UserError | undefined;
  /** Places of the files that are others than the last run read, or are new or gone. */
  readonly changed: readonly string[];
  /** What of this machine goes with the package, as its files are now, or else as the last run read them. */
  readonly files: readonly SentFile[];
  /** What it attaches of others, with the versions that the last run used. */
  readonly inputs: readonly InputStatus[];
}

/** A file that goes with the package; `canLeaveOut`: a rule in the project's folder can keep it here. */
export interface SentFile extends Pick<StagedFile, 'place' | 'source' | 'bytes'> {
  readonly canLeaveOut: boolean;
}

/** The project as its files are, or why they could not be read. */
export type ProjectLook =
  | { readonly project: Project; readonly problem?: undefined }
  | { readonly project?: undefined; readonly problem: UserError };

/** What the last run of a project left and what of it is stale. Asks neither engine nor Kaggle, and writes nothing. */
export async function statusOf(
  folder: string,
  record: RunRecord,
  { project, problem }: ProjectLook,
  inputs: readonly InputStatus[],
): Promise<ProjectStatus> {
  return {
    record,
    stages: statesOf(record, project, await isHeld(lockOf(join(folder, RECORD_FOLDER)))),
    submissions: historyRows(record.history, (project ?? record.artefacts.project)?.betterScore),
    problem,
    changed: changedFiles(record.artefacts.project, project),
    files: sentFiles(project ?? record.artefacts.project),
    inputs,
  };
}

function sentFiles(project: Project | undefined): SentFile[] {
  if (project === undefined) return [];
  const { root, files } = project;
  return files.map(({ place, source, bytes }) => ({
    ...{ place, source, bytes },
    canLeaveOut: canLeaveOut(root, source),
  }));
}

/** Pure: which files differ, by place. */
function changedFiles(before: Project | undefined, now: Project | undefined): string[] {
  if (before === undefined || now === undefined) return [];
  const hashes = ({ files }: Project): Map<string, string> =>
    new Map(files.map(({ place, sha256 }) => [place, sha256]));
  const [old, present] = [hashes(before), hashes(now)];
  return [...new Set([...old.keys(), ...present.keys()])]
    .filter((place) => old.get(place) !== present.get(place))
    .sort();
}

/** A look at what is there is no time for questions. */
function unasked({ outside, ...ports }: Ports): Ports {
  return outside === undefined ? ports : { ...ports, outside: { places: outside.places } };
}

/** Reads the project of which the last run had `last`. */
export async function lookAtProject(
  folder: string,
  last: Project | undefined,
  { ports, ...around }: Parameters<typeof readProjectHere>[1],
): Promise<ProjectLook> {
  try {
    // A run may have been told another image than the file's (`--image`): that is no change of the project.
    const overrides = defined({ image: last?.imageOverride });
    return { project: await readProjectHere(folder, { ...around, ports: unasked(ports) }, { overrides }) };
  } catch (error) {
    if (isUserError(error)) return { problem: error };
    throw error;
  }
}

/** A result whose stage is not as it was made is taken no further: what hangs on it cannot be known. */
function statesOf(record: RunRecord, project: Project | undefined, isRunning: boolean): StageStatus[] {
  let known: Known = project === undefined ? {} : { project };
  return stagesOf(project ?? record.artefacts.project).map((stage) => {
    const state = stage.look(known, record);
    if (state === 'unchanged') known = stage.take(known, record);
    return {
      stage: stage.name,
      state: state === 'interrupted' && isRunning ? 'running' : state,
      // The result before that does not stand any more.
      summary: record.isUnfinished(stage.name)
        ? (record.failureOf(stage.name) ?? '')
        : stage.standing(record.artefacts),
    };
  });
}
