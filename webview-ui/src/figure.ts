import { html, type TemplateResult } from 'lit';
import type { Labels } from '../../src/protocol/panel-state.ts';

interface Caption {
  readonly title: string;
  readonly summary: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A picture with its title and what it says in a sentence; the same as a table for those who do not see it. */
export function figure(
  name: string,
  caption: Caption,
  labels: Labels,
  picture: TemplateResult,
): TemplateResult {
  const { title, summary } = caption;
  return html`<figure data-picture=${name} aria-labelledby="${name}-title">
    <figcaption>
      <h3 id="${name}-title">${title}</h3>
      <p class="text"><bdi>${summary}</bdi></p>
    </figcaption>
    <div aria-hidden="true">${picture}</div>
    <details>
      <summary aria-label="${labels.asTable}: ${title}">${labels.asTable}</summary>
      ${table(caption)}
    </details>
  </figure>`;
}

/** Not vscode-table: its header has no row, which screen readers and axe object to. */
function table({ title, columns, rows }: Caption): TemplateResult {
  return html`<table aria-label=${title}>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell) => html`<td><bdi>${cell}</bdi></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
