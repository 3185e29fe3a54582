import { basename } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Disposable, Uri } from 'vscode';
import type { OpenProject } from '../../core/core.ts';
import type { StagedEdit } from '../../core/scaffold/staged-edits.ts';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';
import { confirmOutside } from '../run/confirm.ts';

const SCHEME = 'julia-kaggle-change';
/** Before the names of packages. */

type Find = (
  project: OpenProject,
  signal: AbortSignal,
) => Promise<string | { readonly edits: readonly StagedEdit[]; readonly write: () => Promise<unknown> }>;

/** Changes of the project's files that are shown before they are made. */
export class OfferedEdits {
  /** The texts of changes that are shown, by their address. */
  readonly #texts = new Map<string, string>();
  readonly #provider: Disposable;

  constructor(private readonly around: Around) {
    this.#provider = around.vs.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? '',
    });
  }

  /** Pins CUDA in the project's own files, after showing how. @throws UserError as reading the project does. */
  async pinCuda(given: unknown): Promise<void> {
    const askOutside = confirmOutside(this.around.vs);
    await this.#offer(given, l10n.t('Looking at the project…'), async (opened, signal) => {
      const { stagedEdits, writeStagedEdits } = await import('../../core/scaffold/staged-edits.ts');
      const project = await opened.read(signal, { askOutside });
      if (project.cudaPin === undefined)
        return l10n.t('Nothing to pin: the Manifest has no CUDA, or a preference chooses its toolkit.');
      return { edits: await stagedEdits(project), write: () => writeStagedEdits(project) };
    });
  }

  /** Has the build fetch a lazy artifact, after showing the change. @throws UserError `artifact-missing`, ... */
  async addArtifact(given: unknown): Promise<void> {
    const { vs } = this.around;
    const artifact =
      typeof given === 'string'
        ? given
        : await vs.window.showInputBox({
            title: l10n.t('Add an Artifact'),
            prompt: l10n.t('Name of the artifact, as its Artifacts.toml and the log have it'),
          });
    if (artifact === undefined || artifact === '') return;
    await this.#offer(given, l10n.t('Looking for the artifact…'), async (opened, signal) => {
      const { applyChange } = await import('../../core/scaffold/staged-edits.ts');
      const addition = await opened.findArtifact(artifact, { signal, askOutside: confirmOutside(vs) });
      if (addition === undefined) return l10n.t('The build fetches {0} already.', artifact);
      return { edits: [addition], write: () => applyChange(addition) };
    });
  }

  /** Has the package compile beforehand what its last run compiled, after showing the change. @throws as reading does. */
  async addPrecompileStatements(given: unknown): Promise<void> {
    await this.#offer(given, l10n.t('Looking at the project…'), async (opened, signal) => {
      const { findPrecompileEdit } = await import('../../core/scaffold/precompile-edit.ts');
      const edit = await findPrecompileEdit(
        await opened.read(signal, { askOutside: confirmOutside(this.around.vs) }),
      );
      if (edit === undefined)
        return l10n.t('Nothing to add: the last run left no statements that the package lacks.');
      return { edits: [edit], write: edit.write };
    });
  }

  /**
   * Writes the Manifest as Julia resolves it in the image, after showing the change.
   * @param given packages that are added before, after "add ", or taken from a registry, after "without "; or the project.
   * @throws UserError as `resolve`.
   */
  async resolve(given: unknown): Promise<void> {
    await this.#offer(given, l10n.t('Resolving the dependencies in the image…'), async (opened, signal) => {
      const { applyChanges } = await import('../../core/scaffold/staged-edits.ts');
      const askOutside = confirmOutside(this.around.vs);
      const quiet = { progress: () => undefined, log: () => undefined };
      const [how, ...names] = typeof given === 'string' ? given.split(' ') : [];
      const changes = { add: how === 'add' ? names : [], without: how === 'without' ? names : [] };
      const resolved = await opened.resolve({ ...quiet, ...changes, signal, askOutside });
      if (resolved === undefined) return l10n.t('Nothing to change: the Manifest is as Julia resolves it.');
      return { edits: resolved.edits, write: () => applyChanges(resolved.edits) };
    });
  }

  dispose(): void {
    this.#provider.dispose();
    this.#texts.clear();
  }

  /** Looks for a change, shows it beside what is there, and makes it when the person agrees. */
  async #offer(given: unknown, title: string, find: Find): Promise<void> {
    const { vs, core, projects } = this.around;
    await projects.select(given);
    const project = await projects.pick();
    if (project === undefined) return;
    const found = await whileAsking(
      vs,
      async (signal) => find(await core.project(project.folder), signal),
      title,
    );
    if (typeof found === 'string') {
      void vs.window.showInformationMessage(found);
      return;
    }
    for (const edit of found.edits) await this.#show(edit);
    const make = l10n.t('Make the Change');
    const names = found.edits.map(({ file }) => basename(file)).join(', ');
    const answer = await vs.window.showInformationMessage(l10n.t('Change {0} as shown?', names), make);
    if (answer === make) await found.write();
  }

  async #show({ file, before, after }: StagedEdit): Promise<void> {
    const { vs } = this.around;
    const address = (side: string): Uri =>
      vs.Uri.from({ scheme: SCHEME, path: file, query: `${side}${Date.now()}` });
    const [left, right] = [address('before'), address('after')];
    this.#texts.set(left.toString(), before ?? '');
    this.#texts.set(right.toString(), after);
    await vs.commands.executeCommand('vscode.diff', left, right, l10n.t('{0} (proposed)', basename(file)));
  }
}
