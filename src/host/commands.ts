import { commands, type Disposable, l10n, Uri } from 'vscode';
import { isCancelled } from '../base/errors.ts';
import { isStageName, LOCAL_STAGES, STAGE_NAMES, type StageName } from '../core/stages.ts';
import type { AccountAround } from './account.ts';
import { showError } from './errors-ui.ts';
import type { LogChannel } from './log-channel.ts';
import type { Panel } from './panel.ts';
import type { Projects } from './projects.ts';
import type { RunAnswer, Runner } from './runner.ts';
import type { Sessions } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { signOut, tellAccount } from './sign-out.ts';
import { isTrusted } from './trust.ts';
import { words } from './words.ts';
import { window } from './window.ts';

export interface Command {
  readonly id: string;
  readonly run: (...given: unknown[]) => unknown;
}

interface Around extends AccountAround {
  readonly runner: Runner;
  readonly sessions: Sessions;
  readonly projects: Projects;
  readonly panel: Panel;
}

/**
 * Registers commands; what one throws is shown with its remedies, and being called off is nothing to tell.
 * @param ofTrust the commands that do nothing in a workspace that is not trusted, however they are called.
 */
export function registerCommands(
  table: readonly Command[],
  log: LogChannel,
  ofTrust: ReadonlySet<string>,
): Disposable[] {
  return table.map(({ id, run }) =>
    commands.registerCommand(id, async (...given: unknown[]) => {
      if (ofTrust.has(id) && !isTrusted()) return 'not-run';
      try {
        return await run(...given);
      } catch (error) {
        if (!isCancelled(error)) showError(error, log);
        return undefined;
      }
    }),
  );
}

/** The commands about runs and the account. */
export function mainCommands(around: Around): readonly Command[] {
  const { runner, sessions, projects, panel, log } = around;
  return [
    {
      id: 'juliaKaggle.submit',
      run: async (given) => {
        await projects.select(given);
        return runner.run('submit');
      },
    },
    { id: 'juliaKaggle.runStage', run: (stage) => runStage(stage, runner) },
    { id: 'juliaKaggle.runStageFresh', run: (stage) => runStageFresh(stage, runner) },
    { id: 'juliaKaggle.cancel', run: () => sessions.cancel() },
    { id: 'juliaKaggle.showLog', run: () => log.show() },
    {
      id: 'juliaKaggle.openPipeline',
      run: () => commands.executeCommand('workbench.view.extension.juliaKaggle'),
    },
    { id: 'juliaKaggle.openPipelineEditor', run: () => panel.openEditor() },
    // Of a file: its project.
    {
      id: 'juliaKaggle.chooseProject',
      run: (given) => (given instanceof Uri ? projects.select(given) : projects.choose()),
    },
    { id: 'juliaKaggle.signIn', run: () => signIn(around) },
    { id: 'juliaKaggle.signOut', run: () => signOut(around) },
    { id: 'juliaKaggle.whoAmI', run: () => tellAccount(around) },
  ];
}

/** `argument`: the name of the last stage to run; without one the person is asked. */
async function runStage(argument: unknown, runner: Runner): Promise<RunAnswer> {
  const title = l10n.t('Run the Stages up to and Including…');
  const stage = named(argument, STAGE_NAMES) ?? (await askStage(STAGE_NAMES, title));
  return stage === undefined ? 'not-run' : runner.run(stage);
}

/** `argument`: the name of a local stage, which is done anew with the local ones after it, or of the submission. */
async function runStageFresh(argument: unknown, runner: Runner): Promise<RunAnswer> {
  const stages = [...LOCAL_STAGES, 'submit'] as const;
  const title = l10n.t('Run Anew, with the Local Stages after It…');
  const stage = named(argument, stages) ?? (await askStage(stages, title));
  if (stage === 'submit') return runner.run('submit', { again: true });
  return stage === undefined ? 'not-run' : runner.run(LOCAL_STAGES.at(-1) ?? stage, { fresh: stage });
}

function named<Name extends StageName>(argument: unknown, names: readonly Name[]): Name | undefined {
  return typeof argument === 'string' && isStageName(argument)
    ? names.find((name) => name === argument)
    : undefined;
}

async function askStage<Name extends StageName>(
  names: readonly Name[],
  title: string,
): Promise<Name | undefined> {
  const items = names.map((name) => ({
    name,
    label: words.stages[name].title,
    description: words.stages[name].purpose,
  }));
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}
