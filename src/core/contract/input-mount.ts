import { join } from 'node:path';
import { fingerprint } from '../../base/hash.ts';
import type { Engine, VolumeMount } from '../../docker/engine.ts';
import { ensureFilledVolume } from '../../docker/filled-volume.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import type { TestReport } from '../artefacts.ts';
import type { StageContext } from '../stage.ts';
import { competitionInput } from './paths.ts';
import { stagedMtimeSeconds } from './staged-time.ts';

export interface InputFolder {
  /** Decides the volume. The same key is the same volume, filled anew when its files differ: none piles up. */
  readonly key: unknown;
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
  const name = `julia-kaggle-input-${fingerprint(input.key).slice(0, 16)}`;
  const volume = { name, labels: context.labels, image: input.image, files: input.files };
  await ensureFilledVolume(
    engine,
    volume,
    (done, total) => context.progress(`Copying to the engine: ${input.target}`, done, total),
    context.signal,
  );
  return { volume: name, target: input.target, readOnly: true };
}

/** A file of known content as an input: its time tells its content, so that a change of the same size is seen too. */
export function inputFile(file: { name: string; path: string; bytes: number; sha256: string }): TarFile {
  return {
    path: file.name,
    from: { file: file.path, bytes: file.bytes, sha256: file.sha256 },
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
    from: { file: join(data.dataFolder, ...file.name.split('/')), bytes: file.bytes },
    modifiedSeconds: file.modifiedSeconds,
  }));
  const key = { slug, folder: data.dataFolder };
  return inputMount(engine, { key, target: competitionInput(slug), image, files }, context);
}
