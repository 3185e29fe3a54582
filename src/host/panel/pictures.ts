import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { formatBytes, formatDuration, plural } from '../../base/format.ts';
import type { Depot, InventoryItem, ModeFigures, Project, Rehearsal } from '../../core/artefacts.ts';
import { KAGGLE_MEMORY_BYTES, KAGGLE_MINUTES } from '../../core/kaggle-machines.ts';
import type { StageName } from '../../core/stages.ts';
import type {
  DepotPicture,
  LimitsPicture,
  ModesTable,
  PanelState,
  ScoresPicture,
} from '../../protocol/panel-state.ts';
import type { RecordView, ScoredSubmission } from '../project/record.ts';
import { dateOf } from '../texts.ts';

/** More bars than this nobody reads. */
const BARS = 12;
/** The newest submissions that the line shows. */
const POINTS = 50;

/** Pure: the pictures that there is data for. @param stages that the project has: what others left is not of its way. */
export function pictures(
  { artefacts, comparison = [], history }: RecordView,
  stages: readonly StageName[],
): PanelState['pictures'] {
  const { project, build } = artefacts;
  const rehearse = stages.includes('rehearse') ? artefacts.rehearse : undefined;
  return defined({
    depot: build === undefined ? undefined : depotPicture(build),
    limits: rehearse === undefined ? undefined : limitsPicture(rehearse, project),
    scores: scoresPicture(history),
    modes: rehearse === undefined ? undefined : modesTable(comparison, rehearse.modes),
  });
}

function kindText(kind: InventoryItem['kind'] | 'rest'): string {
  return {
    package: l10n.t('package'),
    artifact: l10n.t('artifact'),
    scratch: l10n.t('scratch space'),
    data: l10n.t('data dependency'),
    rest: l10n.t('others'),
  }[kind];
}

/** The measures of a mode, in the order of `comparisonHead`. */
function measures(): string[] {
  return [
    l10n.t('Start-up'),
    l10n.t('First prediction'),
    l10n.t('Run'),
    l10n.t('Whole rehearsal'),
    l10n.t('Bundle'),
    l10n.t('Compiling'),
  ];
}

/** Pure: what the depot is made of, the largest first; undefined for an empty one. */
export function depotPicture({
  inventory,
  bytes,
}: Pick<Depot, 'inventory' | 'bytes'>): DepotPicture | undefined {
  const listed = inventory.reduce((sum, item) => sum + item.bytes, 0);
  const unlisted = {
    label: l10n.t('compiled caches, registries'),
    kind: 'rest',
    bytes: bytes - listed,
  } as const;
  const groups = [...grouped(inventory), ...(bytes > listed ? [unlisted] : [])].sort(bySize);
  const [largest] = groups;
  if (largest === undefined) return undefined;
  const shown = groups.slice(0, BARS);
  const rest = groups.slice(BARS);
  const restBytes = rest.reduce((sum, group) => sum + group.bytes, 0);
  const items = [
    ...shown,
    ...(rest.length === 0
      ? []
      : [{ label: l10n.t('{0} others', rest.length), kind: 'rest', bytes: restBytes } as const]),
  ];
  const most = Math.max(...items.map((item) => item.bytes), 1);
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return {
    title: l10n.t('Depot by size'),
    summary: l10n.t(
      '{0} in all, in {1}; the largest is {2} with {3}.',
      formatBytes(bytes),
      plural(groups.length, 'part'),
      largest.label,
      formatBytes(largest.bytes),
    ),
    columns: [l10n.t('Name'), l10n.t('Kind'), l10n.t('Size')],
    rows: groups.map(({ label, kind, bytes: size }) => [label, kindText(kind), formatBytes(size)]),
    bars: items.map(({ label, kind, bytes: size }) => ({
      label,
      kind,
      value: formatBytes(size),
      share: size / most,
    })),
    kinds: kinds.map((kind) => ({ kind, label: kindText(kind) })),
  };
}

interface Group {
  readonly label: string;
  readonly kind: InventoryItem['kind'] | 'rest';
  readonly bytes: number;
}

function bySize(a: Group, b: Group): number {
  return b.bytes - a.bytes || (a.label < b.label ? -1 : 1);
}

/** Versions of one package, and parts of one name, are shown together. */
function grouped(inventory: readonly InventoryItem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const item of inventory) {
    const label = labelOf(item);
    const key = `${item.kind} ${label}`;
    groups.set(key, { label, kind: item.kind, bytes: (groups.get(key)?.bytes ?? 0) + item.bytes });
  }
  return [...groups.values()];
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
    bar(l10n.t('Time'), seconds, limitSeconds, duration),
    bar(l10n.t('Memory'), peakMemoryBytes, KAGGLE_MEMORY_BYTES, formatBytes),
  ];
  // What is there and hardly counts is not nothing.
  const percent = bars.map(({ share }) => (share < 0.005 ? '< 1' : String(Math.round(100 * share))));
  return {
    title: l10n.t('Rehearsal against Kaggle’s limits'),
    summary: l10n.t('{0} % of the time and {1} % of the memory.', percent[0] ?? '', percent[1] ?? ''),
    columns: [l10n.t('Name'), l10n.t('Used'), l10n.t('Limit')],
    rows: bars.map(({ label, value, limit }) => [label, value, limit]),
    bars,
  };
}

/** Pure: the figures of the modes that were rehearsed, those that `julia-kaggle status` prints; undefined for fewer than two. */
export function modesTable(
  byMode: NonNullable<RecordView['comparison']>,
  modes: Rehearsal['modes'],
): ModesTable | undefined {
  if (byMode.length < 2) return undefined;
  const least = (figure: (each: ModeFigures) => number): string => {
    const [first] = Object.entries(modes ?? {}).sort(([, a], [, b]) => figure(a) - figure(b));
    return first?.[0] ?? '';
  };
  return {
    title: l10n.t('Ways to pack, as they were rehearsed last'),
    summary: l10n.t(
      'The quickest rehearsal: {0}; the smallest bundle: {1}.',
      least(({ rehearsalSeconds }) => rehearsalSeconds),
      least(({ bundleBytes }) => bundleBytes),
    ),
    columns: [l10n.t('Mode'), ...byMode.map(([mode = '']) => mode)],
    rows: measures().map((measure, index) => [measure, ...byMode.map((cells) => cells[index + 1] ?? '')]),
  };
}

/** Pure: the scores over time, the best public one marked; undefined where there is none. */
export function scoresPicture(history: readonly ScoredSubmission[]): ScoresPicture | undefined {
  const scored = history.flatMap((submission) => {
    const score = numberOf(submission.publicScore);
    return score === undefined ? [] : [{ ...submission, score, hidden: numberOf(submission.privateScore) }];
  });
  const inTime = scored.sort((a, b) => (a.submittedAt < b.submittedAt ? -1 : 1)).slice(-POINTS);
  if (inTime.length === 0) return undefined;
  const scores = inTime.flatMap(({ score, hidden = score }) => [score, hidden]);
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const heightOf = (score: number): number => (most === least ? 0.5 : (score - least) / (most - least));
  const points = inTime.map(({ publicScore = '', privateScore = '', submittedAt, score, hidden, best }) => ({
    label: dateOf(submittedAt),
    value: publicScore,
    height: heightOf(score),
    best,
    ...(hidden !== undefined && { hidden: { value: privateScore, height: heightOf(hidden) } }),
  }));
  const hasPrivate = points.some(({ hidden }) => hidden !== undefined);
  return {
    title: hasPrivate ? l10n.t('Scores over submissions') : l10n.t('Public score over submissions'),
    summary: scoresSummary(points),
    columns: [
      l10n.t('Date'),
      l10n.t('Public score'),
      ...(hasPrivate ? [l10n.t('Private score')] : []),
      l10n.t('Commit'),
    ],
    rows: inTime.map(({ submittedAt, publicScore = '', privateScore = '', best, commit = '' }) => [
      dateOf(submittedAt),
      best ? l10n.t('{0} (best)', publicScore) : publicScore,
      ...(hasPrivate ? [privateScore] : []),
      commit.slice(0, 10),
    ]),
    points,
    top: textOf(most, inTime),
    bottom: textOf(least, inTime),
    bestLabel: l10n.t('best'),
    ...(hasPrivate && { legend: { shown: l10n.t('public'), hidden: l10n.t('private') } }),
  };
}

function scoresSummary(points: ScoresPicture['points']): string {
  const last = points.at(-1);
  const best = points.find((point) => point.best);
  const lastScore =
    last?.hidden === undefined
      ? (last?.value ?? '')
      : l10n.t('{0} (private {1})', last.value, last.hidden.value);
  return best === undefined
    ? l10n.t('Scored submissions: {0}; the last one {1}.', points.length, lastScore)
    : l10n.t(
        'Scored submissions: {0}; the last one {1}, the best {2}.',
        points.length,
        lastScore,
        best.value,
      );
}

function numberOf(score: string | undefined): number | undefined {
  const value = score === undefined || score.trim() === '' ? NaN : Number(score);
  return Number.isFinite(value) ? value : undefined;
}

/** The score as Kaggle writes it. */
function textOf(
  score: number,
  submissions: readonly Pick<ScoredSubmission, 'publicScore' | 'privateScore'>[],
): string {
  const all = submissions.flatMap(({ publicScore, privateScore }) => [publicScore, privateScore]);
  return all.find((text) => numberOf(text) === score) ?? '';
}
