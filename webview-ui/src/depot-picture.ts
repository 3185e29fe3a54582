import { html, svg, type TemplateResult } from 'lit';
import type { DepotPicture, Labels } from '../../src/protocol/panel-state.ts';
import { figure } from './figure.ts';

/** A bar for each part of the depot, the longest first. Kinds differ by pattern, and not by colour alone. */
export function depotPicture(picture: DepotPicture, labels: Labels): TemplateResult {
  const bars = picture.bars.map(
    ({ label, value, share, kind }) =>
      html`<li>
        <span class="bar-label"><bdi>${label}</bdi></span
        ><span class="bar-value">${value}</span>
        ${bar(share, kind)}
      </li>`,
  );
  const legend = picture.kinds.map(({ kind, label }) => html`<li>${swatch(kind)}<span>${label}</span></li>`);
  return figure(
    'depot',
    picture,
    labels,
    html`<svg class="patterns" width="0" height="0">${PATTERNS}</svg>
      <ul class="legend">
        ${legend}
      </ul>
      <ol class="bars">
        ${bars}
      </ol>`,
  );
}

const PATTERNS = svg`<defs>
  <pattern id="fill-artifact" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="ground" width="6" height="6" /><rect class="ink" width="3" height="6" />
  </pattern>
  <pattern id="fill-scratch" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect class="ground" width="6" height="6" /><circle class="ink" cx="3" cy="3" r="1.6" />
  </pattern>
  <pattern id="fill-data" width="6" height="6" patternUnits="userSpaceOnUse">
    <rect class="ground" width="6" height="6" /><rect class="ink" width="6" height="3" />
  </pattern>
</defs>`;

function bar(share: number, kind: string): TemplateResult {
  // What is there is seen, however small it is.
  const width = `${Math.max(0.5, 100 * share)}%`;
  return html`<svg class="bar" width="100%" height="10">
    <rect class="kind-${kind}" width=${width} height="10" rx="1" />
  </svg>`;
}

function swatch(kind: string): TemplateResult {
  return html`<svg class="swatch" width="14" height="10">
    <rect class="kind-${kind}" width="14" height="10" rx="1" />
  </svg>`;
}
