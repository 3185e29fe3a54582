import { UserError } from '../base/errors.ts';
import type { StagePlan } from '../core/pipeline/bound-stage.ts';
import type { StagePreview } from '../core/pipeline/preview.ts';
import { type RunResult, submittedNothing } from '../core/pipeline/run.ts';
import {
  isStageName,
  LOCAL_STAGES,
  type LocalStageName,
  STAGE_NAMES,
  type StageName,
  STAGES,
} from '../core/stages.ts';
import { EXIT } from './exit-codes.ts';
import { eventJson } from './json.ts';
import { outcomeTable, table } from './outcome-table.ts';
import type { CommandContext } from './command-context.ts';
import { printLine, type Terminal } from './terminal.ts';
import { TextReporter } from './text-reporter.ts';

export interface RunOptions {
  readonly until: string;
  readonly fresh?: string;
  readonly again?: boolean;
  readonly image?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly note?: string;
  readonly probe?: boolean;
  readonly adopt: readonly string[];
  readonly verbose?: boolean;
}

/** `julia-kaggle run`. Returns the exit code; errors are thrown. */
export async function runCommand(
  folder: string,
  options: RunOptions,
  context: CommandContext,
): Promise<number> {
  if (options.again === true && options.until !== 'submit') throw againOfNothing(options.until);
  const request = {
    until: stageName(options.until),
    fresh: localStageName(options.fresh),
    again: options.again,
    image: options.image,
    askOutside: context.askOutside,
    signal: context.signal,
  };
  const project = context.core.project(folder);
  if (options.dryRun === true) {
    showPreview(await project.plan(request), options, context.terminal);
    return EXIT.done;
  }
  const { terminal } = context;
  const text = new TextReporter(terminal, options.verbose === true);
  context.core.listen(
    options.json === true ? (event) => terminal.stdout.json(eventJson(event)) : text.onEvent,
  );
  const result = await project.run({
    ...request,
    note: options.note,
    probe: options.probe,
    adopt: options.adopt,
    confirm: question(options, context, ({ text }: StagePlan) => uploadQuestion(text, request.until)),
    confirmWithoutGpu: question(
      options,
      context,
      (reason: string) => `The engine gives no GPU (${reason}). Test without one?`,
    ),
  });
  showResult(result, options, terminal);
  return EXIT.done;
}

function stageName(text: string): StageName {
  if (isStageName(text)) return text;
  throw wrongStage(text, STAGE_NAMES);
}

function localStageName(text: string | undefined): LocalStageName | undefined {
  const found = LOCAL_STAGES.find((name) => name === text);
  if (text !== undefined && found === undefined) throw wrongStage(text, LOCAL_STAGES);
  return found;
}

function wrongStage(text: string, names: readonly string[]): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: `There is no stage "${text}" to name here.`,
    actions: [{ title: `Use one of ${names.join(', ')}.` }],
  });
}

function againOfNothing(until: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: `A run up to the stage "${until}" submits nothing, so that --again has nothing to do in it.`,
    actions: [{ title: 'Leave out --until, or --again.' }],
  });
}

/** A person at a terminal is asked once; a script that calls `run` means it. */
function question<About>(
  options: RunOptions,
  { terminal, signal }: CommandContext,
  words: (about: About) => string,
) {
  const { ask } = terminal;
  if (options.yes === true || options.json === true || ask === undefined) return undefined;
  return (about: About): Promise<boolean> => ask(words(about), signal);
}

/** Pure: what a person is asked before anything leaves the machine: once, for all that follows. */
export function uploadQuestion(plan: string, until: StageName): string {
  const { covers } = STAGES[until];
  const follows = covers === undefined ? '' : `All that follows, ${covers()}, is done without asking again. `;
  return `Next: ${plan}. ${follows}Go on?`;
}

function showResult(result: RunResult, options: RunOptions, { stdout }: Terminal): void {
  if (options.json === true) {
    stdout.json({ kind: 'result', ...result });
    return;
  }
  printLine(stdout);
  printLine(stdout, outcomeTable(result.outcomes));
  printLine(stdout);
  if (result.declined) printLine(stdout, 'Stopped before the upload; nothing left this machine.');
  const { submit, project } = result.artefacts;
  if (submit === undefined) return;
  printLine(stdout, `Submission ${submit.ref} to ${project?.competition ?? ''}: ${submit.state}`);
  printLine(stdout, `Public score: ${submit.publicScore ?? 'not shown'}`);
  if (submit.privateScore !== undefined) printLine(stdout, `Private score: ${submit.privateScore}`);
  printLine(stdout, submit.url);
  if (submittedNothing(result)) printLine(stdout, NOTHING_SUBMITTED);
}

/** What the table's "up to date" comes to. */
const NOTHING_SUBMITTED =
  'Nothing was submitted: that submission is of this very content. A change of the project makes a new one; --again submits the same once more.';

function showPreview(previews: readonly StagePreview[], options: RunOptions, { stdout }: Terminal): void {
  if (options.json === true) {
    for (const preview of previews) stdout.json({ kind: 'preview', ...preview });
    return;
  }
  const words = { fresh: 'up to date', 'would-run': 'would run', later: 'later' } as const;
  const rows = previews.map(({ stage, state, text }) => [stage, words[state], text]);
  printLine(stdout, table(['stage', 'state', 'what'], rows));
}
