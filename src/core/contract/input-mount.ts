import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Engine, VolumeMount } from '../../docker/engine.ts';
import { contentOfFiles, ensureFilledVolume } from '../../docker/filled-volume.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import type { Project, TestReport } from '../artefacts.ts';
import type { StageContext } from '../stage.ts';
import { competitionInput, datasetInput, WORKING } from './paths.ts';
import type { RunFolders } from '../config-file.ts';
import { stagedMtimeSeconds } from './staged-files.ts';

export interface InputFolder {
  /** Decides the volume. The same key is the same volume, filled anew when its files differ: none piles up. */
  readonly key: Readonly<Record<string, string>>;
  /** What all projects share in it, since its key tells its content; absent: it is this checkout's own. */
  readonly shared?: string;
  readonly target: string;
  readonly image: string;
  readonly files: readonly TarFile[];
}

/** A folder below `/kaggle/input` as Kaggle mounts it: read-only, in a volume, so that a remote engine works too. */
export async function inputMount(
  engine: Engine,
  input: InputFolder,
  context: StageContext,
): Promise<VolumeMount> {
  const { key, shared, target, image } = input;
  const owner = shared === undefined ? { checkout: context.checkout } : { shared };
  const name = `julia-kaggle-input-${fingerprint({ ...key, ...owner }).slice(0, 16)}`;
  const words = { copy: `Copying to the engine: ${target}`, check: `Verifying in the engine: ${target}` };
  await ensureFilledVolume(
    engine,
    {
      name,
      image,
      content: contentOfFiles(input.files),
      ...defined({ shared }),
    },
    {
      memory: context.ports.volumeMemory,
      onProgress: (doing, done, total) => context.progress(words[doing], done, total),
    },
  );
  return { volume: name, target, readOnly: true };
}

/** A file of known content as an input: its time tells its content, so that a change of the same size is seen too. */
export function inputFile(file: {
  readonly name: string;
  readonly path: string;
  readonly isReal?: boolean;
  readonly bytes: number;
  readonly sha256: string;
}): TarFile {
  const { path, isReal = false, bytes, sha256 } = file;
  return {
    path: file.name,
    from: { file: path, isReal, bytes, sha256 },
    modifiedSeconds: stagedMtimeSeconds(file.sha256),
  };
}

/** The competition's public data; test and rehearsal share the volume. */
export function competitionMount(
  engine: Engine,
  slug: string,
  data: Pick<TestReport, 'dataFolder' | 'dataFiles'>,
  image: string,
  context: StageContext,
): Promise<VolumeMount> {
  const files = data.dataFiles.map((file) => ({
    path: file.name,
    from: {
      file: file.source ?? join(data.dataFolder, ...file.name.split('/')),
      isReal: true,
      bytes: file.bytes,
    },
    modifiedSeconds: file.modifiedSeconds,
  }));
  const key = { slug, folder: data.dataFolder };
  return inputMount(engine, { key, target: competitionInput(slug), image, files }, context);
}

/** Where a run on the public data finds what it takes, before anything has an owner: test and compile run alike. */
export function publicFolders({ competition, datasets }: Project): RunFolders {
  return {
    competition: competitionInput(competition),
    models: datasetInput('local', datasets.models),
    working: WORKING,
  };
}

/** What such a run takes. */
export async function publicInputs(
  engine: Engine,
  project: Project,
  data: Pick<TestReport, 'dataFolder' | 'dataFiles'>,
  image: string,
  context: StageContext,
): Promise<VolumeMount[]> {
  const mounts = [await competitionMount(engine, project.competition, data, image, context)];
  if (project.models.length === 0) return mounts;
  const files = project.models.map((model) => inputFile({ ...model, path: model.source, isReal: true }));
  const input = { key: { models: 'test' }, target: publicFolders(project).models, image, files };
  return [...mounts, await inputMount(engine, input, context)];
}
