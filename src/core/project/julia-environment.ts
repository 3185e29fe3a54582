import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import {
  formatJuliaVersion,
  isAtLeastMinor,
  type JuliaVersion,
  parseJuliaVersion,
  sameMinor,
} from '../../julia/julia-version.ts';
import { type Manifest, neededEntries, readManifest } from '../../julia/manifest.ts';
import { findManifest, findWorkspaces, manifestsBeside, type ProjectFile } from '../../julia/project-file.ts';
import { CONFIG_FILE } from '../config-file.ts';

/** Which Julia, and which Manifest it reads for the project. */
export interface JuliaEnvironment {
  readonly juliaVersion: string;
  /** In a workspace without the entries of other members that the project does not need. */
  readonly manifest: Manifest;
  /** Names of the Manifests beside it, which are for other versions of Julia. */
  readonly otherManifests: readonly string[];
  /** The Manifest's file where it has format 1, which Pkg of this Julia keeps, with a warning in the build's log. */
  readonly oldManifest?: string;
  /** Workspaces that the project is a member of, the nearest first; the last one has the Manifest. */
  readonly workspaces: readonly ProjectFile[];
}

/** Of ours: resolves the project in the image. */
const RESOLVE = 'resolve --write';

/** Gives the exact version that a channel stands for (`JuliaReleases.resolve`). */
export type ResolveJulia = (channel: string, signal: AbortSignal) => Promise<string>;

/**
 * Chooses the Julia that JuliaKaggle.toml names (`configured`: an exact version), else the one that resolved the
 * Manifest (juliaup's rule, julia-facts section 1).
 * @throws UserError `manifest-missing`, `manifest-julia-version`, `julia-version-unknown`, `package-missing`,
 * `toml-syntax`, and as `ReadablePlaces`.
 */
export async function chooseEnvironment(
  project: ProjectFile,
  configured: string | undefined,
  places: ReadablePlaces,
): Promise<JuliaEnvironment> {
  const wanted = configured === undefined ? undefined : parseJuliaVersion(configured);
  const first = await locate(project, wanted, places);
  if (first === undefined) throw manifestMissing(project, wanted);
  const { version, manifest, workspaces } =
    wanted === undefined ? await settle(project, first, places) : { ...first, version: wanted };
  checkMinor(version, manifest);
  checkComplete(project, manifest);
  return {
    juliaVersion: formatJuliaVersion(version),
    manifest:
      workspaces.length === 0
        ? manifest
        : { ...manifest, entries: neededEntries(manifest, Object.keys(project.deps)) },
    otherManifests: await manifestsBeside(manifest.file, places),
    ...(manifest.format === '1' && isAtLeastMinor(version, 1, 7) && { oldManifest: manifest.file }),
    workspaces,
  };
}

type Located = Pick<JuliaEnvironment, 'manifest' | 'workspaces'>;

/** The Manifest that this Julia reads for the project, with its workspaces; undefined without one. Not known: any Julia. */
export async function locate(
  project: ProjectFile,
  julia: JuliaVersion | undefined,
  places: ReadablePlaces,
): Promise<Located | undefined> {
  const workspaces = await workspacesOf(project, julia, places);
  const file = await findManifest(workspaces.at(-1) ?? project, julia, places);
  if (file === undefined) return undefined;
  await places.demand([...workspaces.map(({ folder }) => folder), file]);
  return { manifest: await readManifest(file, places), workspaces };
}

/** Workspaces that the project is a member of for this Julia, the nearest first: older ones know none. */
export async function workspacesOf(
  project: ProjectFile,
  julia: JuliaVersion | undefined,
  places: ReadablePlaces,
): Promise<ProjectFile[]> {
  const mayHaveWorkspace = julia === undefined || isAtLeastMinor(julia, 1, 12);
  return mayHaveWorkspace ? findWorkspaces(project, places) : [];
}

/** A Manifest names its Julia, and that Julia may prefer another Manifest, e.g. `Manifest-v1.11.toml`. */
async function settle(
  project: ProjectFile,
  first: Located,
  places: ReadablePlaces,
): Promise<Located & { readonly version: JuliaVersion }> {
  const version = versionOf(first.manifest);
  const located = (await locate(project, version, places)) ?? first;
  return {
    ...located,
    version: located.manifest.juliaVersion === undefined ? version : versionOf(located.manifest),
  };
}

function versionOf({ file, format, juliaVersion }: Manifest): JuliaVersion {
  const version = parseJuliaVersion(juliaVersion ?? '');
  if (version !== undefined) return version;
  throw new UserError({
    code: 'julia-version-unknown',
    title:
      juliaVersion === undefined
        ? l10n.t(
            'Neither {0} nor {1} (format {2}) says which Julia the project is for.',
            CONFIG_FILE,
            basename(file),
            format,
          )
        : l10n.t('{0}: julia_version = "{1}" is not a version such as 1.10.5.', file, juliaVersion),
    actions: [
      {
        title: l10n.t(
          'Write the exact version into {0}, e.g. julia = "1.10.5" (see: julia --version).',
          CONFIG_FILE,
        ),
      },
    ],
  });
}

/** A Manifest of another minor version has versions of the standard library that this Julia does not have. */
function checkMinor(version: JuliaVersion, { file, juliaVersion }: Manifest): void {
  const resolvedWith = parseJuliaVersion(juliaVersion ?? '');
  if (resolvedWith === undefined || sameMinor(version, resolvedWith)) return;
  const [wanted, has] = [formatJuliaVersion(version), formatJuliaVersion(resolvedWith)];
  throw new UserError({
    code: 'manifest-julia-version',
    title: l10n.t(
      '{0} asks for Julia {1}, but {2} was resolved with Julia {3}.',
      CONFIG_FILE,
      wanted,
      basename(file),
      has,
    ),
    detail: file,
    actions: [
      {
        title: l10n.t('Resolve it with Julia {0}, in the image: julia-kaggle resolve --write', wanted),
        command: RESOLVE,
      },
      { title: l10n.t('Or use the Manifest\'s: julia = "{0}" in {1}.', has, CONFIG_FILE) },
    ],
  });
}

/** Julia would say so only after the image and Julia have been fetched. */
function checkComplete({ file: projectFile, deps }: ProjectFile, { file, entries }: Manifest): void {
  const names = new Set(entries.map(({ name }) => name));
  const missing = Object.keys(deps).filter((name) => !names.has(name));
  if (missing.length === 0) return;
  throw new UserError({
    code: 'package-missing',
    title:
      missing.length === 1
        ? l10n.t('{0} is in {1} but not in {2}.', missing.join(), basename(projectFile), basename(file))
        : l10n.t('{0} are in {1} but not in {2}.', missing.join(', '), basename(projectFile), basename(file)),
    detail: file,
    actions: [{ title: l10n.t('Resolve it, in the image: julia-kaggle resolve --write'), command: RESOLVE }],
  });
}

function manifestMissing({ folder }: ProjectFile, wanted: JuliaVersion | undefined): UserError {
  return new UserError({
    code: 'manifest-missing',
    title:
      wanted === undefined
        ? l10n.t('{0} has no Manifest.toml: which versions of its dependencies to ship is not fixed.', folder)
        : l10n.t(
            '{0} has no Manifest.toml for Julia {1}: which versions of its dependencies to ship is not fixed.',
            folder,
            formatJuliaVersion(wanted),
          ),
    actions: [{ title: l10n.t('Make one, in the image: julia-kaggle resolve --write'), command: RESOLVE }],
  });
}
