import { createReadStream } from 'node:fs';
import { resolve, sep } from 'node:path';
import * as l10n from '@vscode/l10n';
import { UserError } from '../base/errors.ts';
import { filesIn } from './competition.ts';
import { newestVersion } from './dataset-versions.ts';
import { frameworkNamed } from './models.ts';
import type { Kernel, Model, StoredFile } from './records.ts';
import type { Services } from './services.ts';

type Where = Pick<Services, 'store' | 'versions' | 'clock'>;

/** Folders whose path ends in the address of what is in them, as others publish it on Kaggle. */
export interface Published {
  /** `…/<owner>/<slug>` */
  readonly datasets?: readonly string[];
  /** `…/<owner>/<model>/<framework>/<variation>` */
  readonly models?: readonly string[];
  /** `…/<owner>/<slug>` with what the notebook wrote. */
  readonly notebooks?: readonly string[];
}

/**
 * Publishes folders as others' public datasets, models and outputs of notebooks, as people find them on Kaggle: a new one,
 * a new version where the files are others than before, else nothing.
 * @throws UserError `wrong-usage` for a folder that has no files, or whose path is no such name.
 */
export async function publishFolders(where: Where, published: Published): Promise<void> {
  for (const folder of published.datasets ?? []) await publishDataset(where, await read(where, folder, 2));
  for (const folder of published.models ?? []) await publishModel(where, await read(where, folder, 4));
  for (const folder of published.notebooks ?? []) await publishNotebook(where, await read(where, folder, 2));
}

interface Folder {
  readonly folder: string;
  /** The last parts of its path. */
  readonly address: readonly string[];
  readonly uploads: readonly StoredFile[];
}

async function read({ store }: Where, folder: string, parts: number): Promise<Folder> {
  const path = resolve(folder);
  const address = path.split(sep).slice(-parts);
  const isName = (name: string): boolean => /^[a-z0-9][a-z0-9.-]*$/.test(name);
  const files = address.length === parts && address.every(isName) ? await filesIn(path) : [];
  if (files.length === 0) throw refused(folder, parts);
  const uploads: StoredFile[] = [];
  for (const file of files)
    uploads.push({ name: file.name, ...(await store.blobs.add(createReadStream(file.path))) });
  return { folder, address, uploads };
}

async function publishDataset({ store, versions }: Where, { address, uploads }: Folder): Promise<void> {
  const [owner = '', slug = ''] = address;
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
      fileDescriptions: {},
    }),
    versions: [...(before?.versions ?? []), version],
  });
  versions.added(id, version);
}

async function publishModel({ store, clock }: Where, { folder, address, uploads }: Folder): Promise<void> {
  const [owner = '', slug = '', named = '', variationSlug = ''] = address;
  const framework = frameworkNamed(named);
  if (framework === undefined) throw refused(folder, address.length);
  const createdAt = new Date(clock.now()).toISOString();
  const found = store.models.find((each) => each.owner === owner && each.slug === slug);
  const model: Model = found ?? {
    ...{ id: await store.nextId(), owner, slug, title: slug, subtitle: '', description: '' },
    ...{ isPrivate: false, createdAt, variations: [] },
  };
  const variation = model.variations.find(
    (each) => each.framework === framework && each.slug === variationSlug,
  ) ?? {
    ...{ id: await store.nextId(), framework, slug: variationSlug, licenseName: 'CC0-1.0' },
    ...{ overview: '', usage: '', made: 0, versions: [] },
  };
  if (isSame(variation.versions.at(-1)?.files ?? [], uploads)) return;
  const version = { version: variation.made + 1, createdAt, notes: '', files: [...uploads] };
  const grown = { ...variation, made: version.version, versions: [...variation.versions, version] };
  const others = model.variations.filter(({ id }) => id !== variation.id);
  await store.models.put(model.id, { ...model, variations: [...others, grown] });
}

async function publishNotebook({ store, clock }: Where, { address, uploads }: Folder): Promise<void> {
  const [owner = '', slug = ''] = address;
  const found = store.kernels.find((each) => each.owner === owner && each.slug === slug);
  if (found !== undefined && isSame(newestVersion(found).outputs, uploads)) return;
  const createdAt = new Date(clock.now()).toISOString();
  const { sha256: source } = await store.blobs.add(['']);
  const version: Kernel['versions'][number] = {
    ...{ version: (found?.versions.at(-1)?.version ?? 0) + 1, createdAt, startedAt: createdAt },
    ...{ finishedAt: createdAt, language: 'python', enableGpu: false, enableTpu: false },
    ...{ enableInternet: false, machineShape: '', sources: [], source, status: 'COMPLETE' },
    outputs: [...uploads],
  };
  const kernel: Kernel = found ?? {
    ...{ id: await store.nextId(), owner, slug, title: slug, kernelType: 'notebook' },
    ...{ isPrivate: false, categoryIds: [], versions: [] },
  };
  await store.kernels.put(kernel.id, { ...kernel, versions: [...kernel.versions, version] });
}

function isSame(before: readonly StoredFile[], now: readonly StoredFile[]): boolean {
  const facts = (files: readonly StoredFile[]): string =>
    JSON.stringify(files.map(({ name, sha256 }) => [name, sha256]));
  return facts(before) === facts(now);
}

function refused(folder: string, parts: number): UserError {
  return parts === 2
    ? new UserError({
        code: 'wrong-usage',
        title: l10n.t('{0} is no folder with the files of a dataset or a notebook.', folder),
        actions: [{ title: l10n.t('Name one whose path ends in the owner and the slug: …/owner/slug.') }],
      })
    : new UserError({
        code: 'wrong-usage',
        title: l10n.t('{0} is no folder with the files of a model.', folder),
        actions: [
          {
            title: l10n.t(
              'Name one whose path ends in what names it on Kaggle: …/owner/model/framework/variation.',
            ),
          },
        ],
      });
}
