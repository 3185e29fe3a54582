import '@vscode-elements/elements/dist/vscode-table/index.js';
import '@vscode-elements/elements/dist/vscode-table-body/index.js';
import '@vscode-elements/elements/dist/vscode-table-cell/index.js';
import '@vscode-elements/elements/dist/vscode-table-header/index.js';
import '@vscode-elements/elements/dist/vscode-table-header-cell/index.js';
import '@vscode-elements/elements/dist/vscode-table-row/index.js';
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

function table({ title, columns, rows }: Caption): TemplateResult {
  return html`<vscode-table aria-label=${title} bordered-rows zebra>
    <vscode-table-header slot="header">
      ${columns.map((column) => html`<vscode-table-header-cell>${column}</vscode-table-header-cell>`)}
    </vscode-table-header>
    <vscode-table-body slot="body">
      ${rows.map(
        (cells) =>
          html`<vscode-table-row>
            ${cells.map((cell) => html`<vscode-table-cell><bdi>${cell}</bdi></vscode-table-cell>`)}
          </vscode-table-row>`,
      )}
    </vscode-table-body>
  </vscode-table>`;
}
