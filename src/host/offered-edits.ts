import { basename } from 'node:path';
import { commands, l10n, type TextDocumentContentProvider, Uri, workspace } from 'vscode';
import { whileAsking } from './account.ts';
import type { OpenProject } from '../core/core.ts';
import { confirmOutside } from './confirm.ts';
import type { ProjectAround } from './project-around.ts';
import { window } from './window.ts';

const SCHEME = 'julia-kaggle-change';

/** A change of a file of the project's that the person sees before it is made. */
interface OfferedEdit {
  readonly file: string;
  /** Undefined: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Pins CUDA in the project's own files, after showing how. @throws UserError as reading the project does. */
export async function pinCuda(given: unknown, around: ProjectAround): Promise<void> {
  await offer(given, around, l10n.t('Looking at the project…'), async (opened, signal) => {
    const { writeStagedEdits } = await import('../core/scaffold/staged-edits.ts');
    const project = await opened.read(signal, { askOutside: confirmOutside });
    if (project.cudaPin === undefined)
      return l10n.t('Nothing to pin: the Manifest has no CUDA, or a preference chooses its toolkit.');
    const edits = await Promise.all(
      project.files
        .filter(({ text }) => text !== undefined)
        .map(async ({ source, text = '' }) => ({ file: source, before: await textOf(source), after: text })),
    );
    return { edits, write: () => writeStagedEdits(project) };
  });
}

/** Has the build fetch a lazy artifact, after showing the change. @throws UserError `artifact-missing`, ... */
export async function addArtifact(given: unknown, around: ProjectAround): Promise<void> {
  const artifact =
    typeof given === 'string'
      ? given
      : await window.showInputBox({
          title: l10n.t('Add an Artifact'),
          prompt: l10n.t('Name of the artifact, as its Artifacts.toml and the log have it'),
        });
  if (artifact === undefined || artifact === '') return;
  await offer(given, around, l10n.t('Looking for the artifact…'), async (opened, signal) => {
    const { applyAddition } = await import('../core/scaffold/add-artifact.ts');
    const addition = await opened.findArtifact(artifact, { signal, askOutside: confirmOutside });
    if (addition === undefined) return l10n.t('The build fetches {0} already.', artifact);
    return { edits: [addition], write: () => applyAddition(addition) };
  });
}

type Find = (
  project: OpenProject,
  signal: AbortSignal,
) => Promise<string | { readonly edits: readonly OfferedEdit[]; readonly write: () => Promise<unknown> }>;

/** Looks for a change, shows it beside what is there, and makes it when the person agrees. */
async function offer(
  given: unknown,
  { core, projects }: ProjectAround,
  title: string,
  find: Find,
): Promise<void> {
  await projects.select(given);
  const project = await projects.pick();
  if (project === undefined) return;
  const found = await whileAsking(async (signal) => find(await core.project(project.folder), signal), title);
  if (typeof found === 'string') {
    void window.showInformationMessage(found);
    return;
  }
  for (const edit of found.edits) await showChange(edit);
  const make = l10n.t('Make the Change');
  const names = found.edits.map(({ file }) => basename(file)).join(', ');
  const answer = await window.showInformationMessage(l10n.t('Change {0} as shown?', names), make);
  if (answer === make) await found.write();
}

const texts = new Map<string, string>();

/** The texts of changes that are shown. */
export function changeTexts(): { dispose: () => unknown } {
  const provider: TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  };
  return workspace.registerTextDocumentContentProvider(SCHEME, provider);
}

async function showChange({ file, before, after }: OfferedEdit): Promise<void> {
  const address = (side: string): Uri =>
    Uri.from({ scheme: SCHEME, path: file, query: `${side}${Date.now()}` });
  const [left, right] = [address('before'), address('after')];
  texts.set(left.toString(), before ?? '');
  texts.set(right.toString(), after);
  await commands.executeCommand('vscode.diff', left, right, l10n.t('{0} (proposed)', basename(file)));
}

async function textOf(file: string): Promise<string | undefined> {
  const { readTextIfPresent } = await import('../base/files.ts');
  return readTextIfPresent(file);
}
