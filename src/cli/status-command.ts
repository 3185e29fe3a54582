import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { exists } from '../base/files.ts';
import { pathArgument, userCommand } from '../base/user-command.ts';
import { comparisonHead, comparisonRows } from '../core/contract/depot/mode-comparison.ts';
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
  const rows = stages.map((each) => [each.stage, stateInWords(each), each.summary || l10n.t('not done yet')]);
  printLine(stdout, table([l10n.t('stage'), l10n.t('state'), l10n.t('last result')], rows));
  if (problem !== undefined) {
    printLine(stdout);
    printLine(stdout, l10n.t('What is stale cannot be told: {0}', problem.title));
  }
  const modes = comparisonRows(record.artefacts.rehearse?.modes);
  if (modes.length > 1) {
    printLine(stdout);
    printLine(stdout, table(comparisonHead(), modes));
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
    title: l10n.t('There has been no run in {0}.', resolve(folder)),
    actions: [
      {
        title: l10n.t(
          'Run it: {0}',
          userCommand`julia-kaggle run ${pathArgument(folder)}` ?? l10n.t('julia-kaggle run in that folder.'),
        ),
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
      return l10n.t('running');
    case 'failed':
      return l10n.t('failed');
    case 'interrupted':
      return l10n.t('interrupted');
    case 'changed':
      return l10n.t('stale');
    case 'unchanged':
      return l10n.t('up to date');
    case 'unknown':
      return summary === '' ? '' : l10n.t('may be stale');
  }
}
