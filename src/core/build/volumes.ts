import * as l10n from '@vscode/l10n';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { fingerprint } from '../../base/hash.ts';
import type { Engine, ImageInfo } from '../../docker/engine.ts';
import {
  ensureFilledVolume,
  isKnownVolume,
  isTakenUnread,
  keyIn,
  newVolumeId,
  rememberKey,
  type VolumeContent,
} from '../../docker/filled-volume.ts';
import type { JuliaTarball } from '../../julia/releases.ts';
import { removeOtherVolumes, stampIn } from '../contract/checkout.ts';
import { pinnedImage } from '../contract/image/kaggle-image.ts';
import type { Depot, Project } from '../artefacts.ts';
import { BUILD_STAMP, DEPOT } from '../contract/image/paths.ts';
import type { Doubt, StageContext, WorkContext } from '../stage.ts';

/** The volume of a checkout's depot: another image, another Julia or a copy of the project never shares it. */
export function depotVolumeName(
  checkout: string,
  { juliaVersion }: Pick<Project, 'juliaVersion'>,
  { id }: Pick<ImageInfo, 'id'>,
): string {
  const key = fingerprint({ checkout, julia: juliaVersion, image: id });
  return `julia-kaggle-depot-${key.slice(0, 16)}`;
}

/** Label of the depots of all projects. */
const DEPOT_LABEL = { 'julia-kaggle.depot': 'true' };
/** Label of the volumes with a Julia that are one project's own. */
const JULIA_LABEL = { 'julia-kaggle.julia': 'true' };

/** Makes the project's depot volume, and removes those that it had for another image or another Julia. */
export async function ensureDepotVolume(engine: Engine, name: string, context: WorkContext): Promise<void> {
  await engine.volume.ensure(name, { ...DEPOT_LABEL, ...newVolumeId() });
  await removeOtherVolumes(engine, name, DEPOT_LABEL, context.checkout);
}

/** The depot volume of a checkout for this Julia and image, made where there is none; those for others stay. */
export async function depotOf(
  engine: Engine,
  juliaVersion: string,
  image: ImageInfo,
  checkout: string,
): Promise<string> {
  const name = depotVolumeName(checkout, { juliaVersion }, image);
  await engine.volume.ensure(name, { ...DEPOT_LABEL, ...newVolumeId() });
  return name;
}

/**
 * The volume of one Julia tarball: shared by all projects that build in an image of Kaggle's. Any other image may have
 * anything in it: there the volume is of this checkout and this image alone.
 */
export function juliaVolumeName(
  { version, sha256 }: Pick<JuliaTarball, 'version' | 'sha256'>,
  image: Depot['image'],
  checkout: string,
): string {
  const owner = isShared(image) ? {} : { checkout, image: image.id };
  return `julia-kaggle-julia-${version}-${fingerprint({ sha256, ...owner }).slice(0, 16)}`;
}

function isShared(image: Depot['image']): boolean {
  return pinnedImage(image) !== undefined;
}

/** Whether the engine has the Julia of an earlier build, so that its tarball is not read. */
export function hasJulia(
  engine: Engine,
  julia: Depot['julia'],
  image: ImageInfo,
  { checkout, ports: { volumeMemory: memory } }: StageContext,
): Promise<boolean> {
  const name = juliaVolumeName(julia, image, checkout);
  return isTakenUnread(engine, { name, content: { key: julia.sha256, bytes: julia.bytes } }, { memory });
}

/**
 * Unpacks Julia into its volume unless it is there.
 * @throws UserError of the engine, `disk-full`; CancelledError.
 */
export async function ensureJuliaVolume(
  engine: Engine,
  tarball: JuliaTarball,
  image: ImageInfo,
  context: WorkContext,
): Promise<string> {
  const name = juliaVolumeName(tarball, image, context.checkout);
  const volume = {
    name,
    image: image.name,
    ...(isShared(image) ? { shared: 'julia' } : { labels: JULIA_LABEL }),
    content: contentOfTarball(tarball),
  };
  const words = {
    copy: l10n.t('Unpacking Julia {0}', tarball.version),
    check: l10n.t('Verifying Julia {0}', tarball.version),
  };
  await ensureFilledVolume(engine, volume, {
    memory: context.ports.volumeMemory,
    onProgress: (doing, done, total) => context.progress(words[doing], done, total),
  });
  await removeOtherVolumes(engine, name, JULIA_LABEL, context.checkout);
  return name;
}

/** What speaks against depot and Julia of a build: they are another checkout's, gone, or of another build since. */
export async function doubtVolumes(
  engine: Engine,
  build: Depot,
  context: StageContext,
): Promise<Doubt | undefined> {
  const { julia, image, volume, juliaVolume } = build;
  const { ports, checkout } = context;
  const isOwn =
    volume === depotVolumeName(checkout, { juliaVersion: julia.version }, image) &&
    juliaVolume === juliaVolumeName(julia, image, checkout);
  if (!isOwn) return { because: l10n.t('since the last depot is that of another folder') };
  const found = await engine.volume.find(volume);
  if (found === undefined)
    return { because: l10n.t('since its depot is not on this engine'), neededBy: ['test', 'pack'] };
  if (!(await isKnownVolume(engine, { name: juliaVolume, key: julia.sha256 }, ports.volumeMemory)))
    return {
      because: l10n.t('since its Julia {0} is not on this engine', julia.version),
      neededBy: ['test', 'pack'],
    };
  const { buildId } = build;
  if (buildId === undefined) return { because: l10n.t('since the depot is of another build') };
  if ((await keyIn(found, ports.volumeMemory)) === keyOfBuild(buildId)) return undefined;
  if ((await buildIn(engine, build)) === buildId) return undefined;
  return { because: l10n.t('since the depot is of another build') };
}

/**
 * Notes on this machine of which build a depot is, so that nobody has to look into it. Before anything works on it that
 * may leave it another: `undefined`, for whoever wants to know then has to look.
 */
export async function noteBuild(
  engine: Engine,
  volume: string,
  buildId: string | undefined,
  { ports: { volumeMemory: memory } }: Pick<WorkContext, 'ports'>,
): Promise<void> {
  if (memory === undefined) return;
  await rememberKey(await engine.volume.find(volume), keyOfBuild(buildId), memory);
}

function keyOfBuild(buildId: string | undefined): string {
  return buildId === undefined ? 'none' : `build:${buildId}`;
}

/** The id of the build that a depot is of; undefined while one is at work, or when it did not end. */
function buildIn(engine: Engine, { volume, image }: Depot): Promise<string | undefined> {
  return stampIn(engine, { image: image.name, mount: { volume, target: DEPOT }, stamp: BUILD_STAMP });
}

/** All of an official tarball lies in the folder `julia-<version>` (julia-facts section 1). */
function contentOfTarball({ file, bytes, sha256, version }: JuliaTarball): VolumeContent {
  return {
    key: sha256,
    bytes,
    top: `julia-${version}`,
    plain: (onBytes) => {
      const source = createReadStream(file);
      source.on('data', () => onBytes(source.bytesRead)).pause();
      const plain = createGunzip();
      source.on('error', (error) => plain.destroy(error));
      plain.on('close', () => source.destroy());
      return source.pipe(plain);
    },
  };
}
