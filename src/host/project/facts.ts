import type { Disposable, Event, EventEmitter, TreeView } from 'vscode';
import { isCancelled, isUserError } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import type { RunEvent } from '../../core/events.ts';
import type { HistoryRow } from '../../core/pipeline/history.ts';
import type { ProjectStatus, SentFile } from '../../core/pipeline/status.ts';
import type { ProjectInput } from '../../core/project-artefact.ts';
import type { KaggleClient, SubmissionState } from '../../kaggle/client.ts';
import type { Around } from '../around.ts';
import { type DatasetItem, datasetItems, type RemoteDataset } from '../datasets/dataset-tree.ts';
import { type InputItem, inputItems, inputKey } from '../datasets/input-items.ts';
import { withRemote } from '../submissions/submission-items.ts';
import type { ProjectView } from './projects.ts';

export interface TreeFacts {
  readonly submissions: readonly HistoryRow[];
  readonly datasets: readonly DatasetItem[];
  readonly files: readonly SentFile[];
  readonly inputs: readonly InputItem[];
}

const NOTHING: TreeFacts = { submissions: [], datasets: [], files: [], inputs: [] };

interface FactsAround extends Pick<Around, 'vs'> {
  readonly projects: { readonly current: Pick<ProjectView, 'folder'> | undefined };
  readonly core: Pick<Around['core'], 'project' | 'kaggle'>;
  readonly log: Pick<Around['log'], 'error'>;
}

/** What the trees show of the current project: from the run record, and after `ask` from Kaggle too. */
export class ProjectFacts {
  #facts = NOTHING;
  #of: string | undefined;
  #isWanted = false;
  #isRead = false;
  /** Of what is done about this project. */
  #reading = new AbortController();
  readonly #turns = new Turns();
  #remoteDatasets: ReadonlyMap<string, RemoteDataset | 'missing'> = new Map();
  #remoteInputs: ReadonlyMap<string, readonly number[] | 'missing'> = new Map();
  #remoteSubmissions: readonly SubmissionState[] = [];

  readonly #changed: EventEmitter<void>;
  /** The facts are others. */
  readonly onDidChange: Event<void>;

  constructor(private readonly around: FactsAround) {
    this.#changed = new around.vs.EventEmitter<void>();
    this.onDidChange = this.#changed.event;
  }

  get facts(): TreeFacts {
    return this.#facts;
  }

  /** They are what there is, and not what is shown until that is known. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** The run record or the project may have changed. Read once somebody looks, from then on each time. */
  readonly onChange = (): void => {
    if (this.#isWanted) void this.read();
  };

  /** Each event of the core, of whichever project. */
  readonly onEvent = ({ kind }: RunEvent, folder: string): void => {
    if (folder === this.#folder && (kind === 'stage-finished' || kind === 'failed')) this.onChange();
  };

  /** Reads the record, and looks whether the project is still what it speaks of. */
  async read(): Promise<void> {
    const folder = this.#begin();
    if (folder === undefined) return;
    const { signal } = this.#reading;
    const { core, log } = this.around;
    try {
      // One after another, so that what is shown is what was read last.
      await this.#turns.take(async () => {
        if (!signal.aborted)
          await this.#show(folder, await (await core.project(folder)).status(signal), signal);
      });
    } catch (error) {
      // A run tells it with its remedy.
      if (signal.aborted || isCancelled(error)) return;
      log.error(error);
      this.#isRead = true;
      this.#changed.fire();
    }
  }

  /** The same anew, and after asking Kaggle for what it has. @throws UserError `not-signed-in`, `kaggle-…`. */
  async ask(signal: AbortSignal): Promise<void> {
    const folder = this.#begin();
    if (folder === undefined) return;
    const { core } = this.around;
    const opened = await core.project(folder);
    opened.changed();
    const status = await opened.status(signal);
    await this.#show(folder, status, signal);
    const { project, upload } = status.record.artefacts;
    if (project === undefined) return;
    const kaggle = await core.kaggle();
    const [submissions, datasets, inputs] = await Promise.all([
      kaggle.submissions.list(project.competition, signal),
      findDatasets(kaggle, upload?.owner, upload?.datasets ?? [], signal),
      findInputs(kaggle, status.inputs, signal),
    ]);
    if (folder !== this.#of) return;
    this.#remoteSubmissions = submissions;
    this.#remoteDatasets = datasets;
    this.#remoteInputs = inputs;
    await this.#show(folder, status, signal);
  }

  /** Reads what a view is to show as soon as somebody looks at it, which is told as well. */
  readFor(
    view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
    onLook: () => void,
  ): Disposable {
    const looked = (isVisible: boolean): void => {
      if (!isVisible) return;
      onLook();
      void this.read();
    };
    // A view that the window opens with does not become visible: it is.
    looked(view.visible);
    return view.onDidChangeVisibility(({ visible }) => looked(visible));
  }

  dispose(): void {
    this.#changed.dispose();
    this.#reading.abort();
  }

  get #folder(): string | undefined {
    return this.around.projects.current?.folder;
  }

  /** @returns the current project's folder; what is known of another one is forgotten. */
  #begin(): string | undefined {
    this.#isWanted = true;
    const folder = this.#folder;
    if (folder !== this.#of) this.#forget(folder);
    return folder;
  }

  #forget(folder: string | undefined): void {
    this.#of = folder;
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#remoteDatasets = new Map();
    this.#remoteInputs = new Map();
    this.#remoteSubmissions = [];
    this.#facts = NOTHING;
    this.#isRead = false;
    this.#changed.fire();
  }

  async #show(folder: string, status: ProjectStatus, signal: AbortSignal): Promise<void> {
    const [submissions, datasets] = await Promise.all([this.#submissions(status), this.#datasets(status)]);
    if (signal.aborted || folder !== this.#of) return;
    const inputs = inputItems(status.inputs, this.#remoteInputs);
    this.#facts = { submissions, datasets, files: status.files, inputs };
    this.#isRead = true;
    this.#changed.fire();
  }

  async #submissions({ record, submissions }: ProjectStatus): Promise<readonly HistoryRow[]> {
    const { project } = record.artefacts;
    if (project === undefined || this.#remoteSubmissions.length === 0) return submissions;
    const { historyRows } = await import('../../core/pipeline/history.ts');
    const all = withRemote(record.history, this.#remoteSubmissions, project.competition);
    return historyRows(all, project.betterScore);
  }

  async #datasets({ record, stages }: ProjectStatus): Promise<DatasetItem[]> {
    const { project, pack, upload } = record.artefacts;
    if (project === undefined || pack === undefined) return [];
    const { planDatasets } = await import('../../core/contract/datasets.ts');
    const state = stages.find(({ stage }) => stage === 'pack')?.state;
    return datasetItems({
      plans: planDatasets(project, pack),
      uploaded: upload,
      isPackStale: state !== 'unchanged',
      remote: this.#remoteDatasets,
    });
  }
}

async function findDatasets(
  kaggle: KaggleClient,
  owner: string | undefined,
  datasets: readonly Pick<DatasetItem, 'slug' | 'on'>[],
  signal: AbortSignal,
): Promise<Map<string, RemoteDataset | 'missing'>> {
  const found = datasets.map(async ({ slug, on }): Promise<[string, RemoteDataset | 'missing'][]> => {
    if (owner === undefined) return [];
    try {
      const find = on === 'model' ? findModel : findDataset;
      return [[slug, (await find(kaggle, owner, slug, signal)) ?? 'missing']];
    } catch (error) {
      // Somebody else's, say: nothing is known of it.
      if (isUserError(error, 'kaggle-forbidden')) return [];
      throw error;
    }
  });
  return new Map((await Promise.all(found)).flat());
}

/** The versions that Kaggle has of each; a competition's data have none. */
async function findInputs(
  kaggle: KaggleClient,
  inputs: readonly ProjectInput[],
  signal: AbortSignal,
): Promise<Map<string, readonly number[] | 'missing'>> {
  if (inputs.length === 0) return new Map();
  const { REMOTE } = await import('../../core/contract/image/remote-inputs.ts');
  const found = inputs.map(async (input): Promise<[string, readonly number[] | 'missing'][]> => {
    try {
      const versions = await REMOTE[input.kind].versions(kaggle, input.ref, signal);
      return versions === undefined ? [] : [[inputKey(input), versions]];
    } catch (error) {
      if (isUserError(error, 'kaggle-forbidden') || isUserError(error, 'kaggle-not-found'))
        return [[inputKey(input), 'missing']];
      throw error;
    }
  });
  return new Map((await Promise.all(found)).flat());
}

function findDataset(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<RemoteDataset | undefined> {
  return kaggle.datasets.find(owner, slug, signal);
}

/** The versions of a model have no notes that could be shown. */
async function findModel(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<RemoteDataset | undefined> {
  const { MODEL_FRAMEWORK, MODEL_VARIATION } = await import('../../core/contract/datasets.ts');
  const address = { owner, model: slug, framework: MODEL_FRAMEWORK, variation: MODEL_VARIATION };
  if ((await kaggle.models.find(address, signal)) === undefined) return undefined;
  const numbers = await kaggle.models.versions(address, signal);
  if (numbers.length === 0) return undefined;
  return {
    currentVersion: Math.max(...numbers),
    versions: numbers.map((version) => ({ version, notes: '' })),
  };
}
