import { isUserError } from '../../base/errors.ts';
import type { Project } from '../artefacts.ts';
import { InputCache } from '../contract/image/input-cache.ts';
import { wantedFiles } from '../contract/image/other-inputs.ts';
import type { ProjectInput } from '../project-artefact.ts';
import type { Ports } from '../stage.ts';

/** An input of the project; `isHere`: what test and rehearsal take of it was fetched. */
export interface InputStatus extends ProjectInput {
  readonly isHere: boolean;
}

/** What the project attaches of others, and what of it is on this machine. Asks nobody, and writes nothing. */
export async function inputStatus(project: Project | undefined, ports: Ports): Promise<InputStatus[]> {
  const { inputs = [] } = project ?? {};
  const { inputsFolder } = ports;
  if (inputs.length === 0) return [];
  const siteUrl = inputsFolder === undefined ? undefined : await siteOf(ports);
  if (inputsFolder === undefined || siteUrl === undefined)
    return inputs.map((input) => ({ ...input, isHere: false }));
  const cache = new InputCache(inputsFolder, siteUrl);
  return Promise.all(inputs.map(async (input) => ({ ...input, isHere: await isHere(cache, input) })));
}

/** What was fetched is kept by Kaggle's address; nobody is signed in: that is not known. */
async function siteOf(ports: Ports): Promise<string | undefined> {
  try {
    return (await ports.kaggle()).siteUrl;
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

async function isHere(cache: InputCache, input: ProjectInput): Promise<boolean> {
  if (input.files === undefined) return false;
  const listing = await cache.listing(cache.folderOf(input));
  return (
    listing !== undefined && wantedFiles(listing, input.only).every(({ sha256 }) => sha256 !== undefined)
  );
}
