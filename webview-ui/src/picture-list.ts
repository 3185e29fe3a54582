import { html, nothing, type TemplateResult } from 'lit';
import type { PanelState } from '../../src/protocol/panel-state.ts';
import { depotPicture } from './depot-picture.ts';
import { limitsPicture } from './limits-picture.ts';
import { modesTable } from './modes-table.ts';
import { scoresPicture } from './scores-picture.ts';

/** Sizes, times and scores, where people would rather look than read. */
export function pictureList({
  pictures: { depot, limits, scores, modes },
  labels,
}: PanelState): TemplateResult {
  const isEmpty = depot === undefined && limits === undefined && scores === undefined && modes === undefined;
  return html`<section class="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title">${labels.pictures}</h2>
    ${isEmpty ? html`<p class="text">${labels.picturesEmpty}</p>` : nothing}
    ${scores === undefined ? nothing : scoresPicture(scores, labels)}
    ${modes === undefined ? nothing : modesTable(modes)}
    ${limits === undefined ? nothing : limitsPicture(limits, labels)}
    ${depot === undefined ? nothing : depotPicture(depot, labels)}
  </section>`;
}
