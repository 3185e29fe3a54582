import assert from 'node:assert/strict';
import { UserError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import type { StageContext } from '../../src/core/stage.ts';
import { MARKER_FILE } from '../../src/core/contract/datasets.ts';
import { BUILD_STAMP } from '../../src/core/contract/image/paths.ts';
import type { Engine, VolumeInfo } from '../../src/docker/engine.ts';
import { tarOfFiles } from '../../src/docker/tar-files.ts';
import type { BlobSource, SubmissionState, UploadedBlob } from '../../src/kaggle/client.ts';
import { playedEngine } from './played-engine.ts';
import type { PlayedCalls } from './stage-context.ts';

/** Nobody catches it: it stands for the end of the process. */
export class Killed extends Error {}

/** Counts what a process does to the world; at one of its steps it is killed, before the step or after it. */
export class Fate {
  #steps = 0;
  #isDead = false;

  constructor(
    private readonly at: number,
    private readonly moment: 'before' | 'after',
  ) {}

  /** A dead process does nothing more, and hears no answer. */
  async step<T>(work: () => Promise<T> | T): Promise<T> {
    this.#steps += 1;
    const isDue = this.#steps === this.at;
    if (this.#isDead || (isDue && this.moment === 'before')) {
      this.#isDead = true;
      throw new Killed();
    }
    const result = await work();
    if (!isDue) return result;
    this.#isDead = true;
    throw new Killed();
  }
}

/** What a depot's volume holds. */
interface DepotVolume {
  readonly labels: Readonly<Record<string, string>>;
  /** The package's files by place. */
  files: ReadonlyMap<string, string>;
  /** Of the build that ended last; undefined while one is at work. */
  stamp: string | undefined;
}

/** An engine that has Julia and any image, and depots as they were laid there. */
export class PlayedEngineWorld {
  readonly volumes = new Map<string, DepotVolume>();

  engine(labels: DepotVolume['labels'], fate: Fate): Engine {
    const infoOf = (name: string): VolumeInfo | undefined => {
      if (name.startsWith('julia-kaggle-julia-'))
        return { name, labels: { 'julia-kaggle.content': 'known' } };
      const found = this.volumes.get(name);
      return found && { name, labels: found.labels };
    };
    return playedEngine(() => ({}), {
      image: { find: (name) => Promise.resolve({ name, id: 'sha256:image', digest: undefined, bytes: 1 }) },
      volume: {
        ensure: (name, more) =>
          fate.step(() => {
            const all = { ...labels, ...more };
            if (!this.volumes.has(name))
              this.volumes.set(name, { labels: all, files: new Map(), stamp: undefined });
          }),
        find: (name) => Promise.resolve(infoOf(name)),
        remove: (name) => fate.step(() => void this.volumes.delete(name)),
        list: (wanted) =>
          Promise.resolve(
            [...this.volumes].flatMap(([name, volume]) =>
              Object.entries(wanted).every(([key, value]) => volume.labels[key] === value)
                ? [{ name, labels: volume.labels }]
                : [],
            ),
          ),
      },
      container: {
        use: ({ mounts }, work) => {
          const { stamp } = this.volumes.get(mounts?.[0]?.volume ?? '') ?? { stamp: undefined };
          const text = stamp ?? '';
          return work({
            id: 'played',
            has: (path: string) => Promise.resolve(path === BUILD_STAMP && stamp !== undefined),
            getArchive: () => Promise.resolve(tarOfFiles([{ path: 'stamp', from: { text } }])),
          } as never);
        },
      },
    });
  }
}

/** Volumes of Julia are known to hold it. */
export const KNOWS_JULIA = (julia: string): NonNullable<StageContext['ports']['volumeMemory']> => ({
  recall: (id) => Promise.resolve(id === 'known' ? julia : undefined),
  remember: () => Promise.resolve(),
  alone: (_, signal, work) => work(signal),
});

interface RemoteVersion {
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly marker: string | undefined;
}
interface RemoteDataset {
  readonly id: number;
  readonly versions: RemoteVersion[];
}
interface RemoteNotebook {
  readonly id: number;
  readonly versions: { readonly source: string; readonly inputs: readonly RemoteVersion[] }[];
}
interface RemoteSubmission {
  readonly state: SubmissionState;
  /** Of the package in the dataset that the notebook's version was given. */
  readonly content: string;
}

/** Kaggle with several accounts. Sizes are all the same, so that nothing but identity tells one content from another. */
export class PlayedKaggleWorld {
  readonly datasets = new Map<string, RemoteDataset>();
  readonly notebooks = new Map<string, RemoteNotebook>();
  readonly submissions = new Map<string, RemoteSubmission[]>();
  readonly #tokens = new Map<string, BlobSource & { readonly text: string | undefined }>();
  #ids = 0;

  /** How many versions of datasets, versions of notebooks and submissions there are. */
  counts(): [versions: number, pushes: number, submissions: number] {
    const versions = [...this.datasets.values()].map((each) => each.versions);
    const pushes = [...this.notebooks.values()].map((each) => each.versions);
    return [versions.flat().length, pushes.flat().length, [...this.submissions.values()].flat().length];
  }

  /** Makes a version by hand, as on the site. */
  addVersion(key: string, version: RemoteVersion): void {
    const dataset = this.datasets.get(key) ?? { id: (this.#ids += 1), versions: [] };
    this.datasets.set(key, dataset);
    dataset.versions.push(version);
  }

  /** @param file what a run leaves. @param files the texts that this process wrote, by path. */
  client(user: string, file: string, fate: Fate, files: Map<string, string>): PlayedCalls {
    const step = fate.step.bind(fate);
    const dataset = (slug: string) => this.datasets.get(`${user}/${slug}`);
    const newest = (slug: string) => dataset(slug)?.versions.at(-1);
    const make = (slug: string, sent: readonly UploadedBlob[]): void => {
      const all = sent.map(({ name, token }) => ({ name, blob: this.#tokens.get(token) }));
      const marker = all.find(({ name }) => name === MARKER_FILE)?.blob?.text;
      const content = all.flatMap(({ name, blob }) =>
        blob === undefined || name === MARKER_FILE ? [] : [{ name, bytes: blob.bytes, sha256: blob.sha256 }],
      );
      this.addVersion(`${user}/${slug}`, { files: content, marker });
    };
    const submissions = (): RemoteSubmission[] => {
      const all = this.submissions.get(user) ?? [];
      this.submissions.set(user, all);
      return all;
    };
    return {
      account: { whoAmI: () => Promise.resolve(user) },
      datasets: {
        list: () => Promise.resolve([]),
        find: (_, slug) =>
          step(() => {
            const found = dataset(slug);
            return found && { id: found.id, slug, currentVersion: found.versions.length, versions: [] };
          }),
        listFiles: (_, slug) =>
          step(() => {
            const { files: listed = [], marker } = newest(slug) ?? {};
            const own = marker === undefined ? [] : [{ name: MARKER_FILE, bytes: Buffer.byteLength(marker) }];
            return [...listed, ...own];
          }),
        isPrivate: () => step(() => true),
        status: (_, slug) => step(() => (dataset(slug) === undefined ? 'missing' : 'ready')),
        downloadFile: (_, slug, _name, path) => step(() => void files.set(path, newest(slug)?.marker ?? '')),
        upload: (sent) =>
          step(() => {
            const token = `${this.#tokens.size}`;
            this.#tokens.set(token, { ...sent, text: files.get(sent.path) });
            return token;
          }),
        create: ({ slug, files: sent }) => step(() => make(slug, sent)),
        createVersion: ({ slug, files: sent }) => step(() => make(slug, sent)),
      },
      notebooks: {
        find: (_, slug) =>
          step(() => {
            const found = this.notebooks.get(`${user}/${slug}`);
            const source = found?.versions.at(-1)?.source;
            return found && { id: found.id, currentVersion: found.versions.length, source, isPrivate: true };
          }),
        push: ({ owner, slug, source, datasets }) =>
          step(() => {
            const key = `${owner}/${slug}`;
            const found = this.notebooks.get(key) ?? { id: (this.#ids += 1), versions: [] };
            this.notebooks.set(key, found);
            const inputs = datasets.flatMap((each) => this.datasets.get(each)?.versions.at(-1) ?? []);
            found.versions.push({ source, inputs });
            return { owner, slug, version: found.versions.length, url: 'https://site.test/code' };
          }),
        status: () => step(() => ({ status: 'complete' as const, failureMessage: undefined })),
        output: () => step(() => ({ files: [{ name: file, url: 'x' }], log: [] })),
        downloadOutput: () => step(() => undefined),
        followLog: () => assert.fail('a run that is over'),
      },
      competitions: {
        get: (slug) =>
          step(() => ({
            slug,
            title: slug,
            url: 'https://site.test/c',
            deadline: undefined,
            userHasEntered: true,
            isKernelsSubmissionsOnly: true,
            submissionsDisabled: false,
            evaluationMetric: 'rmse',
          })),
        leaderboardScores: () => Promise.resolve([0.1, 0.2]),
      },
      submissions: {
        limits: () =>
          step(() => ({ usedToday: 0, made: submissions().length, allowedNow: 5, limitedByTotal: false })),
        list: () => step(() => submissions().map(({ state }) => state)),
        submitNotebook: ({ owner, slug, version, description }) =>
          step(() => {
            const inputs = this.notebooks.get(`${owner}/${slug}`)?.versions[version - 1]?.inputs;
            const given = inputs?.flatMap((each) => each.files);
            const content = given?.find(({ name }) => name === 'inferenceapp');
            if (content === undefined) throw refused();
            const ref = (this.#ids += 1);
            const state = {
              ref,
              state: 'complete' as const,
              errorDescription: undefined,
              publicScore: '0.25',
              privateScore: undefined,
              description,
              url: 'https://site.test/s',
              date: '1970-01-01T00:00:00Z',
            };
            submissions().unshift({ state, content: content.sha256 });
            return { ref };
          }),
        get: (ref) =>
          step(() => {
            const found = submissions().find(({ state }) => state.ref === ref);
            assert.ok(found !== undefined);
            return found.state;
          }),
      },
    };
  }
}

function refused(): UserError {
  return new UserError({
    code: 'kaggle-refused',
    title: 'No such version.',
    actions: [{ title: 'Push it.' }],
  });
}

/** Files in memory, as far as the stages that talk to Kaggle use them. */
export function filesInMemory(texts: Map<string, string>): Partial<StageContext['files']> {
  return {
    look: () => Promise.resolve(undefined),
    readText: (path) => Promise.resolve(texts.get(path)),
    write: (path, content) => Promise.resolve(void texts.set(path, content.toString())),
    remove: (path) => Promise.resolve(void texts.delete(path)),
    rename: () => Promise.resolve(),
    lend: (path, use) => use(path),
  };
}

/** The content of a package, by its files. */
export function contentOf(files: ReadonlyMap<string, string>): string {
  return sha256(JSON.stringify([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
}
