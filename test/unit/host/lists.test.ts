import { strict as assert } from 'node:assert';
import type * as vscode from 'vscode';
import { UserError } from '../../../src/base/errors.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import type { Artefacts } from '../../../src/core/artefacts.ts';
import type { HistoryEntry } from '../../../src/core/pipeline/history.ts';
import { aBundle, aProject } from '../../support/artefacts.ts';
import { PlayedWindow } from './window.ts';

const entry = (ref: number, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  fingerprint: 'f',
  ref,
  state: 'complete',
  publicScore: `0.${ref}`,
  submittedAt: `2026-08-0${ref}T10:20:00Z`,
  url: `https://www.kaggle.com/s/${ref}`,
  bundleId: 'b',
  notebook: 'ada/n v1',
  commit: `${ref}123456789abcdef`,
  competition: 'harbour-tides',
  ...changes,
});
const slugs = planDatasets(aProject(), aBundle()).map(({ slug }) => slug);
const artefacts = {
  project: aProject(),
  pack: aBundle(),
  upload: {
    owner: 'ada',
    datasets: slugs.map((slug) => ({ slug, version: 3, bundleId: 'b', uploadedBytes: 0 })),
  } as unknown as Artefacts['upload'],
};
const kaggle = () => ({
  submissions: {
    list: () =>
      Promise.resolve([
        {
          ref: 9,
          state: 'complete',
          publicScore: '0.9',
          url: 'https://www.kaggle.com/s/9',
          date: '2026-08-09T00:00:00Z',
          description: '',
        },
      ]),
  },
  datasets: { find: () => Promise.resolve({ currentVersion: 4, versions: [{ version: 4, notes: 'new' }] }) },
});

const gone = new UserError({ code: 'kaggle-not-found', title: 'None.', actions: [{ title: 'x' }] });

/** When a submission was made, by the clock of this machine, as Swedes write it. */
const local = (ref: number): string =>
  new Date(`2026-08-0${ref}T10:20:00Z`).toLocaleString('sv').slice(0, 16);

interface Provider {
  readonly onDidChangeTreeData: vscode.Event<void>;
  getChildren(node?: unknown): unknown[];
  getTreeItem(node: unknown): vscode.TreeItem;
}

/** A window whose tree of this name is looked at, and the lines that it then shows. */
async function looked(id: 'submissions' | 'datasets', history = [entry(1), entry(2)]) {
  const window = await PlayedWindow.open({ artefacts, history, kaggle });
  const tree = window.editor.treeProviders.get(`juliaKaggle.${id}`) as Provider;
  window.editor.treeViews.get(`juliaKaggle.${id}`)?.look();
  await window.until(() => tree.getChildren().length > 0);
  const lines = (node?: unknown): string[] =>
    tree.getChildren(node).map((each) => {
      const { label, description } = tree.getTreeItem(each);
      return `${typeof label === 'string' ? label : ''} | ${String(description)}`;
    });
  return { window, tree, lines };
}

describe('the tree of submissions', () => {
  it('has the newest first, each with what is known of it, and after asking Kaggle its own', async () => {
    const { window, tree, lines } = await looked('submissions');
    assert.deepEqual(lines(), [`0.2 | ${local(2)} · 21234567`, `0.1 | ${local(1)} · 11234567`]);
    const [newest] = tree.getChildren();
    assert.ok(lines(newest).includes('Public score | 0.2'));
    const [fact] = tree.getChildren(newest);
    assert.deepEqual(tree.getChildren(fact), []);
    await window.run('refreshSubmissions');
    assert.match(lines()[0] ?? '', /^0\.9 /);
  });

  it('says that there are none only once that is known', async () => {
    const window = await PlayedWindow.open({ artefacts, history: [], kaggle });
    const isRead = () => window.editor.contextKeys.get('juliaKaggle.submissionsRead');
    assert.notEqual(isRead(), true);
    window.editor.treeViews.get('juliaKaggle.submissions')?.look();
    await window.until(() => isRead() === true);
  });

  it('is what commands work on: the one that was clicked, or is chosen', async () => {
    const { window, tree } = await looked('submissions');
    const [newest] = tree.getChildren();
    await window.run('copyCommit', newest);
    assert.equal(window.editor.clipboard.text, '2123456789abcdef');
    window.editor.reply('Choose a Submission', '0.1');
    await window.run('copyScore');
    assert.equal(window.editor.clipboard.text, '0.1');
    await window.run('copySubmissionId', newest);
    assert.equal(window.editor.clipboard.text, '2');
    await window.run('openSubmission', newest);
    assert.deepEqual(window.editor.opened, ['https://www.kaggle.com/s/2']);
    await window.run('showHistory');
    assert.equal(window.editor.executed.at(-1)?.[0], 'juliaKaggle.submissions.focus');
  });

  it('compares two, those that are marked or chosen, fact by fact', async () => {
    const { window, tree } = await looked('submissions');
    const nodes = tree.getChildren();
    await window.run('compareSubmissions', nodes[0], nodes);
    const [, left] = window.editor.executed.at(-1) as unknown as [string, vscode.Uri];
    const text = window.editor.contents.get('julia-kaggle-submission');
    assert.match(
      String(await text?.provideTextDocumentContent(left, undefined as never)),
      /^Public score: 0\.1$/m,
    );
    window.editor.reply('Compare with', '0.1').reply('Choose Two', ['0.1', '0.2']);
    await window.run('compareSubmissions', nodes[0]);
    await window.run('compareSubmissions');
    await window.run('compareSubmissions', nodes[0]);
    assert.equal(window.editor.executed.filter(([id]) => id === 'vscode.diff').length, 3);
  });
});

describe('the tree of datasets', () => {
  it('has their files, and what Kaggle has once it was asked', async () => {
    const { window, tree, lines } = await looked('datasets');
    const before = lines();
    assert.ok(before.length > 0);
    const [first] = tree.getChildren();
    assert.ok(tree.getChildren(first).length > 0);
    await window.run('refreshDatasets');
    const known = tree
      .getChildren()
      .find((node) => lines(node).some((line) => line.startsWith('Versions on Kaggle')));
    const [versions] = tree.getChildren(known).slice(-1);
    assert.deepEqual(lines(versions), ['Version 4 | new']);
    assert.deepEqual(tree.getChildren(tree.getChildren(versions)[0]), []);
  });

  it('has what others made, with version, size and state, and tells of a newer one', async () => {
    const shared = { kind: 'dataset', files: 2, bytes: 1500 } as const;
    const inputs = [
      { ...shared, name: 'glove', ref: 'ada/glove', version: 3, isHere: true },
      { ...shared, name: 'cities', ref: 'bob/cities', version: 4, isHere: false },
    ];
    const versions = (currentVersion: number) => ({ currentVersion, versions: [{ version: 3, notes: '' }] });
    const played = {
      ...kaggle(),
      datasets: {
        ...kaggle().datasets,
        get: (owner: string) => (owner === 'bob' ? Promise.reject(gone) : Promise.resolve(versions(5))),
      },
    };
    const window = await PlayedWindow.open({ status: { inputs }, artefacts, kaggle: () => played });
    const tree = window.editor.treeProviders.get('juliaKaggle.datasets') as Provider;
    window.editor.treeViews.get('juliaKaggle.datasets')?.look();
    const lines = (): string[] =>
      tree
        .getChildren()
        .map((node) => tree.getTreeItem(node))
        .filter(({ contextValue }) => contextValue === 'input')
        .map(
          ({ label, description, tooltip }) =>
            `${label as string} | ${String(description)} | ${tooltip as string}`,
        );
    await window.until(() => lines().length === 2);
    assert.deepEqual(lines(), [
      'glove | v3 · 1.50 kB · fetched | the dataset ada/glove: v3 · 1.50 kB · fetched',
      'cities | v4 · 1.50 kB · not fetched yet | the dataset bob/cities: v4 · 1.50 kB · not fetched yet',
    ]);
    await window.run('refreshDatasets');
    assert.deepEqual(
      lines().map((line) => line.split(' · ')[2]?.split(' | ')[0]),
      ['version 5 is on Kaggle', 'not on Kaggle any more'],
    );
    await window.run('openDataset', tree.getChildren().at(-1));
    assert.deepEqual(window.editor.opened, ['https://www.kaggle.com/datasets/bob/cities']);
  });

  it('opens the page of one', async () => {
    const { window, tree } = await looked('datasets');
    const [first] = tree.getChildren() as { item: { slug: string } }[];
    await window.run('openDataset', first);
    window.editor.reply('Choose a Dataset', first?.item.slug);
    await window.run('openDataset');
    await window.run('openDataset');
    const page = `https://www.kaggle.com/datasets/ada/${first?.item.slug ?? ''}`;
    assert.deepEqual(window.editor.opened, [page, page]);
  });
});
