import { html, type TemplateResult } from 'lit';
import type { ModesTable } from '../../src/protocol/panel-state.ts';

/** The modes of packing side by side. Few enough figures that they are read: a table and no picture. */
export function modesTable({ title, summary, columns, rows }: ModesTable): TemplateResult {
  return html`<figure data-picture="modes" aria-labelledby="modes-title">
    <figcaption>
      <h3 id="modes-title">${title}</h3>
      <p class="text"><bdi>${summary}</bdi></p>
    </figcaption>
    <table class="modes" aria-labelledby="modes-title">
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([measure, ...values]) =>
            html`<tr>
              <th scope="row">${measure}</th>
              ${values.map((value) => html`<td><bdi>${value}</bdi></td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}
