import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Uri } from 'vscode';
import {
  isStageName,
  LOCAL_STAGES,
  type LocalStageName,
  type RouteName,
  STAGE_NAMES,
  type StageName,
} from '../../core/stages.ts';
import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { recordedRoute, stagesOn } from '../project/route.ts';
import { stagePurpose, stageTitle } from '../texts.ts';
import { Resumer } from './resume.ts';
import { RunOffers } from './offers.ts';
import { RunProblems } from './problems.ts';
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
  const { core, log, projects } = around;
  const sessions = new Sessions();
  core.listen(sessions.onEvent);
  const memory = new RunMemory(join(storage.fsPath, 'open-runs.json'), (error) => log.error(error));
  const runner = new Runner({ ...around, sessions, memory });
  const problems = new RunProblems(around.vs);
  const resumer = new Resumer({ ...around, runner, sessions, memory });
  return {
    sessions,
    runner,
    disposables: [
      resumer,
      new StageTasks({ ...around, runner, sessions }),
      sessions.listenToAll(log.onEvent),
      problems,
      sessions.listenToAll(problems.onEvent),
      sessions.listenToAll(new RunOffers(around.vs).onEvent),
      projects.onDidChange(() => resumer.onProject(projects.current)),
    ],
    commands: [
      { id: 'juliaKaggle.runStage', run: (stage) => runStage(around, stage, runner) },
      { id: 'juliaKaggle.runStageFresh', run: (stage) => runStageFresh(around, stage, runner) },
      { id: 'juliaKaggle.cancel', run: () => sessions.cancel() },
    ],
  };
}

/** `argument`: the name of the last stage to run; without one the person is asked, for the project of the given file. */
async function runStage(around: Around, argument: unknown, runner: Runner): Promise<RunAnswer> {
  await around.projects.select(argument);
  const title = l10n.t('Run the Stages up to and Including…');
  const stage = named(argument, STAGE_NAMES) ?? (await askStage(around, STAGE_NAMES, title));
  return stage === undefined ? 'not-run' : runner.run(stage);
}

/** `argument`: the name of a local stage, which is done anew with the local ones after it, or of the submission. */
async function runStageFresh(around: Around, argument: unknown, runner: Runner): Promise<RunAnswer> {
  const stages = [...LOCAL_STAGES, 'submit'] as const;
  const title = l10n.t('Run Anew, with the Local Stages after It…');
  const stage = named(argument, stages) ?? (await askStage(around, stages, title));
  if (stage === undefined) return 'not-run';
  if (stage === 'submit') return runner.run('submit', { again: true });
  const all = stagesOn(await currentRoute(around));
  return runner.run(lastLocal(all) ?? stage, { fresh: stage });
}

function lastLocal(stages: readonly StageName[]): LocalStageName | undefined {
  return LOCAL_STAGES.findLast((name) => stages.includes(name));
}

function named<Name extends StageName>(argument: unknown, names: readonly Name[]): Name | undefined {
  return typeof argument === 'string' && isStageName(argument)
    ? names.find((name) => name === argument)
    : undefined;
}

/** Asks for one of these stages that the current project's way has. */
async function askStage<Name extends StageName>(
  around: Around,
  names: readonly Name[],
  title: string,
): Promise<Name | undefined> {
  const route = await currentRoute(around);
  const items = names
    .filter((name) => stagesOn(route).includes(name))
    .map((name) => ({ name, label: stageTitle(name), description: stagePurpose(name, route) }));
  const { window } = around.vs;
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.name;
}

async function currentRoute({ projects, core }: Around): Promise<RouteName | undefined> {
  const { current } = projects;
  return current === undefined ? undefined : recordedRoute(current, { core });
}
