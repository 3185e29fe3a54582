import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { fingerprint } from '../base/hash.ts';
import type { Container, ContainerSpec, Engine, Labels, VolumeInfo, VolumeMount } from './engine.ts';
import { modifiedSecondsOf, type TarFile, tarFingerprint, tarOfFiles } from './tar-files.ts';
import { tarWithoutTop } from './tar-without-top.ts';
import type { VolumeMemory } from './volume-memory.ts';

/** What a volume is to hold. */
export interface VolumeContent {
  /** Equal for equal content; tells it from any other as far as that is known without reading it. */
  readonly key: string;
  /** About how much it is. */
  readonly bytes: number;
  /** The folder that everything in the tar stream lies in: the volume is that folder. Empty: there is none. */
  readonly top: string;
  /** The tar stream. `onBytes` hears how many of `bytes` were read. */
  plain(onBytes: (done: number) => void): Readable;
}

export interface FilledVolume {
  readonly name: string;
  /** Of the volume, besides the engine's, unless it is shared. */
  readonly labels?: Labels;
  /** What projects share in it, e.g. `julia`; absent: it is one project's own. */
  readonly shared?: string;
  /** Any image that the engine has: nothing of it is run. */
  readonly image: string;
  readonly content: VolumeContent;
}

export interface Filling {
  /** Absent: nothing is remembered, so that a volume is read back before each use. */
  readonly memory?: VolumeMemory | undefined;
  /** What is remembered is not believed this time. */
  readonly isDoubted?: boolean;
  readonly onProgress: (doing: 'copy' | 'check', done: number, total: number) => void;
}

/** A volume does not hold what it was filled with: it has to be filled again before it is used. */
class VolumeChanged extends Error {}

/** Uses volumes, and does so once more if one of them was changed by others. `use` then starts over. */
export async function retryIfChanged<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof VolumeChanged) return use();
    throw error;
  }
}

/** Label of every volume of which something is remembered: a random id, another each time that one is made. */
const ID_LABEL = 'julia-kaggle.content';

/** So much is read back each time, whatever is remembered: it takes little, and whoever changed it is noticed. */
const LITTLE_BYTES = 4e6;

/**
 * Makes sure that a volume holds exactly this content. It is filled by an archive that the engine unpacks into a container
 * that is never started, and read back in the same way: no program of an image ever sees it writable or is asked what is
 * in it. So one that an interrupted run left half filled, or that somebody else made under this name, is noticed
 * whatever it says of itself, and made again. There is no mark in it, which programs would find among their inputs.
 * @throws UserError of the engine (a volume that must be made again may be in use), `file-changed`, `file-unreadable`;
 * CancelledError.
 */
export async function ensureFilledVolume(
  engine: Engine,
  volume: FilledVolume,
  filling: Filling,
): Promise<void> {
  const { memory, isDoubted = false } = filling;
  const { name } = volume;
  const isBelieved = (): Promise<boolean> => isTakenUnread(engine, volume, filling);
  if (await isBelieved()) return;
  const make = async (signal: AbortSignal): Promise<void> => {
    const inTime = engine.bound({ signal });
    const found = await inTime.volume.find(name);
    if (found !== undefined) {
      // Another process may have filled it while this one waited.
      if (await isBelieved()) return;
      const known = isDoubted ? undefined : await keyIn(found, memory);
      const isOther = known !== undefined && known !== volume.content.key;
      if (!isOther && (await holds(inTime, volume, filling))) return remember(found, volume, memory);
      await inTime.volume.remove(name);
    }
    await fill(inTime, volume, filling);
  };
  await (memory === undefined ? make(engine.signal) : memory.alone(name, engine.signal, make));
}

/**
 * As `ensureFilledVolume`, for a mount. A small volume with known content is read back in the container that uses it, so
 * that no container is made just to look.
 */
export async function mountFilledVolume(
  engine: Engine,
  volume: FilledVolume,
  filling: Filling,
  target: string,
): Promise<VolumeMount> {
  const { name, content } = volume;
  const { memory, isDoubted = false } = filling;
  const mount = { volume: name, target, readOnly: true };
  const found = memory === undefined || isDoubted ? undefined : await engine.volume.find(name);
  if (content.bytes > LITTLE_BYTES || (await keyIn(found, memory)) !== content.key) {
    await ensureFilledVolume(engine, volume, filling);
    return mount;
  }
  const verify: VolumeMount['verify'] = async (container, place) => {
    if (await isIn(container, place, content)) return;
    await rememberKey(found, CHANGED, memory);
    throw new VolumeChanged(`The volume ${name} was changed by others.`);
  };
  return { ...mount, verify };
}

/** The key of no content. */
const CHANGED = 'changed';

/** Whether a volume is taken for what it was filled with, so that nothing of the content is read. */
export async function isTakenUnread(
  engine: Pick<Engine, 'volume'>,
  {
    name,
    content: { key, bytes },
  }: Pick<FilledVolume, 'name'> & { readonly content: Pick<VolumeContent, 'key' | 'bytes'> },
  { memory, isDoubted = false }: Pick<Filling, 'memory' | 'isDoubted'>,
): Promise<boolean> {
  if (memory === undefined || isDoubted || bytes <= LITTLE_BYTES) return false;
  return isKnownVolume(engine, { name, key }, memory);
}

/** Whether the volume is there and is known to have been filled with this content, without a look into it. */
export async function isKnownVolume(
  engine: Pick<Engine, 'volume'>,
  { name, key }: { readonly name: string; readonly key: string },
  memory: VolumeMemory | undefined,
): Promise<boolean> {
  const found = await engine.volume.find(name);
  if (found === undefined || memory === undefined) return found !== undefined;
  return (await keyIn(found, memory)) === key;
}

/** The key of what a volume is known to hold. */
export async function keyIn(
  found: VolumeInfo | undefined,
  memory: VolumeMemory | undefined,
): Promise<string | undefined> {
  return memory?.recall(found?.labels[ID_LABEL] ?? '');
}

async function remember(found: VolumeInfo, { content }: FilledVolume, memory: VolumeMemory | undefined) {
  await rememberKey(found, content.key, memory);
}

/** Keeps what a volume holds from now on, whoever asks for it by its id. */
export async function rememberKey(
  found: VolumeInfo | undefined,
  key: string,
  memory: VolumeMemory | undefined,
): Promise<void> {
  const id = found?.labels[ID_LABEL];
  if (id !== undefined) await memory?.remember(id, key);
}

/** A random id as a label for a volume that is made: what is remembered of it is of no other of its name. */
export function newVolumeId(): Labels {
  return { [ID_LABEL]: randomUUID() };
}

/** Whether what is in the volume is what should be, file by file. */
function holds(engine: Engine, volume: FilledVolume, { onProgress }: Filling): Promise<boolean> {
  const { content } = volume;
  return beside(engine, volume, (container) =>
    isIn(container, PLACE, content, (done) => onProgress('check', done, content.bytes)),
  );
}

async function isIn(
  container: Pick<Container, 'getArchive'>,
  place: string,
  content: VolumeContent,
  onBytes: (done: number) => void = () => undefined,
): Promise<boolean> {
  const archive = container.getArchive(place);
  const actual = archive.then((tar) => tarFingerprint(tar, posix.basename(place)));
  const wanted = tarFingerprint(content.plain(onBytes), content.top);
  // Both to their end: what fails leaves nothing behind that goes on.
  const [there, should] = await Promise.allSettled([actual, wanted]);
  if (there.status === 'rejected') throw there.reason;
  if (should.status === 'rejected') throw should.reason;
  return there.value === should.value;
}

async function fill(engine: Engine, volume: FilledVolume, filling: Filling) {
  const { name, labels, shared, content } = volume;
  const id = newVolumeId();
  if (shared === undefined) await engine.volume.ensure(name, { ...labels, ...id });
  else await engine.volume.ensure(name, { 'julia-kaggle.shared': shared, ...id }, 'nobody');
  const tar = content.plain((done) => filling.onProgress('copy', done, content.bytes));
  const files = content.top === '' ? tar : tarWithoutTop(tar, content.top);
  try {
    await beside(engine, volume, (container) => container.putArchive(PLACE, files));
  } catch (error) {
    files.destroy();
    throw error;
  }
  const made = await engine.volume.find(name);
  if (made !== undefined) await remember(made, volume, filling.memory);
}

/**
 * Where the volume is mounted and archives go, not above it: Podman puts what an archive for a folder above has for a
 * volume beside the volume, under the mount.
 */
const PLACE = '/volume';

function beside<T>(
  engine: Engine,
  { name, image }: FilledVolume,
  use: (container: Unstarted) => Promise<T>,
): Promise<T> {
  const mounts = [{ volume: name, target: PLACE, readOnly: false }];
  return besideVolumes(engine, { image, mounts }, use);
}

/** A container that is never started: no program sees its volumes. */
type Unstarted = Pick<Container, 'has' | 'putArchive' | 'getArchive'>;

/** Lends a container with these volumes, which is not started. @param spec any image that the engine has. */
export function besideVolumes<T>(
  engine: Engine,
  spec: Pick<ContainerSpec, 'image' | 'mounts'>,
  use: (container: Unstarted) => Promise<T>,
): Promise<T> {
  return engine.container.use({ ...spec, command: ['true'], network: 'none' }, use);
}

/** These files as the content of a volume. */
export function contentOfFiles(files: readonly TarFile[]): VolumeContent {
  const bytesOf = ({ from }: TarFile): number => ('text' in from ? Buffer.byteLength(from.text) : from.bytes);
  const facts = files.map((file) => ({
    path: file.path,
    bytes: bytesOf(file),
    modified: modifiedSecondsOf(file),
    executable: file.executable ?? false,
    content: 'text' in file.from ? file.from.text : file.from.sha256,
  }));
  const tar = (onBytes: (done: number) => void): Readable => tarOfFiles(files, onBytes);
  return {
    key: fingerprint(facts.sort((a, b) => (a.path < b.path ? -1 : 1))),
    bytes: files.reduce((sum, file) => sum + bytesOf(file), 0),
    top: '',
    plain: tar,
  };
}
