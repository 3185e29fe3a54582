import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Uri } from 'vscode';
import { isStageName, LOCAL_STAGES, STAGE_NAMES, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import type { Vs } from '../editor/editor.ts';
import { stagePurpose, stageTitle } from '../texts.ts';
import { Resumer } from './resume.ts';
import { RunMemory } from './run-memory.ts';
import { type RunAnswer, Runner } from './runner.ts';
import { Sessions } from './sessions.ts';
import { StageTasks } from './tasks.ts';

/** The runs of all projects of the window, those that its last end interrupted among them. */
export interface Runs extends Feature {
  readonly sessions: Sessions;
  readonly runner: Runner;
}

/** @param storage of the workspace: what is to be gone on with by the next window is kept there. */
export function beginRuns(around: Around, storage: Uri): Runs {
  const { vs, core, log, projects } = around;
  const sessions = new Sessions();
  core.listen(sessions.onEvent);
  const memory = new RunMemory(join(storage.fsPath, 'open-runs.json'), (error) => log.error(error));
  const runner = new Runner({ ...around, sessions, memory });
  const resumer = new Resumer({ ...around, runner, memory });
  return {
    sessions,
    runner,
    disposables: [
      resumer,
      new StageTasks({ ...around, runner, sessions }),
      sessions.listenToAll(log.onEvent),
      projects.onDidChange(() => resumer.onProject(projects.current)),
    ],
    commands: [
      {
        id: 'juliaKaggle.submit',
        run: async (given) => {
          await projects.select(given);
          return runner.run('submit');
        },
      },
      { id: 'juliaKaggle.runStage', run: (stage) => runStage(vs, stage, runner) },
      { id: 'juliaKaggle.runStageFresh', run: (stage) => runStageFresh(vs, stage, runner) },
      { id: 'juliaKaggle.cancel', run: () => sessions.cancel() },
    ],
  };
}

/** `argument`: the name of the last stage to run; without one the person is asked. */
async function runStage(vs: Vs, argument: unknown, runner: Runner): Promise<RunAnswer> {
  const title = l10n.t('Run the Stages up to and Including…');
  const stage = named(argument, STAGE_NAMES) ?? (await askStage(vs, STAGE_NAMES, title));
  return stage === undefined ? 'not-run' : runner.run(stage);
}

/** `argument`: the name of a local stage, which is done anew with the local ones after it, or of the submission. */
async function runStageFresh(vs: Vs, argument: unknown, runner: Runner): Promise<RunAnswer> {
  const stages = [...LOCAL_STAGES, 'submit'] as const;
  const title = l10n.t('Run Anew, with the Local Stages after It…');
  const stage = named(argument, stages) ?? (await askStage(vs, stages, title));
  if (stage === 'submit') return runner.run('submit', { again: true });
  return stage === undefined ? 'not-run' : runner.run(LOCAL_STAGES.at(-1) ?? stage, { fresh: stage });
}

function named<Name extends StageName>(argument: unknown, names: readonly Name[]): Name | undefined {
  return typeof argument === 'string' && isStageName(argument)
    ? names.find((name) => name === argument)
    : undefined;
}

async function askStage<Name extends StageName>(
  vs: Vs,
  names: readonly Name[],
  title: string,
): Promise<Name | undefined> {
  const items = names.map((name) => ({
    name,
    label: stageTitle(name),
    description: stagePurpose(name),
  }));
  return (await vs.window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}
