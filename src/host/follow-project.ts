import type { LogChannel } from './log-channel.ts';
import { readEarlierResults } from './earlier-results.ts';
import type { Projects } from './projects.ts';
import type { Session } from './session.ts';

interface Around {
  readonly projects: Projects;
  readonly session: Session;
  readonly log: LogChannel;
}

/** Keeps the session's view about the current project, with what its run record says once somebody looks. */
export class ProjectFollower {
  #folder: string | undefined;
  #isWatched = false;

  constructor(private readonly around: Around) {}

  /** The current project may be another one. */
  readonly onProjects = (): void => {
    const folder = this.around.projects.current?.folder;
    if (folder === this.#folder) return;
    this.#folder = folder;
    this.around.session.update({ kind: 'project-chosen' });
    if (this.#isWatched) void this.#read();
  };

  /** The panel is open. */
  readonly onPanelReady = (): void => {
    this.#isWatched = true;
    void this.#read();
  };

  async #read(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    try {
      const results = await readEarlierResults(folder);
      if (folder === this.#folder) this.around.session.update(results);
    } catch (error) {
      // Earlier results are a convenience; the next run reads the record itself and says what is wrong with it.
      this.around.log.error(error);
    }
  }
}
