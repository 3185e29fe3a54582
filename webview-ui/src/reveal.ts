import type { PanelState } from '../../src/protocol/panel-state.ts';

/** Brings into sight what has just come and wants an answer, wherever the person was on the page. */
export function reveal(before: PanelState, now: PanelState): void {
  const name = arrived(before, now);
  if (name === undefined) return;
  document.querySelector(`.${name}`)?.scrollIntoView({ block: 'nearest' });
}

/** Pure: the box that came with this state. */
function arrived(before: PanelState, { problem, plan }: PanelState): 'problem' | 'plan' | undefined {
  if (problem !== undefined && problem.title !== before.problem?.title) return 'problem';
  if (plan !== undefined && plan.preparing !== before.plan?.preparing) return 'plan';
  return undefined;
}
