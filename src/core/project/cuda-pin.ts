import { basename, join } from 'node:path';
import type { Manifest } from '../../julia/manifest.ts';
import type { TextFile, ProjectFile } from '../../julia/project-file.ts';
import { withValue } from '../../julia/toml-edit.ts';
import { parseToml, type TomlTable, tomlText } from '../../julia/toml.ts';

/** A change of one file: lines that are added, nothing else. */
export interface FileEdit {
  /** Absolute path; the file may not exist yet. */
  readonly path: string;
  /** The whole text afterwards. */
  readonly text: string;
  /** The change for people: `+` before an added line, the file and the section around it. */
  readonly diff: readonly string[];
}

/** Pins CUDA's toolkit, so that a build without a GPU gets it and no driver decides about the caches. */
export interface CudaPin {
  /** Toolkit, e.g. `12.8`. */
  readonly version: string;
  readonly edits: readonly FileEdit[];
}

const RUNTIME = { name: 'CUDA_Runtime_jll', uuid: '76a88914-d11a-5bdc-97e0-2f5a05c973a2' };
/** From CUDA.jl 6.3 on the compiler has a preference of its own (julia-facts section 5). */
const COMPILER = { name: 'CUDA_Compiler_jll', uuid: 'd1e2174e-dfdc-576e-b43e-73b79eb1aca8' };

/**
 * The newest toolkit of major 12 that a JLL of that minor knows for sure. Up to 12.9 a toolkit serves both P100 and T4
 * (julia-facts section 5, `cuda_cap_db`). 0.22 by its own list (there); 0.16 and 0.12 came out with 12.8 and 12.4
 * (General pulls 123800, 102371).
 */
const TOOLKITS: readonly (readonly [jllMinor: number, toolkit: string])[] = [
  [22, '12.9'],
  [16, '12.8'],
  [12, '12.4'],
];
/** In every JLL's list so far. */
const OLD_TOOLKIT = '11.8';

export interface CudaPinRequest {
  readonly manifest: Pick<Manifest, 'entries'>;
  readonly project: Pick<ProjectFile, 'folder' | 'file' | 'deps' | 'extras' | 'preferences'>;
  readonly projectText: string;
  /** LocalPreferences.toml beside the project file, or the like. */
  readonly localPreferences: TextFile | undefined;
}

/**
 * Pure: how to pin CUDA when the Manifest holds it and the person has not decided: the toolkit in LocalPreferences.toml
 * and, without which it would be ignored, the packages' uuids in Project.toml's `[extras]`. A preference that is there
 * (a version, or `local`) stands. Undefined when there is nothing to change.
 */
export function planCudaPin(request: CudaPinRequest): CudaPin | undefined {
  const jll = request.manifest.entries.find(({ uuid }) => uuid === RUNTIME.uuid);
  if (jll === undefined) return undefined;
  const preferences = preferencesOf(request);
  const chosen = tableOf(preferences[RUNTIME.name]);
  if (chosen['local'] !== undefined) return undefined;
  const version = typeof chosen['version'] === 'string' ? chosen['version'] : toolkitFor(jll.version);
  const wanted = [RUNTIME, COMPILER].filter(({ uuid }) =>
    request.manifest.entries.some((entry) => entry.uuid === uuid),
  );
  const edits = [preferenceEdit(request, preferences, wanted, version), extrasEdit(request, wanted)];
  const needed = edits.filter((edit) => edit !== undefined);
  return needed.length === 0 ? undefined : { version, edits: needed };
}

/** Pure: the toolkit for a version of CUDA_Runtime_jll such as `0.16.1+0`. */
function toolkitFor(jllVersion: string | undefined): string {
  const [, major, minor] = /^(\d+)\.(\d+)\./.exec(jllVersion ?? '') ?? [];
  const known = Number(major) > 0 ? Infinity : Number(minor);
  return TOOLKITS.find(([least]) => known >= least)?.[1] ?? OLD_TOOLKIT;
}

/** Local preferences are above those of Project.toml, key by key. */
function preferencesOf({ project, localPreferences }: CudaPinRequest): TomlTable {
  const local = localPreferences === undefined ? {} : parseToml(localPreferences.text, localPreferences.file);
  const merged = [RUNTIME.name, COMPILER.name].map((name) => [
    name,
    { ...tableOf(project.preferences[name]), ...tableOf(local[name]) },
  ]);
  return Object.fromEntries(merged) as TomlTable;
}

type Jll = typeof RUNTIME;

function preferenceEdit(
  { project, localPreferences }: CudaPinRequest,
  preferences: TomlTable,
  wanted: readonly Jll[],
  version: string,
): FileEdit | undefined {
  const missing = wanted.filter(({ name }) => tableOf(preferences[name])['version'] === undefined);
  if (missing.length === 0) return undefined;
  const path = localPreferences?.file ?? join(project.folder, 'LocalPreferences.toml');
  return missing.reduce(
    (edit, { name }) => addLine(edit, name, 'version', version),
    unchanged(path, localPreferences?.text),
  );
}

function extrasEdit({ project, projectText }: CudaPinRequest, wanted: readonly Jll[]): FileEdit | undefined {
  const missing = wanted.filter(({ name }) => !Object.hasOwn({ ...project.deps, ...project.extras }, name));
  if (missing.length === 0) return undefined;
  return missing.reduce(
    (edit, { name, uuid }) => addLine(edit, 'extras', name, uuid),
    unchanged(project.file, projectText),
  );
}

function unchanged(path: string, text: string | undefined): FileEdit {
  const state = text === undefined ? ' (new)' : '';
  return { path, text: text ?? '', diff: [`${basename(path)}${state}`] };
}

/** Adds `key = "value"` to a section. */
function addLine({ path, text, diff }: FileEdit, section: string, key: string, value: string): FileEdit {
  const isThere = isTable(parseToml(text, path)[section]);
  const known = diff.some((line) => line.endsWith(` [${section}]`));
  return {
    path,
    text: withValue(text, [section, key], value) ?? rewritten(text, path, section, key, value),
    diff: [...diff, ...(known ? [] : [`${isThere ? ' ' : '+'} [${section}]`]), `+ ${key} = "${value}"`],
  };
}

/** For a file that has something else by the section's name. */
function rewritten(text: string, path: string, section: string, key: string, value: string): string {
  const top = parseToml(text, path);
  return `${tomlText({ ...top, [section]: { ...tableOf(top[section]), [key]: value } })}\n`;
}

function tableOf(value: unknown): TomlTable {
  return isTable(value) ? value : {};
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
