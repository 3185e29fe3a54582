import * as l10n from '@vscode/l10n';
import { Command, CommanderError, Option } from 'commander';
import { isCancelled, isUserError, messageOf } from '../base/errors.ts';
import { inWords } from '../base/format.ts';
import type { Logger } from '../base/logger.ts';
import type { Core } from '../core/core.ts';
import { PACK_MODES } from '../core/packing.ts';
import { LOCAL_STAGES, STAGE_NAMES } from '../core/stages.ts';
import { loginCommand, type LoginOptions, logoutCommand, whoamiCommand } from './account-command.ts';
import { doctorCommand, type DoctorOptions } from './doctor-command.ts';
import { type ReadingOptions, readingOutside } from './allow-outside.ts';
import { addArtifactCommand, type AddArtifactOptions } from './add-artifact-command.ts';
import { cleanCommand, type CleanOptions } from './clean-command.ts';
import { helpWords, usageError } from './commander-words.ts';
import { EXIT } from './exit-codes.ts';
import { historyCommand, type HistoryOptions } from './history-command.ts';
import { initCommand, type InitOptions } from './init-command.ts';
import { errorJson } from './json.ts';
import { modeCommand } from './mode-command.ts';
import { notebookCommand, type NotebookOptions } from './notebook-command.ts';
import { resolveCommand, type ResolveOptions } from './resolve-command.ts';
import { pinCudaCommand, type PinCudaOptions } from './pin-cuda-command.ts';
import { reportCommand } from './report-command.ts';
import { runCommand, type RunOptions } from './run-command.ts';
import { sandboxCommand, type SandboxOptions } from './sandbox-command.ts';
import { statusCommand } from './status-command.ts';
import { watchCommand, type WatchOptions } from './watch-command.ts';
import type { CommandContext } from './command-context.ts';
import { printLine, type Terminal, terminalLogger, terminalOn, type TerminalStreams } from './terminal.ts';
import { errorText } from './text-reporter.ts';

interface Program extends CommandContext {
  readonly version: string;
}

export interface ProgramContext extends Omit<Program, 'terminal' | 'core'> {
  readonly terminal: TerminalStreams;
  /** Opens the core, which notes what it does in this log. */
  readonly coreWith: (logger: Logger) => Core;
}

/** Runs `julia-kaggle` with the given arguments and returns its exit code. Throws nothing. */
export async function runProgram(args: readonly string[], context: ProgramContext): Promise<number> {
  let code: number = EXIT.done;
  const terminal = terminalOn(context.terminal);
  const core = context.coreWith(terminalLogger(terminal, args.includes('--debug')));
  const program = describeProgram({ ...context, core, terminal }, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, args.includes('--json'), terminal);
  }
}

/** The commands of `julia-kaggle` with their options; what is run ends in `done`. Also what the reference is made from. */
export function describeProgram(context: Program, done: (code: number) => void): Command {
  const { terminal } = context;
  /** For each command that reads a project. */
  const reading = (folder: string, options: ReadingOptions): Promise<CommandContext> =>
    readingOutside(folder, options, context);
  const program = new Command('julia-kaggle')
    .description(l10n.t('Take a Julia package to a submission in a Kaggle code competition.'))
    .version(context.version, undefined, l10n.t('output the version number'))
    .helpOption(undefined, l10n.t('display help for command'))
    .helpCommand('help [command]', l10n.t('display help for command'))
    .configureHelp(helpWords)
    .option('--debug', l10n.t('say on stderr what is asked of Kaggle and of the Julia site'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.text(text),
      writeErr: (text) => terminal.stderr.text(text),
      outputError: (text, write) => write(usageError(text)),
    });
  program
    .command('init')
    .description(
      l10n.t(
        'make a Julia package that can be submitted at once, or set up a project that is there; writes over nothing',
      ),
    )
    .argument('[folder]', l10n.t('where to'), '.')
    .option('--name <name>', l10n.t("the package's name (the folder's)"))
    .option('--competition <slug>', l10n.t("last part of the competition's address"))
    .option('--julia <version>', l10n.t('an exact version, a series such as 1.10, lts or release (lts)'))
    .option(
      '--from <script>',
      l10n.t(
        'a script, or a notebook of Jupyter or Pluto: make the environment around it, with what it loads',
      ),
    )
    .addOption(otherImage())
    .addOption(
      new Option(
        '--kind <kind>',
        l10n.t(
          'evaluation: the host calls a function (kaggle_evaluation); file: a file is written (found out by the data)',
        ),
      ).choices(['file', 'evaluation']),
    )
    .option('--json', l10n.t('say what was written as JSON'))
    .action(async (folder: string, options: InitOptions) =>
      done(await initCommand(folder, options, context)),
    );
  program
    .command('run')
    .description(l10n.t('run the stages that are not up to date: {0}', STAGE_NAMES.join(', ')))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--until <stage>', l10n.t('the last stage to run'), 'submit')
    .option(
      '--fresh <stage>',
      l10n.t('redo this stage and the local stages after it ({0})', LOCAL_STAGES.join(', ')),
    )
    .option('--again', l10n.t('submit once more what was submitted, though nothing changed'))
    .addOption(otherImage())
    .option('--dry-run', l10n.t('only say what would be done'))
    .option('--json', l10n.t('one JSON object a line'))
    .option('--yes', l10n.t('upload and submit without asking'))
    .option(
      '--probe',
      l10n.t('let the notebook run with internet on once before, and read what it downloads'),
    )
    .addOption(
      several(
        '--adopt <slug>',
        l10n.t("replace this dataset or notebook although it is not this project's; may be repeated"),
      ).default([]),
    )
    .option('--note <text>', l10n.t('what is special about this submission, for the history and for Kaggle'))
    .addOption(verbose())
    .option('--timings', l10n.t('print in the end what each stage asked of the engine, and what it took'))
    .addOption(allowOutside())
    .action(async (folder: string, options: RunOptions & ReadingOptions) =>
      done(await runCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('watch')
    .description(l10n.t('run up to the rehearsal now and after each change of the project, until Ctrl-C'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .addOption(otherImage())
    .addOption(verbose())
    .addOption(allowOutside())
    .action(async (folder: string, options: WatchOptions & ReadingOptions) =>
      done(await watchCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('mode')
    .description(l10n.t('how Julia code travels: writes [pack] mode into JuliaKaggle.toml'))
    .argument('<mode>', inWords(PACK_MODES, 'or'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .action(async (mode: string, folder: string) => done(await modeCommand(mode, folder, context.terminal)));
  program
    .command('pin-cuda')
    .description(l10n.t('show how a build pins the CUDA toolkit in its copy of the project'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--write', l10n.t("make the change in the project's own files"))
    .option('--json', l10n.t('as JSON'))
    .addOption(allowOutside())
    .action(async (folder: string, options: PinCudaOptions & ReadingOptions) =>
      done(await pinCudaCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('resolve')
    .description(l10n.t("resolve the project's dependencies in the image, and show the Manifest's changes"))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--add <names...>', l10n.t('packages to add to the project before'))
    .option(
      '--develop <folders...>',
      l10n.t("packages on this machine to use, by folders relative to the project's"),
    )
    .option(
      '--without <names...>',
      l10n.t('packages to take from a registry, not from where the Manifest has them'),
    )
    .option('--write', l10n.t('write the changes'))
    .addOption(otherImage())
    .option('--json', l10n.t('as JSON'))
    .option('--verbose', l10n.t('print the output of Julia too'))
    .addOption(allowOutside())
    .action(async (folder: string, options: ResolveOptions & ReadingOptions) =>
      done(await resolveCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('add-artifact')
    .description(l10n.t('show how to have a lazy artifact fetched by the build, for a run without a network'))
    .argument('<name>', l10n.t("the artifact's name in its Artifacts.toml"))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--package <name>', l10n.t('the package that it belongs to, where several have one of that name'))
    .option('--write', l10n.t("make the change in the project's own files"))
    .option('--json', l10n.t('as JSON'))
    .addOption(allowOutside())
    .action(async (name: string, folder: string, options: AddArtifactOptions & ReadingOptions) =>
      done(await addArtifactCommand(name, folder, options, await reading(folder, options))),
    );
  program
    .command('notebook')
    .description(
      l10n.t('write the notebook of the last pack and its kernel-metadata.json, to be pushed by other means'),
    )
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .requiredOption('--out <folder>', l10n.t('where the two files go'))
    .option(
      '--owner <name>',
      l10n.t('whose datasets and notebook; else who uploaded them, else who is signed in'),
    )
    .option('--json', l10n.t('as JSON'))
    .action(async (folder: string, options: NotebookOptions) =>
      done(await notebookCommand(folder, options, context)),
    );
  program
    .command('status')
    .description(l10n.t('show what the last run left, what of it is stale, and all submissions'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--json', l10n.t('one JSON object a line'))
    .addOption(allowOutside())
    .action(async (folder: string, options: ReadingOptions) =>
      done(await statusCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('report')
    .description(l10n.t('show what of the depot was packed, by size, and what was left out and why'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--json', l10n.t('the sums as JSON'))
    .action(async (folder: string, options: { json?: boolean }) =>
      done(await reportCommand(folder, options, context)),
    );
  program
    .command('history')
    .description(l10n.t('show all submissions with their scores, times and origin, the best marked'))
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--json', l10n.t('as JSON'))
    .option('--csv', l10n.t('as CSV'))
    .addOption(allowOutside())
    .action(async (folder: string, options: HistoryOptions & ReadingOptions) =>
      done(await historyCommand(folder, options, await reading(folder, options))),
    );
  program
    .command('doctor')
    .description(l10n.t('examine the Docker engine, its image and GPU, and the Kaggle account'))
    .argument(
      '[folder]',
      l10n.t('the folder with JuliaKaggle.toml, whose image and accelerator are looked for'),
      '.',
    )
    .option('--image <name>', l10n.t('look for this image in place of the one in JuliaKaggle.toml'))
    .option('--json', l10n.t('one JSON object a line'))
    .action(async (folder: string, options: DoctorOptions) =>
      done(await doctorCommand(folder, options, context)),
    );
  program
    .command('clean')
    .description(
      l10n.t('show what runs left in the engine and below .julia-kaggle, with its size, and remove it'),
    )
    .argument('[folder]', l10n.t('the folder with Project.toml'), '.')
    .option('--all', l10n.t('what the runs of all projects left in the engine'))
    .option('--dry-run', l10n.t('only show it'))
    .option('--yes', l10n.t('remove it without asking'))
    .option('--json', l10n.t('one JSON object a line'))
    .action(async (folder: string, options: CleanOptions) =>
      done(await cleanCommand(folder, options, context)),
    );
  program
    .command('login')
    .description(l10n.t('sign in to Kaggle by the browser'))
    .option('--no-browser', l10n.t('only print the address, and ask for the code that Kaggle shows there'))
    .option('--yes', l10n.t('keep the sign-in to whatever account it is, without asking'))
    .action(async (options: LoginOptions) => done(await loginCommand(options, context)));
  program
    .command('logout')
    .description(l10n.t('end the sign-in by the browser'))
    .action(async () => done(await logoutCommand(context)));
  program
    .command('whoami')
    .description(l10n.t('show who is signed in to Kaggle, and by which credential'))
    .option('--json', l10n.t('one JSON object'))
    .action(async (options: { json?: boolean }) => done(await whoamiCommand(options, context)));
  program
    .command('sandbox')
    .description(l10n.t('serve a local Kaggle for the given competition folders'))
    .argument('<competitions...>', l10n.t('folders with competition.json, public/ and hidden/'))
    .option('--folder <folder>', l10n.t('where it keeps its datasets, notebooks and submissions'))
    .option('--port <number>', l10n.t('port on 127.0.0.1; 0 for any'), '0')
    .option('--image <name>', l10n.t('image that notebooks run in'), 'gcr.io/kaggle-images/python')
    .option('--ready-seconds <number>', l10n.t('how long a dataset takes to become ready'), '1')
    .option('--layout <name>', l10n.t('where inputs are mounted: namespaced or classic'), 'namespaced')
    .addOption(
      several(
        '--dataset <folder>',
        l10n.t('a folder …/owner/slug that is a public dataset of somebody else; may be repeated'),
      ).default([]),
    )
    .addOption(
      several(
        '--model <folder>',
        l10n.t(
          'a folder …/owner/model/framework/variation that is a public model of somebody else; may be repeated',
        ),
      ).default([]),
    )
    .addOption(
      several(
        '--notebook <folder>',
        l10n.t('a folder …/owner/slug with what a public notebook of somebody else wrote; may be repeated'),
      ).default([]),
    )
    .addOption(
      several(
        '--fault <spec>',
        l10n.t(
          "let something go wrong, e.g. 'CreateDatasetVersion#1=cut,after' (docs/sandbox.md); may be repeated",
        ),
      ).default([]),
    )
    .option('--json', l10n.t('print the addresses and the credentials as JSON'))
    .action(async (competitions: string[], options: SandboxOptions) =>
      done(await sandboxCommand(competitions, options, context)),
    );
  return program;
}

function allowOutside(): Option {
  return several(
    '--allow-outside <path>',
    l10n.t('let this project read a file or folder outside of its own, from now on; may be repeated'),
  );
}

function otherImage(): Option {
  return new Option('--image <name>', l10n.t('use this image in place of the one in JuliaKaggle.toml'));
}

function verbose(): Option {
  return new Option('--verbose', l10n.t('print the output of Julia and of the notebook too'));
}

/** An option that may be repeated: all its values in a list. */
function several(flags: string, description: string): Option {
  return new Option(flags, description).argParser(
    (value: string, others: readonly string[] | undefined): readonly string[] => [...(others ?? []), value],
  );
}

/** Tells of what was thrown, once and in full, and gives the exit code. */
function tell(error: unknown, json: boolean, { stdout, stderr }: Terminal): number {
  // commander has told of wrong usage itself, and of --help and --version, whose code is 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isCancelled(error)) {
    if (!json) printLine(stderr, l10n.t('Cancelled; finished stages are kept.'));
    return EXIT.cancelled;
  }
  if (isUserError(error)) {
    if (json) stdout.json({ kind: 'error', error: errorJson(error) });
    else printLine(stderr, errorText(error));
    return error.code === 'wrong-usage' ? EXIT.usage : EXIT.failed;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  printLine(
    stderr,
    `${l10n.t('This is a bug of julia-kaggle; please report it with these lines:')}\n${trace}`,
  );
  return EXIT.failed;
}
