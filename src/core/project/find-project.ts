import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { type ErrorAction, UserError } from '../../base/errors.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { type ProjectFile, readProjectFile } from '../../julia/project-file.ts';
import { pathArgument, userCommand } from '../../base/user-command.ts';
import { findProjects } from './find-projects.ts';

/** A project file that is a package's: it has a name and a uuid. */
export type PackageFile = ProjectFile & { readonly name: string; readonly uuid: string };

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Pure: whether a package may be called so. */
export function isPackageName(name: string): boolean {
  return NAME.test(name);
}

/**
 * The Julia package in this folder.
 * @throws UserError `not-a-project` when there is none, `toml-syntax`, and as `ReadablePlaces`.
 */
export async function openProject(folder: string, places: ReadablePlaces): Promise<PackageFile> {
  const root = resolve(folder);
  const project = await readProjectFile(root, places);
  if (project === undefined) throw await noProject(root);
  const { name, uuid } = project;
  if (name === undefined || uuid === undefined) throw notAPackage(project);
  if (!isPackageName(name))
    throw malformed(
      l10n.t('{0}: name = "{1}" is not a name such as "Inference".', project.file, name),
      l10n.t('Give name the value that it should have: a name such as "Inference".'),
    );
  if (!UUID.test(uuid))
    throw malformed(
      l10n.t('{0}: uuid = "{1}" is not a uuid.', project.file, uuid),
      l10n.t('Give uuid the value that it should have: a uuid, for example the first line of `uuidgen`.'),
    );
  return { ...project, name, uuid };
}

async function noProject(root: string): Promise<UserError> {
  const nearby = [...(await findProjects([dirname(root)], 0)), ...(await findProjects([root]))].slice(0, 3);
  const open = nearby.map(({ folder }): ErrorAction => ({
    title: l10n.t('Open {0}, which has one.', folder),
  }));
  return new UserError({
    code: 'not-a-project',
    title: l10n.t('{0} is not a Julia project: it has no Project.toml.', root),
    actions: [
      {
        title: l10n.t(
          'Make a package there: {0}',
          userCommand`julia-kaggle init ${pathArgument(root)} --competition titanic` ??
            l10n.t('julia-kaggle init in that folder.'),
        ),
      },
      ...open,
    ],
  });
}

function notAPackage({ file, folder, name }: ProjectFile): UserError {
  const missing = name === undefined ? 'name' : 'uuid';
  const lines = [`name = "${name ?? suggestedName(folder)}"`, `uuid = "${randomUUID()}"`];
  return new UserError({
    code: 'not-a-project',
    title: l10n.t('{0} is an environment, not a package: it has no {1}.', file, missing),
    actions: [
      {
        title: l10n.t(
          'Make it a package: write these lines at its top, and put the code into src/:\n{0}',
          lines.join('\n'),
        ),
      },
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
