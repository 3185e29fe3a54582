import { isUserError } from '../base/errors.ts';
import type { Engine, Labels } from './engine.ts';
import { modifiedSecondsOf, type TarFile, tarOfFiles } from './tar-files.ts';

export interface FilledVolume {
  readonly name: string;
  readonly labels: Labels;
  /** An image with GNU find, to look into the volume. */
  readonly image: string;
  readonly files: readonly TarFile[];
}

/** Where the volume is while it is filled or looked at. */
const PLACE = '/volume';

/**
 * Makes sure that a volume holds exactly these files, by name, size and time, and fills it anew when it does not: a volume
 * whose filling was interrupted, or that somebody changed, is noticed. Works with an engine that has a file system of
 * its own, since the files go in as a tar stream.
 */
export async function ensureFilledVolume(
  engine: Engine,
  volume: FilledVolume,
  onBytes: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const expected = listing(volume.files);
  if (await engine.hasVolume(volume.name, signal)) {
    if ((await lookInto(engine, volume, signal)) === expected) return;
    await engine.removeVolume(volume.name);
  }
  await engine.ensureVolume(volume.name, volume.labels, signal);
  const total = volume.files.reduce((sum, file) => sum + bytesOf(file), 0);
  const files = tarOfFiles(volume.files, (done) => onBytes(done, total));
  try {
    await engine.withContainer(specOf(volume, ['true']), signal, (container) =>
      container.putArchive(PLACE, files),
    );
  } catch (error) {
    files.destroy();
    // A file that turned out to be another has the name, size and time of the right one by now.
    if (isUserError(error, 'file-changed')) await engine.removeVolume(volume.name);
    throw error;
  }
}

async function lookInto(engine: Engine, volume: FilledVolume, signal: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const command = ['find', PLACE, '-type', 'f', '-printf', '%P\t%s\t%T@\n'];
  await engine.withContainer(specOf(volume, command), signal, (container) =>
    container.run({
      onLine: (stream, line) => {
        // GNU find gives the time with a fraction, which is zero for what came out of our tar.
        if (stream === 'stdout') lines.push(line.replace(/\.0+$/, ''));
      },
    }),
  );
  return lines.sort().join('\n');
}

function specOf(volume: FilledVolume, command: readonly string[]) {
  return {
    image: volume.image,
    command,
    network: 'none' as const,
    labels: volume.labels,
    mounts: [{ volume: volume.name, target: PLACE, readOnly: false }],
  };
}

function listing(files: readonly TarFile[]): string {
  return files
    .map((file) => `${file.path}\t${bytesOf(file)}\t${modifiedSecondsOf(file)}`)
    .sort()
    .join('\n');
}

function bytesOf(file: TarFile): number {
  return 'text' in file.from ? Buffer.byteLength(file.from.text) : file.from.bytes;
}
