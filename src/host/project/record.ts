import { isDeepStrictEqual } from 'node:util';
import type { Artefacts } from '../../core/artefacts.ts';
import { STAGE_NAMES, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import type { Sessions } from '../run/sessions.ts';
import type { ProjectView } from './projects.ts';

/** What is shown of the run record. */
export interface RecordView {
  readonly artefacts: Partial<Artefacts>;
  /** The modes of `[pack]` side by side, as `julia-kaggle status` prints them. */
  readonly comparison?: readonly (readonly string[])[];
  /** The submissions to the project's competition, the oldest first. */
  readonly history: readonly ScoredSubmission[];
}

export interface ScoredSubmission {
  readonly ref: number;
  readonly publicScore?: string | undefined;
  readonly privateScore?: string | undefined;
  readonly submittedAt: string;
  readonly commit?: string | undefined;
  /** The best public score so far; none is, while it is not known which scores are the better ones. */
  readonly best: boolean;
}

export const EMPTY_RECORD: RecordView = { artefacts: {}, history: [] };

interface RecordAround extends Pick<Around, 'core' | 'projects' | 'log'> {
  readonly sessions: Pick<Sessions, 'view' | 'show' | 'update'>;
  readonly onChange: () => void;
}

/** What the run record says of the current project, once somebody looks; the session's view is kept about that project. */
export class ProjectRecord {
  #record = EMPTY_RECORD;
  #isWanted = false;
  #current: ProjectView | undefined;

  constructor(private readonly around: RecordAround) {}

  get record(): RecordView {
    return this.#record;
  }

  /** The current project may be another one, or its JuliaKaggle.toml say something else. */
  readonly onProjects = (): void => {
    const { projects, sessions } = this.around;
    const before = this.#current;
    this.#current = projects.current;
    const isOther = before?.folder !== this.#current?.folder;
    if (!isOther && !this.#isMended(before)) return;
    sessions.show(this.#current?.folder);
    if (!isOther) sessions.update({ kind: 'project-chosen' });
    this.readAgain();
  };

  /** The record may have changed, or be another one: reads what the core holds of it. */
  async read(): Promise<void> {
    this.#isWanted = true;
    const { core, projects, sessions, log, onChange } = this.around;
    const folder = projects.current?.folder;
    try {
      const { record, ...lines } =
        folder === undefined
          ? { record: EMPTY_RECORD, summaries: {}, failures: {} }
          : await viewOf(await (await core.project(folder)).record());
      if (folder !== projects.current?.folder) return;
      this.#record = record;
      sessions.update({ kind: 'record-read', ...lines, submission: record.artefacts.submit });
      onChange();
    } catch (error) {
      // It is a convenience; the next run reads the record itself and says what is wrong with it.
      log.error(error);
    }
  }

  /** Reads it again if it was looked at. */
  readAgain(): void {
    if (this.#isWanted) void this.read();
  }

  /** The last run did not like the project, which is not as it was then. */
  #isMended(before: ProjectView | undefined): boolean {
    const wasRefused = this.around.sessions.view.stages.project.state === 'failed';
    return wasRefused && !isDeepStrictEqual(before, this.#current);
  }
}

type RecordFile = Awaited<ReturnType<Awaited<ReturnType<Around['core']['project']>>['record']>>;
type Lines = Readonly<Partial<Record<StageName, string>>>;

async function viewOf(
  file: RecordFile,
): Promise<{ readonly record: RecordView; readonly summaries: Lines; readonly failures: Lines }> {
  const { artefacts, history } = file;
  const [{ historyRows }, { comparisonRows }, { stagesOf }] = await Promise.all([
    import('../../core/pipeline/history.ts'),
    import('../../core/contract/depot/mode-comparison.ts'),
    import('../../core/pipeline/stage-table.ts'),
  ]);
  const rows = historyRows(history, artefacts.project?.betterScore);
  const here = artefacts.project?.competition;
  const lines = stagesOf(artefacts.project)
    .filter(({ name }) => !file.isUnfinished(name))
    .map((stage) => [stage.name, stage.summary(artefacts)] as const);
  return {
    record: {
      artefacts,
      comparison: comparisonRows(artefacts.rehearse?.modes),
      history: rows.filter(({ competition = here }) => competition === here),
    },
    summaries: Object.fromEntries(lines.filter(([, line]) => line !== '')),
    failures: Object.fromEntries(
      STAGE_NAMES.flatMap((name) => {
        const why = file.failureOf(name);
        return why === undefined ? [] : [[name, why]];
      }),
    ),
  };
}
