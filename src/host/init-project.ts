import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { commands, l10n, Uri, workspace } from 'vscode';
import { whileAsking } from './account.ts';
import type { ProjectAround } from './project-around.ts';
import { window } from './window.ts';

/**
 * Makes a package that can be submitted at once: asks where, for which competition and how it is called. Nothing is
 * written over.
 * @param askCompetition gives the last part of a competition's address; undefined: the person gave up.
 * @throws UserError `file-exists`, `julia-download-failed`, ...; CancelledError.
 */
export async function initProject(
  { core, projects }: ProjectAround,
  askCompetition: () => Promise<string | undefined>,
): Promise<void> {
  const parent = await askFolder();
  if (parent === undefined) return;
  const { planScaffold, writeScaffold } = await import('../core/scaffold/scaffold.ts');
  const { isPackageName, suggestedName } = await import('../core/project/find-project.ts');
  const competition = await askCompetition();
  if (competition === undefined) return;
  const name = await window.showInputBox({
    title: l10n.t('New Project'),
    prompt: l10n.t('Name of the package'),
    value: suggestedName(parent.isEmpty ? parent.path : 'Inference'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      isPackageName(text) ? undefined : l10n.t('That is no name for a Julia package.'),
  });
  if (name === undefined) return;
  const juliaVersion = await whileAsking(
    async (signal) => (await core.ports()).julia.resolve('lts', {}, signal),
    l10n.t('Looking for the versions of Julia…'),
  );
  const root = parent.isEmpty ? parent.path : join(parent.path, name);
  await writeScaffold(root, planScaffold({ name, competition, juliaVersion, uuid: randomUUID() }));
  await show(root, name, projects);
}

interface Place {
  readonly path: string;
  /** The package goes into the folder itself, not into one below it. */
  readonly isEmpty: boolean;
}

/** The only folder of the window, or the one that the person chooses. */
async function askFolder(): Promise<Place | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [only] = folders;
  const chosen =
    folders.length === 1
      ? only?.uri
      : folders.length > 1
        ? (await window.showWorkspaceFolderPick())?.uri
        : (
            await window.showOpenDialog({
              title: l10n.t('Choose a Folder for the New Project'),
              canSelectFiles: false,
              canSelectFolders: true,
            })
          )?.[0];
  if (chosen === undefined) return undefined;
  const names = (await workspace.fs.readDirectory(chosen)).map(([name]) => name);
  return { path: chosen.fsPath, isEmpty: names.every((name) => name.startsWith('.')) };
}

async function show(root: string, name: string, projects: ProjectAround['projects']): Promise<void> {
  const isInWindow = workspace.getWorkspaceFolder(Uri.file(root)) !== undefined;
  if (!isInWindow) {
    await commands.executeCommand('vscode.openFolder', Uri.file(root));
    return;
  }
  await projects.refresh();
  await projects.select(Uri.file(join(root, 'Project.toml')));
  await window.showTextDocument(Uri.file(join(root, 'src', `${name}.jl`)));
  void window.showInformationMessage(
    l10n.t('{0} is ready: put your model into {1}.', basename(root), `src/${name}.jl`),
  );
}
