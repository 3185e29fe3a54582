import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../base/format.ts';
import type { Kept } from '../../core/clean.ts';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';

/** Shows what runs left in the engine and in the project, lets the person choose of it, asks, and removes it. */
export async function clean({ vs, core, projects }: Around, given: unknown): Promise<void> {
  await projects.select(given);
  const project = await projects.pick();
  if (project === undefined) return;
  const opened = await core.project(project.folder);
  const kept = await whileAsking(
    vs,
    (signal) => opened.findKept(false, signal),
    l10n.t('Looking for what runs left…'),
  );
  if (kept.length === 0) {
    void vs.window.showInformationMessage(l10n.t('There is nothing to remove.'));
    return;
  }
  const title = l10n.t('Remove What Runs Left ({0}); a Later Run Makes It Again', sizeOf(kept));
  const chosen = await vs.window.showQuickPick(kept.map(itemOf), { title, canPickMany: true });
  if (chosen === undefined || chosen.length === 0) return;
  const some = chosen.map((item) => item.kept);
  const remove = l10n.t('Remove');
  const answer = await vs.window.showWarningMessage(
    l10n.t('Remove {0} of {1}?', sizeOf(some), project.name),
    { modal: true, detail: some.map(({ name }) => name).join('\n') },
    remove,
  );
  if (answer !== remove) return;
  const failed = await whileAsking(vs, (signal) => opened.removeKept(some, signal), l10n.t('Removing…'));
  // All else is removed by then; the first one tells why, and the others mostly the same.
  const [first] = failed;
  if (first !== undefined) throw first.error instanceof Error ? first.error : new Error(String(first.error));
  void vs.window.showInformationMessage(l10n.t('Removed {0}.', sizeOf(some)));
}

function itemOf(kept: Kept) {
  const { kind, name, bytes } = kept;
  const label = {
    depot: l10n.t('Depot'),
    Julia: l10n.t('Julia'),
    compiled: l10n.t('Compiled app'),
    data: l10n.t('Data'),
    tarballs: l10n.t('Tarballs'),
  }[kind];
  return {
    label,
    description: bytes === undefined ? '' : formatBytes(bytes),
    detail: name,
    picked: true,
    kept,
  };
}

function sizeOf(kept: readonly Kept[]): string {
  return formatBytes(kept.reduce((sum, { bytes = 0 }) => sum + bytes, 0));
}
