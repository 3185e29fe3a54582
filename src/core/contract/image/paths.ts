/** Paths inside the image: the same in build, test, rehearsal and on Kaggle (design section 3, "Paths"). */

import { frameworkIn } from '../../../kaggle/frameworks.ts';
import { olderThan } from '../../../julia/julia-version.ts';

export const DEPOT = '/root/.julia';
/** Sources of the project and its path dependencies, inside the depot so that Julia 1.11+ finds them relocatable. */
export const DEV = `${DEPOT}/dev`;
/** What a build writes last, and removes first: its id. Logs are not packed. */
export const BUILD_STAMP = `${DEPOT}/logs/julia-kaggle-build`;
/** Where a container's own files are put, outside of everything that is packed. */
export const STAGED = '/julia-kaggle';
const INPUT = '/kaggle/input';
export const WORKING = '/kaggle/working';

/** Where a compiled app or system image is built and unpacked: the same place, for it knows its own. */
export const COMPILED = '/root/julia-compiled';
/** What compiling writes last: its id. */
export const COMPILED_STAMP = `${COMPILED}/id`;
export const APP = `${COMPILED}/app`;
/** The app's package and so its program; a package of this name would clash with the project's. */
export const APP_NAME = 'JuliaKaggleApp';
export const SYSIMAGE = `${COMPILED}/sysimage/sysimage.so`;

/** Where an app has its artifacts: PackageCompiler 1, which is for Julia 1.5 and older, puts them elsewhere. */
export function appDepot(juliaVersion: string): string {
  return olderThan(juliaVersion, 1, 6) ? APP : `${APP}/share/julia`;
}

/** Never over `/usr/local`: the image may hold another Julia, and libraries clash (julia-facts section 7). */
export function juliaHome(version: string): string {
  return `/opt/julia-${version}`;
}

/** The julia program of this version in a container. */
export function juliaProgram(version: string): string {
  return `${juliaHome(version)}/bin/julia`;
}

/** Folder of a staged package. `place` is relative to `dev`. */
export function stagedFolder(place: string): string {
  return `${DEV}/${place}`;
}

/** `1.5.3` gives `v1.5`, the folder of its caches below `compiled`. */
export function compiledFolder(juliaVersion: string): string {
  return `compiled/v${juliaVersion.split('.', 2).join('.')}`;
}

/** Kaggle's namespaced layout of 2026 (kaggle-api 5.4); the notebook understands the classic one too. */
export function competitionInput(slug: string): string {
  return `${INPUT}/competitions/${slug}`;
}

/** Where Kaggle mounts what a notebook wrote (kaggle-api 5.4). */
export function notebookInput(owner: string, slug: string): string {
  return `${INPUT}/notebooks/${owner}/${slug}`;
}

/** Where Kaggle mounts a version of a model. @param ref `owner/model/framework/variation`. */
export function modelInput(ref: string, version: number): string {
  const [owner = '', model = '', framework = '', variation = ''] = ref.split('/');
  return `${INPUT}/models/${owner}/${model}/${frameworkIn(framework)}/${variation}/${version}`;
}

/** Where Kaggle mounts a dataset of this owner, in the namespaced layout (kaggle-api 5.4). */
export function datasetInput(owner: string, slug: string): string {
  return `${INPUT}/datasets/${owner}/${slug}`;
}
