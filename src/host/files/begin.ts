import { basename, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { TreeView } from 'vscode';
import { formatBytes } from '../../base/format.ts';
import { shownOnOneLine } from '../../base/shown-text.ts';
import { OWN_IGNORE_FILE } from '../../core/config-file.ts';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import type { ProjectFacts } from '../project/facts.ts';
import type { Sessions } from '../run/sessions.ts';
import { type FileNode, fileNodes } from './file-nodes.ts';
import { FileTree } from './file-tree.ts';

interface FilesAround extends Pick<Around, 'vs' | 'core' | 'projects'> {
  readonly facts: ProjectFacts;
  readonly sessions: Pick<Sessions, 'of'>;
}

/** The tree "Files", where what should stay on this machine is left out. @param onLook somebody looks at it. */
export function beginFiles(around: FilesAround, onLook: () => void): Feature {
  const { vs, facts, projects } = around;
  const tree = new FileTree(vs, () => fileNodes(facts.facts.files), facts.onDidChange);
  const view: TreeView<FileNode> = vs.window.createTreeView('juliaKaggle.files', { treeDataProvider: tree });
  return {
    disposables: [view, facts.readFor(view, onLook), around.core.onFiles(facts.onChange)],
    commands: [
      { id: 'juliaKaggle.leaveOut', run: (given) => leaveOut(given, projects.current?.folder, around) },
      { id: 'juliaKaggle.showFiles', run: () => vs.commands.executeCommand('juliaKaggle.files.focus') },
    ],
  };
}

/** Writes the rule; a run that asks whether to send the file is told no. @throws UserError as `leaveOut` of the project. */
async function leaveOut(given: unknown, folder: string | undefined, around: FilesAround): Promise<void> {
  const { vs, core, sessions, facts } = around;
  const source = sourceOf(given) ?? (await choose(around));
  if (source === undefined || folder === undefined) return;
  const project = await core.project(folder);
  await project.leaveOut(source);
  project.changed();
  const session = sessions.of(folder);
  const waited = session.view.phase !== 'idle' && session.view.question !== undefined;
  if (waited) session.answer(false);
  await facts.read();
  const name = basename(source);
  const text = waited
    ? l10n.t('{0} is left out, and nothing was uploaded. Submit again to pack without it.', name)
    : l10n.t('{0} is left out from the next run on.', name);
  const open = l10n.t('Open {0}', OWN_IGNORE_FILE);
  void vs.window.showInformationMessage(text, open).then((chosen) => {
    if (chosen !== undefined) void vs.window.showTextDocument(vs.Uri.file(join(folder, OWN_IGNORE_FILE)));
  });
}

function sourceOf(given: unknown): string | undefined {
  const { source } = (given ?? {}) as Partial<FileNode>;
  return typeof source === 'string' ? source : undefined;
}

/** From the palette: the largest first. */
async function choose({ vs, facts }: Pick<FilesAround, 'vs' | 'facts'>): Promise<string | undefined> {
  await facts.read();
  const items = facts.facts.files
    .filter(({ canLeaveOut }) => canLeaveOut)
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ place, source, bytes }) => ({
      label: shownOnOneLine(place),
      description: formatBytes(bytes),
      source,
    }));
  const title = l10n.t('Choose a File to Leave Out');
  return (await vs.window.showQuickPick(items, { title, matchOnDescription: true }))?.source;
}
