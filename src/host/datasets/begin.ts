import * as l10n from '@vscode/l10n';
import type { TreeView } from 'vscode';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';
import type { Feature } from '../editor/commands.ts';
import type { ProjectFacts } from '../project/facts.ts';
import { type DatasetNode, DatasetTree } from './dataset-tree.ts';

/** The tree "Datasets" and its commands. @param onLook somebody looks at it. */
export function beginDatasets(around: Around, facts: ProjectFacts, onLook: () => void): Feature {
  const { vs } = around;
  const tree = new DatasetTree(
    vs,
    () => facts.facts.datasets,
    () => facts.facts.inputs,
    facts.onDidChange,
  );
  const view: TreeView<DatasetNode> = vs.window.createTreeView('juliaKaggle.datasets', {
    treeDataProvider: tree,
  });
  return {
    disposables: [view, facts.readFor(view, onLook)],
    commands: [
      {
        id: 'juliaKaggle.refreshDatasets',
        run: () => whileAsking(vs, (signal) => facts.ask(signal)),
      },
      { id: 'juliaKaggle.openDataset', run: (given) => openDataset(given, around, facts) },
    ],
  };
}

async function openDataset(given: unknown, { vs, pages }: Around, facts: ProjectFacts): Promise<void> {
  const node = given as Partial<DatasetNode> | null | undefined;
  if (node?.kind === 'input') {
    const { input } = (node as DatasetNode & { kind: 'input' }).item;
    const { REMOTE } = await import('../../core/contract/image/remote-inputs.ts');
    await pages.open(`${(await pages.site()).url}/${REMOTE[input.kind].page(input.ref)}`);
    return;
  }
  const handed = node?.kind === 'dataset' ? (node as DatasetNode & { kind: 'dataset' }).item : undefined;
  if (handed === undefined) await facts.read();
  const uploaded = facts.facts.datasets.filter(({ owner }) => owner !== undefined);
  const title = l10n.t('Choose a Dataset');
  const slug =
    handed?.slug ??
    (await vs.window.showQuickPick(
      uploaded.map((one) => one.slug),
      { title },
    ));
  const item = facts.facts.datasets.find((one) => one.slug === slug);
  if (item?.owner === undefined) return;
  const site = await pages.site();
  await pages.open(
    item.on === 'model' ? site.model(`${item.owner}/${item.slug}`) : site.dataset(item.owner, item.slug),
  );
}
