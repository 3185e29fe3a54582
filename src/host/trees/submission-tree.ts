import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import type { ProjectFacts } from './project-facts.ts';
import { type SubmissionItem, submissionItems } from './submission-items.ts';
import { submissionWords } from './tree-words.ts';

/** A submission, or one fact of it below. */
export type SubmissionNode =
  | { readonly kind: 'submission'; readonly item: SubmissionItem }
  | { readonly kind: 'fact'; readonly name: string; readonly value: string };

/** The tree "Submissions". */
export class SubmissionTree implements TreeDataProvider<SubmissionNode> {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly facts: Pick<ProjectFacts, 'facts'>) {}

  refresh(): void {
    this.#changed.fire();
  }

  getTreeItem(node: SubmissionNode): TreeItem {
    return node.kind === 'submission' ? submissionItem(node.item) : factItem(node.name, node.value);
  }

  getChildren(node?: SubmissionNode): SubmissionNode[] {
    if (node?.kind === 'fact') return [];
    if (node !== undefined) return node.item.facts.map(([name, value]) => ({ kind: 'fact', name, value }));
    return submissionItems(this.facts.facts.submissions, submissionWords).map((item) => ({
      kind: 'submission',
      item,
    }));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

const COLOURS = {
  'star-full': 'charts.yellow',
  check: 'charts.green',
  error: 'charts.red',
  clock: 'charts.blue',
};

function submissionItem({ row, label, description, icon, facts }: SubmissionItem): TreeItem {
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.id = String(row.ref);
  item.description = description;
  item.iconPath = new ThemeIcon(icon, new ThemeColor(COLOURS[icon]));
  item.contextValue = row.commit === undefined ? 'submission' : 'submission committed';
  item.tooltip = tooltip(facts);
  item.accessibilityInformation = { label: [label, ...facts.map((fact) => fact.join(' '))].join(', ') };
  return item;
}

/** Foreign texts go in as text, whatever signs they have. */
function tooltip(facts: SubmissionItem['facts']): MarkdownString {
  const text = new MarkdownString();
  for (const [name, value] of facts)
    text.appendMarkdown('- ').appendText(`${name}: ${value}`).appendMarkdown('\n');
  return text;
}

function factItem(name: string, value: string): TreeItem {
  const item = new TreeItem(name);
  item.description = value;
  item.contextValue = 'fact';
  return item;
}
