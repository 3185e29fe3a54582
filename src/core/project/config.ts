import { join } from 'node:path';
import type * as z from 'zod/mini';
import { UserError } from '../../base/errors.ts';
import { readTextIfPresent } from '../../base/files.ts';
import { parseToml, type TomlTable } from '../../julia/toml.ts';
import { CONFIG_KEYS, configSchema, type KaggleConfig, SECTIONS } from './config-schema.ts';
import { editDistance, nearest } from '../../base/nearest.ts';

export const CONFIG_FILE = 'JuliaKaggle.toml';

const FIRST_LINES = [
  `# ${CONFIG_FILE}, beside Project.toml`,
  'competition = "titanic"   # the last part of the address of your competition',
].join('\n');

/**
 * Reads the folder's JuliaKaggle.toml.
 * @throws UserError `config-invalid` (also when there is no such file), `toml-syntax`, `file-unreadable`.
 */
export async function readConfig(folder: string): Promise<KaggleConfig> {
  const file = join(folder, CONFIG_FILE);
  const text = await readTextIfPresent(file);
  if (text === undefined) throw withoutCompetition(`There is no ${CONFIG_FILE} in ${folder}.`);
  return parseConfig(text, file);
}

/** Pure: `file` is the path that errors name. @throws UserError `config-invalid`, `toml-syntax`. */
export function parseConfig(text: string, file: string): KaggleConfig {
  const table = parseToml(text, file);
  if (table['competition'] === undefined && unknownKeys(table).length === 0) {
    throw withoutCompetition(`${CONFIG_FILE} does not name the competition.`, file);
  }
  const result = configSchema.safeParse(table);
  if (result.success) return result.data;
  const [issue] = result.error.issues.toSorted((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)));
  throw issue === undefined ? result.error : toUserError(issue, table, file);
}

/** A value that the schema takes but the project does not. `key` is dotted, `problem` completes the sentence. */
export function configInvalid(key: string, problem: string, remedy: string, detail?: string): UserError {
  return new UserError({
    code: 'config-invalid',
    title: `${CONFIG_FILE}: ${key} ${problem}.`,
    detail,
    actions: [{ title: remedy }],
  });
}

function toUserError(issue: z.core.$ZodIssue, table: TomlTable, file: string): UserError {
  const key = keyOf(issue.path);
  if (issue.code !== 'unrecognized_keys') {
    return configInvalid(key, issue.message, `Correct ${key} in ${file} and run again.`, file);
  }
  const [unknown = ''] = issue.keys;
  return unknownKey(keyOf([...issue.path, unknown]), key === '' && isTable(table[unknown]), file);
}

function unknownKey(key: string, isSection: boolean, file: string): UserError {
  const suggestion = (isSection ? nearest(key, SECTIONS) : nearest(key, CONFIG_KEYS, keyDistance)) ?? '';
  return configInvalid(
    isSection ? `[${key}]` : key,
    isSection
      ? `is not a known section; the nearest is [${suggestion}]`
      : `is not a known key; the nearest is ${suggestion}`,
    `Write ${suggestion}, or remove ${key} from ${file}.`,
    file,
  );
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

/** `['run', 'args', 0]` is `run.args[0]`. */
function keyOf(path: readonly PropertyKey[]): string {
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
    actions: [{ title: `Write these two lines into ${CONFIG_FILE}, beside Project.toml:\n${FIRST_LINES}` }],
  });
}
