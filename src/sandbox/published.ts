import { createReadStream } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserError } from '../base/errors.ts';
import { filesIn } from './competition.ts';
import { newestVersion } from './dataset-versions.ts';
import type { StoredFile } from './records.ts';
import type { Services } from './services.ts';

type Where = Pick<Services, 'store' | 'versions'>;

/**
 * Publishes folders `…/<owner>/<slug>` as public datasets of others, as people find them on Kaggle: a new one, a new
 * version where the files are others than before, else nothing.
 * @throws UserError `wrong-usage` for a folder that has no files, or whose path is no such name.
 */
export async function publishFolders(where: Where, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await publish(where, resolve(folder));
}

async function publish({ store, versions }: Where, folder: string): Promise<void> {
  const [owner, slug] = [basename(dirname(folder)), basename(folder)];
  if (![owner, slug].every((name) => /^[a-z0-9][a-z0-9-]*$/.test(name))) throw refused(folder);
  const files = await filesIn(folder);
  if (files.length === 0) throw refused(folder);
  const uploads: StoredFile[] = [];
  for (const { name, path } of files)
    uploads.push({ name, ...(await store.blobs.add(createReadStream(path))) });
  const before = store.datasets.find((dataset) => dataset.owner === owner && dataset.slug === slug);
  if (before !== undefined && isSame(newestVersion(before).uploads, uploads)) return;
  const number = before === undefined ? 1 : newestVersion(before).version + 1;
  const draft = versions.draft(number, { creator: owner, notes: '', uploads, deleteOlder: false });
  // It was there before anybody looked.
  const version = { ...draft, readyDelayMs: 0 };
  const id = before?.id ?? (await store.nextId());
  await store.datasets.put(id, {
    ...(before ?? {
      ...{ id, owner, slug, title: slug, subtitle: '', description: '', keywords: [] },
      ...{ isPrivate: false, licenseName: 'CC0-1.0' },
      ...{ expectedUpdateFrequency: 'not specified', userSpecifiedSources: '' },
    }),
    versions: [...(before?.versions ?? []), version],
  });
  versions.added(id, version);
}

function isSame(before: readonly StoredFile[], now: readonly StoredFile[]): boolean {
  const facts = (files: readonly StoredFile[]): string =>
    JSON.stringify(files.map(({ name, sha256 }) => [name, sha256]));
  return facts(before) === facts(now);
}

function refused(folder: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t('{0} is no folder with the files of a dataset.', folder),
    actions: [{ title: l10n.t('Name one whose path ends in the owner and the slug: …/owner/slug.') }],
  });
}
