import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import { formatBytes } from '../../base/format.ts';
import type { DatasetSummary, KaggleClient, ModelSummary } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';
import { shownItem } from '../editor/editor.ts';
import { pickFromKaggle } from '../editor/search-pick.ts';

/** A dataset, or a version of a model, as `[inputs]` names it. */
export interface InputItem extends QuickPickItem {
  readonly key: 'datasets' | 'models';
  readonly source: string;
}

type Found = DatasetSummary | ModelSummary;

/** Asks for a dataset or a model, which Kaggle searches for while the person types. */
export function chooseInput(around: Pick<Around, 'vs' | 'core' | 'log' | 'clock'>) {
  return pickFromKaggle<Found, InputItem>(around, {
    title: l10n.t('Add a Dataset or Model'),
    placeholder: l10n.t('Search, or type owner/slug, or owner/model/framework/variation/version'),
    find: searchInputs,
    items: inputItems,
  });
}

/** What Kaggle finds of both, its first of each. */
export async function searchInputs(
  kaggle: KaggleClient,
  typed: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  // Kaggle searches for words: of an address, those of its name.
  const words = typed.split('/')[1] ?? typed;
  const [datasets, models] = await Promise.all([
    kaggle.datasets.search(words, signal),
    kaggle.models.search(words, signal),
  ]);
  return [...datasets, ...models];
}

const DATASET = /^[\w.-]+\/[\w-]+(\/[1-9]\d*)?$/;
const MODEL = /^[\w.-]+\/[\w.-]+\/\w+\/[\w.-]+\/[1-9]\d*$/;

/** Pure: what there is to choose from; what was typed where it is an address that was not found. */
export function inputItems(found: readonly Found[], typed: string): InputItem[] {
  const items = found.flatMap((each) => ('variations' in each ? modelItems(each) : [datasetItem(each)]));
  const key = MODEL.test(typed) ? 'models' : DATASET.test(typed) ? 'datasets' : undefined;
  if (key === undefined || items.some(({ source }) => source === typed)) return items;
  const description = l10n.t('as typed, not looked up');
  return [...items, { key, source: typed, label: typed, description, alwaysShow: true }];
}

function datasetItem({ owner, slug, title, bytes, lastUpdated }: DatasetSummary): InputItem {
  const day = lastUpdated?.slice(0, 10);
  return itemOf('datasets', `${owner}/${slug}`, title, [
    l10n.t('dataset'),
    formatBytes(bytes),
    ...(day === undefined ? [] : [l10n.t('of {0}', day)]),
  ]);
}

function modelItems({ owner, slug, title, variations }: ModelSummary): InputItem[] {
  return variations.map(({ path, bytes }) =>
    itemOf('models', `${owner}/${slug}/${path}`, title, [l10n.t('model'), formatBytes(bytes)]),
  );
}

function itemOf(key: InputItem['key'], source: string, title: string, facts: readonly string[]): InputItem {
  const item = { key, source, label: title, description: source, detail: facts.join(' · ') };
  // Kaggle has searched: what it found is shown, whether or not it has the letters.
  return shownItem({ ...item, alwaysShow: true });
}
