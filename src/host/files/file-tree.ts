import * as l10n from '@vscode/l10n';
import type { Event, TreeDataProvider, TreeItem } from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import type { Vs } from '../editor/editor.ts';
import type { FileNode } from './file-nodes.ts';

/** The tree "Files": what of this machine goes to Kaggle with the package. */
export class FileTree implements TreeDataProvider<FileNode> {
  constructor(
    private readonly vs: Vs,
    private readonly nodes: () => readonly FileNode[],
    readonly onDidChangeTreeData: Event<void>,
  ) {}

  getTreeItem({ name, source, bytes, canLeaveOut, children }: FileNode): TreeItem {
    const { vs } = this;
    const { None, Collapsed } = vs.TreeItemCollapsibleState;
    const item = new vs.TreeItem(vs.Uri.file(source), children === undefined ? None : Collapsed);
    item.label = shownOnOneLine(name);
    item.description = formatBytes(bytes);
    item.iconPath = children === undefined ? vs.ThemeIcon.File : vs.ThemeIcon.Folder;
    item.tooltip = shownOnOneLine(source);
    item.contextValue = canLeaveOut ? 'removable' : 'file';
    item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
    if (children === undefined)
      item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [vs.Uri.file(source)] };
    return item;
  }

  getChildren(node?: FileNode): FileNode[] {
    return [...(node === undefined ? this.nodes() : (node.children ?? []))];
  }
}
