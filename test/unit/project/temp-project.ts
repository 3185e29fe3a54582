import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUserError, type UserError, type ErrorCode } from '../../../src/base/errors.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { withTempFolder } from '../../support/temp.ts';
import type { Project } from '../../../src/core/artefacts.ts';
import { readProject, type ReadProjectOptions } from '../../../src/core/project/project-stage.ts';

/** Files by path; undefined removes one that `SAMPLE` has. */
export type Files = Readonly<Record<string, string | undefined>>;

export const INFERENCE_UUID = '5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11';
export const FEATURES_UUID = '0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22';

/** A package with one path dependency beside it; the project's folder is `work/Inference`. */
export const SAMPLE = {
  'work/Inference/Project.toml': [
    'name = "Inference"',
    `uuid = "${INFERENCE_UUID}"`,
    'version = "0.2.0"',
    '[deps]',
    'Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"',
    `Features = "${FEATURES_UUID}"`,
  ].join('\n'),
  'work/Inference/Manifest.toml': [
    'julia_version = "1.10.5"',
    'manifest_format = "2.0"',
    '[[deps.Dates]]',
    'uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"',
    '[[deps.Features]]',
    'path = "../Features"',
    `uuid = "${FEATURES_UUID}"`,
    'version = "0.1.0"',
  ].join('\n'),
  'work/Inference/JuliaKaggle.toml': 'competition = "titanic"\n',
  'work/Inference/src/Inference.jl': 'module Inference end\n',
  'work/Features/Project.toml': `name = "Features"\nuuid = "${FEATURES_UUID}"\n`,
  'work/Features/src/Features.jl': 'module Features end\n',
} as const;

/** Writes the sample, changed by `changes`, below a temporary folder, which is a git work tree. */
export async function withFiles<T>(changes: Files, use: (folder: string) => Promise<T>): Promise<T> {
  return withTempFolder(async (folder) => {
    await mkdir(join(folder, '.git'));
    const files: Files = { ...SAMPLE, ...changes };
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return use(folder);
  });
}

/** What the project stage makes of the sample, changed by `changes`. */
export async function read(changes: Files = {}, overrides?: { readonly image?: string }): Promise<Project> {
  return withFiles(changes, (folder) => readIn(folder, overrides));
}

/** Options for reading without git; a channel would be an error. */
export function options(): ReadProjectOptions {
  return {
    environment: {},
    resolveJulia: () => Promise.reject(new Error('an exact version needs no resolving')),
    signal: new AbortController().signal,
  };
}

/** Reads `work/Inference` below the folder, of which all may be read, without git. */
export async function readIn(
  folder: string,
  overrides?: { readonly image?: string },
  more: Partial<ReadProjectOptions> = {},
): Promise<Project> {
  const project = join(folder, 'work/Inference');
  const places = await ReadablePlaces.around(project, { agreed: [folder] });
  return readProject(project, { ...options(), overrides, places, ...more });
}

/** The one error that reading the changed sample gives. */
export async function refusal(changes: Files, code: ErrorCode): Promise<UserError> {
  return refusalOf(() => read(changes), code);
}

export async function refusalOf(work: () => unknown, code: ErrorCode): Promise<UserError> {
  try {
    await work();
  } catch (error) {
    assert.ok(isUserError(error), `not a UserError: ${String(error)}`);
    assert.equal(error.code, code, error.title);
    assert.ok(error.actions.every(({ title }) => title.length > 10));
    return error;
  }
  return assert.fail(`nothing was refused; ${code} was expected`);
}
