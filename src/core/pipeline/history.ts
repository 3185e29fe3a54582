import * as z from 'zod/mini';
import {
  type Artefacts,
  type Project,
  type Submission,
  submission as submissionSchema,
} from '../artefacts.ts';

/** A submission with what it was made of. What later versions added is optional, so that older records are read. */
export const historyEntry = z.extend(submissionSchema, {
  /** Of a notebook. */
  bundleId: z.optional(z.string()),
  /** Of a file: its name and content. */
  file: z.optional(z.object({ name: z.string(), sha256: z.string() })),
  commit: z.optional(z.string()),
  dirty: z.optional(z.boolean()),
  /** `owner/slug vN`. */
  notebook: z.optional(z.string()),
  competition: z.optional(z.string()),
  datasets: z.optional(z.array(z.object({ slug: z.string(), version: z.number() }))),
  rehearsalSeconds: z.optional(z.number()),
  /** Of the notebook's run on Kaggle, or of the program here where a file was submitted. */
  runSeconds: z.optional(z.number()),
  /** What the person said of it. */
  note: z.optional(z.string()),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Pure: the entry of a submission with what it was made of, as far as that is known. */
export function entryOf(
  { project, ...made }: Partial<Artefacts>,
  submission: Submission,
  note: string | undefined,
): HistoryEntry | undefined {
  const origin = notebookOrigin(made) ?? fileOrigin(project, made);
  if (project === undefined || origin === undefined) return undefined;
  return {
    ...submission,
    competition: project.competition,
    commit: project.git?.commit,
    dirty: project.git?.dirty,
    ...origin,
    note,
  };
}

type Origin = Partial<HistoryEntry>;

function notebookOrigin({ pack, rehearse, upload, notebook }: Partial<Artefacts>): Origin | undefined {
  if (pack === undefined || notebook === undefined) return undefined;
  return {
    bundleId: pack.bundleId,
    notebook: `${notebook.owner}/${notebook.slug} v${notebook.version}`,
    datasets: upload?.datasets.map(({ slug, version }) => ({ slug, version })),
    rehearsalSeconds: rehearse?.seconds,
    runSeconds: notebook.seconds,
  };
}

function fileOrigin(project: Project | undefined, { test }: Partial<Artefacts>): Origin | undefined {
  if (project === undefined || test === undefined) return undefined;
  const file = { name: project.output.file, sha256: test.submissionSha256 };
  return { file, runSeconds: test.seconds };
}

/**
 * Pure: the history with this entry, at its end or in the place of the same submission's. What the new one does not
 * know stays as it was, and so does the time that the scoring took once it was over.
 */
export function withSubmission(history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const known = withoutUndefined(entry);
  if (!history.some(({ ref }) => ref === entry.ref)) return [...history, known];
  return history.map((old) => (old.ref === entry.ref ? merged(old, known) : old));
}

function merged(old: HistoryEntry, entry: HistoryEntry): HistoryEntry {
  if (old.state === 'pending' || old.scoringSeconds === undefined) return { ...old, ...entry };
  const { scoringSeconds: _, scoringSecondsAtMost: __, ...rest } = entry;
  return { ...old, ...rest };
}

function withoutUndefined<T extends object>(value: T): T {
  // Only members that say nothing are left out.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** An entry as tables and programs show it. */
export interface HistoryRow extends HistoryEntry {
  /** The best public score so far in its competition; of several the earliest. */
  readonly best: boolean;
}

/**
 * Pure: the history with the best score of each competition marked.
 * @param better which scores are the better ones, where JuliaKaggle.toml says it; else what was found out last.
 */
export function historyRows(
  history: readonly HistoryEntry[],
  better?: HistoryEntry['betterScore'],
): readonly HistoryRow[] {
  const best = new Map<string, HistoryEntry>();
  for (const entry of history) {
    const competition = competitionOf(entry);
    const direction = better ?? betterScoreOf(history, competition);
    const other = best.get(competition);
    if (direction === undefined || scoreOf(entry) === undefined) continue;
    if (other === undefined || isBetter(entry, other, direction)) best.set(competition, entry);
  }
  return history.map((entry) => ({ ...entry, best: best.get(competitionOf(entry)) === entry }));
}

/** Pure: the public score as a number, if there is one. */
export function scoreOf({
  state,
  publicScore,
}: Pick<HistoryEntry, 'state' | 'publicScore'>): number | undefined {
  if (state !== 'complete' || publicScore === undefined || publicScore.trim() === '') return undefined;
  const score = Number(publicScore);
  return Number.isFinite(score) ? score : undefined;
}

/** Pure: which scores of a competition are the better ones, as it was found out last. */
function betterScoreOf(history: readonly HistoryEntry[], competition: string): HistoryEntry['betterScore'] {
  return history.findLast((entry) => competitionOf(entry) === competition && entry.betterScore !== undefined)
    ?.betterScore;
}

/** Older entries do not name it; a project has mostly one. */
function competitionOf({ competition }: HistoryEntry): string {
  return competition ?? '';
}

function isBetter(entry: HistoryEntry, other: HistoryEntry, direction: 'lower' | 'higher'): boolean {
  const [a, b] = [scoreOf(entry) ?? NaN, scoreOf(other) ?? NaN];
  return direction === 'lower' ? a < b : a > b;
}
