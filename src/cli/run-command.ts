import * as l10n from '@vscode/l10n';
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
import type { AskResolve } from '../core/scaffold/resolve-in-run.ts';
import type { ResolvedManifest } from '../core/scaffold/resolve-manifest.ts';
import { submissionState } from '../core/submit/submission-state.ts';
import { EXIT } from './exit-codes.ts';
import { eventJson } from './json.ts';
import { Costs } from './cost-table.ts';
import { outcomeTable, table } from './outcome-table.ts';
import type { CommandContext } from './command-context.ts';
import { changeText } from './resolve-command.ts';
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
  readonly timings?: boolean;
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
    const reporter = new TextReporter(context.terminal, false);
    const progress = (text: string): void => reporter.onEvent({ kind: 'progress', stage: 'project', text });
    const previews = await project.plan({ ...request, progress });
    context.terminal.stderr.erase();
    showPreview(previews, options, context.terminal);
    return EXIT.done;
  }
  const { terminal } = context;
  const text = new TextReporter(terminal, options.verbose === true);
  context.core.listen(
    options.json === true ? (event) => terminal.stdout.json(eventJson(event)) : text.onEvent,
  );
  const costs = new Costs();
  if (options.timings === true) context.core.listen(costs.onEvent);
  const started = performance.now();
  const result = await project.run({
    ...request,
    note: options.note,
    probe: options.probe,
    adopt: options.adopt,
    confirm: question(options, context, ({ text }: StagePlan) => uploadQuestion(text, request.until)),
    confirmWithoutGpu: question(options, context, (reason: string) =>
      l10n.t('The engine gives no GPU ({0}). Test without one?', reason),
    ),
    askResolve: askResolve(options, context),
    confirmFetch: question(options, context, (what: string) => l10n.t('Download {0}?', what)),
  });
  showResult(result, options, terminal);
  if (options.timings === true && options.json !== true)
    printLine(terminal.stdout, `\n${costs.table(result, performance.now() - started)}`);
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
    title: l10n.t('There is no stage "{0}" to name here.', text),
    actions: [{ title: l10n.t('Use one of {0}.', names.join(', ')) }],
  });
}

function againOfNothing(until: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t(
      'A run up to the stage "{0}" submits nothing, so that --again has nothing to do in it.',
      until,
    ),
    actions: [{ title: l10n.t('Leave out --until, or --again.') }],
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

/** Absent in a script, which cannot answer: it gets the error with the command that resolves the project. */
function askResolve(options: RunOptions, context: CommandContext): AskResolve | undefined {
  const { stderr } = context.terminal;
  const offer = question(options, context, ({ title }: UserError) =>
    l10n.t('{0} Resolve it now, in the image?', title),
  );
  const write = question(options, context, ({ file }: ResolvedManifest) => l10n.t('Write {0}?', file));
  if (offer === undefined || write === undefined) return undefined;
  return {
    offer: (error) => (stderr.erase(), offer(error)),
    write: (resolved) => {
      for (const change of resolved.changes) printLine(stderr, changeText(change));
      return write(resolved);
    },
  };
}

/** Pure: what a person is asked before anything leaves the machine: once, for all that follows. */
export function uploadQuestion(plan: string, until: StageName): string {
  const { covers } = STAGES[until];
  const follows =
    covers === undefined ? [] : [l10n.t('All that follows, {0}, is done without asking again.', covers())];
  return [l10n.t('Next: {0}.', plan), ...follows, l10n.t('Go on?')].join(' ');
}

function showResult(result: RunResult, options: RunOptions, { stdout }: Terminal): void {
  if (options.json === true) {
    stdout.json({ kind: 'result', ...result });
    return;
  }
  printLine(stdout);
  printLine(stdout, outcomeTable(result.outcomes));
  printLine(stdout);
  if (result.declined) printLine(stdout, l10n.t('Stopped before the upload; nothing left this machine.'));
  const { submit, project } = result.artefacts;
  if (submit === undefined) return;
  printLine(
    stdout,
    l10n.t(
      'Submission {0} to {1}: {2}',
      submit.ref,
      project?.competition ?? '',
      submissionState(submit.state),
    ),
  );
  printLine(stdout, l10n.t('Public score: {0}', submit.publicScore ?? l10n.t('not shown')));
  if (submit.privateScore !== undefined) printLine(stdout, l10n.t('Private score: {0}', submit.privateScore));
  printLine(stdout, submit.url);
  if (submittedNothing(result)) printLine(stdout, nothingSubmitted());
}

/** What the table's "up to date" comes to. */
function nothingSubmitted(): string {
  return l10n.t(
    'Nothing was submitted: that submission is of this very content. A change of the project makes a new one; --again submits the same once more.',
  );
}

function showPreview(previews: readonly StagePreview[], options: RunOptions, { stdout }: Terminal): void {
  if (options.json === true) {
    for (const preview of previews) stdout.json({ kind: 'preview', ...preview });
    return;
  }
  const words = { fresh: l10n.t('up to date'), 'would-run': l10n.t('would run'), later: l10n.t('later') };
  const rows = previews.map(({ stage, state, text }) => [stage, words[state], text]);
  printLine(stdout, table([l10n.t('stage'), l10n.t('state'), l10n.t('what')], rows));
  for (const { warnings = [] } of previews)
    for (const warning of warnings) printLine(stdout, `\n${l10n.t('warning: {0}', warning)}`);
}
