import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import type { Bundle, Datasets, Project } from '../../../src/core/artefacts.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import { connectKaggle } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, COMPETITION, list, record, startBench, upload, USER } from '../sandbox/support.ts';

const SLUG = 'toy-cup-weights';
const NOTEBOOK = 'toy-cup-inference-julia';
const PART = 256 * 1024;
/** Of several parts, and in a folder. */
const WEIGHTS: Readonly<Record<string, Buffer>> = {
  'weights.bin': Buffer.alloc(PART + 77, 'weights'),
  'tokens/deep/words.txt': Buffer.from('words'),
};
const REHEARSAL = {
  ...{ fingerprint: 'r', seconds: 1, steps: [], peakMemoryBytes: 1, rows: 1 },
  submissionSha256: 's',
};

/** A project whose trained models are kept on Kaggle Models, with its record on one machine. */
class Trained {
  pending: unknown;
  previous: Datasets | undefined;
  readonly warnings: string[] = [];

  constructor(
    readonly bench: Bench,
    readonly project: Project,
    public bundle: Bundle,
    private readonly folder: string,
  ) {}

  static async on(bench: Bench, overrides: Partial<Project> = {}): Promise<Trained> {
    const base = aProject();
    const project = aProject({
      ...{ competition: COMPETITION, modelsOn: 'model', modelLicense: 'Apache 2.0' },
      datasets: { ...base.datasets, models: SLUG },
      notebook: { title: NOTEBOOK, accelerator: 'none' },
      ...overrides,
    });
    const folder = await tempFolder();
    return new Trained(bench, project, await packed(folder, WEIGHTS), folder);
  }

  /** Trained anew: the same sizes, other content. */
  async train(): Promise<void> {
    const again = { ...WEIGHTS, 'weights.bin': Buffer.alloc(PART + 77, 'trained') };
    this.bundle = await packed(this.folder, again);
    this.pending = undefined;
  }

  loseRecord(): void {
    this.pending = undefined;
    this.previous = undefined;
  }

  /** The stage that uploads. @param wire how Kaggle is reached, where not as usual. */
  async upload({ fetch: send = fetch, signal = new AbortController().signal } = {}): Promise<Datasets> {
    const { previous } = this;
    const input = { project: this.project, pack: this.bundle, rehearse: REHEARSAL };
    const uploaded = await this.#in((context) => uploadStage.run(input, previous, context), send, signal);
    this.pending = undefined;
    this.previous = uploaded;
    return uploaded;
  }

  async push(uploaded: Datasets): Promise<void> {
    const needs = {
      ...{ project: this.project, pack: this.bundle, build: aDepot(), rehearse: REHEARSAL },
      test: aTestReport({ dataFolder: join(this.bench.competitionFolder, 'public') }),
      upload: uploaded,
    };
    await this.#in((context) => notebookStage.run(needs, undefined, context));
    this.pending = undefined;
  }

  async #in<T>(
    work: (context: StageContext) => Promise<T>,
    send = fetch,
    signal = new AbortController().signal,
  ): Promise<T> {
    const { sandbox, clock } = this.bench;
    const { username, key } = sandbox.credentials;
    const kaggle = connectKaggle({
      apiUrl: sandbox.url,
      credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
      ...{ sessionFolder: join(this.folder, 'uploads'), chunkBytes: PART, fetch: send, clock },
      ...{ logger: silentLogger, userAgent: 'julia-on-kaggle/test', random: () => 0.5 },
    });
    const { context, warnings } = keptContext({}, { folder: this.folder, pending: this.pending, signal });
    const ports = { ...context.ports, clock, kaggle: () => Promise.resolve(kaggle) };
    const savePending = (value: unknown): Promise<void> => {
      // A program that is dead writes nothing.
      if (!signal.aborted) this.pending = JSON.parse(JSON.stringify(value ?? null)) ?? undefined;
      return Promise.resolve();
    };
    try {
      return await work({ ...context, ports, savePending });
    } finally {
      this.warnings.push(...warnings);
    }
  }
}

async function packed(folder: string, models: Readonly<Record<string, Buffer>>): Promise<Bundle> {
  await mkdir(join(folder, 'bundle'), { recursive: true });
  const files = Object.entries(models).map(async ([name, content]) => {
    const path = join(folder, 'models', ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return { name, path, bytes: content.length, sha256: sha256(content) };
  });
  const all = await Promise.all(files);
  const hash = sha256(all.map((file) => file.sha256).join());
  return {
    ...{ fingerprint: hash, bundleId: hash.slice(0, 16) },
    parts: [{ kind: 'models', fingerprint: hash, files: all }],
  };
}

const OURS = { ownerSlug: USER, modelSlug: SLUG };
const VARIATION = { ...OURS, framework: 'MODEL_FRAMEWORK_OTHER', instanceSlug: 'default' };
const service = (method: string): string => `models.ModelApiService/${method}`;

/** The numbers of the versions that Kaggle has. */
async function versionsOn(bench: Bench): Promise<unknown[]> {
  const { versionList } = await bench.call(service('ListModelInstanceVersions'), VARIATION);
  return list(record(versionList)['versions']).map(({ versionNumber }) => versionNumber);
}

async function filesOn(bench: Bench, versionNumber: number): Promise<Record<string, unknown>> {
  const asked = { ...VARIATION, versionNumber };
  const { files } = await bench.call(service('ListModelInstanceVersionFiles'), asked);
  return Object.fromEntries(list(files).map(({ name, size }) => [String(name), size]));
}

/** A model of one's own that the product did not make. */
async function madeByHand(bench: Bench, isPrivate: boolean, files: Record<string, string>): Promise<void> {
  await bench.call(service('CreateModel'), { ownerSlug: USER, slug: SLUG, title: SLUG, isPrivate });
  const tokens: { token: string }[] = [];
  for (const [name, text] of Object.entries(files)) tokens.push({ token: await upload(bench, name, text) });
  const body = { instanceSlug: 'default', framework: 'MODEL_FRAMEWORK_OTHER', files: tokens };
  await bench.call(service('CreateModelInstance'), { ...OURS, body });
}

async function refusal(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  assert.ok(isUserError(error), String(error));
  assert.ok(
    error.actions.every(({ title }) => title.length > 5),
    error.message,
  );
  return error;
}

describe('models that are kept on Kaggle Models', function () {
  this.timeout(60_000);

  it('are a private model of the framework "other", and the notebook has the very version', async () => {
    const bench = await startBench();
    const trained = await Trained.on(bench);
    const uploaded = await trained.upload();
    const [{ slug, on, version } = {}] = uploaded.datasets;
    assert.deepEqual([slug, on, version], [SLUG, 'model', 1]);
    const model = await bench.call(service('GetModel'), OURS);
    const [variation] = list(model['instances']);
    assert.deepEqual(
      [model['isPrivate'], variation?.['framework'], variation?.['slug'], variation?.['licenseName']],
      [true, 'MODEL_FRAMEWORK_OTHER', 'default', 'apache-2.0'],
    );
    const { 'bundle.json': marker, ...files } = await filesOn(bench, 1);
    assert.deepEqual(files, { 'weights.bin': PART + 77, 'tokens/deep/words.txt': 5 });
    assert.ok(Number(marker) > 100);
    let seen: string[] = [];
    bench.notebook = ({ inputs }) => {
      seen = Object.keys(inputs).filter((path) => path.includes('/models/'));
      return { outputs: { 'submission.csv': 'id,height\n10,1\n' } };
    };
    await trained.push(uploaded);
    const mount = `/kaggle/input/models/${USER}/${SLUG}/other/default/1`;
    assert.ok(seen.includes(`${mount}/tokens/deep/words.txt`), seen.join('\n'));
    await trained.train();
    await trained.push(await trained.upload());
    assert.ok(seen.includes(`${mount.slice(0, -1)}2/weights.bin`), seen.join('\n'));
    assert.deepEqual(await versionsOn(bench), [2, 1]);
  });

  it('that are the same are not sent again, also where the record was lost or is another machine’s', async () => {
    const bench = await startBench();
    const trained = await Trained.on(bench);
    await trained.upload();
    assert.equal((await trained.upload()).uploadedBytes, 0);
    trained.loseRecord();
    assert.equal((await trained.upload()).uploadedBytes, 0);
    assert.equal((await (await Trained.on(bench)).upload()).uploadedBytes, 0);
    assert.deepEqual(await versionsOn(bench), [1]);
    await trained.train();
    assert.ok((await trained.upload()).uploadedBytes > PART);
    // What was trained before is not what is there now.
    assert.ok((await (await Trained.on(bench)).upload()).uploadedBytes > PART);
    assert.deepEqual(await versionsOn(bench), [3, 2, 1]);
  });

  const READS = ['GetModel', 'ListModelInstanceVersionFiles', 'StartBlobUpload'];
  const AGAIN = ['cut', '503,html', '429,retry-after=2'];
  const LOST = ['cut,after', '502,html,after'];
  const firsts = [
    ...READS.flatMap((method) => AGAIN.map((effect) => `${method}#1=${effect}`)),
    ...['CreateModel', 'CreateModelInstance'].flatMap((method) =>
      [...AGAIN, ...LOST].map((effect) => `${method}#1=${effect}`),
    ),
    ...['upload@0#1=cut', 'upload@200000#1=503', 'upload@200000#1=404', 'upload#1=cut,after'],
    '*#1-3=429,retry-after=1',
  ];
  for (const fault of firsts)
    it(`${fault}: one version, whole`, async () => {
      const bench = await startBench({ faults: [fault] });
      const trained = await Trained.on(bench);
      await trained.upload();
      for (const { struck } of bench.sandbox.faults.list()) assert.ok(struck > 0);
      assert.deepEqual(await versionsOn(bench), [1]);
      assert.equal(Object.keys(await filesOn(bench, 1)).length, 3);
    });
  for (const effect of [...AGAIN, ...LOST])
    it(`CreateModelInstanceVersion#1=${effect}: one new version, whole`, async () => {
      const bench = await startBench();
      const trained = await Trained.on(bench);
      await trained.upload();
      await trained.train();
      bench.sandbox.faults.add(`CreateModelInstanceVersion#1=${effect}`);
      await trained.upload();
      assert.ok(bench.sandbox.faults.list().every(({ struck }) => struck > 0));
      assert.deepEqual(await versionsOn(bench), [2, 1]);
    });

  const TOLD = {
    'kaggle-refused': ['CreateModel#1=400,inside', 'CreateModelInstance#1=400,message=Not now'],
    'kaggle-forbidden': ['CreateModel#1=403', 'CreateModelInstance#1=403'],
    'kaggle-unreachable': ['CreateModel=503', 'CreateModelInstance=cut', 'GetModel=503'],
    'upload-incomplete': ['upload=503', 'upload#1=403'],
  };
  for (const [code, faults] of Object.entries(TOLD))
    for (const fault of faults)
      it(`${fault}: is ${code} with a remedy, and the next run ends with one version`, async () => {
        const bench = await startBench({ faults: [fault] });
        const trained = await Trained.on(bench);
        assert.equal((await refusal(trained.upload())).code, code);
        bench.sandbox.faults.clear();
        await trained.upload();
        assert.deepEqual(await versionsOn(bench), [1]);
      });

  it('have one version, and one more once they are trained anew, wherever the program was killed', async () => {
    const deaths = fc.array(fc.tuple(fc.integer({ min: 1, max: 24 }), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(deaths, deaths, async (first, second) => {
        const bench = await startBench();
        const trained = await Trained.on(bench);
        const survive = async (killed: typeof first): Promise<void> => {
          for (const death of killed) await trained.upload(killedAt(...death)).catch(() => undefined);
          await trained.upload();
        };
        await survive(first);
        assert.deepEqual(await versionsOn(bench), [1]);
        await trained.train();
        await survive(second);
        assert.deepEqual(await versionsOn(bench), [2, 1]);
        assert.equal((await filesOn(bench, 2))['weights.bin'], PART + 77);
        await bench.sandbox.close();
      }),
      { numRuns: 25 },
    );
  });

  it('that another machine sends at the same time are told of, and the next run makes a version', async () => {
    const bench = await startBench();
    const one = await Trained.on(bench);
    await one.upload();
    const other = await Trained.on(bench);
    await other.upload();
    await other.train();
    await one.train();
    one.bundle = await packed(await tempFolder(), {
      ...WEIGHTS,
      'weights.bin': Buffer.alloc(PART + 77, 'others!'),
    });
    // Its request is lost on the way, while the other's arrives.
    const meanwhile = once(async () => {
      await other.upload();
    });
    const send: typeof fetch = async (url, init) => {
      if (addressOf(url).endsWith('/CreateModelInstanceVersion')) {
        await meanwhile();
        throw new TypeError('fetch failed');
      }
      return fetch(url, init);
    };
    assert.equal((await refusal(one.upload({ fetch: send }))).code, 'upload-incomplete');
    assert.deepEqual(await versionsOn(bench), [2, 1]);
    assert.ok((await one.upload()).uploadedBytes > PART);
    assert.deepEqual(await versionsOn(bench), [3, 2, 1]);
  });

  it('go into no model that is public, of another project, or made by somebody', async () => {
    const open = await startBench();
    await madeByHand(open, false, { 'weights.bin': 'mine' });
    const byHand = await startBench();
    await madeByHand(byHand, true, { 'weights.bin': 'mine' });
    const project = await startBench();
    await (await Trained.on(project, { uuid: '11111111-6a3b-4f0e-9b7d-2b9b5d0c7a11' })).upload();
    for (const [bench, code, says] of [
      [open, 'not-ours', /The model .* was not made by julia-kaggle/],
      [byHand, 'not-ours', /The model .* was not made by julia-kaggle/],
      [project, 'not-ours', /The model .* belongs to another project/],
    ] as const) {
      const error = await refusal((await Trained.on(bench)).upload());
      assert.equal(error.code, code);
      assert.match(error.title, says);
      assert.deepEqual(await versionsOn(bench), [1]);
    }
    const empty = await startBench();
    const asked = { ownerSlug: USER, slug: SLUG, title: SLUG, isPrivate: false };
    await empty.call(service('CreateModel'), asked);
    const error = await refusal((await Trained.on(empty)).upload());
    assert.equal(error.code, 'not-private');
    assert.match(error.title, /The model .* is public/);
    assert.deepEqual(list((await empty.call(service('GetModel'), OURS))['instances']), []);
  });

  it('are a variation of a private model that has others, and leave those alone', async () => {
    const bench = await startBench();
    await bench.call(service('CreateModel'), { ownerSlug: USER, slug: SLUG, title: SLUG, isPrivate: true });
    const files = [{ token: await upload(bench, 'w.bin', 'weights') }];
    const body = { instanceSlug: 'small', framework: 'MODEL_FRAMEWORK_PY_TORCH', files };
    await bench.call(service('CreateModelInstance'), { ...OURS, body });
    await (await Trained.on(bench)).upload();
    const { instances } = await bench.call(service('GetModel'), OURS);
    assert.deepEqual(
      list(instances).map(({ slug, versionNumber }) => [slug, versionNumber]),
      [
        ['small', 1],
        ['default', 1],
      ],
    );
  });
});

/** Everything that is asked of Kaggle from the n-th request on fails, that one after or before it arrives. */
function killedAt(n: number, arrives: boolean): { fetch: typeof fetch; signal: AbortSignal } {
  const death = new AbortController();
  let requests = 0;
  const send: typeof fetch = async (url, init) => {
    requests += 1;
    if (requests < n) return fetch(url, init);
    if (requests === n && arrives) await fetch(url, init).then((response) => response.arrayBuffer());
    death.abort();
    throw new TypeError('dead');
  };
  return { fetch: send, signal: death.signal };
}

function addressOf(url: Parameters<typeof fetch>[0]): string {
  return url instanceof Request ? url.url : String(url);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
