import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import { UserError } from '../../base/errors.ts';
import { ReadablePlaces } from '../../base/readable-places.ts';
import { withValue } from '../../julia/toml-edit.ts';
import { parseToml, type TomlTable } from '../../julia/toml.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { imageFor } from '../contract/image/default-image.ts';
import type { CompetitionFacts } from '../project-artefact.ts';
import type { PackMode } from '../packing.ts';
import { chooseRoute } from '../stages.ts';
import { CONFIG_KEYS, configSchema, type KaggleConfig, SECTIONS } from './config-schema.ts';
import { editDistance, nearest } from '../../base/nearest.ts';

const FIRST_LINES = [
  `# ${CONFIG_FILE}, beside Project.toml`,
  'competition = "titanic"   # the last part of the address of your competition',
].join('\n');

/**
 * Reads the folder's JuliaKaggle.toml.
 * @throws UserError `config-invalid` (also when there is no such file), `toml-syntax`, and as `ReadablePlaces`.
 */
export async function readConfig(folder: string, places?: ReadablePlaces): Promise<KaggleConfig> {
  return parseConfig(await readConfigText(folder, places), join(folder, CONFIG_FILE));
}

/**
 * The text of the folder's JuliaKaggle.toml, whatever it says.
 * @throws UserError `config-invalid` when there is no such file, and as `ReadablePlaces`.
 */
export async function readConfigText(folder: string, places?: ReadablePlaces): Promise<string> {
  const text = await (places ?? (await ReadablePlaces.around(folder))).readText(join(folder, CONFIG_FILE));
  if (text === undefined) throw withoutCompetition(l10n.t('There is no {0} in {1}.', CONFIG_FILE, folder));
  return text;
}

/** Pure: `file` is the path that errors name. @throws UserError `config-invalid`, `toml-syntax`. */
export function parseConfig(text: string, file: string): KaggleConfig {
  const table = parseToml(text, file);
  const [problem] = problemsOf(table);
  if (problem !== undefined) throw toUserError(problem, file);
  return configSchema.parse(table);
}

/**
 * Pure: the text of JuliaKaggle.toml with another `[pack] mode`.
 * @param file the path that errors name.
 * @throws UserError `config-invalid` where the text is wrong already, or has a form that is not changed by itself.
 */
export function packModeEdit(text: string, file: string, mode: PackMode): string {
  parseConfig(text, file);
  const edited = withValue(text, ['pack', 'mode'], mode);
  if (edited !== undefined) return edited;
  throw new UserError({
    code: 'config-invalid',
    title: l10n.t('{0} has a form of [pack] that is not changed by itself.', file),
    actions: [{ title: l10n.t('Write it there: mode = "{0}" in the section [pack].', mode) }],
  });
}

/** One thing that is wrong in a JuliaKaggle.toml which is TOML. */
export interface ConfigProblem {
  /** `['run', 'args', 0]`; empty for the file as a whole. */
  readonly path: readonly (string | number)[];
  /** Completes the sentence that begins with the key. */
  readonly problem: string;
  /** For a key or section that there is not: the nearest that there is. */
  readonly unknown?: { readonly isSection: boolean; readonly nearest: string };
  /** The competition is not named, and nothing looks like a misspelt name of the key. */
  readonly isWithoutCompetition?: true;
}

/** Pure: all that is wrong with the text, for editors: unknown keys first. @throws UserError `toml-syntax`. */
export function configProblems(text: string, file: string): ConfigProblem[] {
  return problemsOf(parseToml(text, file));
}

function problemsOf(table: TomlTable): ConfigProblem[] {
  if (table['competition'] === undefined && unknownKeys(table).length === 0) {
    return [{ path: [], problem: l10n.t('does not name the competition'), isWithoutCompetition: true }];
  }
  const result = configSchema.safeParse(table);
  if (result.success) return [];
  return result.error.issues
    .toSorted((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)))
    .flatMap((issue) => problemsOfIssue(issue, table));
}

function problemsOfIssue(issue: z.core.$ZodIssue, table: TomlTable): ConfigProblem[] {
  // Keys of TOML are text, and lists are numbered: there are no other parts.
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code !== 'unrecognized_keys') return [{ path, problem: issue.message }];
  return issue.keys.map((name) => unknownKey([...path, name], path.length === 0 && isTable(table[name])));
}

function unknownKey(path: ConfigProblem['path'], isSection: boolean): ConfigProblem {
  const key = keyOf(path);
  const suggestion = (isSection ? nearest(key, SECTIONS) : nearest(key, CONFIG_KEYS, keyDistance)) ?? '';
  return {
    path,
    problem: isSection
      ? l10n.t('is not a known section; the nearest is [{0}]', suggestion)
      : l10n.t('is not a known key; the nearest is {0}', suggestion),
    unknown: { isSection, nearest: suggestion },
  };
}

/** A value that the schema takes but the project does not. `key` is dotted, `problem` completes the sentence. */
export function configInvalid(key: string, problem: string, remedy: string, detail?: string): UserError {
  return new UserError({
    code: 'config-invalid',
    title: l10n.t('{0}: {1} {2}.', CONFIG_FILE, key, problem),
    detail,
    actions: [{ title: remedy }],
  });
}

function toUserError(
  { path, problem, unknown, isWithoutCompetition }: ConfigProblem,
  file: string,
): UserError {
  if (isWithoutCompetition) return withoutCompetition(l10n.t('{0} {1}.', CONFIG_FILE, problem), file);
  const key = keyOf(path);
  if (unknown === undefined) {
    return configInvalid(key, problem, l10n.t('Correct {0} in {1} and run again.', key, file), file);
  }
  const remedy = l10n.t('Write {0}, or remove {1} from {2}.', unknown.nearest, key, file);
  return configInvalid(unknown.isSection ? `[${key}]` : key, problem, remedy, file);
}

function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'unrecognized_keys';
}

/** Keys at the top that are none, such as a misspelt `competition`. */
function unknownKeys(table: object): string[] {
  return Object.keys(table).filter((key) => !Object.hasOwn(configSchema.shape, key));
}

/** A key of the right name in another section is nearer than one of another name in the same. */
function keyDistance(key: string, known: string): number {
  const [section, name] = split(key);
  const [knownSection, knownName] = split(known);
  return 2 * editDistance(name, knownName) + (section === knownSection ? 0 : 1);
}

function split(key: string): [section: string, name: string] {
  const dot = key.indexOf('.');
  return dot < 0 ? ['', key] : [key.slice(0, dot), key.slice(dot + 1)];
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Pure: `['run', 'args', 0]` is `run.args[0]`. */
export function keyOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (key, part) =>
      typeof part === 'number' ? `${key}[${part}]` : key === '' ? String(part) : `${key}.${String(part)}`,
    '',
  );
}

function withoutCompetition(title: string, detail?: string): UserError {
  return new UserError({
    code: 'config-invalid',
    title,
    detail,
    actions: [
      {
        title: l10n.t('Write these two lines into {0}, beside Project.toml:\n{1}', CONFIG_FILE, FIRST_LINES),
      },
    ],
  });
}

/**
 * What the folder's JuliaKaggle.toml asks of an engine, without reading the project itself.
 * @param last what the last run knew of the project.
 * @throws UserError `config-invalid` (also when there is no such file), `toml-syntax`, `file-unreadable`.
 */
export async function readRequirements(
  folder: string,
  last?: { readonly competitionFacts?: CompetitionFacts | undefined; readonly juliaVersion: string },
): Promise<{ image: string; accelerator: string }> {
  const { competition, image, julia, notebook, submit } = await readConfig(folder);
  const { accelerator } = notebook;
  const facts = last?.competitionFacts;
  const route = chooseRoute(submit.as, facts?.slug === competition ? facts : undefined);
  const juliaVersion = last?.juliaVersion ?? julia;
  return { image: image.name ?? imageFor(route, { accelerator, juliaVersion }), accelerator };
}
