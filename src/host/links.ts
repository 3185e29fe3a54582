import type { PanelState } from '../protocol/panel-state.ts';

/** Pure: whether the page shows a link to this address; no other one is opened for it. */
export function isOffered(url: string, { problem, submission }: PanelState): boolean {
  const remedies = problem?.remedies.map((remedy) => remedy.url) ?? [];
  return [...remedies, submission?.url].includes(url);
}
