import { basename, dirname, extname } from 'node:path/posix';
import { plural } from '../../../base/format.ts';
import { type Expectation, notCompared } from './expectation.ts';
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
  if (files.length === 0) problems.add('empty', () => 'the archive holds no files');
  for (const { name, bytes } of files)
    if (bytes === 0) problems.add('value', () => `${name} in the archive is empty`);
  const held = files.map(({ name }) => name);
  if (sample?.toLowerCase().endsWith('.zip') === true) {
    const expected = await namesIn(sample);
    if (expected === undefined) return [notCompared(sample, 'cannot be read')];
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
    if (!ours.has(name)) problems.add('missing-id', () => `${name} of the sample is missing in the archive`);
  for (const name of ours)
    if (!theirs.has(name)) problems.add('unknown', () => `${name} in the archive is not in the sample`);
  if (ours.size !== theirs.size)
    problems.add('rows', () => `${plural(ours.size, 'file')}, expected ${theirs.size}`);
  return [];
}

/** Among files of one kind, a few of another got in by mistake: `.DS_Store`, a log. */
function oddExtension(held: readonly string[]): string | undefined {
  const counts = new Map<string, string[]>();
  for (const name of held) counts.set(extname(name), [...(counts.get(extname(name)) ?? []), name]);
  const [most, ...others] = [...counts].sort((a, b) => b[1].length - a[1].length);
  if (most === undefined || others.length === 0 || most[1].length < held.length * 0.9) return undefined;
  return `The archive holds ${plural(most[1].length, 'file')} ${most[0]}, and also ${named(others.flatMap(([, each]) => each))}.`;
}

/** `zip -r out.zip predictions` puts all into a folder, where a competition mostly looks at the top. */
function oddFolder(held: readonly string[]): string | undefined {
  const folders = new Set(held.map((name) => dirname(name)));
  const [only] = folders;
  if (held.length < 2 || folders.size !== 1 || only === undefined || only === '.') return undefined;
  return `All files of the archive are in its folder ${only}/: right only if the competition asks for that.`;
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
  const sentences = [
    ...(missing.length > 0 ? [`it has none for ${named(missing)}`] : []),
    ...(unknown.length > 0 ? [`the data have none for ${named(unknown)}`] : []),
  ];
  return `The archive holds ${plural(held.length, 'file')} for the ${stems.size} of ${group.replace(/^\.\//, '')} in the data: ${sentences.join(', and ')}.`;
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
