import { commands, env, l10n, type TextDocumentContentProvider, Uri, workspace } from 'vscode';
import { whileAsking } from '../account.ts';
import type { Command } from '../commands.ts';
import { kaggleSite } from '../kaggle-site.ts';
import { openPage } from '../open-page.ts';
import type { DatasetNode } from './dataset-tree.ts';
import type { ProjectFacts } from './project-facts.ts';
import { factText, type SubmissionItem, submissionItems } from './submission-items.ts';
import type { SubmissionNode } from './submission-tree.ts';
import { submissionWords } from './tree-words.ts';
import { window } from '../window.ts';

const SCHEME = 'julia-kaggle-submission';

/** The commands of the trees. What they are about is handed over by the tree; from the palette it is asked for. */
export function treeCommands(facts: ProjectFacts): readonly Command[] {
  const refresh = (): Thenable<void> => whileAsking((signal) => facts.ask(signal));
  const withOne = async (given: unknown, work: (item: SubmissionItem) => unknown): Promise<void> => {
    const item = submissionOf(given) ?? (await chooseOne(facts));
    if (item !== undefined) await work(item);
  };
  return [
    { id: 'juliaKaggle.refreshSubmissions', run: refresh },
    { id: 'juliaKaggle.refreshDatasets', run: refresh },
    {
      id: 'juliaKaggle.openSubmission',
      run: (given) => withOne(given, ({ row }) => openPage(row.url)),
    },
    {
      id: 'juliaKaggle.copySubmissionId',
      run: (given) => withOne(given, ({ row }) => env.clipboard.writeText(String(row.ref))),
    },
    {
      id: 'juliaKaggle.copyScore',
      run: (given) => withOne(given, ({ row }) => env.clipboard.writeText(row.publicScore ?? '')),
    },
    {
      id: 'juliaKaggle.copyCommit',
      run: (given) => withOne(given, ({ row }) => env.clipboard.writeText(row.commit ?? '')),
    },
    {
      id: 'juliaKaggle.compareSubmissions',
      run: (given, selected) => compare(given, selected, facts),
    },
    { id: 'juliaKaggle.showHistory', run: () => commands.executeCommand('juliaKaggle.submissions.focus') },
    { id: 'juliaKaggle.openDataset', run: (given) => openDataset(given, facts) },
  ];
}

/** Compares two submissions, fact by fact, in the editor's own view of differences. */
async function compare(given: unknown, selected: unknown, facts: ProjectFacts): Promise<void> {
  const marked = Array.isArray(selected) ? selected : [given];
  const known = marked.flatMap((node: unknown) => submissionOf(node) ?? []);
  const items = known.length >= 2 ? known : await chooseTwo(facts, known[0]);
  const [older, newer] = items.slice(0, 2).sort((a, b) => (a.row.submittedAt < b.row.submittedAt ? -1 : 1));
  if (older === undefined || newer === undefined) return;
  const title = l10n.t('Submissions {0} ↔ {1}', older.label, newer.label);
  await commands.executeCommand('vscode.diff', addressOf(older), addressOf(newer), title);
}

/** The facts of a submission as a text that the editor can show. */
export function submissionTexts(facts: Pick<ProjectFacts, 'facts'>): { dispose: () => unknown } {
  const provider: TextDocumentContentProvider = {
    provideTextDocumentContent: ({ path }) => {
      const item = itemsOf(facts).find(({ row }) => `/${row.ref}.txt` === path);
      return item === undefined ? '' : factText(item);
    },
  };
  return workspace.registerTextDocumentContentProvider(SCHEME, provider);
}

function addressOf({ row }: SubmissionItem): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${row.ref}.txt` });
}

function itemsOf({ facts }: Pick<ProjectFacts, 'facts'>): SubmissionItem[] {
  return submissionItems(facts.submissions, submissionWords);
}

async function chooseOne(facts: ProjectFacts): Promise<SubmissionItem | undefined> {
  const title = l10n.t('Choose a Submission');
  return (await window.showQuickPick(await choices(facts), { title }))?.item;
}

async function chooseTwo(facts: ProjectFacts, first: SubmissionItem | undefined): Promise<SubmissionItem[]> {
  if (first !== undefined) {
    const others = (await choices(facts)).filter(({ item }) => item.row.ref !== first.row.ref);
    const chosen = await window.showQuickPick(others, { title: l10n.t('Compare with…') });
    return chosen === undefined ? [] : [first, chosen.item];
  }
  const title = l10n.t('Choose Two Submissions');
  const chosen = await window.showQuickPick(await choices(facts), { title, canPickMany: true });
  return (chosen ?? []).map(({ item }) => item);
}

async function choices(facts: ProjectFacts) {
  await facts.read();
  return itemsOf(facts).map((item) => ({
    item,
    label: `$(${item.icon}) ${item.label}`,
    description: item.description,
  }));
}

function submissionOf(given: unknown): SubmissionItem | undefined {
  const node = given as Partial<SubmissionNode> | null | undefined;
  return node?.kind === 'submission' ? (node as SubmissionNode & { kind: 'submission' }).item : undefined;
}

async function openDataset(given: unknown, facts: ProjectFacts): Promise<void> {
  const node = given as Partial<DatasetNode> | null | undefined;
  const handed = node?.kind === 'dataset' ? (node as DatasetNode & { kind: 'dataset' }).item : undefined;
  if (handed === undefined) await facts.read();
  const uploaded = facts.facts.datasets.filter(({ owner }) => owner !== undefined);
  const title = l10n.t('Choose a Dataset');
  const slug =
    handed?.slug ??
    (await window.showQuickPick(
      uploaded.map((one) => one.slug),
      { title },
    ));
  const item = facts.facts.datasets.find((one) => one.slug === slug);
  if (item?.owner === undefined) return;
  const site = await kaggleSite();
  await openPage(site.dataset(item.owner, item.slug));
}
