import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Artefacts, Bundle } from '../../../src/core/artefacts.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { submitFileStage, submitNotebookStage } from '../../../src/core/submit/submit-stage.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import { connectKaggle, type KaggleOptions } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, COMPETITION, COMPETITION_FILES, list, record, until, USER } from '../sandbox/support.ts';

const PART = 256 * 1024;
export const APP = Buffer.alloc(2 * PART + 77, 'app');
export const SLUG = 'toy-cup-inference';
const NOTEBOOK = 'toy-cup-inference-julia';

type StageName = 'upload' | 'notebook' | 'submit';
type Input = Pick<Artefacts, 'project' | 'pack' | 'build' | 'test' | 'rehearse'>;

/** How the client reaches Kaggle, and the clock of its machine, where they are not as usual. */
export type Wire = Partial<Pick<KaggleOptions, 'fetch' | 'silenceMs' | 'clock' | 'logger'>>;

/** One person's project, taken from the bundle to the score against a sandbox: again, as often as it takes. */
export class Journey {
  readonly #bench: Bench;
  /** Where the project keeps its own. */
  readonly folder: string;
  #input: Input;
  readonly #wire: Wire;
  readonly #pending = new Map<StageName, unknown>();

  private constructor(bench: Bench, folder: string, input: Input, wire: Wire) {
    this.#bench = bench;
    this.folder = folder;
    this.#input = input;
    this.#wire = wire;
  }

  static async prepare(bench: Bench, wire: Wire = {}): Promise<Journey> {
    // As the real one does: a prediction for each row of the test set that it is given.
    bench.notebook = async ({ inputs, log }) => {
      const test = Object.entries(inputs).find(([path]) => path.endsWith('/test.csv'))?.[1] ?? '';
      for (const row of ['one\n', 'two\n', 'three\n', 'four\n']) log(row);
      await until(() => Promise.resolve(bench.sandbox.faults.list()), logFaultsStruck);
      const ids = test.trim().split('\n').slice(1);
      return { outputs: { 'submission.csv': `id,height\n${ids.map((id) => `${id},1\n`).join('')}` } };
    };
    const folder = await tempFolder();
    await mkdir(join(folder, 'bundle'));
    const base = aProject();
    const project = aProject({
      competition: COMPETITION,
      datasets: { ...base.datasets, inferenceapp: SLUG },
      notebook: { title: NOTEBOOK, accelerator: 'none' },
    });
    return new Journey(
      bench,
      folder,
      {
        project,
        pack: await packed(folder, APP),
        build: aDepot(),
        test: aTestReport({ dataFolder: join(bench.competitionFolder, 'public') }),
        rehearse: {
          fingerprint: 'x',
          seconds: 1,
          submissionSha256: 's',
          rows: 1,
          peakMemoryBytes: 1,
          steps: [],
        },
      },
      wire,
    );
  }

  /** Another line in the package: the same size, another content. */
  async edit(): Promise<void> {
    const content = Buffer.concat([Buffer.from('new'), APP.subarray(3)]);
    this.#input = { ...this.#input, pack: await packed(this.folder, content) };
    this.#pending.clear();
  }

  /** The run record is lost: nothing is known of any run. */
  loseRecord(): void {
    this.#pending.clear();
  }

  /** One run of what a person starts with "Submit"; what an earlier one left is gone on with. */
  async run(): Promise<Artefacts['submit']> {
    const upload = await this.#stage('upload', (context) => uploadStage.run(this.#input, undefined, context));
    const notebook = await this.#stage('notebook', (context) =>
      notebookStage.run({ ...this.#input, upload }, undefined, context),
    );
    return this.#stage('submit', (context) =>
      submitNotebookStage.run({ ...this.#input, notebook }, undefined, context),
    );
  }

  #stage<T>(stage: StageName, work: (context: StageContext) => Promise<T>): Promise<T> {
    return inStage(stage, this.#bench, this.#wire, { folder: this.folder, pending: this.#pending }, work);
  }

  /** How many of each there are on the other side, and what is in the newest version. */
  async there() {
    const { call } = this.#bench;
    const of = { ownerSlug: USER, datasetSlug: SLUG };
    const dataset = await call('datasets.DatasetApiService/GetDataset', of);
    const files = await call('datasets.DatasetApiService/ListDatasetFiles', of);
    const kernel = await call('kernels.KernelsApiService/GetKernel', {
      userName: USER,
      kernelSlug: NOTEBOOK,
    });
    const made = await call('competitions.CompetitionApiService/ListSubmissions', {
      competitionName: COMPETITION,
    });
    return {
      datasetVersions: dataset['currentVersionNumber'],
      files: list(files['datasetFiles']).map(({ name, totalBytes }) => [name, totalBytes]),
      notebookVersions: record(kernel['metadata'])['currentVersionNumber'],
      submissions: list(made['submissions']).length,
    };
  }

  async markerBytes(): Promise<number> {
    return (await readFile(join(this.folder, 'bundle', `${SLUG}.bundle.json`))).length;
  }
}

/** Lends a stage a connection to the bench's sandbox, and keeps what it saves as pending. */
async function inStage<T>(
  stage: StageName,
  { sandbox, clock: benchClock }: Bench,
  wire: Wire,
  { folder, pending }: { readonly folder: string; readonly pending: Map<StageName, unknown> },
  work: (context: StageContext) => Promise<T>,
): Promise<T> {
  const clock = wire.clock ?? benchClock;
  const { username, key } = sandbox.credentials;
  const kaggle = connectKaggle({
    apiUrl: sandbox.url,
    credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
    sessionFolder: join(folder, 'uploads'),
    chunkBytes: PART,
    fetch,
    clock,
    logger: silentLogger,
    userAgent: 'julia-on-kaggle/test',
    random: () => 0.5,
    ...wire,
  });
  const { context } = keptContext({}, { folder, pending: pending.get(stage) });
  const ports = { ...context.ports, clock, kaggle: () => Promise.resolve(kaggle) };
  const savePending = (value: unknown): Promise<void> => {
    pending.set(stage, value);
    return Promise.resolve();
  };
  return work({ ...context, ports, savePending });
}

/** The same competition for files. */
export const FILE_COMPETITION: Readonly<Record<string, string>> = {
  ...COMPETITION_FILES,
  'competition.json': JSON.stringify({
    ...(JSON.parse(COMPETITION_FILES['competition.json'] ?? '') as object),
    isKernelsSubmissionsOnly: false,
  }),
};

/** One person's project on the route of a file, from the file that the test left to the score. */
export class FileJourney {
  readonly #pending = new Map<StageName, unknown>();

  private constructor(
    private readonly bench: Bench,
    readonly folder: string,
    private readonly input: Pick<Artefacts, 'project' | 'test'>,
    private readonly wire: Wire,
  ) {}

  static async prepare(bench: Bench, wire: Wire = {}): Promise<FileJourney> {
    const folder = await tempFolder();
    await mkdir(join(folder, 'test'));
    // Of several parts, so that a part can fail.
    const content = `${'\n'.repeat(2 * PART)}id,height\n10,1\n11,1\n12,1\n`;
    await writeFile(join(folder, 'test', 'submission.csv'), content);
    const project = aProject({ competition: COMPETITION });
    const test = aTestReport({ submissionSha256: sha256(content) });
    return new FileJourney(bench, folder, { project, test }, wire);
  }

  /** The run record is lost: nothing is known of any run. */
  loseRecord(): void {
    this.#pending.clear();
  }

  run(): Promise<Artefacts['submit']> {
    const kept = { folder: this.folder, pending: this.#pending };
    return inStage('submit', this.bench, this.wire, kept, (context) =>
      submitFileStage.run(this.input, undefined, context),
    );
  }

  /** How many of each there are on the other side. */
  async there() {
    const { call } = this.bench;
    const { datasets } = await call('datasets.DatasetApiService/ListDatasets', {
      group: 'DATASET_SELECTION_GROUP_MY',
    });
    const { kernels } = await call('kernels.KernelsApiService/ListKernels', { group: 'PROFILE' });
    const { submissions } = await call('competitions.CompetitionApiService/ListSubmissions', {
      competitionName: COMPETITION,
    });
    return {
      datasets: list(datasets).length,
      notebooks: list(kernels).length,
      submissions: list(submissions).length,
    };
  }
}

async function packed(folder: string, content: Buffer): Promise<Bundle> {
  const path = join(folder, 'bundle', 'inferenceapp');
  await writeFile(path, content);
  const hash = sha256(content);
  const file = { name: 'inferenceapp', path, bytes: content.length, sha256: hash };
  const part = { kind: 'inferenceapp', fingerprint: hash, files: [file] } as const;
  return { fingerprint: hash, bundleId: hash.slice(0, 16), parts: [{ ...part, files: [file] }] };
}

type FaultState = ReturnType<Bench['sandbox']['faults']['list']>[number];

/** A run that ends at once would have no live log for a fault to strike. */
function logFaultsStruck(faults: readonly FaultState[]): boolean {
  return faults.every(({ fault, struck }) => !fault.startsWith('log') || struck > 0);
}
