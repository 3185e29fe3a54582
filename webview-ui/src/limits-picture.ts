import { html, type TemplateResult } from 'lit';
import type { Labels, LimitsPicture } from '../../src/protocol/panel-state.ts';
import { figure } from './figure.ts';
import { icon } from './icon.ts';

/** How much of each limit was used; the line is the limit. */
export function limitsPicture(picture: LimitsPicture, labels: Labels): TemplateResult {
  const bars = picture.bars.map(
    (bar) =>
      html`<li class=${bar.over ? 'over' : 'within'}>
        <span class="bar-label">${bar.over ? icon('warning') : ''}<bdi>${bar.label}</bdi></span>
        <span class="bar-value">${bar.value} / ${bar.limit}</span>
        ${track(bar.share)}
      </li>`,
  );
  return figure(
    'limits',
    picture,
    labels,
    html`<ol class="bars limits">
      ${bars}
    </ol>`,
  );
}

function track(share: number): TemplateResult {
  // The limit stands short of the end, so that what goes beyond it is seen.
  const scale = 100 / Math.max(1.08, share);
  const [used, limit] = [`${Math.max(0.5, share * scale)}%`, `${scale}%`];
  return html`<svg class="bar" width="100%" height="16">
    <rect class="track" y="4" width=${limit} height="8" rx="1" />
    <rect class="used" y="4" width=${used} height="8" rx="1" />
    <line class="limit" x1=${limit} x2=${limit} y1="0" y2="16" />
  </svg>`;
}
