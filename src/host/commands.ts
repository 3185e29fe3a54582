import { commands, type Disposable, l10n, window } from 'vscode';
import { isStageName, STAGE_NAMES, type StageName } from '../core/stages.ts';
import type { CredentialStore } from './credential-store.ts';
import type { LogChannel } from './log-channel.ts';
import type { Projects } from './projects.ts';
import type { RunAnswer, Runner } from './runner.ts';
import type { Session } from './session.ts';
import { signIn, signOut } from './sign-in.ts';
import { words } from './words.ts';

interface Command {
  readonly id: string;
  readonly run: (argument: unknown) => unknown;
}

interface Around {
  readonly runner: Runner;
  readonly session: Session;
  readonly projects: Projects;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
}

export function registerCommands(around: Around): Disposable[] {
  return commandTable(around).map(({ id, run }) => commands.registerCommand(id, run));
}

function commandTable({ runner, session, projects, credentials, log }: Around): readonly Command[] {
  return [
    { id: 'juliaKaggle.submit', run: () => runner.run('submit') },
    { id: 'juliaKaggle.runStage', run: (stage) => runStage(stage, runner) },
    { id: 'juliaKaggle.cancel', run: () => session.cancel() },
    { id: 'juliaKaggle.showLog', run: () => log.show() },
    {
      id: 'juliaKaggle.openPipeline',
      run: () => commands.executeCommand('workbench.view.extension.juliaKaggle'),
    },
    { id: 'juliaKaggle.chooseProject', run: () => projects.choose() },
    { id: 'juliaKaggle.signIn', run: () => signIn(credentials) },
    { id: 'juliaKaggle.signOut', run: () => signOut(credentials) },
  ];
}

/** `argument`: the name of the last stage to run; without one the person is asked. */
async function runStage(argument: unknown, runner: Runner): Promise<RunAnswer> {
  const named = typeof argument === 'string' && isStageName(argument) ? argument : undefined;
  const stage = named ?? (await askStage());
  return stage === undefined ? 'not-run' : runner.run(stage);
}

async function askStage(): Promise<StageName | undefined> {
  const items = STAGE_NAMES.map((name) => ({
    name,
    label: words.stages[name].title,
    description: words.stages[name].purpose,
  }));
  const title = l10n.t('Run the Stages up to and Including…');
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}
