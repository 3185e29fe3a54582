import { shownLine } from '../../base/shown-text.ts';
import { isStageName, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import { lineRange } from '../run/problems.ts';

/** How Julia and Python begin to say what went wrong. */
const FAILURE = /\bERROR\b|^\w*(?:Error|Exception)\b/;

/** Shows the log of a stage of the current project where it says what went wrong; without a stage, that of the window. */
export async function showLog({ vs, core, projects, log }: Around, given: unknown): Promise<void> {
  const folder = projects.current?.folder;
  const stage = typeof given === 'string' && isStageName(given) ? given : undefined;
  if (folder === undefined || stage === undefined) {
    log.show();
    return;
  }
  try {
    const file = (await core.project(folder)).logFile(stage);
    const document = await vs.workspace.openTextDocument(vs.Uri.file(file));
    const text = document.getText();
    // What kept the stage from saying anything is in the log of the window.
    if (text.trim() === '') {
      log.show();
      return;
    }
    const lines = text.split('\n');
    const first = lines.findIndex((line) => FAILURE.test(shownLine(line)));
    const selection = lineRange(vs, first < 0 ? lines.length : first + 1);
    await vs.window.showTextDocument(document, { selection });
  } catch (error) {
    // The stage said nothing, or its log was removed.
    log.error(error);
    log.show();
  }
}

/** Pure: the stage that failed, of which the log says why. */
export function failedStage(
  stages: Readonly<Record<StageName, { readonly state: string }>>,
): StageName | undefined {
  return Object.keys(stages)
    .filter(isStageName)
    .find((name) => stages[name].state === 'failed');
}
