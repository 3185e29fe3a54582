import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { together } from '../../base/abort.ts';
import { UserError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { formatBytes } from '../../base/format.ts';
import { fingerprint, Meter } from '../../base/hash.ts';
import type { Engine } from '../../docker/engine.ts';
import type { Bundle, BundleFile, BundlePart, Depot, Project } from '../artefacts.ts';
import { bundleIdOf } from '../contract/datasets.ts';
import { juliaMounts } from '../contract/mounts.ts';
import type { Stage, StageContext } from '../stage.ts';
import { planTarballs, type TarballPlan } from './plan.ts';

/** Kaggle's limit of one dataset (kaggle-api 2.5). */
const MAX_DATASET_BYTES = 200e9;

/** Makes the extension-less tarballs; parts whose inputs did not change are kept as they are. */
export const packStage: Stage<'pack', 'project' | 'build' | 'test'> = {
  name: 'pack',
  needs: ['project', 'build', 'test'],
  fingerprint: (input) =>
    fingerprint({
      tarballs: planTarballs(input).map((plan) => plan.fingerprint),
      julia: input.build.julia.sha256,
      models: input.project.models.map(({ name, sha256 }) => ({ name, sha256 })),
    }),
  plan: (input, previous) => {
    const stale = planTarballs(input).filter((plan) => keptPart(plan, previous) === undefined);
    return stale.length === 0 ? 'nothing to pack' : `pack ${stale.map((plan) => plan.kind).join(' and ')}`;
  },
  stands: async (last) => (await Promise.all(last.parts.map(isThere))).every(Boolean),
  run: async (input, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const tarballs: BundlePart[] = [];
    for (const plan of planTarballs(input))
      tarballs.push(await makePart(engine, plan, previous, input.build, context));
    const parts = [juliaPart(input.build), ...tarballs, ...modelParts(input.project)];
    refuseAbsurdSizes(parts);
    const bundleId = bundleIdOf(parts.flatMap((part) => part.files));
    return {
      fingerprint: packStage.fingerprint(input),
      bundleId,
      parts,
      git: previous?.bundleId === bundleId ? previous.git : input.project.git,
    };
  },
  summary: (bundle) =>
    bundle.parts
      .map((part) => `${part.kind} ${formatBytes(part.files.reduce((sum, file) => sum + file.bytes, 0))}`)
      .join(', '),
};

/** The official tarball as it is, under a name without extension, which Kaggle leaves packed (kaggle-api 2.6). */
function juliaPart({ julia }: Depot): BundlePart {
  const file = { name: 'julia', path: julia.file, bytes: julia.bytes, sha256: julia.sha256 };
  return { kind: 'julia', fingerprint: julia.sha256, files: [file] };
}

function modelParts(project: Project): BundlePart[] {
  if (project.models.length === 0) return [];
  const files = project.models.map(({ name, source, bytes, sha256 }) => ({
    name,
    path: source,
    bytes,
    sha256,
  }));
  return [{ kind: 'models', fingerprint: bundleIdOf(files), files }];
}

function keptPart(plan: TarballPlan, previous: Bundle | undefined): BundlePart | undefined {
  return previous?.parts.find((part) => part.kind === plan.kind && part.fingerprint === plan.fingerprint);
}

async function isThere(part: BundlePart): Promise<boolean> {
  const sizes = await Promise.all(part.files.map((file) => stat(file.path).catch(() => undefined)));
  return part.files.every((file, index) => sizes[index]?.size === file.bytes);
}

async function makePart(
  engine: Engine,
  plan: TarballPlan,
  previous: Bundle | undefined,
  depot: Depot,
  context: StageContext,
): Promise<BundlePart> {
  const kept = keptPart(plan, previous);
  if (kept !== undefined && (await isThere(kept))) {
    context.log('note', `${plan.kind} is up to date`);
    return kept;
  }
  context.progress(`Packing ${plan.kind}`);
  return {
    kind: plan.kind,
    fingerprint: plan.fingerprint,
    files: [await pack(engine, plan, depot, context)],
  };
}

/** tar in a container on the volume, four times as fast as the engine's archive call (docker-julia section 5). */
async function pack(
  engine: Engine,
  plan: TarballPlan,
  depot: Depot,
  context: StageContext,
): Promise<BundleFile> {
  const folder = join(context.folder, 'bundle');
  const path = join(folder, plan.kind);
  const partial = `${path}.part`;
  await mkdir(folder, { recursive: true });
  const tar = new PassThrough();
  const meter = new Meter((bytes) => context.progress(`Packing ${plan.kind}`, bytes));
  try {
    await together(context.signal, [
      (signal) => pipeline(tar, createGzip(), meter, createWriteStream(partial), { signal }),
      (signal) => runTar(engine, plan, depot, tar, { ...context, signal }),
    ]);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw fileError(error, path);
  }
  return { name: plan.kind, path, bytes: meter.bytes, sha256: meter.sha256() };
}

async function runTar(
  engine: Engine,
  plan: TarballPlan,
  depot: Depot,
  stdout: PassThrough,
  context: StageContext,
): Promise<void> {
  const script = readFileSync(join(import.meta.dirname, 'scripts', 'tar.sh'), 'utf8');
  const spec = {
    image: depot.image.name,
    command: ['bash', '-c', script, 'tar.sh', ...plan.options, '--', ...plan.paths],
    mounts: juliaMounts(depot),
    network: 'none' as const,
    labels: context.labels,
  };
  const errors: string[] = [];
  const { exitCode } = await engine.withContainer(spec, context.signal, (container) =>
    container.run({ stdout, onLine: (_, line) => void errors.push(line) }),
  );
  if (exitCode === 0) return;
  throw new UserError({
    code: 'engine-failed',
    title: `tar could not read the depot for ${plan.kind} (exit code ${exitCode}).`,
    detail: errors.slice(-10).join('\n'),
    actions: [{ title: 'Run again; if it happens again, remove the depot volume so that it is built anew.' }],
  });
}

function refuseAbsurdSizes(parts: readonly BundlePart[]): void {
  const total = parts.flatMap((part) => part.files).reduce((sum, file) => sum + file.bytes, 0);
  if (total <= MAX_DATASET_BYTES) return;
  throw new UserError({
    code: 'bundle-refused',
    title: `The bundle has ${formatBytes(total)}, more than the ${formatBytes(MAX_DATASET_BYTES)} that Kaggle takes.`,
    actions: [{ title: 'Leave something out: [pack] exclude in JuliaKaggle.toml, or fewer model files.' }],
  });
}
