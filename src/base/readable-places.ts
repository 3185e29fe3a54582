import * as l10n from '@vscode/l10n';
import type { Dirent, Stats } from 'node:fs';
import { type FileHandle, lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isUserError, systemCode, UserError } from './errors.ts';
import { fileError, isWithin, withoutLinks } from './files.ts';
import { unsafePath } from './folder-walk.ts';
import { GuardedFolder, type Looked } from './guarded-folder.ts';
import { holdsHome, isPrivate, type Machine, mayHoldPrivate, thisMachine } from './private-places.ts';

/** Neither is there when the platform has no owners of files. */
const OWN_UID = process.getuid?.();
const WRITABLE_BY_ALL = 0o002;

interface PlacesOptions {
  /** Real paths of files and folders outside that the user agreed to for this project. */
  readonly agreed?: readonly string[] | undefined;
  readonly machine?: Machine;
}

/** A file or folder that may be read. */
interface Readable {
  /** Its path without links. */
  readonly real: string;
  readonly guard: GuardedFolder;
}

/**
 * What may be read for a project: its folder, its git work tree, and the places that the user agreed to. Links are
 * followed as long as they stay in these; the files themselves are then read by their real path through a GuardedFolder,
 * so that a link that takes a file's place meanwhile is refused. What holds credentials is never read.
 *
 * Methods that read throw UserError `unsafe-path` (a link that leads out, a place of credentials, not a plain file, too
 * large), `outside-project` (a place that nobody agreed to), `file-unreadable`; what is missing gives `undefined`.
 */
export class ReadablePlaces {
  private constructor(
    /** The project's folder, without links. */
    readonly project: string,
    /** Real paths. */
    readonly roots: readonly string[],
    /** The project's folder and its work tree by the names that they were given: a way out of them is a link. */
    private readonly named: readonly string[],
    private readonly machine: Machine,
    /** Texts that stand in place of files, by their paths; undefined: there is no such file. */
    readonly given: ReadonlyMap<string, string | undefined> = new Map(),
  ) {}

  /** @param folder the project's; it may be reached through links, since the user chose it. */
  static async around(folder: string, options: PlacesOptions = {}): Promise<ReadablePlaces> {
    const { agreed = [], machine = thisMachine() } = options;
    const given = resolve(folder);
    const project = await withoutLinks(given);
    const tree = await workTree(project, machine);
    const top = resolve(given, relative(project, tree ?? project));
    const named = (await realpath(top).catch(() => undefined)) === tree ? [given, top] : [given];
    const outside = agreed.filter((place) => isAgreeable(place, machine));
    const roots = [project, ...(tree === undefined ? [] : [tree]), ...outside];
    return new ReadablePlaces(project, roots, named, machine);
  }

  /** The same places, with these texts in place of files. Only what is read as text, looked for or listed is of them. */
  with(given: ReadonlyMap<string, string | undefined>): ReadablePlaces {
    return new ReadablePlaces(this.project, this.roots, this.named, this.machine, given);
  }

  /** A text file. @param most bytes. */
  async readText(path: string, most?: number): Promise<string | undefined> {
    if (this.given.has(path)) return this.given.get(path);
    const found = await this.find(path);
    return found?.guard.readText(found.real, most);
  }

  /** A plain file, opened for reading; whoever asks closes it. */
  async open(path: string): Promise<FileHandle | undefined> {
    const found = await this.find(path);
    return found?.guard.open(found.real);
  }

  /** What is at the path, or where the link leads that is there. */
  async look(path: string): Promise<Stats | undefined> {
    const found = await this.find(path);
    return found?.guard.look(found.real);
  }

  /** What a folder holds, links as themselves. */
  async list(path: string): Promise<Dirent[] | undefined> {
    const found = await this.find(path);
    const entries = await found?.guard.list(found.real);
    return this.given.size === 0 ? entries : entries?.filter(({ name }) => !this.#isGone(path, name));
  }

  /**
   * As `list`, with the folder's path without links, and how its plain files look. Where credentials may be, there are no
   * looks, so that the files have to be opened, which is refused or asked about.
   */
  async listLooks(path: string): Promise<{ readonly real: string; readonly entries: readonly Looked[] }> {
    const found = await this.find(path);
    if (found === undefined) return { real: path, entries: [] };
    const { real, guard } = found;
    const looked = mayHoldPrivate(real, this.machine)
      ? (await guard.list(real))?.map((entry) => ({ entry }))
      : await guard.listLooks(real);
    const entries = (looked ?? []).filter(({ entry }) => !this.#isGone(path, entry.name));
    return { real, entries };
  }

  #isGone(folder: string, name: string): boolean {
    if (this.given.size === 0) return false;
    const full = join(folder, name);
    return this.given.has(full) && this.given.get(full) === undefined;
  }

  /** The path without links of what may be read. */
  async resolve(path: string): Promise<string | undefined> {
    return (await this.find(path))?.real;
  }

  /**
   * What is at a path, wherever it leads: for a look before anybody is asked. Nothing is learnt of a place of credentials.
   */
  async lookAnywhere(path: string): Promise<Stats | undefined> {
    const real = await this.#realOf(path);
    return real === undefined ? undefined : lstat(real).catch(() => undefined);
  }

  /** Whether there is a file, wherever it leads; anything but a folder: whoever reads it says what is wrong with a pipe. */
  async hasFile(path: string): Promise<boolean> {
    if (this.given.has(path)) return this.given.get(path) !== undefined;
    return (await this.lookAnywhere(path))?.isDirectory() === false;
  }

  /**
   * A plain text file of a folder above the project, which need not lie in a place that may be read: what git and Julia
   * look for on their way up. A link there is nothing, nor is what cannot be read.
   */
  async readAbove(path: string): Promise<string | undefined> {
    if (this.#isNamedInside(path)) return this.readText(path);
    try {
      return await new GuardedFolder(dirname(path)).readText(basename(path));
    } catch (error) {
      if (isUserError(error, 'unsafe-path') || isUserError(error, 'file-unreadable')) return undefined;
      throw error;
    }
  }

  /**
   * Makes sure that all of these may be read, so that the user is asked once. What is missing is no matter here.
   * @param besides places that nobody agreed to, which are known already.
   * @throws UserError `outside-project` with all that nobody agreed to; `unsafe-path`.
   */
  async demand(paths: readonly string[], besides: readonly string[] = []): Promise<void> {
    const needed = [...besides];
    for (const path of paths) {
      const real = await this.#realOf(path);
      if (real === undefined || this.#rootOf(real) !== undefined) continue;
      this.#refuseOut(path, real);
      needed.push(real);
    }
    const places = placesToAsk(needed, this.roots);
    if (places.length > 0) throw outsideProject(this.project, places);
  }

  /** @throws UserError `unsafe-path`, `outside-project`. */
  async find(path: string): Promise<Readable | undefined> {
    const real = await this.#realOf(path);
    if (real === undefined) return undefined;
    const root = this.#rootOf(real);
    // From the folder above, so that the place itself may be a file, and is not reached through a link either.
    if (root !== undefined) return { real, guard: new GuardedFolder(dirname(root)) };
    this.#refuseOut(path, real);
    throw outsideProject(this.project, [real]);
  }

  /** The innermost place that it lies in: the fewer steps the faster. */
  #rootOf(real: string): string | undefined {
    return this.roots
      .filter((root) => isWithin(root, real))
      .reduce<string | undefined>(
        (best, root) => (best !== undefined && best.length > root.length ? best : root),
        undefined,
      );
  }

  async #realOf(path: string): Promise<string | undefined> {
    if (isPrivate(path, this.machine)) throw privateRefused(path, path);
    let real: string;
    try {
      real = await realpath(path);
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
      if (code === 'ELOOP')
        throw unsafePath(
          l10n.t('{0} is a link that leads to itself.', path),
          l10n.t('Remove it, or put the file in its place.'),
        );
      throw fileError(error, path);
    }
    if (isPrivate(real, this.machine)) throw privateRefused(path, real);
    return real;
  }

  /** Whether a path lies inside by its name: what leads out all the same does so by a link. */
  #isNamedInside(path: string): boolean {
    return [...this.named, ...this.roots].some((folder) => isWithin(folder, path));
  }

  /** @throws UserError `unsafe-path` for a link that leads out, and for a place that holds a whole home folder. */
  #refuseOut(path: string, real: string): void {
    if (this.#isNamedInside(path)) throw linkLeadsOut(path, real);
    if (holdsHome(real, this.machine)) throw tooWide(real);
  }
}

/**
 * Pure: which places the user has to be asked about.
 * @param needed real paths that the project names.
 * @param allowed real paths that may be read: the project's own, and those agreed to before or by an option.
 */
export function placesToAsk(needed: readonly string[], allowed: readonly string[]): string[] {
  const missing = [...new Set(needed)].filter((place) => !allowed.some((each) => isWithin(each, place)));
  return missing
    .filter((place) => !missing.some((other) => other !== place && isWithin(other, place)))
    .sort();
}

/** Pure: whether a place is one that a user can agree to: no credentials, and not a whole home folder. */
function isAgreeable(place: string, machine: Machine): boolean {
  return isAbsolute(place) && !isPrivate(place, machine) && !holdsHome(place, machine);
}

/**
 * The real path of a place that the user names.
 * @throws UserError `wrong-usage` when there is no such place, `unsafe-path` when nobody can agree to it.
 */
export async function agreeablePlace(path: string, machine: Machine = thisMachine()): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined)
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('There is no file or folder {0} to be read.', resolve(path)),
      actions: [{ title: l10n.t('Name one that is there.') }],
    });
  if (isPrivate(real, machine)) throw privateRefused(path, real);
  if (holdsHome(real, machine)) throw tooWide(real);
  return real;
}

/**
 * Whether an open file lies at a path that was without links: also when a folder of the path was swapped for a link
 * meanwhile, the file is then another.
 */
export async function isAt(handle: FileHandle, real: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // The kernel's own word for where the file lies (proc(5)).
    const there = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
    if (there !== undefined) return there === real;
  }
  const [found, there] = [await handle.stat(), await lstat(real).catch(() => undefined)];
  const isSame = found.ino === there?.ino && found.dev === there.dev;
  return isSame && (await realpath(real).catch(() => undefined)) === real;
}

/**
 * The git work tree that a folder lies in: the nearest folder upwards with a `.git`. One that is a home folder, or holds
 * one, is somebody's dotfiles; a `.git` that another user put there, as into `/tmp`, makes nothing a work tree.
 */
async function workTree(project: string, machine: Machine): Promise<string | undefined> {
  for (let folder = project; ; folder = dirname(folder)) {
    const mark = await lstat(join(folder, '.git')).catch(() => undefined);
    if (mark === undefined && dirname(folder) !== folder) continue;
    if (mark === undefined || holdsHome(folder, machine)) return undefined;
    return (await isOwn(mark, folder)) ? folder : undefined;
  }
}

async function isOwn(mark: Stats, folder: string): Promise<boolean> {
  if (OWN_UID === undefined || mark.uid === OWN_UID) return true;
  const top = await lstat(folder);
  return mark.uid === top.uid && (top.mode & WRITABLE_BY_ALL) === 0;
}

function linkLeadsOut(path: string, real: string): UserError {
  return unsafePath(
    l10n.t('{0} is, or lies in, a link to {1}, outside of the project, so it is not read.', path, real),
    l10n.t(
      'Name {0} itself in place of the link, or put the file or folder in its place. {1}',
      real,
      allowing([real]),
    ),
  );
}

function privateRefused(path: string, real: string): UserError {
  return unsafePath(
    path === real
      ? l10n.t('{0} may hold credentials, so it is never read for a project.', path)
      : l10n.t(
          '{0} leads to {1}, which may hold credentials, so it is never read for a project.',
          path,
          real,
        ),
    l10n.t('Keep what the project needs in a folder of its own.'),
  );
}

function tooWide(real: string): UserError {
  return unsafePath(
    l10n.t('{0} is a home folder or holds one, so it is not read as a whole.', real),
    l10n.t('Name the folder that the project needs itself.'),
  );
}

function outsideProject(project: string, places: readonly string[]): UserError {
  return new UserError({
    code: 'outside-project',
    title: l10n.t(
      'The project {0} reads files outside of its folder and its git work tree, which nobody agreed to.',
      project,
    ),
    detail: places.join('\n'),
    places,
    actions: [{ title: allowing(places), command: 'allow-outside' }],
  });
}

/** Names that mean nothing to a shell; others are for the user to quote. */
const PLAIN = /^[\p{L}\p{N} _.,:/\\+@=~-]+$/u;

function allowing(places: readonly string[]): string {
  const options = places.map((place) => `--allow-outside ${PLAIN.test(place) ? `"${place}"` : '<path>'}`);
  return l10n.t(
    'If you know the project and want it to read that, allow it: {0} (kept for this project on this machine).',
    [...new Set(options)].join(' '),
  );
}
