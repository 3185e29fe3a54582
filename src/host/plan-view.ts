import type { StagePreview } from '../core/pipeline/preview.ts';
import { leavesMachine, type StageName } from '../core/stages.ts';
import type { PlanItem } from '../protocol/panel-state.ts';
import type { PlanWords } from './plan-words.ts';
import { sentence } from './sentence.ts';

/** The plan that is shown before a run, if any. */
export type PlanView =
  { readonly state: 'preparing' } | { readonly state: 'ready'; readonly previews: readonly StagePreview[] };

interface Around {
  readonly competition: string | undefined;
  readonly stages: Readonly<Record<StageName, { readonly title: string; readonly purpose: string }>>;
}

/** Pure: the plan as the page shows it. */
export function presentPlan(plan: PlanView, { competition, stages }: Around, words: PlanWords): PlanItem {
  const title = competition === undefined ? words.title : words.titleTo(competition);
  const common = { title, leavesTitle: words.leaves, decline: words.decline };
  if (plan.state === 'preparing') {
    return {
      ...common,
      preparing: true,
      standing: '',
      stages: [],
      leaves: [],
      note: words.preparing,
      accept: { label: words.start, enabled: false },
    };
  }
  const { previews } = plan;
  const agreed = agreement(previews);
  return {
    ...common,
    preparing: false,
    standing: standingText(previews, stages, words),
    stages: previews
      .filter(({ state }) => state !== 'fresh')
      .map((preview) => ({
        name: preview.stage,
        title: stages[preview.stage].title,
        text: textOf(preview, stages, words),
      })),
    leaves: leaving(previews, competition ?? 'Kaggle', words),
    note: noteOf(previews, agreed, words),
    accept: { label: agreed === undefined ? words.start : words.accept, enabled: true },
  };
}

/** What goes up, and how much of it, is said by `leaving`, and not here as well. */
function textOf({ stage, state, text }: StagePreview, stages: Around['stages'], words: PlanWords): string {
  if (state === 'later') return words.later;
  return stage === 'upload' ? stages.upload.purpose : sentence(text);
}

function standingText(previews: readonly StagePreview[], stages: Around['stages'], words: PlanWords): string {
  const standing = previews.filter(({ state }) => state === 'fresh').map(({ stage }) => stages[stage].title);
  return standing.length === 0 ? '' : words.standing(standing.join(', '));
}

/**
 * Pure: what a person agrees to by accepting this plan: the fingerprint of what the first stage that sends something
 * would do, which the run asks about. Undefined while that is not known, as what is to be sent is still to be made; the run then asks.
 */
export function agreement(previews: readonly StagePreview[]): string | undefined {
  const first = previews.find(sendsSomething);
  return first?.state === 'would-run' ? first.fingerprint : undefined;
}

function noteOf(previews: readonly StagePreview[], agreed: string | undefined, words: PlanWords): string {
  if (previews.every(({ state }) => state === 'fresh')) return words.nothingToDo;
  if (agreed !== undefined) return words.askedNow;
  return previews.some(sendsSomething) ? words.askedLater : '';
}

function sendsSomething({ stage, state }: StagePreview): boolean {
  return leavesMachine(stage) && state !== 'fresh';
}

function leaving(previews: readonly StagePreview[], competition: string, words: PlanWords): string[] {
  const sentences = previews.flatMap(({ stage, state, text }) => {
    if (!leavesMachine(stage) || state === 'fresh') return [];
    return [words.leaving[stage](competition, state === 'later' ? undefined : sentence(text))];
  });
  return sentences.length === 0 ? [words.leavesNothing] : sentences;
}
