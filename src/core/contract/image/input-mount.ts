import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { defined } from '../../../base/defined.ts';
import { fingerprint } from '../../../base/hash.ts';
import type { Engine, VolumeMount } from '../../../docker/engine.ts';
import { contentOfFiles, isTakenUnread, mountFilledVolume } from '../../../docker/filled-volume.ts';
import type { TarFile } from '../../../docker/tar-files.ts';
import type { Project, TestReport } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';
import { modelsMount } from '../datasets.ts';
import { competitionInput, WORKING } from './paths.ts';
import { fetchInput } from './fetch-input.ts';
import { inputFolder, inputFolders, knownInputs } from './other-inputs.ts';
import type { RunFolders } from '../../config-file.ts';
import { stagedMtimeSeconds } from '../depot/staged-files.ts';

export interface InputFolder {
  /** Decides the volume. The same key is the same volume, filled anew when its files differ: none piles up. */
  readonly key: Readonly<Record<string, string>>;
  /** What all projects share in it, since its key tells its content; absent: it is this checkout's own. */
  readonly shared?: string;
  readonly target: string;
  readonly image: string;
  readonly files: readonly TarFile[];
  /** The files with those brought here that are not: asked for when one is read. Absent: all are here. */
  readonly bring?: () => Promise<readonly TarFile[]>;
  /** The volume is read back, whatever is remembered of it. */
  readonly isDoubted?: boolean;
}

/** A folder below `/kaggle/input` as Kaggle mounts it: read-only, in a volume, so that a remote engine works too. */
export async function inputMount(
  engine: Engine,
  input: InputFolder,
  context: StageContext,
): Promise<VolumeMount> {
  const { key, shared, target, image, isDoubted = false } = input;
  const owner = shared === undefined ? { checkout: context.checkout } : { shared };
  const name = `julia-kaggle-input-${fingerprint({ ...key, ...owner }).slice(0, 16)}`;
  const words = {
    copy: l10n.t('Copying to the engine: {0}', target),
    check: l10n.t('Verifying in the engine: {0}', target),
  };
  const filling = {
    memory: context.ports.volumeMemory,
    isDoubted,
    onProgress: (doing: keyof typeof words, done: number, total: number) =>
      context.progress(words[doing], done, total),
  };
  const listed = contentOfFiles(input.files);
  const isUnread =
    input.bring === undefined || (await isTakenUnread(engine, { name, content: listed }, filling));
  const content = isUnread ? listed : contentOfFiles(await input.bring());
  const volume = { name, image, content, ...defined({ shared }) };
  return mountFilledVolume(engine, volume, filling, target);
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
  data: Pick<TestReport, 'dataFolder' | 'dataFiles'> & Pick<InputFolder, 'isDoubted'>,
  image: string,
  context: StageContext,
): Promise<VolumeMount> {
  const files = data.dataFiles.map((file) =>
    inputFile({
      ...file,
      path: file.source ?? join(data.dataFolder, ...file.name.split('/')),
      isReal: true,
    }),
  );
  const key = { slug, folder: data.dataFolder };
  const { isDoubted = false } = data;
  return inputMount(engine, { isDoubted, key, target: competitionInput(slug), image, files }, context);
}

/** Where a run on the public data finds what it takes, before anything has an owner: test and compile run alike. */
export function publicFolders(project: Project): RunFolders {
  const { competition, inputs } = project;
  return {
    competition: competitionInput(competition),
    models: modelsMount('local', project),
    working: WORKING,
    inputs: inputFolders({ inputs }),
  };
}

/**
 * What the project attaches of others, each where Kaggle mounts it. Test and rehearsal of all projects share the volumes:
 * a version's files are the same for everybody.
 */
export async function otherInputs(
  engine: Engine,
  project: Project,
  image: string,
  context: StageContext,
): Promise<VolumeMount[]> {
  const mounts: VolumeMount[] = [];
  for (const input of knownInputs(project)) {
    const { folder, files } = await fetchInput(input, context);
    const key = { folder, only: (input.only ?? []).join('\n') };
    const found = files.map((file) =>
      inputFile({ ...file, path: file.source ?? join(folder, ...file.name.split('/')), isReal: true }),
    );
    const wanted = { key, shared: 'input', target: inputFolder(input), image, files: found };
    mounts.push(await inputMount(engine, wanted, context));
  }
  return mounts;
}

/** What such a run takes. */
export async function publicInputs(
  engine: Engine,
  project: Project,
  data: Pick<TestReport, 'dataFolder' | 'dataFiles'> & Pick<InputFolder, 'isDoubted'>,
  image: string,
  context: StageContext,
): Promise<VolumeMount[]> {
  const mounts = [
    await competitionMount(engine, project.competition, data, image, context),
    ...(await otherInputs(engine, project, image, context)),
  ];
  if (project.models.length === 0) return mounts;
  const files = project.models.map((model) => inputFile({ ...model, path: model.source, isReal: true }));
  const { isDoubted = false } = data;
  const input = { key: { models: 'test' }, target: publicFolders(project).models, image, files, isDoubted };
  return [...mounts, await inputMount(engine, input, context)];
}
