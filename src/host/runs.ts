import { join } from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { Feature } from './feature.ts';
import type { ProjectAround } from './project-around.ts';
import { Resumer } from './resume.ts';
import { RunMemory } from './run-memory.ts';
import { Runner } from './runner.ts';
import { Sessions } from './sessions.ts';
import { StageTasks } from './tasks.ts';

/** The runs of all projects of the window, those that its last end interrupted among them. */
export interface Runs extends Feature {
  readonly sessions: Sessions;
  readonly runner: Runner;
}

export function beginRuns(context: ExtensionContext, { core, log, projects }: ProjectAround): Runs {
  const sessions = new Sessions();
  const storage = context.storageUri ?? context.globalStorageUri;
  const memory = new RunMemory(join(storage.fsPath, 'open-runs.json'), (error) => log.error(error));
  const runner = new Runner({ core, sessions, projects, memory, log });
  const resumer = new Resumer({ core, runner, memory, log });
  return {
    sessions,
    runner,
    disposables: [
      resumer,
      new StageTasks({ projects, runner, sessions }),
      sessions.listenToAll(log.onEvent),
      projects.onDidChange(() => resumer.onProject(projects.current)),
    ],
  };
}
