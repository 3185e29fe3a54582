import * as l10n from '@vscode/l10n';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';
import { readTextIfPresent } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { issuesText } from './collection.ts';
import { METRICS } from './score.ts';

/** `competition.json` of a competition folder. What is not said has the value of a usual code competition. */
const description = z.object({
  slug: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  title: z.string(),
  description: z._default(z.string(), ''),
  metric: z.enum(METRICS),
  /** `evaluation`: what its data have as kaggle_evaluation calls the notebook in the rerun, and writes the submission. */
  kind: z._default(z.enum(['file', 'evaluation']), 'file'),
  deadline: z._default(z.iso.datetime(), '2099-12-31T23:59:00Z'),
  maxDailySubmissions: z._default(z.int().check(z.positive()), 5),
  /** It takes notebooks only; false: files and notebooks. */
  isKernelsSubmissionsOnly: z._default(z.boolean(), true),
  /** After the deadline submissions are scored, both scores shown, and not ranked; false: they are refused. */
  takesLateSubmissions: z._default(z.boolean(), true),
  /** Of a submitted file; absent: any size. */
  maxSubmissionBytes: z.optional(z.int().check(z.positive())),
  userHasEntered: z._default(z.boolean(), true),
  idColumn: z._default(z.string(), 'id'),
  targetColumn: z.string(),
  /** Of a notebook; the default is Kaggle's for code competitions that do not say their own (kaggle-api 5.2). */
  timeLimitMinutes: z._default(z.number().check(z.positive()), 9 * 60),
});
export type CompetitionFacts = z.infer<typeof description>;

/** A file of a competition. */
export interface DataFile {
  /** Relative path with `/`. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

/** Holds the truth; it never leaves the server. */
const SOLUTION = 'solution.csv';

/**
 * A competition from a folder: `competition.json`, `public/` with the files that everybody sees, `hidden/` with those
 * that take their place in the scoring rerun, and `hidden/solution.csv`; `pages/<name>.md` if there are any.
 * The folder is read at each use, so that an edit needs no restart.
 */
export class Competition {
  constructor(
    readonly id: number,
    readonly facts: CompetitionFacts,
    private readonly folder: string,
  ) {}

  publicFiles(): Promise<DataFile[]> {
    return filesIn(join(this.folder, 'public'));
  }

  /** What a notebook sees in the scoring rerun: the hidden files instead of public ones of the same name. */
  async rerunFiles(): Promise<DataFile[]> {
    const hidden = (await filesIn(join(this.folder, 'hidden'))).filter(({ name }) => name !== SOLUTION);
    const names = new Set(hidden.map(({ name }) => name));
    return [...(await this.publicFiles()).filter(({ name }) => !names.has(name)), ...hidden].sort(byName);
  }

  /** Where a public file lies, if there is one of that name. */
  async publicPath(name: string): Promise<string | undefined> {
    return (await this.publicFiles()).find((file) => file.name === name)?.path;
  }

  solutionPath(): string {
    return join(this.folder, 'hidden', SOLUTION);
  }

  async pages(): Promise<{ name: string; content: string }[]> {
    const written = (await filesIn(join(this.folder, 'pages'))).filter(({ name }) => name.endsWith('.md'));
    const pages = await Promise.all(
      written.map(async ({ path }) => ({
        name: basename(path, '.md'),
        content: (await readTextIfPresent(path)) ?? '',
      })),
    );
    if (pages.some(({ name }) => name === 'description')) return pages;
    return [{ name: 'description', content: this.facts.description }, ...pages];
  }

  hasEnded(now: number): boolean {
    return now > Date.parse(this.facts.deadline);
  }

  takesSubmissions(now: number): boolean {
    return this.facts.takesLateSubmissions || !this.hasEnded(now);
  }
}

export type Competitions = ReadonlyMap<string, Competition>;

/** Reads the folders' descriptions. @throws UserError `config-invalid` naming the file and what is wrong in it. */
export async function openCompetitions(folders: readonly string[]): Promise<Competitions> {
  const competitions = new Map<string, Competition>();
  for (const [index, folder] of folders.entries()) {
    const facts = await readFacts(join(folder, 'competition.json'));
    competitions.set(facts.slug, new Competition(index + 1, facts, folder));
  }
  return competitions;
}

async function readFacts(path: string): Promise<CompetitionFacts> {
  const text = await readTextIfPresent(path);
  if (text === undefined)
    throw new UserError({
      code: 'config-invalid',
      title: l10n.t('There is no {0}.', path),
      actions: [{ title: l10n.t('Name a competition folder, such as examples/competition.') }],
    });
  const parsed = description.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new UserError({
    code: 'config-invalid',
    title: l10n.t('{0} does not describe a competition.', path),
    detail: issuesText(parsed.error),
    actions: [{ title: l10n.t('Write it like examples/competition/competition.json.') }],
  });
}

/** All files below a folder, sorted by name; none when there is no such folder. */
/** All files below a folder, sorted by name; none where it is missing. */
export async function filesIn(folder: string): Promise<DataFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size, mtime } = await stat(path);
        return { name: relative(folder, path).split(sep).join('/'), path, bytes: size, modified: mtime };
      }),
  );
  return files.sort(byName);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
