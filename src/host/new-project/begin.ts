import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import { isUserError } from '../../base/errors.ts';
import type { Around } from '../around.ts';
import { askJuliaVersion } from '../config/choose.ts';
import { chooseCompetition } from '../config/choose-competition.ts';
import { whileAsking } from '../editor/asking.ts';
import type { Feature } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';

/** Making a new project. */
export function beginNewProject(around: Around): Feature {
  return {
    disposables: [],
    commands: [
      {
        id: 'juliaKaggle.initProject',
        run: () => initProject(around, () => chooseCompetition(around)),
      },
    ],
  };
}

/**
 * Makes a package that can be submitted at once: asks where, for which competition and how it is called. Nothing is
 * written over.
 * @param askCompetition gives the last part of a competition's address; undefined: the person gave up.
 * @throws UserError `file-exists`, `julia-download-failed`, `kaggle-not-found`, `competition-unsupported`, ...; CancelledError.
 */
async function initProject(around: Around, askCompetition: () => Promise<string | undefined>): Promise<void> {
  const { vs, core, log, projects } = around;
  const parent = await askFolder(vs);
  if (parent === undefined) return;
  const { planScaffold, writeScaffold } = await import('../../core/scaffold/scaffold.ts');
  const { isPackageName, suggestedName } = await import('../../core/project/find-project.ts');
  const competition = await askCompetition();
  if (competition === undefined) return;
  const name = await vs.window.showInputBox({
    title: l10n.t('New Project'),
    prompt: l10n.t('Name of the package'),
    value: suggestedName(parent.isEmpty ? parent.path : 'Inference'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      isPackageName(text) ? undefined : l10n.t('That is no name for a Julia package.'),
  });
  if (name === undefined) return;
  const juliaVersion = await usualJulia(around);
  if (juliaVersion === undefined) return;
  const { seenFacts, seeSample, USUAL_SAMPLE } = await import('../../core/scaffold/seen-sample.ts');
  const seen = await whileAsking(
    vs,
    async (signal) => seeSample(await core.ports(), competition, signal),
    l10n.t('Looking at the sample submission…'),
  );
  const root = parent.isEmpty ? parent.path : join(parent.path, name);
  const request = { name, competition, juliaVersion, uuid: randomUUID(), ...seenFacts(seen) };
  await writeScaffold(root, planScaffold(request));
  const expects =
    'unseen' in seen
      ? l10n.t(
          'It expects {0}, as that of {1} was not looked at: {2}',
          USUAL_SAMPLE.name,
          competition,
          seen.unseen,
        )
      : undefined;
  if (expects !== undefined) log.warn(`${name}: ${expects}`);
  await show({ vs, projects }, { root, name, expects });
}

/** The version with long-term support; where the server does not say which that is, the one that the person chooses. */
async function usualJulia(around: Around): Promise<string | undefined> {
  const { vs, core } = around;
  try {
    return await whileAsking(
      vs,
      async (signal) => (await core.ports()).julia.resolve('lts', {}, signal),
      l10n.t('Looking for the versions of Julia…'),
    );
  } catch (error) {
    if (!isUserError(error, 'julia-version-unknown')) throw error;
    return askJuliaVersion(around, error.title);
  }
}

interface Place {
  readonly path: string;
  /** The package goes into the folder itself, not into one below it. */
  readonly isEmpty: boolean;
}

/** The only folder of the window, or the one that the person chooses. */
async function askFolder(vs: Vs): Promise<Place | undefined> {
  const folders = (vs.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const [only] = folders;
  const chosen =
    folders.length === 1
      ? only?.uri
      : folders.length > 1
        ? (await vs.window.showWorkspaceFolderPick())?.uri
        : (
            await vs.window.showOpenDialog({
              title: l10n.t('Choose a Folder for the New Project'),
              canSelectFiles: false,
              canSelectFolders: true,
            })
          )?.[0];
  if (chosen === undefined) return undefined;
  const names = (await vs.workspace.fs.readDirectory(chosen)).map(([name]) => name);
  return { path: chosen.fsPath, isEmpty: names.every((name) => name.startsWith('.')) };
}

async function show(
  { vs, projects }: Pick<Around, 'vs' | 'projects'>,
  {
    root,
    name,
    expects,
  }: { readonly root: string; readonly name: string; readonly expects: string | undefined },
): Promise<void> {
  const isInWindow = vs.workspace.getWorkspaceFolder(vs.Uri.file(root)) !== undefined;
  if (!isInWindow) {
    await vs.commands.executeCommand('vscode.openFolder', vs.Uri.file(root));
    return;
  }
  await projects.refresh();
  await projects.select(vs.Uri.file(join(root, 'Project.toml')));
  await vs.window.showTextDocument(vs.Uri.file(join(root, 'src', `${name}.jl`)));
  const ready = l10n.t('{0} is ready: put your model into {1}.', basename(root), `src/${name}.jl`);
  void vs.window.showInformationMessage([ready, ...(expects === undefined ? [] : [expects])].join(' '));
}
