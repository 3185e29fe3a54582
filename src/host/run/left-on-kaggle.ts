import * as l10n from '@vscode/l10n';
import type { Around } from '../around.ts';
import type { ProjectView } from '../project/projects.ts';
import { stillRunning } from './run-view.ts';
import type { Session } from './sessions.ts';

interface LeftAround extends Pick<Around, 'vs' | 'core' | 'pages' | 'log'> {
  /** Aborted when the window closes. */
  readonly signal: AbortSignal;
}

/**
 * Asks whether to stop on Kaggle as well what a cancelled run left going on there: in the page, and in a notification,
 * which only goes by. Kaggle's API has no call for it (the id of a session is in no answer of it), but its page has.
 */
export function askToStop(session: Session, { folder }: ProjectView, around: LeftAround): void {
  const what = stillRunning(session.view);
  if (what === undefined) return;
  const { vs, signal, log } = around;
  const title = l10n.t('Stop the notebook on Kaggle too?');
  const button = l10n.t('Open It on Kaggle');
  const lines = [what, l10n.t('Kaggle lets it be stopped on its own page only.')];
  const open = async (): Promise<void> => {
    if (!(await session.ask({ title, lines, button }, signal))) return;
    const address = await addressOf(folder, around);
    if (address !== undefined) await around.pages.open(address);
  };
  open().catch((error: unknown) => {
    if (!signal.aborted) log.error(error);
  });
  void vs.window.showInformationMessage(`${title} ${what}`, button).then((chosen) => {
    if (chosen === button) session.answer(true);
  });
}

async function addressOf(
  folder: string,
  { core, pages }: Pick<LeftAround, 'core' | 'pages'>,
): Promise<string | undefined> {
  const { project, upload } = (await (await core.project(folder)).record()).artefacts;
  if (project === undefined || upload === undefined) return undefined;
  const { titleSlug } = await import('../../core/contract/slugs.ts');
  return (await pages.site()).notebook(upload.owner, titleSlug(project.notebook.title));
}
