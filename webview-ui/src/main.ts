import { render } from 'lit';
import type { PanelState } from '../../src/protocol/panel-state.ts';
import { connectHost } from './host.ts';
import { Page } from './page.ts';
import { panel } from './panel.ts';
import './style/page.css';
import './style/boxes.css';
import './style/stages.css';
import './style/pictures.css';
import './style/progress.css';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no place for the panel.');

// The page knows nothing by itself: after a reload it asks, and the host sends all there is to show.
let shown: PanelState | undefined;
const page = new Page(
  connectHost((message) => page.take(message)),
  (state) => {
    const hadFocus = root.contains(document.activeElement);
    render(panel(state, page), root);
    if (shown !== undefined) reveal(shown, state);
    if (hadFocus && !root.contains(document.activeElement)) keepFocus();
    shown = state;
  },
);
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && shown?.plan !== undefined) page.send({ kind: 'decline-plan' });
});
page.begin();

/** Brings into sight what has just come and wants an answer, wherever the person was on the page. */
function reveal(before: PanelState, now: PanelState): void {
  const name = arrived(before, now);
  if (name === undefined) return;
  document.querySelector(name)?.scrollIntoView({ block: 'nearest' });
}

/** What had the focus has gone: what came for it takes its place, where a second Enter neither cancels nor answers. */
function keepFocus(): void {
  const places = ['#plan-title', '#question-title', '.dock .primary:not(.secondary)', 'h1'];
  const found = places.map((place) => document.querySelector<HTMLElement>(place));
  found.find((each) => each !== null)?.focus({ preventScroll: true });
}

/** Pure: the box that came with this state. */
function arrived(
  before: PanelState,
  { problem, plan, question }: PanelState,
): '.problem' | '.plan .head' | undefined {
  if (problem !== undefined && problem.title !== before.problem?.title) return '.problem';
  if (plan !== undefined && plan.preparing !== before.plan?.preparing) return '.plan .head';
  if (question !== undefined && before.question === undefined) return '.plan .head';
  return undefined;
}
