import { resolve } from 'node:path';
import { unsafePath } from '../../base/guarded-folder.ts';
import type { Project } from '../artefacts.ts';
import { isTracked } from '../project/git-state.ts';
import { readProject, type ReadProjectOptions } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import { RECORD_FOLDER } from './record.ts';
import { juliaResolver } from './resolve-julia.ts';

interface Around {
  readonly ports: Ports;
  readonly signal: AbortSignal;
}

interface Wishes {
  /** In place of what JuliaKaggle.toml says. */
  readonly overrides?: ReadProjectOptions['overrides'] | undefined;
  /** A channel's newest Julia is asked for, in place of that of the last run. */
  readonly renew?: boolean;
  readonly onModelBytes?: ReadProjectOptions['onModelBytes'] | undefined;
}

/**
 * The project in a folder as a run on this machine would see it.
 * @throws what `readProject` throws; UserError `unsafe-path` when its record came with it.
 */
export async function readProjectHere(
  folder: string,
  { ports, signal }: Around,
  { overrides, renew = false, onModelBytes }: Wishes = {},
): Promise<Project> {
  await refuseTrackedRecord(resolve(folder), ports, signal);
  return readProject(folder, {
    environment: ports.environment,
    hashesFile: ports.hashesFile,
    resolveJulia: juliaResolver(folder, ports, { renew }),
    signal,
    ...(overrides === undefined ? {} : { overrides }),
    ...(onModelBytes === undefined ? {} : { onModelBytes }),
  });
}

/** What is recorded is believed, so it must have been made here and not have come with the project. */
async function refuseTrackedRecord(
  folder: string,
  { environment }: Ports,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isTracked(folder, RECORD_FOLDER, environment, signal))) return;
  throw unsafePath(
    `git tracks ${RECORD_FOLDER} in ${folder}, so it came with the project and is not used.`,
    `Take it out of git, and remove it: git rm -r --cached ${RECORD_FOLDER}`,
  );
}
