import * as l10n from '@vscode/l10n';
import { resolve } from 'node:path';
import { unsafePath } from '../../base/folder-walk.ts';
import { isTracked } from '../project/git-state.ts';
import { isUserError } from '../../base/errors.ts';
import type { Project } from '../artefacts.ts';
import { agreeToPlaces, placesOf } from '../contract/image/places.ts';
import type { FullFolder } from '../project/full-folder.ts';
import { readProject, type ReadProjectOptions } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import { dayOfEnd } from '../submit/checks.ts';
import { competitionAsker } from './ask-competition.ts';
import { inputAsker } from './ask-input.ts';
import { RECORD_FOLDER, recordOf, type RunRecord } from './record.ts';
import { juliaResolver } from './resolve-julia.ts';

interface Around {
  readonly ports: Ports;
  readonly signal: AbortSignal;
  /** The project's run record, where it is open already. */
  readonly record?: (() => Promise<RunRecord>) | undefined;
}

interface ReadOptions {
  /** In place of what JuliaKaggle.toml says. */
  readonly overrides?: ReadProjectOptions['overrides'] | undefined;
  /** A channel's newest Julia is asked for, in place of that of the last run. */
  readonly renew?: boolean;
  /** Kaggle may be asked what the competition takes. */
  readonly mayAsk?: boolean;
  readonly onModelBytes?: ReadProjectOptions['onModelBytes'] | undefined;
  readonly onFiles?: ReadProjectOptions['onFiles'];
}

/** Pure: how far the project's files are read. */
export function readingFiles(done: number, total: number, fullest: FullFolder | undefined): string {
  return fullest === undefined
    ? l10n.t('Reading the files: {0} of {1}', done, total)
    : l10n.t('Reading the files, most of them in {2}: {0} of {1}', done, total, fullest.place);
}

/** A Manifest outside of the project may name further places, once it was read. */
const MOST_QUESTIONS = 3;

/**
 * The project in a folder as a run on this machine would see it. What it reads outside of itself is agreed to first,
 * where there is somebody to ask.
 * @throws what `readProject` throws; UserError `outside-project` when nobody agreed.
 */
export async function readProjectHere(
  folder: string,
  { ports, signal, record = recordOf(folder) }: Around,
  { renew = false, mayAsk = false, ...choices }: ReadOptions = {},
): Promise<Project> {
  await refuseTrackedRecord(resolve(folder), ports, signal);
  const options = {
    ...choices,
    environment: ports.environment,
    hashesFile: ports.hashesFile,
    stagedHashes: ports.stagedHashes,
    resolveJulia: juliaResolver(record, ports, { renew }),
    askCompetition: competitionAsker(record, ports, { mayAsk, renew }),
    askInput: inputAsker(record, ports, { mayAsk, renew }),
    dayOfEnd: (deadline: string | undefined) => dayOfEnd(deadline, ports.clock.now()),
    signal,
  };
  return whileAgreeing(folder, { ports, signal }, async () =>
    readProject(folder, { ...options, places: await placesOf(folder, ports) }),
  );
}

/** Reads of a project, and again when the user has agreed to what it wants to read outside of itself. @throws as `read`. */
export async function whileAgreeing<T>(
  folder: string,
  around: Pick<Around, 'ports' | 'signal'>,
  read: () => Promise<T>,
): Promise<T> {
  for (let asked = 0; ; asked += 1) {
    try {
      return await read();
    } catch (error) {
      if (asked === MOST_QUESTIONS || !(await isAgreedNow(error, folder, around))) throw error;
    }
  }
}

/** Whether reading failed for want of an agreement, which the user now gave. */
async function isAgreedNow(error: unknown, folder: string, { ports, signal }: Around): Promise<boolean> {
  if (!isUserError(error, 'outside-project')) return false;
  const { places = [] } = error;
  if ((await ports.outside?.ask?.(folder, places, signal)) !== true) return false;
  await agreeToPlaces(folder, places, ports);
  return true;
}

/** What is recorded is believed, so it must have been made here and not have come with the project. */
async function refuseTrackedRecord(
  folder: string,
  { environment }: Ports,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isTracked(folder, RECORD_FOLDER, environment, signal))) return;
  throw unsafePath(
    l10n.t('git tracks {0} in {1}, so it came with the project and is not used.', RECORD_FOLDER, folder),
    l10n.t('Take it out of git, and remove it: git rm -r --cached {0}', RECORD_FOLDER),
  );
}
