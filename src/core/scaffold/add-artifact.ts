import { join } from 'node:path';
import { isUserError } from '../../base/errors.ts';
import { readTextIfPresent } from '../../base/files.ts';
import { runScript } from '../../docker/run-script.ts';
import { ARTIFACTS_FILE_NAMES } from '../../julia/project-file.ts';
import type { Project } from '../artefacts.ts';
import {
  artifactFilesOf,
  artifactFilesProgram,
  type ArtifactsFile,
} from '../contract/depot/artifact-files.ts';
import { DEPOT } from '../contract/image/paths.ts';
import { factReader } from '../contract/script-facts.ts';
import { type ArtifactAddition, planArtifactAddition } from './artifact-addition.ts';
import type { Ports } from '../stage.ts';
import { checkoutOf } from '../pipeline/checkouts.ts';
import { labelledEngine } from '../pipeline/leftovers.ts';
import { readProjectHere } from '../pipeline/read-project.ts';
import { recordOf, type RunRecord } from '../pipeline/record.ts';

export interface AddArtifactRequest {
  /** The folder with Project.toml. */
  readonly folder: string;
  /** As its Artifacts.toml, and Julia's log, name it. */
  readonly artifact: string;
  /** The package that it belongs to; needed only where several have one of that name. */
  readonly package?: string | undefined;
  readonly ports: Ports;
  /** The project's run record, where it is open already. */
  readonly record?: () => Promise<RunRecord>;
  readonly signal: AbortSignal;
}

/**
 * Looks a lazy artifact up, in the project and its path dependencies first, then in the packages of the depot that the
 * last run built, and plans the change that makes the build fetch it. Nothing is written. Undefined when the build
 * fetches it already.
 * @throws UserError as `planArtifactAddition` and `readProject`, errors of the engine; CancelledError.
 */
export async function findArtifactAddition(
  request: AddArtifactRequest,
): Promise<ArtifactAddition | undefined> {
  const { folder, artifact } = request;
  const project = await readProjectHere(folder, request);
  const local = await localFiles(project);
  const plan = (files: readonly ArtifactsFile[]): ArtifactAddition | undefined =>
    planArtifactAddition({ artifact, package: request.package, files, own: ownFile(project, local) });
  // What is the person's own needs no engine.
  return ifKnown(() => plan(local)) ?? plan([...local, ...(await depotFiles(project, request))]);
}

/** Undefined when no file names it. */
function ifKnown<T>(plan: () => T): T | undefined {
  try {
    return plan();
  } catch (error) {
    if (isUserError(error, 'artifact-missing')) return undefined;
    throw error;
  }
}

/** The Artifacts.toml of the project and of each path dependency, as they are on this machine. */
async function localFiles({ packages, files }: Project): Promise<ArtifactsFile[]> {
  const found = packages.map(async ({ name, place }): Promise<ArtifactsFile[]> => {
    for (const each of ARTIFACTS_FILE_NAMES) {
      const staged = files.find((file) => file.place === `${place}/${each}`);
      const text = staged === undefined ? undefined : await readTextIfPresent(staged.source);
      if (staged !== undefined && text !== undefined)
        return [{ package: name, file: staged.source, text, isLocal: true }];
    }
    return [];
  });
  return (await Promise.all(found)).flat();
}

function ownFile(
  { name, root }: Project,
  local: readonly ArtifactsFile[],
): { file: string; text: string | undefined } {
  const own = local.find((file) => file.package === name);
  return own ?? { file: join(root, ARTIFACTS_FILE_NAMES[1]), text: undefined };
}

/** Those of the packages in the depot; none when nothing was built yet, or the depot is gone. */
async function depotFiles(
  project: Project,
  { ports, signal, record = recordOf(project.root) }: AddArtifactRequest,
): Promise<ArtifactsFile[]> {
  const { build } = (await record()).artefacts;
  if (build === undefined || build.packages?.length === 0) return [];
  const checkout = await checkoutOf(ports, project.root, signal);
  const engine = await labelledEngine(ports, checkout, project).engine(signal);
  if ((await engine.volume.find(build.volume)) === undefined) return [];
  const { image, volume, packages = [] } = build;
  const { facts } = await runScript(engine, {
    image: image.name,
    command: ['python3', '-c', artifactFilesProgram(), DEPOT, ...packages],
    mounts: [{ volume, target: DEPOT, readOnly: true }],
    network: 'none',
    read: factReader('artifacts'),
  });
  return artifactFilesOf(facts, project);
}
