import type { StageContext } from '../stage.ts';
import { isAfter, type StageName } from '../stages.ts';
import type { BoundStage, Known, Verdict } from './bound-stage.ts';
import type { RunRecord } from './record.ts';

export interface Trial {
  readonly record: RunRecord;
  /** The stages that are asked for, in their order. */
  readonly stages: readonly BoundStage[];
  /** Whether a stage is asked to work in any case. */
  readonly isForced: (name: StageName) => boolean;
  /** What a stage is lent for its look. */
  readonly contextOf: (name: StageName) => StageContext;
}

/**
 * Whether a stage's recorded result stands in this run. `spare`: what it made is gone, and no stage that is asked for has
 * to work with it, as with a depot whose tarballs are all there: it is made again when one has to.
 */
export async function judgeStage(stage: BoundStage, known: Known, trial: Trial): Promise<Verdict | 'spare'> {
  if (trial.isForced(stage.name)) return 'forced';
  const verdict = await stage.judge(known, trial.record, trial.contextOf(stage.name));
  if (typeof verdict === 'string' || verdict.neededBy === undefined) return verdict;
  return (await isMissed(stage, verdict.neededBy, known, trial)) ? verdict : 'spare';
}

async function isMissed(
  stage: BoundStage,
  neededBy: readonly StageName[],
  known: Known,
  trial: Trial,
): Promise<boolean> {
  // The last stage that is asked for is asked for its product.
  if (stage.name === trial.stages.at(-1)?.name) return true;
  let taken = stage.take(known, trial.record);
  for (const later of trial.stages.filter((each) => isAfter(each.name, stage.name))) {
    const users = neededBy.filter((user) => user === later.name || isAfter(user, later.name));
    if (users.length === 0) return false;
    if (later.look(taken, trial.record) !== 'unchanged') return true;
    if (users.includes(later.name)) {
      const verdict = await judgeStage(later, taken, trial);
      if (verdict !== 'fresh' && verdict !== 'spare') return true;
    }
    taken = later.take(taken, trial.record);
  }
  return false;
}
