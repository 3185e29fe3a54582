import * as l10n from '@vscode/l10n';
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
    trail: [link('/#datasets', l10n.t('Datasets')), ` / ${dataset.owner}/${dataset.slug}`],
    isLive: isOnItsWay(services.versions.status(newest)),
    body: html`${facts([
        [l10n.t('Seen by'), dataset.isPrivate ? l10n.t('its owner (private)') : l10n.t('everybody (public)')],
        [l10n.t('Licence'), dataset.licenseName],
        [l10n.t('Current version'), current.version],
        [l10n.t('Size'), totalSize(current.files)],
        ...(dataset.keywords.length > 0 ? [[l10n.t('Keywords'), dataset.keywords.join(', ')] as const] : []),
      ])}
      ${dataset.subtitle !== '' && html`<p>${dataset.subtitle}</p>`}
      ${dataset.description !== '' && html`<pre class="text">${dataset.description}</pre>`}
      <h2>${l10n.t('Versions')}</h2>
      ${dataset.versions.toReversed().map((version) => versionPart(services, version, version === newest))}`,
  };
}

function versionPart({ versions }: Services, version: DatasetVersion, isOpen: boolean): Part {
  const { version: number, notes, createdAt, error } = version;
  const content = html`<summary>
      <h3>${l10n.t('Version {0}', number)}</h3>
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
  return html`<p class="note">${l10n.t('Sent as {0}; unpacked because of the extension.', names)}</p>`;
}

function fileTable({ version, state, files, uploads }: DatasetVersion): Part {
  const shown = state === 'processed' ? files : uploads;
  return table({
    caption: l10n.t('Files of version {0}', version),
    columns: [l10n.t('File'), `#${l10n.t('Size')}`, 'sha256'],
    rows: shown.map(({ name, bytes, sha256 }) => [
      name,
      size(bytes),
      html`<code title="${sha256}">${sha256.slice(0, 16)}…</code>`,
    ]),
    empty: l10n.t('It has no files.'),
  });
}
