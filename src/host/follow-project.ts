import { isDeepStrictEqual } from 'node:util';
import { readEarlierResults } from './earlier-results.ts';
import type { EditorCore } from './core.ts';
import type { LogChannel } from './log-channel.ts';
import type { ProjectView } from './project-view.ts';
import type { Projects } from './projects.ts';
import type { Sessions } from './sessions.ts';

interface Around {
  readonly core: EditorCore;
  readonly projects: Projects;
  readonly sessions: Sessions;
  readonly log: LogChannel;
}

/** Keeps the session's view about the current project, with what its run record says once somebody looks. */
export class ProjectFollower {
  #current: ProjectView | undefined;
  #isWatched = false;

  constructor(private readonly around: Around) {}

  /** The current project may be another one, or its JuliaKaggle.toml say something else. */
  readonly onProjects = (): void => {
    const before = this.#current;
    this.#current = this.around.projects.current;
    const isOther = before?.folder !== this.#current?.folder;
    if (!isOther && !this.#isMended(before)) return;
    this.around.sessions.show(this.#current?.folder);
    if (!isOther) this.around.sessions.update({ kind: 'project-chosen' });
    if (this.#isWatched) void this.#read();
  };

  /** The panel is open. */
  readonly onPanelReady = (): void => {
    this.#isWatched = true;
    void this.#read();
  };

  /** The last run did not like the project, which is not as it was then. */
  #isMended(before: ProjectView | undefined): boolean {
    const wasRefused = this.around.sessions.view.stages.project.state === 'failed';
    return wasRefused && !isDeepStrictEqual(before, this.#current);
  }

  async #read(): Promise<void> {
    const folder = this.#current?.folder;
    if (folder === undefined) return;
    try {
      const results = await readEarlierResults(folder, this.around.core);
      if (folder === this.#current?.folder) this.around.sessions.update(results);
    } catch (error) {
      // Earlier results are a convenience; the next run reads the record itself and says what is wrong with it.
      this.around.log.error(error);
    }
  }
}
