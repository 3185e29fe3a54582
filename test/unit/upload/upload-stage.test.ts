import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { Bundle, Rehearsal } from '../../../src/core/artefacts.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import type {
  BlobSource,
  DatasetStatus,
  DatasetSummary,
  RemoteFile,
  UploadedBlob,
} from '../../../src/kaggle/client.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext, type PlayedCalls } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const SLUG = 'tides-app';
const CONTENT = Buffer.alloc(1_000, 7);
const REHEARSAL: Rehearsal = {
  fingerprint: 'r',
  seconds: 1,
  steps: [],
  peakMemoryBytes: 1,
  rows: 1,
  submissionSha256: 's',
};

/** A Kaggle with one dataset; what is uploaded is a version at once. */
class OneDataset {
  version = 0;
  /** Kaggle's number of the dataset. */
  id: number | undefined;
  files: readonly RemoteFile[] = [];
  status: DatasetStatus[] = ['ready'];
  /** Refuses as many versions as stale. */
  staleTimes = 0;
  /** What becomes of the files of a version. */
  arrives = (files: readonly RemoteFile[]): readonly RemoteFile[] => files;
  own: readonly DatasetSummary[] = [];
  /** The text of its `bundle.json`. */
  marker = '';
  readonly uploads: string[] = [];
  readonly calls: string[] = [];
  readonly #tokens = new Map<string, BlobSource>();

  readonly kaggle = {
    warnings: ['Others can read your key.'],
    account: { whoAmI: () => Promise.resolve('ann') },
    datasets: {
      list: () => Promise.resolve(this.own),
      find: (_, slug) =>
        Promise.resolve(
          this.version === 0 ? undefined : { id: this.id, slug, currentVersion: this.version, versions: [] },
        ),
      listFiles: () => Promise.resolve(this.files),
      isPrivate: () => Promise.resolve(true),
      downloadFile: (_owner, _slug, _name, path) => writeFile(path, this.marker),
      status: () => {
        this.calls.push('status');
        return Promise.resolve(
          this.status.length > 1 ? (this.status.shift() ?? 'ready') : (this.status[0] ?? 'ready'),
        );
      },
      upload: (file, onBytes) => {
        this.uploads.push(file.name);
        onBytes(file.bytes, file.bytes);
        const token = `T${this.uploads.length}`;
        this.#tokens.set(token, file);
        return Promise.resolve(token);
      },
      create: ({ files }) => this.#make('create', files),
      createVersion: ({ files }) => this.#make('version', files),
    },
  } satisfies PlayedCalls;

  #make(call: string, sent: readonly UploadedBlob[]): Promise<void> {
    this.calls.push(call);
    if (this.staleTimes > 0) {
      this.staleTimes -= 1;
      const init = { code: 'upload-stale', title: 'Stale.', actions: [{ title: 'Run again.' }] } as const;
      return Promise.reject(new UserError(init));
    }
    this.version += 1;
    this.files = this.arrives(
      sent.flatMap(({ name, token }) => {
        const file = this.#tokens.get(token);
        return file === undefined ? [] : [{ name, bytes: file.bytes }];
      }),
    );
    return Promise.resolve();
  }
}

describe('the upload stage', () => {
  let folder = '';
  let bundle: Bundle;
  let remote: OneDataset;

  beforeEach(async () => {
    folder = await tempFolder();
    await mkdir(join(folder, 'bundle'));
    const path = join(folder, 'bundle', 'inferenceapp');
    await writeFile(path, CONTENT);
    const file = { name: 'inferenceapp', path, bytes: CONTENT.length, sha256: sha256(CONTENT) };
    bundle = {
      fingerprint: 'b',
      bundleId: 'b'.repeat(16),
      parts: [{ kind: 'inferenceapp', fingerprint: 'p', files: [file] }],
    };
    remote = new OneDataset();
  });

  const run = async (pending?: unknown) => {
    const kept = keptContext(remote.kaggle, { folder, pending });
    const input = { project: aProject(), pack: bundle, rehearse: REHEARSAL };
    return { result: await uploadStage.run(input, undefined, kept.context), ...kept };
  };
  const sending = (after: number) => {
    const [plan] = planDatasets(aProject(), bundle);
    return { datasets: [], sending: [{ slug: SLUG, bundleId: plan?.bundleId ?? '', after }] };
  };

  it('uploads, tells the bytes, and hands on warnings about the credential', async () => {
    const { result, progress, warnings } = await run();
    assert.deepEqual(
      result.datasets.map(({ slug, version }) => [slug, version]),
      [[SLUG, 1]],
    );
    // Side by side, in whatever order.
    assert.deepEqual([...remote.uploads].sort(), ['bundle.json', 'inferenceapp']);
    assert.ok(progress.some((text) => text.startsWith(`Uploading ${SLUG}: inferenceapp`)));
    assert.deepEqual(warnings, ['Others can read your key.']);
  });

  it('names the largest files of the package before its first upload, and not again', async () => {
    const file = (place: string, bytes: number) => ({
      place,
      source: `/p/${place}`,
      bytes,
      sha256: 's',
      executable: false,
    });
    const files = ['a', 'b', 'c', 'd', 'e'].map((name) => file(`Tides/src/${name}.jl`, 10));
    const project = { ...aProject(), files: [...files, file('Tides/raw.csv', 5_000_000)] };
    const input = { project, pack: bundle, rehearse: REHEARSAL };
    const plan = uploadStage.plan(input, undefined);
    assert.match(
      plan,
      /the largest of the package’s 6 files: Tides\/raw\.csv \(5(\.\d+)? MB\), Tides\/src\/a\.jl/,
    );
    assert.doesNotMatch(plan, /e\.jl/);
    const { result } = await run();
    bundle = { ...bundle, parts: bundle.parts.map((part) => ({ ...part, files: [] })) };
    assert.doesNotMatch(uploadStage.plan({ ...input, pack: bundle }, result), /the largest/);
  });

  it('keeps a version of the very same content that another machine made', async () => {
    const { result: previous } = await run();
    const [plan] = planDatasets(aProject(), bundle);
    remote.version = 2;
    remote.marker = plan?.marker ?? '';
    const { context } = keptContext(remote.kaggle, { folder });
    const input = { project: aProject(), pack: bundle, rehearse: REHEARSAL };
    remote.uploads.length = 0;
    const result = await uploadStage.run(input, previous, context);
    assert.deepEqual([remote.uploads, result.datasets[0]?.version], [[], 2]);
  });

  for (const [what, change, because] of [
    ['was deleted', () => (remote.version = 0), /tides-app is not on Kaggle/],
    ['has a later version', () => (remote.version = 2), /not the version/],
    ['was made anew under its name', () => (remote.id = 8), /not the version/],
    ['could not be taken in', () => (remote.status = ['failed']), /could not take in tides-app/],
    ['has other files', () => (remote.files = [{ name: 'other', bytes: 1 }]), /in tides-app on Kaggle/],
    [
      'is another account’s',
      () => (remote.kaggle.account.whoAmI = () => Promise.resolve('bob')),
      /bob is signed in/,
    ],
  ] as const)
    it(`looks again, and says up to how much may be sent, when the dataset ${what}`, async () => {
      remote.id = 7;
      const { result, context } = await run();
      const input = { project: aProject(), pack: bundle, rehearse: REHEARSAL };
      assert.equal(await uploadStage.doubt?.(result, input, context), undefined);
      change();
      const doubt = await uploadStage.doubt?.(result, input, context);
      assert.match(doubt?.because ?? '', because);
      assert.match(uploadStage.plan(input, result, doubt), /up to 1\.\d+ kB/);
    });

  it('makes a new version of what Kaggle could not take in, and of what a run found to be another', async () => {
    const { result: previous } = await run();
    const input = { project: aProject(), pack: bundle, rehearse: REHEARSAL };
    remote.status = ['failed', 'ready'];
    const { context } = keptContext(remote.kaggle, { folder });
    assert.equal((await uploadStage.run(input, previous, context)).datasets[0]?.version, 2);
    // Whatever its own account of itself says.
    remote.marker = planDatasets(aProject(), bundle)[0]?.marker ?? '';
    assert.equal((await run({ suspect: ['another'] })).result.datasets[0]?.version, 2);
    const { result, saved } = await run({ suspect: [SLUG] });
    assert.equal(result.datasets[0]?.version, 3);
    // Killed now, it makes no other.
    assert.equal((await run(saved.at(-1))).result.datasets[0]?.version, 3);
  });

  it('uploads once more when Kaggle does not take what an earlier run uploaded', async () => {
    remote.staleTimes = 1;
    await run();
    assert.deepEqual(remote.calls.slice(0, 2), ['create', 'create']);
    assert.equal(remote.uploads.length, 4);
    remote.version = 0;
    remote.staleTimes = 2;
    await assert.rejects(run(), { code: 'upload-stale' });
  });

  it('waits for the version that an interrupted run made, and makes no second one', async () => {
    await run();
    remote.uploads.length = 0;
    const there = remote.files;
    remote.files = [];
    remote.status = ['processing', 'processing', 'ready'];
    remote.kaggle.datasets.listFiles = () => Promise.resolve(remote.status.length > 1 ? [] : there);
    const { result } = await run(sending(0));
    assert.deepEqual(remote.uploads, []);
    assert.equal(result.datasets[0]?.version, 1);
  });

  it('sends nothing when the account would not hold it', async () => {
    const own = (isPrivate: boolean) => [
      { owner: 'ann', slug: 'big', title: 'big', bytes: 200e9, lastUpdated: undefined, isPrivate },
    ];
    remote.own = own(true);
    const error: unknown = await run().catch((reason: unknown) => reason);
    assert.ok(isUserError(error, 'bundle-refused'));
    assert.match(error.title, /private datasets on Kaggle have 200 GB/);
    assert.deepEqual(remote.uploads, []);
    remote.own = own(false);
    await run();
  });

  it('waits for a version that is still taken in before it makes the next', async () => {
    await run();
    remote.calls.length = 0;
    remote.files = [];
    remote.status = ['processing', 'processing', 'ready'];
    await run();
    assert.deepEqual(remote.calls, ['status', 'status', 'status', 'version', 'status']);
  });

  const damages: Readonly<Record<string, readonly [(file: RemoteFile) => readonly RemoteFile[], RegExp]>> = {
    'is missing': [() => [], /inferenceapp is missing/],
    'has another size': [
      (file) => [{ ...file, bytes: file.bytes - 1 }],
      /inferenceapp has 999 bytes instead of 1000/,
    ],
    'has another name': [(file) => [{ ...file, name: 'inferenceapp.tar' }], /inferenceapp is missing/],
    'is one too many': [(file) => [file, { name: 'other', bytes: 1 }], /other should not be there/],
  };
  for (const [name, [damage, words]] of Object.entries(damages))
    it(`is upload-incomplete when a file ${name} afterwards, naming it`, async () => {
      remote.arrives = (files) =>
        files.flatMap((file) => (file.name === 'inferenceapp' ? damage(file) : [file]));
      const error: unknown = await run().catch((reason: unknown) => reason);
      assert.ok(isUserError(error, 'upload-incomplete'));
      assert.match(error.title, words);
      assert.equal(error.actions[0].url, `https://site.test/datasets/ann/${SLUG}`);
    });

  it('sends the files of a folder to their places, and verifies them there', async () => {
    const path = join(folder, 'bundle', 'inferenceapp');
    const file = (name: string) => ({ name, path, bytes: CONTENT.length, sha256: sha256(CONTENT) });
    bundle = {
      ...bundle,
      parts: [
        { kind: 'models', fingerprint: 'm', files: [file('m.onnx'), file('weights/a/0'), file('weights/b')] },
      ],
    };
    await run();
    assert.deepEqual(
      remote.files.map(({ name }) => name),
      ['m.onnx', 'weights/a/0', 'weights/b', 'bundle.json'],
    );
    remote.version = 0;
    remote.arrives = (files) => files.filter(({ name }) => name !== 'weights/a/0');
    await assert.rejects(run(), /weights\/a\/0 is missing/);
  });

  it('counts a folder as one of the fifty things at the top', async () => {
    const path = join(folder, 'bundle', 'inferenceapp');
    const many = (prefix: string) =>
      Array.from({ length: 50 }, (_, index) => ({
        name: `${prefix}${index}`,
        path,
        bytes: CONTENT.length,
        sha256: sha256(CONTENT),
      }));
    const models = (prefix: string): Bundle => ({
      ...bundle,
      parts: [{ kind: 'models', fingerprint: 'm', files: many(prefix) }],
    });
    bundle = models('layer');
    const error: unknown = await run().catch((reason: unknown) => reason);
    assert.ok(isUserError(error, 'bundle-refused'));
    assert.match(error.title, /would have 51 files and folders; Kaggle takes 50/);
    bundle = models('weights/layer');
    await run();
  });

  it('is dataset-failed when Kaggle cannot take it in', async () => {
    remote.status = ['processing', 'failed'];
    await assert.rejects(run(), { code: 'dataset-failed' });
  });

  it('that stands says what was sent when it was done, as after a reload in the middle of a run', () => {
    const dataset = { slug: SLUG, version: 3, bundleId: 'b', kinds: [], uploadedBytes: 0 };
    const standing = (uploadedBytes: number) =>
      uploadStage.standing?.({ fingerprint: 'u', owner: 'ann', datasets: [dataset], uploadedBytes });
    assert.equal(standing(55_000), `uploaded before (55.0 kB), nothing to upload now: ${SLUG} v3`);
    assert.equal(standing(0), `nothing to upload: ${SLUG} v3`);
  });
});
