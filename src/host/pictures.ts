import { defined } from '../base/defined.ts';
import { formatBytes, formatDuration } from '../base/format.ts';
import type { Depot, InventoryItem, ModeFigures, Project, Rehearsal } from '../core/artefacts.ts';
import { KAGGLE_MEMORY_BYTES, KAGGLE_MINUTES } from '../core/kaggle-machines.ts';
import type {
  DepotPicture,
  LimitsPicture,
  ModesTable,
  PanelState,
  ScoresPicture,
} from '../protocol/panel-state.ts';
import type { PictureWords } from './picture-words.ts';
import type { RecordView, ScoredSubmission } from './record-view.ts';

/** More bars than this nobody reads. */
const BARS = 12;
/** The newest submissions that the line shows. */
const POINTS = 50;

/** Pure: the pictures that there is data for. */
export function pictures(
  { artefacts, comparison = [], history }: RecordView,
  words: PictureWords,
): PanelState['pictures'] {
  const { project, build, rehearse } = artefacts;
  return defined({
    depot: build === undefined ? undefined : depotPicture(build, words),
    limits: rehearse === undefined ? undefined : limitsPicture(rehearse, project, words),
    scores: scoresPicture(history, words),
    modes: modesTable(comparison, rehearse?.modes, words),
  });
}

/** Pure: what the depot is made of, the largest first; undefined for an empty one. */
export function depotPicture(
  { inventory, bytes }: Pick<Depot, 'inventory' | 'bytes'>,
  words: PictureWords,
): DepotPicture | undefined {
  const groups = grouped(inventory);
  const [largest] = groups;
  if (largest === undefined) return undefined;
  const shown = groups.slice(0, BARS);
  const rest = groups.slice(BARS);
  const restBytes = rest.reduce((sum, group) => sum + group.bytes, 0);
  const items = [
    ...shown,
    ...(rest.length === 0
      ? []
      : [{ label: words.others(rest.length), kind: 'rest', bytes: restBytes } as const]),
  ];
  const most = Math.max(...items.map((item) => item.bytes), 1);
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return {
    title: words.depotTitle,
    summary: words.depotSummary(groups.length, formatBytes(bytes), largest.label, formatBytes(largest.bytes)),
    columns: [words.name, words.kind, words.size],
    rows: groups.map(({ label, kind, bytes: size }) => [label, words.kinds[kind], formatBytes(size)]),
    bars: items.map(({ label, kind, bytes: size }) => ({
      label,
      kind,
      value: formatBytes(size),
      share: size / most,
    })),
    kinds: kinds.map((kind) => ({ kind, label: words.kinds[kind] })),
  };
}

interface Group {
  readonly label: string;
  readonly kind: InventoryItem['kind'];
  readonly bytes: number;
}

/** Versions of one package, and parts of one name, are shown together. */
function grouped(inventory: readonly InventoryItem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const item of inventory) {
    const label = labelOf(item);
    const key = `${item.kind} ${label}`;
    groups.set(key, { label, kind: item.kind, bytes: (groups.get(key)?.bytes ?? 0) + item.bytes });
  }
  return [...groups.values()].sort((a, b) => b.bytes - a.bytes || (a.label < b.label ? -1 : 1));
}

/** `packages/CSV/a1B2c` is CSV; an artifact has the name that a package gives it, or the beginning of its hash. */
function labelOf({ kind, name, label }: InventoryItem): string {
  const [, second = name] = name.split('/');
  if (label !== undefined) return label;
  return kind === 'artifact' ? second.slice(0, 10) : second;
}

/** Pure: how near the rehearsal came to what Kaggle allows. */
export function limitsPicture(
  { seconds, peakMemoryBytes }: Pick<Rehearsal, 'seconds' | 'peakMemoryBytes'>,
  project: Project | undefined,
  words: PictureWords,
): LimitsPicture {
  const limitSeconds = (project?.notebook.timeLimitMinutes ?? KAGGLE_MINUTES) * 60;
  const duration = (value: number): string => formatDuration(value * 1000);
  const bar = (label: string, value: number, limit: number, format: (value: number) => string) => ({
    label,
    value: format(value),
    limit: format(limit),
    share: value / limit,
    over: value > limit,
  });
  const bars = [
    bar(words.time, seconds, limitSeconds, duration),
    bar(words.memory, peakMemoryBytes, KAGGLE_MEMORY_BYTES, formatBytes),
  ];
  const percent = bars.map(({ share }) => String(Math.round(100 * share)));
  return {
    title: words.limitsTitle,
    summary: words.limitsSummary(percent[0] ?? '', percent[1] ?? ''),
    columns: [words.name, words.used, words.limit],
    rows: bars.map(({ label, value, limit }) => [label, value, limit]),
    bars,
  };
}

/** Pure: the figures of the modes that were rehearsed, those that `julia-kaggle status` prints; undefined for fewer than two. */
export function modesTable(
  byMode: NonNullable<RecordView['comparison']>,
  modes: Rehearsal['modes'],
  words: PictureWords,
): ModesTable | undefined {
  if (byMode.length < 2) return undefined;
  const least = (figure: (each: ModeFigures) => number): string => {
    const [first] = Object.entries(modes ?? {}).sort(([, a], [, b]) => figure(a) - figure(b));
    return first?.[0] ?? '';
  };
  return {
    title: words.modesTitle,
    summary: words.modesSummary(
      least(({ rehearsalSeconds }) => rehearsalSeconds),
      least(({ bundleBytes }) => bundleBytes),
    ),
    columns: [words.mode, ...byMode.map(([mode = '']) => mode)],
    rows: words.measures.map((measure, index) => [measure, ...byMode.map((cells) => cells[index + 1] ?? '')]),
  };
}

/** Pure: the public scores over time, the best marked; undefined where there is none. */
export function scoresPicture(
  history: readonly ScoredSubmission[],
  words: PictureWords,
): ScoresPicture | undefined {
  const scored = history.flatMap(({ publicScore = '', ...rest }) => {
    const score = publicScore === '' ? NaN : Number(publicScore);
    return Number.isFinite(score) ? [{ ...rest, publicScore, score }] : [];
  });
  const inTime = scored.sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1)).slice(-POINTS);
  if (inTime.length === 0) return undefined;
  const scores = inTime.map(({ score }) => score);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const points = inTime.map(({ publicScore, submittedAt, score, best }) => ({
    label: dateOf(submittedAt),
    value: publicScore,
    height: most === least ? 0.5 : (score - least) / (most - least),
    best,
  }));
  const bestPoint = points.find(({ best }) => best);
  const last = points.at(-1)?.value ?? '';
  return {
    title: words.scoresTitle,
    summary:
      bestPoint === undefined
        ? words.scoresSummary(points.length, last)
        : words.scoresSummaryBest(points.length, last, bestPoint.value),
    columns: [words.date, words.score, words.commit],
    rows: inTime.map(({ submittedAt, publicScore, best, commit = '' }) => [
      dateOf(submittedAt),
      best ? words.bestOf(publicScore) : publicScore,
      commit.slice(0, 10),
    ]),
    points,
    top: inTime.find(({ score }) => score === most)?.publicScore ?? '',
    bottom: inTime.find(({ score }) => score === least)?.publicScore ?? '',
    bestLabel: words.best,
  };
}

/** `2026-11-26 10:41`: the same everywhere, and sorted as it is read. Times are Kaggle's, UTC. */
function dateOf(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
