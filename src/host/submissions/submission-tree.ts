import type { Event, MarkdownString, TreeDataProvider, TreeItem } from 'vscode';
import type { HistoryRow } from '../../core/pipeline/history.ts';
import type { Vs } from '../editor/editor.ts';
import { type SubmissionItem, submissionItems } from './submission-items.ts';

/** A submission, or one fact of it below. */
export type SubmissionNode =
  | { readonly kind: 'submission'; readonly item: SubmissionItem }
  | { readonly kind: 'fact'; readonly name: string; readonly value: string };

/** The tree "Submissions". */
export class SubmissionTree implements TreeDataProvider<SubmissionNode> {
  constructor(
    private readonly vs: Vs,
    private readonly rows: () => readonly HistoryRow[],
    readonly onDidChangeTreeData: Event<void>,
  ) {}

  getTreeItem(node: SubmissionNode): TreeItem {
    return node.kind === 'submission'
      ? submissionItem(this.vs, node.item)
      : factItem(this.vs, node.name, node.value);
  }

  getChildren(node?: SubmissionNode): SubmissionNode[] {
    if (node?.kind === 'fact') return [];
    if (node !== undefined) return node.item.facts.map(([name, value]) => ({ kind: 'fact', name, value }));
    return submissionItems(this.rows()).map((item) => ({
      kind: 'submission',
      item,
    }));
  }
}

const COLORS = {
  'star-full': 'charts.yellow',
  check: 'charts.green',
  error: 'charts.red',
  clock: 'charts.blue',
};

function submissionItem(vs: Vs, { row, label, description, icon, facts }: SubmissionItem): TreeItem {
  const item = new vs.TreeItem(label, vs.TreeItemCollapsibleState.Collapsed);
  item.id = String(row.ref);
  item.description = description;
  item.iconPath = new vs.ThemeIcon(icon, new vs.ThemeColor(COLORS[icon]));
  item.contextValue = row.commit === undefined ? 'submission' : 'submission committed';
  item.tooltip = tooltip(vs, facts);
  item.accessibilityInformation = { label: [label, ...facts.map((fact) => fact.join(' '))].join(', ') };
  return item;
}

/** Foreign texts go in as text, whatever signs they have. */
function tooltip(vs: Vs, facts: SubmissionItem['facts']): MarkdownString {
  const text = new vs.MarkdownString();
  for (const [name, value] of facts)
    text.appendMarkdown('- ').appendText(`${name}: ${value}`).appendMarkdown('\n');
  return text;
}

function factItem(vs: Vs, name: string, value: string): TreeItem {
  const item = new vs.TreeItem(name);
  item.description = value;
  item.contextValue = 'fact';
  return item;
}
