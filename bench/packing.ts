import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TarballRequest } from '../src/core/pack/tarball/pack-tarball.ts';
import type { Engine, VolumeMount } from '../src/docker/engine.ts';
import { tarOfFiles } from '../src/docker/tar-files.ts';
import { stat } from 'node:fs/promises';
import { IMAGE, runInImage } from './engine.ts';
import type { Packed, PackRequest } from './pack-once.ts';
import { atMost, type Row, told } from './rows.ts';

const MB = 1e6;
const MEMORY_BAR = 256;

export interface PackingPlace {
  readonly engine: Engine;
  /** Holds the tree. */
  readonly depot: string;
  /** Where the tools of the baseline write: `gzip` and `pigz`. */
  readonly out: string;
  /** Where the product writes, on this machine: `gzip` and `zstd`. */
  readonly folder: string;
  readonly pigz: string;
}

/** The tools that a person would use, and the product, one after another on the same warm tree. */
export async function benchPacking(place: PackingPlace): Promise<Row[]> {
  await runInImage(place.engine, 'tar -c -C /root .julia | cat > /dev/null', [depotMount(place)]);
  const tarGzip = await baseline(place, 'tar -czf /out/gzip -C /root .julia', 'gzip');
  const gzip = await packOnce(place, { codec: 'gzip' });
  const pigz = await baseline(place, 'tar -c -C /root .julia | /tmp/pigz -6 > /out/pigz', 'pigz');
  const fast = await packOnce(place, { codec: 'zstd', level: 3 }, 'fast');
  const zstd = await packOnce(place, { codec: 'zstd' });
  await rm(join(place.folder, 'fast'));
  return [
    told('the tree, as a tar', gzip.rawBytes / MB, 'MB'),
    told('tar -czf', tarGzip.seconds, 's'),
    told('tar | pigz -6', pigz.seconds, 's'),
    told('gzip codec', gzip.seconds, 's'),
    told('zstd codec', zstd.seconds, 's'),
    told('zstd at level 3', fast.seconds, 's'),
    atMost('packing with gzip, time against tar -czf', gzip.seconds / tarGzip.seconds, 'times', 0.35),
    atMost('packing with gzip, time against tar | pigz -6', gzip.seconds / pigz.seconds, 'times', 0.75),
    atMost('packing with gzip, size against tar -czf', gzip.bytes / tarGzip.bytes, 'times', 1.03),
    atMost(
      'packing with zstd at level 3, time against tar -czf',
      fast.seconds / tarGzip.seconds,
      'times',
      0.15,
    ),
    atMost('packing with zstd at level 3, size against tar -czf', fast.bytes / tarGzip.bytes, 'times', 1),
    atMost('packing with zstd, size against tar -czf', zstd.bytes / tarGzip.bytes, 'times', 0.9),
    atMost('packing with zstd, time against the gzip codec', zstd.seconds / gzip.seconds, 'times', 1),
    atMost('packing 2 GB with gzip, peak memory of the program', gzip.peakMemoryBytes / MB, 'MB', MEMORY_BAR),
    atMost('packing 2 GB with zstd, peak memory of the program', zstd.peakMemoryBytes / MB, 'MB', MEMORY_BAR),
  ];
}

/** The tree four times over: mounted four times, and packed as files of their own and not as links to the first. */
export async function benchMemory(place: PackingPlace): Promise<Row[]> {
  const mounts = [1, 2, 3, 4].map((copy) => ({ ...depotMount(place), target: `/root/.julia/${copy}` }));
  const rows: Row[] = [];
  for (const codec of ['gzip', 'zstd'] as const) {
    // The quick level: what is measured is the program, which does not see it.
    const { rawBytes, peakMemoryBytes } = await packOnce(
      place,
      { codec, level: 3, mounts, options: ['--hard-dereference'] },
      'large',
    );
    const name = `packing ${(rawBytes / 1e9).toFixed(1)} GB with ${codec}, peak memory of the program`;
    if (rawBytes < 8e9) throw new Error(`The tree four times over gave only ${rawBytes} bytes.`);
    rows.push(atMost(name, peakMemoryBytes / MB, 'MB', MEMORY_BAR));
    await rm(join(place.folder, 'large'));
  }
  return rows;
}

async function packOnce(
  place: PackingPlace,
  choice: Pick<TarballRequest, 'codec' | 'level' | 'options'> & { mounts?: VolumeMount[] },
  name: string = choice.codec,
): Promise<Packed> {
  const request: PackRequest = {
    image: IMAGE,
    mounts: [depotMount(place)],
    root: '/root',
    paths: ['.julia'],
    folder: place.folder,
    target: join(place.folder, name),
    ...choice,
  };
  const program = join(import.meta.dirname, 'pack-once.ts');
  const { stdout } = await promisify(execFile)('node', ['--import=tsx', program, JSON.stringify(request)]);
  return JSON.parse(stdout) as Packed;
}

async function baseline(
  place: PackingPlace,
  script: string,
  file: string,
): Promise<{ seconds: number; bytes: number }> {
  const mounts = [depotMount(place), { volume: place.out, target: '/out', readOnly: false }];
  const { size } = await stat(place.pigz);
  const pigz = { path: 'pigz', from: { file: place.pigz, bytes: size }, executable: true };
  const { seconds } = await runInImage(place.engine, script, mounts, (container) =>
    container.putArchive('/tmp', tarOfFiles([pigz])),
  );
  const { stdout } = await runInImage(place.engine, `stat -c %s /out/${file}`, mounts);
  return { seconds, bytes: Number(stdout[0]) };
}

function depotMount({ depot }: PackingPlace): VolumeMount {
  return { volume: depot, target: '/root/.julia', readOnly: true };
}
