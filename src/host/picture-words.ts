import { l10n } from 'vscode';
import type { InventoryItem } from '../core/artefacts.ts';

/** What the pictures say. */
export interface PictureWords {
  readonly name: string;
  readonly kind: string;
  readonly size: string;
  readonly used: string;
  readonly limit: string;
  readonly time: string;
  readonly memory: string;
  readonly date: string;
  readonly score: string;
  readonly commit: string;
  readonly best: string;
  readonly kinds: Readonly<Record<InventoryItem['kind'] | 'rest', string>>;
  readonly depotTitle: string;
  readonly limitsTitle: string;
  readonly scoresTitle: string;
  readonly modesTitle: string;
  readonly mode: string;
  /** The measures of a mode, in the order of `COMPARISON_HEAD`. */
  readonly measures: readonly string[];
  readonly modesSummary: (quickest: string, smallest: string) => string;
  readonly others: (count: number) => string;
  readonly bestOf: (score: string) => string;
  readonly depotSummary: (count: number, total: string, largest: string, size: string) => string;
  readonly limitsSummary: (timePercent: string, memoryPercent: string) => string;
  readonly scoresSummary: (count: number, last: string) => string;
  readonly scoresSummaryBest: (count: number, last: string, best: string) => string;
}

export const pictureWords: PictureWords = {
  name: l10n.t('Name'),
  kind: l10n.t('Kind'),
  size: l10n.t('Size'),
  used: l10n.t('Used'),
  limit: l10n.t('Limit'),
  time: l10n.t('Time'),
  memory: l10n.t('Memory'),
  date: l10n.t('Date (UTC)'),
  score: l10n.t('Public score'),
  commit: l10n.t('Commit'),
  best: l10n.t('best'),
  kinds: {
    package: l10n.t('package'),
    artifact: l10n.t('artifact'),
    scratch: l10n.t('scratch space'),
    data: l10n.t('data dependency'),
    rest: l10n.t('others'),
  },
  depotTitle: l10n.t('Depot by size'),
  limitsTitle: l10n.t('Rehearsal against Kaggle’s limits'),
  scoresTitle: l10n.t('Public score over submissions'),
  modesTitle: l10n.t('Ways to pack, as they were rehearsed last'),
  mode: l10n.t('Mode'),
  measures: [
    l10n.t('Start-up'),
    l10n.t('First prediction'),
    l10n.t('Run'),
    l10n.t('Whole rehearsal'),
    l10n.t('Bundle'),
    l10n.t('Compiling'),
  ],
  modesSummary: (quickest, smallest) =>
    l10n.t('The quickest rehearsal: {0}; the smallest bundle: {1}.', quickest, smallest),
  others: (count) => l10n.t('{0} others', count),
  bestOf: (score) => l10n.t('{0} (best)', score),
  depotSummary: (count, total, largest, size) =>
    l10n.t('{0} in all, in {1} parts; the largest is {2} with {3}.', total, count, largest, size),
  limitsSummary: (timePercent, memoryPercent) =>
    l10n.t('{0} % of the time and {1} % of the memory.', timePercent, memoryPercent),
  scoresSummary: (count, last) => l10n.t('Scored submissions: {0}; the last one {1}.', count, last),
  scoresSummaryBest: (count, last, best) =>
    l10n.t('Scored submissions: {0}; the last one {1}, the best {2}.', count, last, best),
};
