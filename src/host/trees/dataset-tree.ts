import {
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { DatasetItem } from './dataset-items.ts';
import type { ProjectFacts } from './project-facts.ts';
import { datasetWords } from './tree-words.ts';

/** A dataset, and below it its files and the versions that Kaggle has. */
export type DatasetNode =
  | { readonly kind: 'dataset'; readonly item: DatasetItem }
  | { readonly kind: 'file'; readonly name: string; readonly size: string }
  | { readonly kind: 'versions'; readonly item: DatasetItem }
  | { readonly kind: 'version'; readonly version: number; readonly notes: string };

/** The tree "Datasets". */
export class DatasetTree implements TreeDataProvider<DatasetNode> {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly facts: Pick<ProjectFacts, 'facts'>) {}

  refresh(): void {
    this.#changed.fire();
  }

  getTreeItem(node: DatasetNode): TreeItem {
    switch (node.kind) {
      case 'dataset':
        return datasetItem(node.item);
      case 'file':
        return leaf(node.name, node.size, 'file');
      case 'versions':
        return folder(l10n.t('Versions on Kaggle'), 'history');
      case 'version':
        return leaf(l10n.t('Version {0}', node.version), node.notes, 'git-commit');
    }
  }

  getChildren(node?: DatasetNode): DatasetNode[] {
    switch (node?.kind) {
      case undefined:
        return this.facts.facts.datasets.map((item) => ({ kind: 'dataset', item }));
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

  dispose(): void {
    this.#changed.dispose();
  }
}

function datasetItem({ slug, state, version, bytes, owner }: DatasetItem): TreeItem {
  const item = new TreeItem(shownOnOneLine(slug), TreeItemCollapsibleState.Collapsed);
  const isStale = state !== 'up-to-date' && state !== 'not-uploaded';
  const number = version === undefined ? [] : [`v${version}`];
  item.id = slug;
  item.description = [...number, formatBytes(bytes), datasetWords[state]].join(' · ');
  item.iconPath = isStale
    ? new ThemeIcon('warning', new ThemeColor('list.warningForeground'))
    : new ThemeIcon(state === 'up-to-date' ? 'database' : 'cloud-upload');
  item.contextValue = owner === undefined || version === undefined ? 'dataset' : 'dataset uploaded';
  item.tooltip = shownOnOneLine(`${owner === undefined ? '' : `${owner}/`}${slug}: ${item.description}`);
  item.accessibilityInformation = { label: item.tooltip };
  return item;
}

function folder(label: string, icon: string): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.iconPath = new ThemeIcon(icon);
  return item;
}

function leaf(label: string, description: string, icon: string): TreeItem {
  const item = new TreeItem(shownOnOneLine(label));
  item.description = shownOnOneLine(description);
  item.iconPath = new ThemeIcon(icon);
  return item;
}
