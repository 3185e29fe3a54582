import * as l10n from '@vscode/l10n';
import { basename, join, resolve } from 'node:path';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { type ProjectFile, readProjectFile } from '../../julia/project-file.ts';
import { pathArgument, userCommand } from '../../base/user-command.ts';
import { findProjects, findProjectsAbove } from './find-projects.ts';

/** A project file with a name to call the project by, and an id of its own. */
export type OpenProject = ProjectFile & {
  readonly name: string;
  readonly uuid: string;
  /** Whether Julia can load it by its name; else it is an environment, of which a script is run. */
  readonly isPackage: boolean;
};

/** So many projects are named where a folder has none. */
const MOST_NEARBY = 4;

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Pure: whether a package may be called so. */
export function isPackageName(name: string): boolean {
  return NAME.test(name);
}

/** Pure: whether this is written as one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The Julia project in this folder: a package, or an environment.
 *
 * An environment (`] activate .`) has no name; those of DrWatson have one that is a title and no uuid. Where there is a
 * `src/<Name>.jl` nevertheless, Julia loads it as a package, under a uuid that it makes of the path (`dummy_uuid` in
 * base/loading.jl); it is given one, so that its caches can be made before.
 * @throws UserError `not-a-project` when there is none, `toml-syntax`, and as `ReadablePlaces`.
 */
export async function openProject(folder: string, places: ReadablePlaces): Promise<OpenProject> {
  const root = resolve(folder);
  const project = await readProjectFile(root, places);
  if (project === undefined) throw await noProject(root, places);
  const { name = basename(root), uuid } = project;
  if (uuid !== undefined && !isUuid(uuid))
    throw malformed(
      l10n.t('{0}: uuid = "{1}" is not a uuid.', project.file, uuid),
      l10n.t('Give uuid the value that it should have: a uuid, for example the first line of `uuidgen`.'),
    );
  const isNamed = project.name !== undefined && isPackageName(name);
  const isPackage =
    isNamed && (uuid !== undefined || (await places.look(join(root, 'src', `${name}.jl`))) !== undefined);
  return { ...project, name, uuid: uuid ?? uuidOf(name), isPackage };
}

/** Pure: the same for the same name on any machine. Version 8 of RFC 9562 is for uuids of one's own making. */
function uuidOf(name: string): string {
  const hex = sha256(`Julia on Kaggle: ${name}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

async function noProject(root: string, places: ReadablePlaces): Promise<UserError> {
  const nearby = [...(await findProjects([root])), ...(await findProjectsAbove(root))].slice(0, MOST_NEARBY);
  const open = nearby.map(({ folder }): ErrorAction => ({
    title: l10n.t('Open {0}, which has one.', folder),
  }));
  const isOld = (await places.look(join(root, 'REQUIRE'))) !== undefined;
  return new UserError({
    code: 'not-a-project',
    title: isOld
      ? l10n.t('{0} has a REQUIRE file, of Julia before 0.7, and no Project.toml.', root)
      : l10n.t('{0} is not a Julia project: it has no Project.toml.', root),
    actions: [
      {
        title: isOld
          ? l10n.t(
              'Make an environment around the script that predicts: {0}',
              userCommand`julia-kaggle init --from ${pathArgument('predict.jl')} --competition titanic` ?? '',
            )
          : l10n.t(
              'Make a package there: {0}',
              userCommand`julia-kaggle init ${pathArgument(root)} --competition titanic` ??
                l10n.t('julia-kaggle init in that folder.'),
            ),
      },
      ...open,
    ],
  });
}

function malformed(title: string, remedy: string): UserError {
  return new UserError({ code: 'not-a-project', title, actions: [{ title: remedy }] });
}

/** Pure: a package's name after its folder's, or `Inference`. */
export function suggestedName(folder: string): string {
  const name = basename(folder).replace(/[^A-Za-z0-9_]/g, '');
  return isPackageName(name) ? name : 'Inference';
}
