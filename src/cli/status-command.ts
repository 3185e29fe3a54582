import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { exists } from '../base/files.ts';
import { RECORD_FOLDER, RunRecord } from '../core/pipeline/record.ts';
import { projectSummary } from '../core/pipeline/run.ts';
import { STAGE_TABLE } from '../core/pipeline/stage-table.ts';
import { EXIT } from './exit-codes.ts';
import { table } from './outcome-table.ts';
import { printLine, type Terminal } from './terminal.ts';

/** `julia-kaggle status`: what the last run of a project left, without asking anyone. */
export async function statusCommand(
  folder: string,
  options: { json?: boolean },
  { stdout }: Terminal,
): Promise<number> {
  const recordFolder = join(resolve(folder), RECORD_FOLDER);
  if (!(await exists(recordFolder))) {
    throw new UserError({
      code: 'not-a-project',
      title: `There has been no run in ${resolve(folder)}.`,
      actions: [{ title: `Run it: julia-kaggle run ${folder}`, command: 'run' }],
    });
  }
  const record = await RunRecord.open(recordFolder);
  const { artefacts, history } = record;
  if (options.json === true) {
    printLine(stdout, JSON.stringify({ kind: 'status', artefacts, history }));
    return EXIT.done;
  }
  const { project } = artefacts;
  const stages = STAGE_TABLE.map((stage): [string, string] => [
    stage.name,
    stage.standing(artefacts) || 'not done yet',
  ]);
  printLine(
    stdout,
    table(
      ['stage', 'last result'],
      [['project', project === undefined ? '' : projectSummary(project)], ...stages],
    ),
  );
  if (history.length === 0) return EXIT.done;
  printLine(stdout);
  const rows = history.map((entry) => [
    entry.submittedAt,
    entry.state,
    entry.publicScore ?? '',
    entry.notebook,
    entry.commit?.slice(0, 8) ?? '',
  ]);
  printLine(stdout, table(['submitted', 'state', 'score', 'notebook', 'commit'], rows));
  return EXIT.done;
}
