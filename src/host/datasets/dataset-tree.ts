import * as l10n from '@vscode/l10n';
import type { Event, TreeDataProvider, TreeItem } from 'vscode';
import { defined } from '../../base/defined.ts';
import { formatBytes } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { Artefacts } from '../../core/artefacts.ts';
import type { DatasetPlan } from '../../core/contract/datasets.ts';
import type { Vs } from '../editor/editor.ts';
import { type InputItem, inputItem } from './input-items.ts';

/** A dataset, and below it its files and the versions that Kaggle has; what others made. */
export type DatasetNode =
  | { readonly kind: 'dataset'; readonly item: DatasetItem }
  | { readonly kind: 'file'; readonly name: string; readonly size: string }
  | { readonly kind: 'versions'; readonly item: DatasetItem }
  | { readonly kind: 'version'; readonly version: number; readonly notes: string }
  | { readonly kind: 'input'; readonly item: InputItem };

/** The tree "Datasets". */
export class DatasetTree implements TreeDataProvider<DatasetNode> {
  constructor(
    private readonly vs: Vs,
    private readonly datasets: () => readonly DatasetItem[],
    private readonly inputs: () => readonly InputItem[],
    readonly onDidChangeTreeData: Event<void>,
  ) {}

  getTreeItem(node: DatasetNode): TreeItem {
    const { vs } = this;
    switch (node.kind) {
      case 'dataset':
        return datasetItem(vs, node.item);
      case 'file':
        return leaf(vs, node.name, node.size, 'file');
      case 'versions':
        return folder(vs, l10n.t('Versions on Kaggle'), 'history');
      case 'version':
        return leaf(vs, l10n.t('Version {0}', node.version), node.notes, 'git-commit');
      case 'input':
        return inputItem(vs, node.item);
    }
  }

  getChildren(node?: DatasetNode): DatasetNode[] {
    switch (node?.kind) {
      case undefined:
        return [
          ...this.datasets().map((item): DatasetNode => ({ kind: 'dataset', item })),
          ...this.inputs().map((item): DatasetNode => ({ kind: 'input', item })),
        ];
      case 'dataset': {
        const files = node.item.files.map((file): DatasetNode => ({ kind: 'file', ...file }));
        return node.item.versions.length === 0 ? files : [...files, { kind: 'versions', item: node.item }];
      }
      case 'versions':
        return node.item.versions.map((version) => ({ kind: 'version', ...version }));
      default:
        return [];
    }
  }
}

function datasetItem(vs: Vs, { slug, on, kinds, state, version, bytes, owner }: DatasetItem): TreeItem {
  // The slugs of a project begin alike, and there is no room for more than their beginning.
  const item = new vs.TreeItem(shownOnOneLine(kinds.join(', ')), vs.TreeItemCollapsibleState.Collapsed);
  const isStale = state !== 'up-to-date' && state !== 'not-uploaded';
  const number = version === undefined ? [] : [`v${version}`];
  item.id = slug;
  item.description = [...number, formatBytes(bytes), datasetStateText(state)].join(' · ');
  item.iconPath = isStale
    ? new vs.ThemeIcon('warning', new vs.ThemeColor('list.warningForeground'))
    : new vs.ThemeIcon(state !== 'up-to-date' ? 'cloud-upload' : on === 'model' ? 'beaker' : 'database');
  item.contextValue = owner === undefined || version === undefined ? 'dataset' : 'dataset uploaded';
  item.tooltip = shownOnOneLine(`${owner === undefined ? '' : `${owner}/`}${slug}: ${item.description}`);
  item.accessibilityInformation = { label: item.tooltip };
  return item;
}

function folder(vs: Vs, label: string, icon: string): TreeItem {
  const item = new vs.TreeItem(label, vs.TreeItemCollapsibleState.Collapsed);
  item.iconPath = new vs.ThemeIcon(icon);
  return item;
}

function leaf(vs: Vs, label: string, description: string, icon: string): TreeItem {
  const item = new vs.TreeItem(shownOnOneLine(label));
  item.description = shownOnOneLine(description);
  item.iconPath = new vs.ThemeIcon(icon);
  return item;
}

function datasetStateText(state: DatasetState): string {
  return {
    'up-to-date': l10n.t('up to date'),
    'not-uploaded': l10n.t('not uploaded yet'),
    'packed-anew': l10n.t('stale: packed anew since'),
    'not-packed': l10n.t('stale: the project changed since'),
    elsewhere: l10n.t('stale: changed on Kaggle'),
    missing: l10n.t('stale: not on Kaggle any more'),
  }[state];
}

/** What Kaggle said of a dataset when it was asked last. */
export interface RemoteDataset {
  readonly currentVersion: number;
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

/** `packed-anew`, `not-packed`: it is stale, and why. `elsewhere`: Kaggle has a version that we did not make. */
export type DatasetState =
  'up-to-date' | 'not-uploaded' | 'packed-anew' | 'not-packed' | 'elsewhere' | 'missing';

/** A dataset as the tree shows it. */
export interface DatasetItem {
  readonly slug: string;
  /** It is a model of Kaggle Models; absent: a dataset. */
  readonly on?: DatasetPlan['on'];
  /** The parts of the bundle that it has. */
  readonly kinds: readonly string[];
  readonly owner: string | undefined;
  readonly state: DatasetState;
  /** The version that the last upload made or found; undefined before. */
  readonly version: number | undefined;
  readonly bytes: number;
  readonly files: readonly { readonly name: string; readonly size: string }[];
  readonly versions: readonly { readonly version: number; readonly notes: string }[];
}

export interface DatasetFacts {
  readonly plans: readonly DatasetPlan[];
  readonly uploaded: Artefacts['upload'] | undefined;
  /** The package, its environment or its models changed since they were packed. */
  readonly isPackStale: boolean;
  /** What Kaggle said, by slug; `missing`: it has none of that name. */
  readonly remote: ReadonlyMap<string, RemoteDataset | 'missing'>;
}

/** Pure: the datasets of the last bundle, each with its files and with what is stale about it. */
export function datasetItems({ plans, uploaded, isPackStale, remote }: DatasetFacts): DatasetItem[] {
  return plans.map((plan) => {
    const known = uploaded?.datasets.find(({ slug, on }) => slug === plan.slug && on === plan.on);
    const there = remote.get(plan.slug);
    return {
      slug: plan.slug,
      ...defined({ on: plan.on }),
      kinds: plan.kinds,
      owner: uploaded?.owner,
      state: stateOf(plan, known, there, isPackStale),
      version: known?.version,
      bytes: plan.files.reduce((sum, { bytes }) => sum + bytes, 0),
      files: plan.files.map(({ name, bytes }) => ({ name, size: formatBytes(bytes) })),
      versions: there === undefined || there === 'missing' ? [] : newestFirst(there.versions),
    };
  });
}

function stateOf(
  plan: DatasetPlan,
  known: Artefacts['upload']['datasets'][number] | undefined,
  remote: RemoteDataset | 'missing' | undefined,
  isPackStale: boolean,
): DatasetState {
  if (known === undefined) return 'not-uploaded';
  if (remote === 'missing') return 'missing';
  if (remote !== undefined && remote.currentVersion !== known.version) return 'elsewhere';
  if (known.bundleId !== plan.bundleId) return 'packed-anew';
  return isPackStale && !plan.kinds.every((kind) => kind === 'julia') ? 'not-packed' : 'up-to-date';
}

function newestFirst<T extends { readonly version: number }>(versions: readonly T[]): T[] {
  return versions.toSorted((a, b) => b.version - a.version);
}
