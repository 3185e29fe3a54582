import { type TreeView } from 'vscode';
import type { Command } from '../commands.ts';
import type { EditorCore } from '../core.ts';
import type { Feature } from '../feature.ts';
import type { LogChannel } from '../log-channel.ts';
import type { ProjectAround } from '../project-around.ts';
import type { Runs } from '../runs.ts';
import { type DatasetNode, DatasetTree } from './dataset-tree.ts';
import { ProjectFacts } from './project-facts.ts';
import { type SubmissionNode, SubmissionTree } from './submission-tree.ts';
import { submissionTexts, treeCommands } from './tree-commands.ts';
import { window } from '../window.ts';

interface Around {
  /** Of the current project. */
  readonly folder: () => string | undefined;
  readonly core: EditorCore;
  readonly log: LogChannel;
  /** Somebody looks at a tree. */
  readonly onLook: () => void;
}

/** The trees "Submissions" and "Datasets" of the current project. Nothing is read before somebody looks. */
export class Trees {
  readonly facts: ProjectFacts;
  readonly submissions: SubmissionTree;
  readonly datasets: DatasetTree;
  readonly commands: readonly Command[];
  readonly #disposables;

  constructor({ folder, core, log, onLook }: Around) {
    const onChange = (): void => {
      this.submissions.refresh();
      this.datasets.refresh();
    };
    this.facts = new ProjectFacts({ folder, core, log, onChange });
    this.submissions = new SubmissionTree(this.facts);
    this.datasets = new DatasetTree(this.facts);
    this.commands = treeCommands(this.facts);
    const looked = (isVisible: boolean): void => {
      if (!isVisible) return;
      onLook();
      void this.facts.read();
    };
    const views: readonly TreeView<SubmissionNode | DatasetNode>[] = [
      window.createTreeView<SubmissionNode>('juliaKaggle.submissions', {
        treeDataProvider: this.submissions,
        canSelectMany: true,
      }),
      window.createTreeView<DatasetNode>('juliaKaggle.datasets', {
        treeDataProvider: this.datasets,
      }),
    ];
    this.#disposables = [
      this.facts,
      this.submissions,
      this.datasets,
      submissionTexts(this.facts),
      ...views,
      ...views.map((view) => view.onDidChangeVisibility(({ visible }) => looked(visible))),
    ];
    // A view that the window opens with does not become visible: it is.
    looked(views.some(({ visible }) => visible));
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}

/** The trees, which follow the current project and its runs. @param onLook somebody looks at one. */
export function beginTrees(
  { core, log, projects }: ProjectAround,
  { sessions }: Runs,
  onLook: () => void,
): Feature & { readonly trees: Trees } {
  const trees = new Trees({ folder: () => projects.current?.folder, core, log, onLook });
  return {
    trees,
    commands: trees.commands,
    disposables: [
      trees,
      sessions.listenToAll(trees.facts.onEvent),
      projects.onDidChange(trees.facts.onChange),
    ],
  };
}
