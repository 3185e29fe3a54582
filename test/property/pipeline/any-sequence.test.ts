import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { fingerprint, sha256 } from '../../../src/base/hash.ts';
import { buildStage } from '../../../src/core/build/build-stage.ts';
import { depotVolumeName, ensureDepotVolume, ensureJuliaVolume } from '../../../src/core/build/volumes.ts';
import { bundleIdOf } from '../../../src/core/contract/datasets.ts';
import { proveStaged } from '../../../src/core/contract/depot/staged-files.ts';
import { notebookStage } from '../../../src/core/notebook/notebook-stage.ts';
import { packStage } from '../../../src/core/pack/pack-stage.ts';
import { partOf, planApp } from '../../../src/core/pack/plan.ts';
import { bindStage, type BoundStage, type Known } from '../../../src/core/pipeline/bound-stage.ts';
import { judgeStage, type Trial } from '../../../src/core/pipeline/judge.ts';
import { RunRecord, type RecordFiles } from '../../../src/core/pipeline/record.ts';
import { rehearseStage } from '../../../src/core/rehearse/rehearse-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import type { StageName } from '../../../src/core/stages.ts';
import { submitNotebookStage } from '../../../src/core/submit/submit-stage.ts';
import { testStage } from '../../../src/core/test/test-stage.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import type { Artefacts, Project } from '../../../src/core/artefacts.ts';
import { aProject } from '../../support/artefacts.ts';
import {
  contentOf,
  Fate,
  filesInMemory,
  Killed,
  KNOWS_JULIA,
  PlayedEngineWorld,
  PlayedKaggleWorld,
} from '../../support/played-world.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const JULIA = { version: '1.10.5', file: '/cache/julia.tar.gz', bytes: 1e8, sha256: 'a'.repeat(64) };
const PLACE = 'Inference/src/Inference.jl';
const ACCOUNTS = ['ann', 'bob'] as const;
const FILE = 'submission.bin';
const MOST_CHECKOUTS = 3;
/** All files have this size. */
const BYTES = 1000;

/** A checkout: a working tree with its `.julia-kaggle`. */
interface Checkout {
  path: string;
  /** As `checkoutOf` gives it: it stays when the folder is moved, and a copy gets another. */
  id: string;
  /** What is in the source file. */
  source: string;
  /** Text of record.json. */
  record: string | undefined;
  /** sha256 of the tarballs, by their names. */
  tarballs: Map<string, string>;
}

/** Everything that outlives processes. */
class World {
  readonly kaggle = new PlayedKaggleWorld();
  readonly engines = [new PlayedEngineWorld(), new PlayedEngineWorld()] as const;
  readonly checkouts: Checkout[] = [
    { path: '/home/ada/Inference', id: 'checkout-0', source: 'v0', record: undefined, tarballs: new Map() },
  ];
  /** A backup of a `.julia-kaggle`. */
  saved: Pick<Checkout, 'record' | 'tarballs'> | undefined;
  #names = 0;

  constructor(private readonly folder: string) {}

  name(): string {
    this.#names += 1;
    return `${this.#names}`;
  }

  /** One process; it ends, or is killed. Returns the submission that it ended with. */
  async run(
    checkout: Checkout,
    { engine = 0, account = 0, until = 'submit', again = false }: Partial<RunOp>,
    fate: Fate,
  ): Promise<number | undefined> {
    const files: RecordFiles = {
      look: () => Promise.resolve(undefined),
      readText: () => Promise.resolve(checkout.record),
      write: (_, text) => fate.step(() => void (checkout.record = text.toString())),
      rename: () => Promise.resolve(),
    };
    const record = await RunRecord.open(join(checkout.path, '.julia-kaggle'), files);
    const project = projectOf(checkout);
    await record.saveArtefact('project', project);
    const texts = new Map<string, string>();
    const engines = this.engines[engine].engine({ 'julia-kaggle.checkout': checkout.id }, fate);
    const kaggle = this.kaggle.client(ACCOUNTS[account], FILE, fate, texts);
    const contextOf = (stage: StageName): StageContext => {
      const { context } = keptContext(kaggle, {
        folder: this.folder,
        pending: record.pending(stage),
        anew: again && stage === 'submit',
        adopt: [...Object.values(project.datasets), 'harbour-tides-inference-julia'],
      });
      return {
        ...context,
        ports: {
          ...context.ports,
          engine: () => Promise.resolve(engines),
          volumeMemory: KNOWS_JULIA(JULIA.sha256),
        },
        files: filesInMemory(texts) as StageContext['files'],
        checkout: checkout.id,
        savePending: (value) => record.savePending(stage, value),
        takeBack: (earlier, why) => record.takeBack(earlier, why),
      };
    };
    const stages = this.#stages(checkout, this.engines[engine], fate);
    const asked = stages.slice(0, stages.findIndex(({ name }) => name === until) + 1);
    const trial: Trial = {
      record,
      stages: asked,
      isForced: (name) => again && name === 'submit',
      contextOf,
    };
    let known: Known = { project };
    for (const stage of asked) {
      const verdict = await judgeStage(stage, known, trial);
      known =
        verdict === 'fresh' || verdict === 'spare'
          ? stage.take(known, record)
          : await stage.run(known, record, contextOf(stage.name), trial.isForced(stage.name));
    }
    return known.submit?.ref;
  }

  /** The stages themselves, but for what the local ones do in containers and to the disk. */
  #stages(checkout: Checkout, { volumes }: PlayedEngineWorld, fate: Fate): BoundStage[] {
    const volumeOf = (name: string) => {
      const volume = volumes.get(name);
      assert.ok(volume !== undefined, 'a stage works with a depot that is not there');
      return volume;
    };
    const image = { name: 'image', id: 'sha256:image', digest: undefined, bytes: 1 };
    const build = bindStage<'build', 'project'>({
      ...buildStage,
      run: async ({ project }, _, context) => {
        const engine = await context.ports.engine(context.signal);
        const juliaVolume = await ensureJuliaVolume(engine, JULIA, image, context);
        const name = depotVolumeName(context.checkout, project, image);
        await ensureDepotVolume(engine, name, context);
        const volume = volumeOf(name);
        const buildId = this.name();
        await fate.step(() => (volume.stamp = undefined));
        await fate.step(() => (volume.files = new Map([[PLACE, sha256(checkout.source)]])));
        await fate.step(() => (volume.stamp = buildId));
        return {
          fingerprint: buildStage.fingerprint({ project }),
          volume: name,
          juliaVolume,
          julia: JULIA,
          image: { name: image.name, id: image.id },
          environmentFingerprint: project.environmentFingerprint,
          inventory: [],
          bytes: 1,
          depotId: name,
          buildId,
        };
      },
    });
    const test = bindStage<'test', 'project' | 'build'>({
      ...testStage,
      doubt: () => Promise.resolve(undefined),
      run: async (input) => ({
        fingerprint: testStage.fingerprint(input),
        dataFolder: join(this.folder, 'data'),
        dataFiles: [],
        seconds: 1,
        peakMemoryBytes: 1,
        submissionSha256: await fate.step(() => contentOf(volumeOf(input.build.volume).files)),
        downloads: [],
        depotContent: [],
        depotId: input.build.depotId,
      }),
    });
    const pack = bindStage<'pack', 'project' | 'build' | 'test'>({
      ...packStage,
      doubt: ({ parts }) => {
        const isGone = parts.some(
          ({ files }) =>
            !files.every(({ name, path }) => path.startsWith(checkout.path) && checkout.tarballs.has(name)),
        );
        return Promise.resolve(isGone ? { because: 'gone', neededBy: ['rehearse', 'upload'] } : undefined);
      },
      run: async (input, previous) => {
        const kept = partOf(previous, 'inferenceapp');
        const plan = planApp(input);
        const path = `${checkout.path}/inferenceapp`;
        const isKept =
          kept?.fingerprint === plan.fingerprint &&
          kept.files[0]?.path === path &&
          checkout.tarballs.size > 0;
        if (!isKept) {
          const staged = volumeOf(input.build.volume).files;
          proveStaged(input.project, input.build, staged);
          await fate.step(() => checkout.tarballs.clear());
          await fate.step(() => checkout.tarballs.set('inferenceapp', contentOf(staged)));
        }
        const packed = checkout.tarballs.get('inferenceapp') ?? '';
        const files = [{ name: 'inferenceapp', path, bytes: BYTES, sha256: packed }];
        return {
          fingerprint: packStage.fingerprint(input),
          bundleId: bundleIdOf(files),
          parts: [{ kind: 'inferenceapp', fingerprint: plan.fingerprint, files }],
        };
      },
    });
    const rehearse = bindStage<'rehearse', 'project' | 'build' | 'test' | 'pack'>({
      ...rehearseStage,
      fingerprint: rehearsalOf,
      run: async (input) => ({
        fingerprint: rehearsalOf(input),
        seconds: 1,
        steps: [],
        peakMemoryBytes: 1,
        submissionSha256: await fate.step(() => checkout.tarballs.get('inferenceapp') ?? ''),
      }),
    });
    const notebook = bindStage({
      ...notebookStage,
      fingerprint: notebookOf,
    });
    return [build, test, pack, rehearse, bindStage(uploadStage), notebook, bindStage(submitNotebookStage)];
  }
}

/** A stage's fingerprint is asked for many times of the same, which is most of what a sequence would cost. */
function remembered<Input extends Partial<Artefacts>>(
  of: (input: Input) => string,
): (input: Input) => string {
  const known = new Map<string, string>();
  return (input) => {
    const { project, build, test, pack, upload } = input;
    const names = [project?.fingerprint, build?.buildId, test?.fingerprint, test?.submissionSha256];
    const key = JSON.stringify([...names, pack?.fingerprint, pack?.bundleId, upload]);
    const text = known.get(key) ?? of(input);
    known.set(key, text);
    return text;
  };
}

const rehearsalOf = remembered((input: Parameters<typeof rehearseStage.fingerprint>[0]) =>
  rehearseStage.fingerprint(input),
);
const notebookOf = remembered((input: Parameters<typeof notebookStage.fingerprint>[0]) =>
  notebookStage.fingerprint(input),
);

function projectOf({ path, source }: Checkout): Project {
  const file = {
    place: PLACE,
    source: `${path}/src`,
    bytes: BYTES,
    sha256: sha256(source),
    executable: false,
  };
  return aProject({
    fingerprint: fingerprint({ source }),
    root: path,
    models: [],
    files: [file],
    sourcesFingerprint: fingerprint({ source }),
    notebook: { title: 'harbour-tides inference julia', accelerator: 'none' },
    // No CSV file, whose rows would be compared.
    output: { file: FILE },
  });
}

/** What the working tree would give, wherever it is packed. */
function wanted(source: string): string {
  return contentOf(new Map([[PLACE, sha256(source)]]));
}

interface RunOp {
  readonly engine: 0 | 1;
  readonly account: 0 | 1;
  readonly until: 'build' | 'test' | 'rehearse' | 'notebook' | 'submit';
  readonly again: boolean;
  /** The step at which it is killed; it is started again then. */
  readonly kill: number | undefined;
  readonly moment: 'before' | 'after';
}

const bit = fc.constantFrom(0 as const, 1 as const);
const run = fc.record({
  kind: fc.constant('run' as const),
  engine: bit,
  account: fc.oneof({ weight: 4, arbitrary: fc.constant(0 as const) }, { weight: 1, arbitrary: bit }),
  until: fc.oneof(
    { weight: 3, arbitrary: fc.constant('submit' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('build' as const, 'test' as const, 'rehearse' as const, 'notebook' as const),
    },
  ),
  again: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  kill: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
  ),
  moment: fc.constantFrom('before' as const, 'after' as const),
});
const other = fc.record({
  kind: fc.constantFrom(
    ...(['edit', 'edit', 'copy', 'move', 'forget', 'save', 'restore', 'prune', 'unpack', 'half'] as const),
    ...([
      'delete-dataset',
      'other-dataset',
      'other-version',
      'delete-notebook',
      'delete-submission',
    ] as const),
  ),
  engine: bit,
  account: bit,
  version: fc.integer({ min: 0, max: 2 }),
});
const op = fc.record({
  who: fc.nat({ max: 2 }),
  what: fc.oneof({ weight: 3, arbitrary: run }, { weight: 2, arbitrary: other }),
});
type Other = typeof other extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  readonly world: World;
  readonly checkout: Checkout;
  readonly engine: PlayedEngineWorld;
  readonly user: string;
  /** The dataset with the package. */
  readonly app: string;
  readonly version: number;
}

/** A version that somebody makes on the site: its account of itself is of another bundle, and as long. */
function versionByHand({ world, app }: Place): Parameters<PlayedKaggleWorld['addVersion']>[1] {
  const marker = world.kaggle.datasets.get(app)?.versions.at(-1)?.marker;
  return {
    files: [{ name: 'inferenceapp', bytes: BYTES, sha256: sha256('by hand') }],
    marker: marker?.replace(/"bundleId": "./, '"bundleId": "-'),
  };
}

/** What a person, or another program, does to the world. */
const CHANGES: Readonly<Record<Other['kind'], (place: Place) => void>> = {
  edit: ({ checkout, version }) => (checkout.source = `v${version}`),
  copy: ({ world, checkout }) => {
    if (world.checkouts.length === MOST_CHECKOUTS) return;
    const [path, id] = [`/home/ada/${world.name()}`, `checkout-${world.name()}`];
    world.checkouts.push({ ...checkout, path, id, tarballs: new Map(checkout.tarballs) });
  },
  move: ({ world, checkout }) => (checkout.path = `/home/ada/${world.name()}`),
  forget: ({ checkout }) => Object.assign(checkout, { record: undefined, tarballs: new Map() }),
  save: ({ world, checkout }) => (world.saved = { ...checkout, tarballs: new Map(checkout.tarballs) }),
  restore: ({ world: { saved }, checkout }) => {
    if (saved !== undefined)
      Object.assign(checkout, { record: saved.record, tarballs: new Map(saved.tarballs) });
  },
  prune: ({ engine }) => engine.volumes.clear(),
  unpack: ({ checkout }) => (checkout.tarballs = new Map()),
  half: ({ checkout, engine }) => {
    for (const volume of engine.volumes.values())
      if (volume.labels['julia-kaggle.checkout'] === checkout.id) volume.stamp = undefined;
  },
  'delete-dataset': ({ world, app }) => world.kaggle.datasets.delete(app),
  'other-dataset': (place) => {
    const version = versionByHand(place);
    place.world.kaggle.datasets.delete(place.app);
    place.world.kaggle.addVersion(place.app, version);
  },
  'other-version': (place) => place.world.kaggle.addVersion(place.app, versionByHand(place)),
  'delete-notebook': ({ world: { kaggle }, user }) => {
    for (const key of kaggle.notebooks.keys()) if (key.startsWith(`${user}/`)) kaggle.notebooks.delete(key);
  },
  'delete-submission': ({ world, user }) => world.kaggle.submissions.get(user)?.shift(),
};

function change(world: World, checkout: Checkout, { kind, engine, account, version }: Other): void {
  const user = ACCOUNTS[account];
  const app = `${user}/${aProject().datasets.inferenceapp}`;
  CHANGES[kind]({ world, checkout, engine: world.engines[engine], user, app, version });
}

/** Runs, is killed where it is to be, and runs again: what is made in all is made once. */
async function runThrough(world: World, checkout: Checkout, op: RunOp, isLast: boolean): Promise<void> {
  const { kaggle } = world;
  const before = kaggle.counts();
  const app = kaggle.datasets.get(`${ACCOUNTS[op.account]}/${aProject().datasets.inferenceapp}`);
  const isThere = app?.versions.at(-1)?.files.some(({ sha256: held }) => held === wanted(checkout.source));
  if (op.kill !== undefined)
    await world.run(checkout, op, new Fate(op.kill, op.moment)).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  const ref = await world.run(checkout, op, new Fate(Infinity, 'before'));
  const after = kaggle.counts();
  const [versions, pushes, submissions] = after.map((count, index) => count - (before[index] ?? 0));
  const made = JSON.stringify({ versions, pushes, submissions });
  assert.ok(versions === 0 || (versions === 1 && isThere !== true), made);
  assert.ok(pushes === 0 || pushes === 1, made);
  assert.ok(allowed(op).includes(submissions ?? NaN), made);
  if (op.until !== 'submit') return;
  const submission = kaggle.submissions.get(ACCOUNTS[op.account])?.find(({ state }) => state.ref === ref);
  assert.equal(
    submission?.content,
    wanted(checkout.source),
    'what was submitted is not what the working tree held',
  );
  if (!isLast) return;
  // Asked again, nothing is made, and the submission is the same one.
  const same = await world.run(checkout, { ...op, again: false }, new Fate(Infinity, 'before'));
  assert.deepEqual([same, kaggle.counts()], [ref, after]);
}

/** How many submissions a run may make. A run that ended before the second one began is asked for once more by that. */
function allowed({ until, again, kill }: RunOp): number[] {
  if (until !== 'submit') return [0];
  if (!again) return [0, 1];
  return kill === undefined ? [1] : [1, 2];
}

type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;
const WHERE = { engine: 0, account: 0 } as const;
const RUN = {
  ...WHERE,
  kind: 'run',
  until: 'submit',
  again: false,
  kill: undefined,
  moment: 'before',
} as const;
const on = (who: number, what: Partial<RunOp>): Op => ({ who, what: { ...RUN, ...what } });
const then = (kind: Other['kind'], version = 0, who = 0): Op => ({ who, what: { ...WHERE, kind, version } });

/** Sequences that once submitted other code, or showed another's score, or made the same again. */
const EXAMPLES: readonly Op[][] = [
  // Another engine has the later build.
  [on(0, { until: 'build' }), then('edit', 1), on(0, { engine: 1, until: 'test' }), on(0, {})],
  // The record is older than the depot.
  [
    on(0, {}),
    then('save'),
    then('edit', 1),
    on(0, { until: 'build' }),
    then('restore'),
    then('edit'),
    then('unpack'),
    on(0, {}),
  ],
  // A copy of the folder builds other code.
  [on(0, {}), then('copy'), then('edit', 1), on(0, { until: 'build' }), then('unpack', 0, 1), on(1, {})],
  // The versions of a notebook begin anew.
  [on(0, {}), then('delete-notebook'), then('edit', 1), on(0, {})],
  // A dataset was made anew by hand under its name.
  [on(0, {}), then('other-dataset'), then('delete-notebook'), then('delete-submission'), on(0, {})],
  // Another checkout made the same version.
  [on(0, {}), then('copy'), then('edit', 1), then('edit', 1, 1), on(0, {}), on(1, {}), on(0, {})],
  [on(0, {}), then('forget'), on(0, {}), then('prune'), on(0, {})],
  [on(0, {}), on(0, { account: 1 }), then('edit', 1), on(0, {})],
];

describe('whatever happens here, on engines and on Kaggle', function () {
  this.timeout(600_000);
  let folder = '';

  before(async () => {
    folder = await tempFolder({ [`notebook/${FILE}`]: 'heights' });
  });

  it('what is submitted is what the working tree held when it was asked for, once', async () => {
    const sequence = fc.array(op, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sequence, async (ops) => {
        const world = new World(folder);
        for (const [index, { who, what }] of ops.entries()) {
          const checkout = world.checkouts[who % world.checkouts.length];
          assert.ok(checkout !== undefined);
          if (what.kind === 'run') await runThrough(world, checkout, what, index === ops.length - 1);
          else change(world, checkout, what);
        }
      }),
      { numRuns: 5000, examples: EXAMPLES.map((each): [Op[]] => [each]) },
    );
  });
});
