import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { exists } from '../base/files.ts';
import { pathArgument, userCommand } from '../base/user-command.ts';
import { COMPARISON_HEAD, comparisonRows } from '../core/contract/depot/mode-comparison.ts';
import { RECORD_FOLDER } from '../core/pipeline/record.ts';
import type { StageStatus } from '../core/pipeline/status.ts';
import { EXIT } from './exit-codes.ts';
import { historyTable } from './history-table.ts';
import { errorJson } from './json.ts';
import { table } from './outcome-table.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';

/** `julia-kaggle status`: what the last run of a project left and what of it is stale, without asking anyone. */
export async function statusCommand(
  folder: string,
  options: { json?: boolean },
  { core, terminal, signal }: CommandContext,
): Promise<number> {
  await demandRecord(folder);
  const { record, stages, submissions, problem } = await core.project(folder).status(signal);
  const { stdout } = terminal;
  if (options.json === true) {
    const { artefacts, history } = record;
    const error = problem === undefined ? undefined : errorJson(problem);
    stdout.json({ kind: 'status', stages, submissions, artefacts, history, error });
    return EXIT.done;
  }
  const rows = stages.map((each) => [each.stage, stateInWords(each), each.summary || 'not done yet']);
  printLine(stdout, table(['stage', 'state', 'last result'], rows));
  if (problem !== undefined) {
    printLine(stdout);
    printLine(stdout, `What is stale cannot be told: ${problem.title}`);
  }
  const modes = comparisonRows(record.artefacts.rehearse?.modes);
  if (modes.length > 1) {
    printLine(stdout);
    printLine(stdout, table(COMPARISON_HEAD, modes));
  }
  if (submissions.length === 0) return EXIT.done;
  printLine(stdout);
  printLine(stdout, historyTable(submissions));
  return EXIT.done;
}

/** @throws UserError `not-a-project` where nothing was run yet. */
export async function demandRecord(folder: string): Promise<void> {
  if (await exists(join(resolve(folder), RECORD_FOLDER))) return;
  throw new UserError({
    code: 'not-a-project',
    title: `There has been no run in ${resolve(folder)}.`,
    actions: [
      {
        title: `Run it: ${userCommand`julia-kaggle run ${pathArgument(folder)}` ?? 'julia-kaggle run in that folder.'}`,
        command: 'run',
      },
    ],
  });
}

function stateInWords({ state, summary }: StageStatus): string {
  switch (state) {
    case 'missing':
      return '';
    case 'running':
      return 'running';
    case 'failed':
      return 'failed';
    case 'interrupted':
      return 'interrupted';
    case 'changed':
      return 'stale';
    case 'unchanged':
      return 'up to date';
    case 'unknown':
      return summary === '' ? '' : 'may be stale';
  }
}
