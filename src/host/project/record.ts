import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import { type ErrorCode, isCancelled } from '../../base/errors.ts';
import { inList } from '../../base/format.ts';
import type { Artefacts } from '../../core/artefacts.ts';
import type { ProjectStatus } from '../../core/pipeline/status.ts';
import { STAGE_NAMES, type StageName } from '../../core/stages.ts';
import type { Around } from '../around.ts';
import { problemOf, type ProblemView } from '../run/run-view.ts';
import type { Sessions } from '../run/sessions.ts';
import { stageTitle } from '../texts.ts';
import type { ProjectView } from './projects.ts';

/** What is shown of the run record. */
export interface RecordView {
  readonly artefacts: Partial<Artefacts>;
  /** The modes of `[pack]` side by side, as `julia-kaggle status` prints them. */
  readonly comparison?: readonly (readonly string[])[];
  /** Why the project as it is now cannot be read. */
  readonly problem?: ProblemView | undefined;
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
  readonly #controller = new AbortController();

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

  /** Somebody looks: from now on it is known too whether the files still are what the record speaks of. */
  look(): void {
    this.#isWanted = true;
    void this.#read();
  }

  /** Reads what the core holds of the record, which may have changed, or be another one. */
  async #read(): Promise<void> {
    const { core, projects, sessions, log, onChange } = this.around;
    const folder = projects.current?.folder;
    try {
      const { record, ...lines } =
        folder === undefined
          ? { record: EMPTY_RECORD, summaries: {}, failures: {} }
          : await viewOf(await (await core.project(folder)).record());
      if (folder !== projects.current?.folder) return;
      this.#record = record;
      const { submit: submission } = record.artefacts;
      sessions.update({ kind: 'record-read', ...lines, submission });
      onChange();
      // Reading the files takes longer than what was noted of them.
      if (!this.#isWanted || folder === undefined || sessions.view.phase !== 'idle') return;
      const status = await (await core.project(folder)).status(this.#controller.signal);
      if (folder !== projects.current?.folder) return;
      this.#record = { ...this.#record, problem: problemNow(status) };
      sessions.update({ kind: 'record-read', ...lines, submission, stale: staleStages(status) });
      onChange();
    } catch (error) {
      // It is a convenience; the next run reads the record itself and says what is wrong with it.
      if (!isCancelled(error)) log.error(error);
    }
  }

  dispose(): void {
    this.#controller.abort();
  }

  /** Reads it again. Of a project that was never set up, there is none before somebody looks. */
  readAgain(): void {
    if (this.#isWanted || this.#current?.competition !== undefined) void this.#read();
  }

  /** The last run did not like the project, which is not as it was then. */
  #isMended(before: ProjectView | undefined): boolean {
    const wasRefused = this.around.sessions.view.stages.project.state === 'failed';
    return wasRefused && !isDeepStrictEqual(before, this.#current);
  }
}

/** What the run asks, or what the page asks for itself, is no problem yet. */
function problemNow({ problem }: ProjectStatus): ProblemView | undefined {
  return problem === undefined || ASKED.has(problem.code) ? undefined : problemOf(problem);
}

const ASKED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['outside-project', 'config-invalid']);

/** Pure: why the result of each stage does not hold any more, where it does not. */
function staleStages({
  stages,
  changed,
}: Pick<ProjectStatus, 'stages' | 'changed'>): Partial<Record<StageName, string>> {
  const first = stages.find(({ stage, state }) => state === 'changed' && stage !== 'project');
  if (first === undefined) return {};
  const why =
    changed.length === 0
      ? l10n.t('Its settings or inputs changed since')
      : l10n.t('Changed since: {0}', listed(changed));
  return Object.fromEntries(
    stages
      .filter(({ stage, state }) => stage !== 'project' && (state === 'changed' || state === 'unknown'))
      .map(({ stage, state }) => [
        stage,
        state === 'changed' ? why : l10n.t('Depends on {0}', stageTitle(first.stage)),
      ]),
  );
}

function listed(places: readonly string[]): string {
  const some = places.slice(0, 3).map((place) => place.split('/').at(-1) ?? place);
  return places.length > 3 ? l10n.t('{0} and {1} more', inList(some), places.length - 3) : inList(some);
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
