import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isUserError } from '../../../src/base/errors.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { Bundle, Rehearsal } from '../../../src/core/artefacts.ts';
import { uploadStage } from '../../../src/core/upload/upload-stage.ts';
import type { BlobSource, RemoteFile, UploadedBlob } from '../../../src/kaggle/client.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext, type PlayedCalls } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const KINDS = ['dotjulia', 'dotjulia-delta', 'inferenceapp'] as const;
const REHEARSAL: Rehearsal = {
  fingerprint: 'r',
  seconds: 1,
  steps: [],
  peakMemoryBytes: 1,
  rows: 1,
  submissionSha256: 's',
};

/** A Kaggle that the program is killed beside, at the n-th call or right after it. */
class DeadlyKaggle {
  readonly versions = new Map<string, { version: number; files: readonly RemoteFile[] }>();
  readonly #tokens = new Map<string, BlobSource>();
  deathAt = Infinity;
  diesAfter = false;
  #calls = 0;
  #dead = false;

  readonly kaggle: PlayedCalls = {
    account: { whoAmI: () => Promise.resolve('ann') },
    datasets: {
      list: () => this.#call(() => []),
      find: (_, slug) =>
        this.#call(() => {
          const found = this.versions.get(slug);
          return found && { slug, currentVersion: found.version, versions: [] };
        }),
      listFiles: (_, slug) => this.#call(() => this.versions.get(slug)?.files ?? []),
      isPrivate: () => this.#call(() => true),
      status: (_, slug) => this.#call(() => (this.versions.has(slug) ? 'ready' : 'missing')),
      upload: (file) =>
        this.#call(() => {
          const token = `${this.#tokens.size}`;
          this.#tokens.set(token, file);
          return token;
        }),
      create: ({ slug, files }) => this.#call(() => this.#make(slug, files)),
      createVersion: ({ slug, files }) => this.#call(() => this.#make(slug, files)),
    },
  };

  begin(deathAt: number, diesAfter: boolean): void {
    Object.assign(this, { deathAt, diesAfter });
    this.#calls = 0;
    this.#dead = false;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  #make(slug: string, sent: readonly UploadedBlob[]): void {
    const files = sent.flatMap(({ token }) => this.#tokens.get(token) ?? []);
    this.versions.set(slug, { version: (this.versions.get(slug)?.version ?? 0) + 1, files });
  }

  /** A dead program asks nothing more, and hears no answer. */
  #call<T>(effect: () => T): Promise<T> {
    this.#calls += 1;
    const dies = this.#calls >= this.deathAt;
    if (this.#dead || (dies && !this.diesAfter)) {
      this.#dead = true;
      return Promise.reject(new CancelledError());
    }
    const result = effect();
    if (!dies) return Promise.resolve(result);
    this.#dead = true;
    return Promise.reject(new CancelledError());
  }
}

describe('datasets that are sent side by side', () => {
  let folder = '';
  let bundle: Bundle;

  before(async () => {
    folder = await tempFolder();
    await mkdir(join(folder, 'bundle'));
    const parts = KINDS.map(async (kind) => {
      const path = join(folder, 'bundle', kind);
      await writeFile(path, kind);
      const file = { name: kind, path, bytes: kind.length, sha256: sha256(kind) };
      return { kind, fingerprint: kind, files: [file] };
    });
    bundle = { fingerprint: 'b', bundleId: 'b'.repeat(16), parts: await Promise.all(parts) };
  });

  it('have one version each, however often the program was killed, wherever', async () => {
    const deaths = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.boolean()), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(deaths, async (killed) => {
        const remote = new DeadlyKaggle();
        const input = { project: aProject(), pack: bundle, rehearse: REHEARSAL };
        let pending: unknown;
        for (const [deathAt, diesAfter] of [...killed, [Infinity, false] as const]) {
          remote.begin(deathAt, diesAfter);
          const { context } = keptContext(remote.kaggle, { folder, pending });
          const savePending = (value: unknown): Promise<void> => {
            if (!remote.isDead) pending = JSON.parse(JSON.stringify(value));
            return Promise.resolve();
          };
          await uploadStage.run(input, undefined, { ...context, savePending }).catch((error: unknown) => {
            assert.ok(remote.isDead, String(error));
            assert.ok(!isUserError(error));
          });
        }
        const made = [...remote.versions.values()].map(({ version }) => version);
        assert.deepEqual(made, [1, 1, 1]);
      }),
      { numRuns: 200 },
    );
  });
});
