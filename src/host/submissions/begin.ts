import * as l10n from '@vscode/l10n';
import type { Disposable, TextDocumentContentProvider, TreeView, Uri } from 'vscode';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';
import type { Feature } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';
import type { ProjectFacts } from '../project/facts.ts';
import { factText, type SubmissionItem, submissionItems } from './submission-items.ts';
import { type SubmissionNode, SubmissionTree } from './submission-tree.ts';

const SCHEME = 'julia-kaggle-submission';

interface SubmissionsAround extends Pick<Around, 'vs'> {
  readonly facts: Pick<ProjectFacts, 'facts' | 'read'>;
}

/** The tree "Submissions", and what the tests of the window look at. */
export interface Submissions extends Feature {
  readonly tree: SubmissionTree;
}

/**
 * The tree "Submissions" and its commands. What they are about is handed over by the tree; from the palette it is asked
 * for. @param onLook somebody looks at it.
 */
export function beginSubmissions(around: Around, facts: ProjectFacts, onLook: () => void): Submissions {
  const { vs, pages } = around;
  const own = { vs, facts };
  const tree = new SubmissionTree(vs, () => facts.facts.submissions, facts.onDidChange);
  const view: TreeView<SubmissionNode> = vs.window.createTreeView('juliaKaggle.submissions', {
    treeDataProvider: tree,
    canSelectMany: true,
  });
  // Until it is known whether there are some, nothing is said of that.
  const onFacts = (): void =>
    void vs.commands.executeCommand('setContext', 'juliaKaggle.submissionsRead', facts.isRead);
  const withOne = async (given: unknown, work: (item: SubmissionItem) => unknown): Promise<void> => {
    const item = submissionOf(given) ?? (await chooseOne(own));
    if (item !== undefined) await work(item);
  };
  const copy = (given: unknown, text: (item: SubmissionItem) => string): Promise<void> =>
    withOne(given, (item) => vs.env.clipboard.writeText(text(item)));
  return {
    tree,
    disposables: [view, facts.onDidChange(onFacts), facts.readFor(view, onLook), submissionTexts(own)],
    commands: [
      {
        id: 'juliaKaggle.refreshSubmissions',
        run: () => whileAsking(vs, (signal) => facts.ask(signal)),
      },
      { id: 'juliaKaggle.openSubmission', run: (given) => withOne(given, ({ row }) => pages.open(row.url)) },
      { id: 'juliaKaggle.copySubmissionId', run: (given) => copy(given, ({ row }) => String(row.ref)) },
      { id: 'juliaKaggle.copyScore', run: (given) => copy(given, ({ row }) => row.publicScore ?? '') },
      { id: 'juliaKaggle.copyCommit', run: (given) => copy(given, ({ row }) => row.commit ?? '') },
      { id: 'juliaKaggle.compareSubmissions', run: (given, selected) => compare(given, selected, own) },
      {
        id: 'juliaKaggle.showHistory',
        run: () => vs.commands.executeCommand('juliaKaggle.submissions.focus'),
      },
    ],
  };
}

/** Compares two submissions, fact by fact, in the editor's own view of differences. */
async function compare(given: unknown, selected: unknown, { vs, facts }: SubmissionsAround): Promise<void> {
  const marked = Array.isArray(selected) ? selected : [given];
  const known = marked.flatMap((node: unknown) => submissionOf(node) ?? []);
  const items = known.length >= 2 ? known : await chooseTwo({ vs, facts }, known[0]);
  const [older, newer] = items.slice(0, 2).sort((a, b) => (a.row.submittedAt < b.row.submittedAt ? -1 : 1));
  if (older === undefined || newer === undefined) return;
  const title = l10n.t('Submissions {0} ↔ {1}', older.label, newer.label);
  await vs.commands.executeCommand('vscode.diff', addressOf(vs, older), addressOf(vs, newer), title);
}

/** The facts of a submission as a text that the editor can show. */
function submissionTexts({ vs, facts }: SubmissionsAround): Disposable {
  const provider: TextDocumentContentProvider = {
    provideTextDocumentContent: ({ path }) => {
      const item = itemsOf(facts).find(({ row }) => `/${row.ref}.txt` === path);
      return item === undefined ? '' : factText(item);
    },
  };
  return vs.workspace.registerTextDocumentContentProvider(SCHEME, provider);
}

function addressOf(vs: Vs, { row }: SubmissionItem): Uri {
  return vs.Uri.from({ scheme: SCHEME, path: `/${row.ref}.txt` });
}

function itemsOf({ facts }: Pick<ProjectFacts, 'facts'>): SubmissionItem[] {
  return submissionItems(facts.submissions);
}

async function chooseOne({ vs, facts }: SubmissionsAround): Promise<SubmissionItem | undefined> {
  const title = l10n.t('Choose a Submission');
  return (await vs.window.showQuickPick(await choices(facts), { title }))?.item;
}

async function chooseTwo(
  { vs, facts }: SubmissionsAround,
  first: SubmissionItem | undefined,
): Promise<SubmissionItem[]> {
  if (first !== undefined) {
    const others = (await choices(facts)).filter(({ item }) => item.row.ref !== first.row.ref);
    const chosen = await vs.window.showQuickPick(others, { title: l10n.t('Compare with…') });
    return chosen === undefined ? [] : [first, chosen.item];
  }
  const title = l10n.t('Choose Two Submissions');
  const chosen = await vs.window.showQuickPick(await choices(facts), { title, canPickMany: true });
  return (chosen ?? []).map(({ item }) => item);
}

async function choices(facts: SubmissionsAround['facts']) {
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
