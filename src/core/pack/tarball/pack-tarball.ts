import { ownText } from '../../../base/own-text.ts';
import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { together } from '../../../base/abort.ts';
import { fileError } from '../../../base/files.ts';
import type { GuardedFolder } from '../../../base/guarded-folder.ts';
import { Meter } from '../../../base/hash.ts';
import type { Container, ContainerSpec, Engine, VolumeMount } from '../../../docker/engine.ts';
import { COMPRESSORS } from '../../contract/image/codec.ts';
import { STAGED } from '../../contract/image/paths.ts';
import type { Codec } from '../../packing.ts';
import { gzipInParallel } from './parallel-gzip.ts';
import { runScript } from '../../../docker/run-script.ts';
import { type Fact, factReader, scriptFile } from '../../contract/script-facts.ts';
import { tarError } from './tar-errors.ts';
import { isTelling } from '../../contract/diagnosis/rules.ts';

/** A tarball to be made of what an image sees at some mounts. */
export interface TarballRequest {
  readonly image: string;
  readonly mounts: readonly VolumeMount[];
  /** Folder in the container; the names in the tarball are relative to it. */
  readonly root: string;
  /** Files and folders below the root, each with all that it holds. Missing ones are left out. */
  readonly paths: readonly string[];
  /** Further options of GNU tar, e.g. `--exclude=…`. */
  readonly options?: readonly string[];
  readonly codec: Codec;
  /** Looks at what is mounted before any of it is packed; what it throws ends the work. */
  readonly prove?: (container: Pick<Container, 'getArchive'>) => Promise<void>;
  /** The folder that the target lies in. */
  readonly folder: GuardedFolder;
  /** The file to be made on this machine; its folder is made when it is missing. */
  readonly target: string;
  /** How many cores compress; absent: as many as there are. They do not show in the bytes. */
  readonly workers?: number;
  /** Another level of zstd than ours; for measurements. */
  readonly level?: number;
}

export interface Tarball {
  /** Of the file. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of the tar stream in it. */
  readonly rawBytes: number;
}

/** In the container: a depot may have more entries than a command line takes. */
const PATHS = 'paths';

/** What came from the engine and waits to be taken. */
const READ_AHEAD_BYTES = 1024 * 1024;

/** How far it is: bytes of the tar stream that were read, and of the file that were written. */
export interface TarballProgress {
  readonly rawBytes: number;
  readonly bytes: number;
}

/**
 * Makes a tarball of a volume. tar runs in a container beside the volume, four times as fast as the engine's archive
 * call (docker-julia section 5), and nothing depends on a file system shared with the engine. zstd compresses there
 * too, so that only compressed bytes come through the engine; gzip here, where Node.js has a faster one. Memory does
 * not grow with the tree. The file appears under its name when it is whole; a failure or a cancel leaves nothing.
 * @throws UserError `file-changed`, `file-unreadable`, `disk-full`, `out-of-memory`, those of the engine; CancelledError.
 */
export async function packTarball(
  engine: Engine,
  request: TarballRequest,
  onProgress: (progress: TarballProgress) => void,
): Promise<Tarball> {
  const output = new PassThrough({ highWaterMark: READ_AHEAD_BYTES });
  let rawBytes = 0;
  const tell = (): void => onProgress({ rawBytes, bytes: meter.bytes });
  const noteRaw = (total: number): void => {
    rawBytes = total;
    tell();
  };
  const meter = new Meter(tell);
  try {
    let exited: Promise<void>;
    await together(engine.signal, [
      (stop) => (exited = runTar(engine.bound({ signal: stop }), request, output, noteRaw)),
      (stop) =>
        pipeline(
          output,
          (source: AsyncIterable<Buffer>) => compressHere(source, request, noteRaw),
          meter,
          (packed: AsyncIterable<Buffer>) =>
            request.folder.save(request.target, endingWith(exited, packed), stop),
          { signal: stop },
        ),
    ]);
  } catch (error) {
    throw fileError(error, request.target);
  }
  return { bytes: meter.bytes, sha256: meter.sha256(), rawBytes };
}

/** A stream that ends well only if `work` does: what tar could not read it tells after its last byte. */
async function* endingWith(
  work: Promise<void>,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* source;
  await work;
}

/** What comes out of the container is packed already, or it is the tar stream. */
async function* compressHere(
  source: AsyncIterable<Buffer>,
  { codec, workers }: TarballRequest,
  noteRaw: (total: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  if (COMPRESSORS[codec] !== undefined) yield* source;
  else yield* gzipInParallel(source, { workers, onRawBytes: noteRaw });
}

async function runTar(
  engine: Engine,
  request: TarballRequest,
  stdout: PassThrough,
  noteRaw: (total: number) => void,
): Promise<void> {
  const { exit, lines } = await runScript(engine, {
    ...tarContainer(request),
    files: [scriptFile(PATHS, request.paths.map((path) => `${path}\0`).join(''))],
    read: factReader('raw-bytes'),
    onFact: ({ bytes }: Fact<'raw-bytes'>) => noteRaw(bytes),
    before: request.prove,
    isTelling,
    stdout,
  });
  if (exit.exitCode !== 0) throw tarError(basename(request.target), exit, lines);
}

/** Pure: the container that writes the tarball, or its tar stream, to stdout. */
function tarContainer(request: TarballRequest): ContainerSpec {
  const { image, mounts, root, options = [], codec, workers, level } = request;
  const script = ownText(import.meta.dirname, 'scripts', 'tar.sh');
  const compressor = COMPRESSORS[codec]?.(workers, level);
  return {
    image,
    command: [
      'bash',
      '-c',
      script,
      'tar.sh',
      root,
      `${STAGED}/${PATHS}`,
      ...options,
      ...(compressor ? ['--', ...compressor] : []),
    ],
    mounts: mounts.map((mount) => ({ ...mount, readOnly: true })),
    network: 'none',
  };
}
