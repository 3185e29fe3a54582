import { svg, html, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { FactState, StageState } from '../../src/protocol/panel-state.ts';

export type IconName = StageState | FactState | 'run' | 'warning' | 'info';

const RING = svg`<circle cx="8" cy="8" r="6" />`;
const CHECK = svg`<path d="M5 8.2l2.1 2.1L11 6" />`;

/** Drawn with lines in the colour of the text around, on a field of 16 by 16. */
const SHAPES: Readonly<Record<IconName, SVGTemplateResult>> = {
  waiting: RING,
  earlier: svg`<circle cx="8" cy="8" r="6" stroke-dasharray="2.2 1.6" />${CHECK}`,
  stale: svg`${RING}<path d="M8 5v3l2 1.6" />`,
  running: svg`<path d="M8 2a6 6 0 1 1-6 6" />`,
  done: svg`${RING}${CHECK}`,
  'up-to-date': svg`<path d="M3 8.4l3.2 3.2L13 4.8" />`,
  failed: svg`${RING}<path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />`,
  cancelled: svg`${RING}<path d="M3.9 12.1l8.2-8.2" />`,
  run: svg`<path d="M5 3.4v9.2L12.2 8z" />`,
  good: svg`${RING}${CHECK}`,
  notice: svg`<path d="M8 2.2l6.2 11.3H1.8zM8 6.2v3.6M8 11.4v.8" />`,
  missing: svg`${RING}<path d="M8 4.8v4M8 10.6v.8" />`,
  checking: svg`<path d="M8 2a6 6 0 1 1-6 6" />`,
  unknown: svg`<circle cx="8" cy="8" r="6" stroke-dasharray="2.2 1.6" />`,
  info: svg`${RING}<path d="M8 7.4v3.6M8 4.8v.8" />`,
  warning: svg`<path d="M8 2.2l6.2 11.3H1.8zM8 6.2v3.6M8 11.4v.8" />`,
};

/** A sign that goes with words: screen readers leave it out. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon ${name}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}
