import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Artefacts, Bundle } from '../../../src/core/artefacts.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { submitStage } from '../../../src/core/submit/submit-stage.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import { connectKaggle, type KaggleOptions } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, COMPETITION, list, record, until, USER } from '../sandbox/support.ts';

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
      submitStage.run({ ...this.#input, notebook }, undefined, context),
    );
  }

  async #stage<T>(stage: StageName, work: (context: StageContext) => Promise<T>): Promise<T> {
    const { sandbox } = this.#bench;
    const clock = this.#wire.clock ?? this.#bench.clock;
    const { username, key } = sandbox.credentials;
    const kaggle = connectKaggle({
      apiUrl: sandbox.url,
      credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
      sessionFolder: join(this.folder, 'uploads'),
      chunkBytes: PART,
      fetch,
      clock,
      logger: silentLogger,
      userAgent: 'julia-on-kaggle/test',
      random: () => 0.5,
      ...this.#wire,
    });
    const { context } = keptContext({}, { folder: this.folder, pending: this.#pending.get(stage) });
    const ports = { ...context.ports, clock, kaggle: () => Promise.resolve(kaggle) };
    const savePending = (value: unknown): Promise<void> => {
      this.#pending.set(stage, value);
      return Promise.resolve();
    };
    return work({ ...context, ports, savePending });
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
