import * as l10n from '@vscode/l10n';
import { UserError } from '../base/errors.ts';
import { EXIT } from './exit-codes.ts';
import { historyCsv, historyTable } from './history-table.ts';
import { demandRecord } from './status-command.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';

export interface HistoryOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** `julia-kaggle history`: all submissions of a project, the oldest first, the best marked. */
export async function historyCommand(
  folder: string,
  { json = false, csv = false }: HistoryOptions,
  { core, terminal, signal }: CommandContext,
): Promise<number> {
  if (json && csv)
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('The history comes as JSON or as CSV, not as both.'),
      actions: [{ title: l10n.t('Give one of --json and --csv.') }],
    });
  await demandRecord(folder);
  const { submissions } = await core.project(folder).status(signal);
  const { stdout } = terminal;
  if (json) stdout.json({ kind: 'history', submissions });
  else if (csv) printLine(stdout, historyCsv(submissions));
  else if (submissions.length === 0) printLine(stdout, l10n.t('No submission was made yet.'));
  else {
    printLine(stdout, historyTable(submissions));
    for (const line of remarks(submissions)) printLine(stdout, line);
  }
  return EXIT.done;
}

/** What the table leaves open. */
function remarks(rows: Parameters<typeof historyTable>[0]): string[] {
  const isScored = rows.some(({ state, publicScore }) => state === 'complete' && publicScore !== undefined);
  if (!isScored || rows.some(({ best }) => best)) return [];
  return [
    '',
    l10n.t(
      'Which scores are the better ones is not known. JuliaKaggle.toml can say it: [score] better = "lower" or "higher".',
    ),
  ];
}
