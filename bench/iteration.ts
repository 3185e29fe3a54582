import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../scripts/lib/steps.mjs';
import { JULIA_CACHES } from '../scripts/lib/test-julia.mjs';
import { GuardedFolder } from '../src/base/guarded-folder.ts';
import type { Codec } from '../src/core/packing.ts';
import type { StageName } from '../src/core/stages.ts';
import { packTarball } from '../src/core/pack/tarball/pack-tarball.ts';
import { packageServerFor, TOY, useToy } from '../test/pipeline/package-server.ts';
import { putIntoDepot } from '../test/support/depot-content.ts';
import { startWorld, type World } from '../test/support/world.ts';
import { benchEngine, IMAGE } from './engine.ts';
import { atMost, type Row } from './rows.ts';
import { benchVerdict, type VerdictRun } from './verdict.ts';

interface Result {
  readonly outcomes: readonly { stage: string; state: string }[];
  readonly artefacts: {
    readonly build: { readonly volume: string; readonly julia: { readonly file: string } };
    readonly pack: { readonly parts: readonly Part[]; readonly codec: { readonly codec: Codec } };
    readonly upload: { readonly uploadedBytes: number };
  };
}

interface Part {
  readonly kind: string;
  readonly files: readonly { readonly bytes: number; readonly sha256: string }[];
}

/** Copies the tarball of Julia, as a run makes it, to this path. */
export async function makeJuliaTarball(target: string): Promise<void> {
  const world = await startWorld();
  try {
    await copyFile((await run(world, { until: 'build' })).result.artefacts.build.julia.file, target);
  } finally {
    await world.close();
  }
}

/** What the second and third submission cost: the example, with a local Kaggle. */
export async function benchIteration(): Promise<Row[]> {
  const world = await startWorld();
  try {
    // A depot of some size: beside an empty one, any package would make a new base.
    const { volume } = (await run(world, { until: 'build' })).result.artefacts.build;
    await putIntoDepot(world, volume, { path: 'datadeps/Charts/data', bytes: 4_000_000 });
    const first = (await run(world)).result;
    const verdict = await benchVerdict(() => verdictRun(world));
    await run(world);
    const unchanged = await run(world);
    const source = join(world.project, 'src', 'Inference.jl');
    await writeFile(source, `${await readFile(source, 'utf8')}\n# one line more\n`);
    const edited = (await run(world)).result;
    const app = bytesOf(edited, 'inferenceapp');
    const grown = await addPackage(world);
    const added = await packedSize(grown);
    const sentForPackage = sentBy(grown) - bytesOf(grown, 'inferenceapp');
    if (sha256Of(grown, 'dotjulia') !== sha256Of(first, 'dotjulia')) throw new Error('There is no delta.');
    const depotKept = sha256Of(edited, 'dotjulia') === sha256Of(first, 'dotjulia');
    return [
      ...verdict,
      atMost('nothing changed: time of `julia-kaggle run`', unchanged.seconds, 's', 5),
      atMost('nothing changed: bytes sent', sentBy(unchanged.result), 'bytes', 0),
      atMost(
        'one source line changed: bytes sent against the project tarball',
        sentBy(edited) / app,
        'times',
        1.05,
      ),
      atMost('one source line changed: tarballs of the depot made anew', depotKept ? 0 : 1, 'tarballs', 0),
      atMost(
        'one package added: bytes sent besides the project, against its own tarball with its caches',
        sentForPackage / added,
        'times',
        1.2,
      ),
    ];
  } finally {
    await world.close();
  }
}

async function verdictRun(world: World): Promise<VerdictRun> {
  const { seconds, lines, result } = await run(world, { until: 'rehearse' });
  const containers = lines.filter((line) => line.includes('"make a container"')).length;
  return { seconds, containers, artefacts: result.artefacts as unknown as VerdictRun['artefacts'] };
}

/** The run after a registered package was added to the Manifest and used. */
async function addPackage(world: World): Promise<Result> {
  const { server, environment } = await packageServerFor(world);
  try {
    await useToy(world.project, server);
    return (await run(world, { environment })).result;
  } finally {
    await server.close();
  }
}

/** The package alone, with its caches, packed as the product packs. */
async function packedSize({ artefacts: { build, pack } }: Result): Promise<number> {
  const request = {
    image: IMAGE,
    mounts: [{ volume: build.volume, target: '/root/.julia', readOnly: true }],
    root: '/root',
    paths: [`.julia/packages/${TOY.name}`, `.julia/compiled/${JULIA_CACHES}/${TOY.name}`],
    codec: pack.codec.codec,
  };
  const folder = await mkdtemp(join(tmpdir(), 'jok-bench-'));
  try {
    const target = join(folder, 'package');
    return (
      await packTarball(
        await benchEngine(),
        { ...request, folder: new GuardedFolder(folder), target },
        () => undefined,
      )
    ).bytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(
  world: World,
  {
    environment = world.environment,
    until = 'submit',
  }: { environment?: Readonly<Record<string, string>>; until?: StageName } = {},
): Promise<{ seconds: number; lines: readonly string[]; result: Result }> {
  const started = Date.now();
  const args = [
    join(ROOT, 'dist', 'cli.cjs'),
    'run',
    world.project,
    '--image',
    world.image,
    '--yes',
    '--json',
    '--until',
    until,
  ];
  const { stdout } = await promisify(execFile)('node', args, {
    env: environment,
    maxBuffer: 1 << 28,
  });
  const seconds = (Date.now() - started) / 1000;
  const lines = stdout.trim().split('\n');
  return { seconds, lines, result: JSON.parse(lines.at(-1) ?? '') as Result };
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
