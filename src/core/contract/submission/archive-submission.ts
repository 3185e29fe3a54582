import * as l10n from '@vscode/l10n';
import { basename, dirname, extname } from 'node:path/posix';
import { plural } from '../../../base/format.ts';
import { type Expectation, sampleUnreadable } from './expectation.ts';
import { ContentError, zipContents } from './packed-text.ts';
import type { SubmissionProblems } from './submission-problems.ts';

interface ArchiveFile {
  readonly name: string;
  readonly bytes: number;
}

/** So many names are told in a note. */
const MAX_NAMED = 3;

/**
 * Checks the files of an archive such as `images.zip` by name, number and size: with those of the sample, where that is an
 * archive too, else with the files of the test set that they are named after (`task007.py` for `task007.json`).
 * @returns what a person should know although it may be right.
 * @throws errors of the file system.
 */
export async function checkArchive(
  files: readonly ArchiveFile[],
  { sample, names = [] }: Expectation,
  problems: SubmissionProblems,
): Promise<string[]> {
  if (files.length === 0) problems.add('empty', () => l10n.t('the archive holds no files'));
  for (const { name, bytes } of files)
    if (bytes === 0) problems.add('value', () => l10n.t('{0} in the archive is empty', name));
  const held = files.map(({ name }) => name);
  if (sample?.toLowerCase().endsWith('.zip') === true) {
    const expected = await namesIn(sample);
    if (expected === undefined) return [sampleUnreadable(sample)];
    if (expected.length > 1) return compareWithSample(held, expected, problems);
  }
  return [oddExtension(held), oddFolder(held), compareWithData(held, names)].filter(
    (note) => note !== undefined,
  );
}

/** A sample that cannot be read is not the submission's fault. */
async function namesIn(archive: string): Promise<string[] | undefined> {
  try {
    return (await zipContents(archive)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof ContentError) return undefined;
    throw error;
  }
}

function compareWithSample(
  held: readonly string[],
  expected: readonly string[],
  problems: SubmissionProblems,
): string[] {
  const [ours, theirs] = [new Set(held), new Set(expected)];
  for (const name of theirs)
    if (!ours.has(name))
      problems.add('missing-id', () => l10n.t('{0} of the sample is missing in the archive', name));
  for (const name of ours)
    if (!theirs.has(name))
      problems.add('unknown', () => l10n.t('{0} in the archive is not in the sample', name));
  if (ours.size !== theirs.size)
    problems.add('rows', () => l10n.t('{0}, expected {1}', plural(ours.size, 'file'), theirs.size));
  return [];
}

/** Among files of one kind, a few of another got in by mistake: `.DS_Store`, a log. */
function oddExtension(held: readonly string[]): string | undefined {
  const counts = new Map<string, string[]>();
  for (const name of held) counts.set(extname(name), [...(counts.get(extname(name)) ?? []), name]);
  const [most, ...others] = [...counts].sort((a, b) => b[1].length - a[1].length);
  if (most === undefined || others.length === 0 || most[1].length < held.length * 0.9) return undefined;
  return l10n.t(
    'The archive holds {0} files {1}, and also {2}.',
    most[1].length,
    most[0],
    named(others.flatMap(([, each]) => each)),
  );
}

/** `zip -r out.zip predictions` puts all into a folder, where a competition mostly looks at the top. */
function oddFolder(held: readonly string[]): string | undefined {
  const folders = new Set(held.map((name) => dirname(name)));
  const [only] = folders;
  if (held.length < 2 || folders.size !== 1 || only === undefined || only === '.') return undefined;
  return l10n.t(
    'All files of the archive are in its folder {0}/: right only if the competition asks for that.',
    only,
  );
}

/** The folder of the data that the files are named after, unless none is. */
function compareWithData(held: readonly string[], names: readonly string[]): string | undefined {
  const ours = new Set(held.map(stemOf));
  const groups = new Map<string, Set<string>>();
  for (const name of names) {
    if (/train/i.test(name)) continue;
    const group = `${dirname(name)}/*${extname(name)}`;
    groups.set(group, (groups.get(group) ?? new Set()).add(stemOf(name)));
  }
  const shared = (stems: ReadonlySet<string>): number => [...stems].filter((stem) => ours.has(stem)).length;
  const [best] = [...groups].sort((a, b) => shared(b[1]) - shared(a[1]));
  if (best === undefined || shared(best[1]) < Math.max(2, held.length / 2)) return undefined;
  const [group, stems] = best;
  const missing = [...stems].filter((stem) => !ours.has(stem));
  const unknown = [...ours].filter((stem) => !stems.has(stem));
  if (missing.length === 0 && unknown.length === 0) return undefined;
  const numbers = [held.length, stems.size, group.replace(/^\.\//, '')] as const;
  if (unknown.length === 0)
    return l10n.t(
      'The archive holds {0} files for the {1} of {2} in the data: it has none for {3}.',
      ...numbers,
      named(missing),
    );
  if (missing.length === 0)
    return l10n.t(
      'The archive holds {0} files for the {1} of {2} in the data: the data have none for {3}.',
      ...numbers,
      named(unknown),
    );
  return l10n.t(
    'The archive holds {0} files for the {1} of {2} in the data: it has none for {3}, and the data have none for {4}.',
    ...numbers,
    named(missing),
    named(unknown),
  );
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const first = names.slice(0, MAX_NAMED).join(', ');
  return more > 0 ? l10n.t('{0} and {1} more', first, more) : first;
}
