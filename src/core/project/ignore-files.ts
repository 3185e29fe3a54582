import * as l10n from '@vscode/l10n';
import type { Dirent } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { UserError } from '../../base/errors.ts';
import { exists, readTextIfPresent } from '../../base/files.ts';
import { nonEmpty } from '../../base/non-empty.ts';
import type { Variables } from '../../base/programs.ts';
import { readExcludesFile, workTreeOf } from './git-state.ts';
import { OWN_IGNORE_FILE } from '../config-file.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';

/** Read in every folder, with git's rules; the second speaks last, and can take back what the first says with `!`. */
const IGNORE_FILES = ['.gitignore', OWN_IGNORE_FILE];

/** No list that anybody writes is that long. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

/** Julia needs these to find its environment, and packages often keep their Manifest out of git. */
const ALWAYS_STAGED = /^(Julia)?(Project|Manifest(-v\d+\.\d+)?|LocalPreferences|Artifacts)\.toml$/;

/** What one list, or one folder's lists, say about everything below a folder. */
export interface IgnoreRules {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The user's own list for all work trees: the one that git is configured to read, or its default. (gitignore(5)) */
export class UserLists {
  readonly #known = new Map<string, Promise<IgnoreRules[]>>();

  /** @param environment variables of this process: they lead to the list, and to git, which knows if it is elsewhere. */
  constructor(
    private readonly environment: Variables,
    private readonly signal: AbortSignal,
  ) {}

  /** The rules for a work tree. @throws CancelledError */
  of(top: string): Promise<IgnoreRules[]> {
    const rules = this.#known.get(top) ?? this.#read(top);
    this.#known.set(top, rules);
    return rules;
  }

  async #read(top: string): Promise<IgnoreRules[]> {
    const { HOME, USERPROFILE, XDG_CONFIG_HOME } = this.environment;
    const home = nonEmpty(HOME) ?? nonEmpty(USERPROFILE);
    const settings = nonEmpty(XDG_CONFIG_HOME) ?? (home && join(home, '.config'));
    const configured = await readExcludesFile(top, this.environment, this.signal);
    const path = configured ?? (settings && join(settings, 'git', 'ignore'));
    return path === undefined ? [] : asRules(top, [await readList(path)]);
  }
}

/**
 * The rules that a folder's own ignore files add, and at the top of a work tree its `info/exclude`; none when it has no
 * such file. (gitignore(5): what is nearer to a file has the last word)
 */
export async function rulesOf(folder: string, places: ReadablePlaces): Promise<IgnoreRules[]> {
  const exclude = (await exists(join(folder, '.git'))) ? [await readList(await excludeOf(folder))] : [];
  const own = await Promise.all(IGNORE_FILES.map((name) => places.readAbove(join(folder, name))));
  return asRules(folder, [...exclude, ...own]);
}

/** As `rulesOf`, of a folder with these names in it: most have none that adds rules, in whatever case they are taken. */
export async function rulesIn(
  folder: string,
  names: readonly string[],
  places: ReadablePlaces,
): Promise<IgnoreRules[]> {
  return names.some((name) => RULE_FILES.has(name.toLowerCase())) ? rulesOf(folder, places) : [];
}

const RULE_FILES: ReadonlySet<string> = new Set([...IGNORE_FILES, '.git']);

/** Where the lists are: the user's own, and those of folders that may be read. */
export interface IgnoreLists {
  readonly lists: UserLists;
  readonly places: ReadablePlaces;
}

export interface RulesAbove {
  /** Outermost first. */
  readonly rules: readonly IgnoreRules[];
  /** Git ignores what they were asked for. It is staged all the same, so the lists that say so are not among the rules. */
  readonly isIgnored: boolean;
}

/**
 * The rules that hold for a folder, or a file, from outside of it: the user's own list, and those of the folders above
 * from the git work tree's top down; none outside of git.
 * @throws CancelledError
 */
export async function rulesAbove(
  path: string,
  { lists, places }: IgnoreLists,
  isFolder = true,
): Promise<RulesAbove> {
  const top = await workTreeOf(path);
  if (top === undefined) return { rules: [], isIgnored: false };
  const above: string[] = [];
  for (let here = path; here !== top; here = dirname(here)) above.unshift(dirname(here));
  const rules = [
    await lists.of(top),
    ...(await Promise.all(above.map((each) => rulesOf(each, places)))),
  ].flat();
  if (path === top || !ignores(rules, path, isFolder)) return { rules, isIgnored: false };
  return { rules: rules.filter((each) => !ignores([each], path, isFolder)), isIgnored: true };
}

/** Pure: whether the rules, outermost first, leave a path out by git's reading. The nearer one has the last word. */
export function ignores(chain: readonly IgnoreRules[], path: string, isFolder: boolean): boolean {
  return chain.reduce((left, { folder, rules }) => {
    const below = relative(folder, path).split(sep).join('/');
    const { ignored, unignored } = rules.test(isFolder ? `${below}/` : below);
    return ignored || (left && !unignored);
  }, false);
}

/** Pure: whether a file, or a link, of this name is staged although it is ignored. */
export function isAlwaysStaged(item: Pick<Dirent, 'name' | 'isDirectory'>): boolean {
  return !item.isDirectory() && ALWAYS_STAGED.test(item.name);
}

/** Where git keeps the list of a work tree that is no part of it; a linked one shares that of its repository. */
async function excludeOf(top: string): Promise<string> {
  const inside = join(top, '.git');
  const link = /^gitdir: (.+)/.exec((await readList(inside)) ?? '')?.[1];
  const gitFolder = link === undefined ? inside : resolve(top, link.trimEnd());
  const shared = await readList(join(gitFolder, 'commondir'));
  return join(resolve(gitFolder, shared?.trimEnd() ?? ''), 'info', 'exclude');
}

/** Undefined where there is no such file, or a pipe or the like in its place, whose end may never come. */
async function readList(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile() === false) return undefined;
  if (facts === undefined || facts.size <= MAX_LIST_BYTES) return readTextIfPresent(path);
  throw new UserError({
    code: 'bundle-refused',
    title: l10n.t('{0} is too large for a list of what to ignore.', path),
    actions: [{ title: l10n.t('Make it smaller, or remove it.') }],
  });
}

function asRules(folder: string, texts: readonly (string | undefined)[]): IgnoreRules[] {
  // Git passes over a byte order mark. Two names that differ in case only are two, except where the disk says otherwise.
  const lines = texts.flatMap((text) => text?.replace(/^\ufeff/, '') ?? []);
  const options = { ignorecase: process.platform !== 'linux' };
  return lines.length === 0 ? [] : [{ folder, rules: ignore(options).add(lines.join('\n')) }];
}
