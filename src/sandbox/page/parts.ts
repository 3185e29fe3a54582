import * as l10n from '@vscode/l10n';
import { formatBytes, formatDuration } from '../../base/format.ts';
import { html, type Html, type Part } from './html.ts';

/** Small pieces that several pages have. */

export interface Table {
  /** For people who do not see the heading above it. */
  readonly caption: string;
  /** A column of numbers begins with `#`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Part[])[];
  /** In place of a table without rows. */
  readonly empty: Part;
}

/** A table, or the sentence `empty` where it has no rows. */
export function table({ caption, columns, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const isNumber = columns.map((name) => name.startsWith('#'));
  const cell = (part: Part, index: number): Html =>
    isNumber[index] === true ? html`<td class="number">${part}</td>` : html`<td>${part}</td>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((name, index) => headCell(name, isNumber[index] === true))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function headCell(name: string, isNumber: boolean): Html {
  return isNumber
    ? html`<th scope="col" class="number">${name.slice(1)}</th>`
    : html`<th scope="col">${name}</th>`;
}

/** Names and values, one a line. */
export function facts(pairs: readonly (readonly [name: string, value: Part])[]): Html {
  return html`<dl>
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A state in words; its colour only underlines it. */
export function badge(state: string): Html {
  return html`<span class="badge ${kindOf(state)}">${inWords(state)}</span>`;
}

function inWords(state: string): string {
  const words: Readonly<Record<string, string>> = {
    READY: l10n.t('ready'),
    COMPLETE: l10n.t('complete'),
    FAILED: l10n.t('failed'),
    ERROR: l10n.t('error'),
    NEW_SCRIPT: l10n.t('new script'),
    QUEUED: l10n.t('queued'),
    RUNNING: l10n.t('running'),
    PENDING: l10n.t('pending'),
  };
  return words[state] ?? state.toLowerCase().replaceAll('_', ' ');
}

function kindOf(state: string): string {
  switch (state) {
    case 'READY':
    case 'COMPLETE':
      return 'good';
    case 'FAILED':
    case 'ERROR':
      return 'bad';
    case 'NEW_SCRIPT':
      return 'still';
    default:
      return 'busy';
  }
}

/** A time in ISO-8601, in UTC and without its fraction. */
export function time(iso: string | undefined): Html | string {
  if (iso === undefined) return '–';
  const shown = new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
  return html`<time datetime="${iso}">${shown}</time>`;
}

/** Bytes in words. */
export function size(bytes: number): string {
  return formatBytes(bytes);
}

/** Bytes of all files in words. */
export function totalSize(files: readonly { readonly bytes: number }[]): string {
  return formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
}

/** Between two times in ISO-8601; until now when there is no second. */
export function duration(from: string | undefined, to: string | undefined, now: number): string {
  if (from === undefined) return '–';
  return formatDuration(Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from)));
}

/** A link to another page of the sandbox. */
export function link(path: string, text: Part): Html {
  return html`<a href="${path}">${text}</a>`;
}

/** Path of a dataset's page. `ref`: `owner/slug`. */
export function datasetPath(ref: string): string {
  return `/datasets/${encodeRef(ref)}`;
}

/** Path of a notebook's page, of its newest version unless one is named. `ref`: `owner/slug`. */
export function notebookPath(ref: string, version?: number): string {
  return `/code/${encodeRef(ref)}${version === undefined ? '' : `?v=${version}`}`;
}

/** Path of a competition's page, or of one below it, e.g. `/submissions`. */
export function competitionPath(slug: string, page = ''): string {
  return `/competitions/${encodeURIComponent(slug)}${page}`;
}

function encodeRef(ref: string): string {
  return ref.split('/').map(encodeURIComponent).join('/');
}
