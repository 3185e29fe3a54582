import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tarOfFiles } from '../src/docker/tar-files.ts';
import { docker, IMAGE, LABELS, runInImage } from './engine.ts';
import type { PackingPlace } from './packing.ts';
import { atMost, type Row, told } from './rows.ts';

const CELLS = resolve(import.meta.dirname, '..', 'src', 'core', 'contract', 'notebook', 'cells');

/** The article's commands, one after another, against the notebook's cell; both to a tmpfs, all files in the page cache. */
export async function benchUnpacking(place: PackingPlace, julia: string): Promise<Row[]> {
  await bring(place, {
    julia,
    'ours-gzip': join(place.folder, 'gzip'),
    'ours-zstd': join(place.folder, 'zstd'),
  });
  const article = 'tar -x -f /in/julia -C /out/opt && tar -x -f /in/gzip -C /out/root';
  const rounds: { article: number; gzip: number; zstd: number }[] = [];
  for (let round = 0; round < 2; round += 1)
    rounds.push({
      article: await seconds(place, [
        'bash',
        '-c',
        `mkdir -p /out/opt /out/root && cat /in/* > /dev/null && ${timed(article)}`,
      ]),
      gzip: await seconds(place, ['python3', '-c', await cell('ours-gzip')]),
      zstd: await seconds(place, ['python3', '-c', await cell('ours-zstd')]),
    });
  const least = (way: 'article' | 'gzip' | 'zstd'): number => Math.min(...rounds.map((round) => round[way]));
  return [
    told('the tar commands of the article, to memory', least('article'), 's'),
    told('the notebook with gzip, to memory', least('gzip'), 's'),
    told('the notebook with zstd, to memory', least('zstd'), 's'),
    atMost('unpacking with gzip, time against the article', least('gzip') / least('article'), 'times', 0.6),
    atMost('unpacking with zstd, time against the article', least('zstd') / least('article'), 'times', 0.35),
  ];
}

async function bring(place: PackingPlace, files: Readonly<Record<string, string>>): Promise<void> {
  const mounts = [{ volume: place.out, target: '/in', readOnly: false }];
  await runInImage(place.engine, 'true', mounts, async (container) => {
    for (const [path, file] of Object.entries(files)) {
      const from = { file, bytes: (await stat(file)).size };
      await container.putArchive('/in', tarOfFiles([{ path, from }]));
    }
  });
}

function timed(commands: string): string {
  return `s=$(date +%s.%N) && ${commands} && e=$(date +%s.%N) && python3 -c "print($e - $s)"`;
}

/** The notebook's cell, with Julia beside the depot; its last line tells the seconds. */
async function cell(depot: string): Promise<string> {
  const text = async (name: string): Promise<string> => readFile(join(CELLS, name), 'utf8');
  return [
    'import time',
    'FOLDERS = {"bench": "/in"}',
    `ARCHIVES = [[["bench", "julia", "/out/opt"]], [["bench", "${depot}", "/out/root"]]]`,
    'def report(step, started):',
    '    print(time.time() - started)',
    await text('archives.py'),
    await text('unpack.py'),
  ].join('\n');
}

/** Runs it with /out in memory, which our own engine port has no word for. */
async function seconds(place: PackingPlace, command: readonly string[]): Promise<number> {
  const label = Object.entries(LABELS).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const options = ['--rm', '--network', 'none', '--tmpfs', '/out:size=6g,exec', '-v', `${place.out}:/in:ro`];
  const output = await docker('run', ...label, ...options, IMAGE, ...command);
  return Number(output.split('\n').at(-1));
}
