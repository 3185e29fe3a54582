import type { PanelState } from '../protocol/panel-state.ts';

/** Pure: whether the page offers to take the remedy that names this command; no other one is taken for it. */
export function isTakeable(command: string, { problem }: PanelState): boolean {
  const offered = problem?.remedies.map((remedy) => remedy.action) ?? [];
  return offered.some((action) => action?.command === command && action.enabled);
}

/** Pure: whether the page shows a link to this address; no other one is opened for it. */
export function isOffered(url: string, { problem, submission }: PanelState): boolean {
  const remedies = problem?.remedies.map((remedy) => remedy.url) ?? [];
  return [...remedies, submission?.url].includes(url);
}
