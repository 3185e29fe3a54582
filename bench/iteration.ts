import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, ROOT } from '../scripts/lib/steps.mjs';
import { startWorld, type World } from '../test/support/world.ts';
import { atMost, type Row } from './rows.ts';

interface Result {
  readonly outcomes: readonly { stage: string; state: string }[];
  readonly artefacts: {
    readonly build: { readonly julia: { readonly file: string } };
    readonly pack: { readonly parts: readonly Part[] };
    readonly upload: { readonly uploadedBytes: number };
  };
}

interface Part {
  readonly kind: string;
  readonly files: readonly { readonly bytes: number; readonly sha256: string }[];
}

/** What the second and third submission cost: the example, with a local Kaggle. Julia's tarball is copied to `julia`. */
export async function benchIteration(julia: string): Promise<Row[]> {
  await build('--only=cli');
  const world = await startWorld();
  try {
    const first = (await run(world)).result;
    await copyFile(first.artefacts.build.julia.file, julia);
    const unchanged = await run(world);
    const source = join(world.project, 'src', 'Inference.jl');
    await writeFile(source, `${await readFile(source, 'utf8')}\n# one line more\n`);
    const edited = (await run(world)).result;
    const app = bytesOf(edited, 'inferenceapp');
    const depotKept = sha256Of(edited, 'dotjulia') === sha256Of(first, 'dotjulia');
    return [
      atMost('nothing changed: time of `julia-kaggle run`', unchanged.seconds, 's', 5),
      atMost('nothing changed: bytes sent', sentBy(unchanged.result), 'bytes', 0),
      atMost(
        'one source line changed: bytes sent against the project tarball',
        sentBy(edited) / app,
        'times',
        1.05,
      ),
      atMost('one source line changed: tarballs of the depot made anew', depotKept ? 0 : 1, 'tarballs', 0),
    ];
  } finally {
    await world.close();
  }
}

async function run(world: World): Promise<{ seconds: number; result: Result }> {
  const started = Date.now();
  const args = [
    join(ROOT, 'dist', 'cli.cjs'),
    'run',
    world.project,
    '--image',
    world.image,
    '--yes',
    '--json',
  ];
  const { stdout } = await promisify(execFile)('node', args, { env: world.environment, maxBuffer: 1 << 28 });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
  return { seconds: (Date.now() - started) / 1000, result };
}

/** A stage that was skipped sends nothing; its artefact tells of the run before. */
function sentBy({ outcomes, artefacts }: Result): number {
  const upload = outcomes.find(({ stage }) => stage === 'upload');
  return upload?.state === 'done' ? artefacts.upload.uploadedBytes : 0;
}

function partOf({ artefacts }: Result, kind: string): Part {
  const part = artefacts.pack.parts.find((each) => each.kind === kind);
  if (part === undefined) throw new Error(`The bundle has no ${kind}.`);
  return part;
}

function bytesOf(result: Result, kind: string): number {
  return partOf(result, kind).files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function sha256Of(result: Result, kind: string): string {
  return partOf(result, kind)
    .files.map(({ sha256 }) => sha256)
    .join();
}
