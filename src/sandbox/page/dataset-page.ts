import { archiveOf } from '../archive.ts';
import { newestVersion } from '../dataset-versions.ts';
import type { Dataset, DatasetVersion } from '../records.ts';
import type { Services } from '../services.ts';
import { html, type Part } from './html.ts';
import type { Page } from './layout.ts';
import { isOnItsWay } from './overview.ts';
import { badge, facts, link, size, table, time, totalSize } from './parts.ts';

/** One dataset with all its versions. */
export function datasetPage(services: Services, dataset: Dataset): Page {
  const newest = newestVersion(dataset);
  const current = services.versions.current(dataset);
  return {
    title: dataset.title,
    trail: [link('/#datasets', 'Datasets'), ` / ${dataset.owner}/${dataset.slug}`],
    isLive: isOnItsWay(services.versions.status(newest)),
    body: html`${facts([
        ['Seen by', dataset.isPrivate ? 'its owner (private)' : 'everybody (public)'],
        ['Licence', dataset.licenseName],
        ['Current version', current.version],
        ['Size', totalSize(current.files)],
        ...(dataset.keywords.length > 0 ? [['Keywords', dataset.keywords.join(', ')] as const] : []),
      ])}
      ${dataset.subtitle !== '' && html`<p>${dataset.subtitle}</p>`}
      ${dataset.description !== '' && html`<pre class="text">${dataset.description}</pre>`}
      <h2>Versions</h2>
      ${dataset.versions.toReversed().map((version) => versionPart(services, version, version === newest))}`,
  };
}

function versionPart({ versions }: Services, version: DatasetVersion, isOpen: boolean): Part {
  const { version: number, notes, createdAt, error } = version;
  const content = html`<summary>
      <h3>Version ${number}</h3>
      ${badge(versions.status(version))} <span class="note">${time(createdAt)}</span> ${notes}
    </summary>
    ${error !== undefined && html`<p class="problem">${error}</p>`} ${unpackedNote(version)}
    ${fileTable(version)}`;
  const id = `v${number}`;
  return isOpen
    ? html`<details id="${id}" open>${content}</details>`
    : html`<details id="${id}">${content}</details>`;
}

/** Archives are unpacked, as Kaggle does. */
function unpackedNote({ uploads }: DatasetVersion): Part {
  const archives = uploads.filter(({ name }) => archiveOf(name) !== undefined);
  if (archives.length === 0) return undefined;
  const names = archives.map(({ name }) => name).join(', ');
  return html`<p class="note">Sent as ${names}; unpacked because of the extension.</p>`;
}

function fileTable({ version, state, files, uploads }: DatasetVersion): Part {
  const shown = state === 'processed' ? files : uploads;
  return table({
    caption: `Files of version ${version}`,
    columns: ['File', '#Size', 'sha256'],
    rows: shown.map(({ name, bytes, sha256 }) => [
      name,
      size(bytes),
      html`<code title="${sha256}">${sha256.slice(0, 16)}…</code>`,
    ]),
    empty: 'It has no files.',
  });
}
