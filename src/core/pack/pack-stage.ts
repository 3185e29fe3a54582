import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Engine } from '../../docker/engine.ts';
import type { Bundle, BundleFile, BundlePart, Depot, Project } from '../artefacts.ts';
import { bundleIdOf } from '../contract/datasets.ts';
import { chooseCodec, type Codec } from '../contract/codec.ts';
import { juliaMounts } from '../contract/mounts.ts';
import type { Stage, StageContext } from '../stage.ts';
import { planTarballs, type TarballPlan } from './plan.ts';
import { packTarball } from './tarball/pack-tarball.ts';

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
    const codec = await chosenCodec(engine, input.project, input.build, previous, context);
    const tarballs: BundlePart[] = [];
    for (const plan of planTarballs(input))
      tarballs.push(await makePart(engine, plan, previous, input.build, codec.codec, context));
    const parts = [juliaPart(input.build), ...tarballs, ...modelParts(input.project)];
    refuseAbsurdSizes(parts);
    const bundleId = bundleIdOf(parts.flatMap((part) => part.files));
    return {
      fingerprint: packStage.fingerprint(input),
      codec,
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
  codec: Codec,
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
    files: [await pack(engine, plan, depot, codec, context)],
  };
}

async function pack(
  engine: Engine,
  plan: TarballPlan,
  depot: Depot,
  codec: Codec,
  context: StageContext,
): Promise<BundleFile> {
  const path = join(context.folder, 'bundle', plan.kind);
  const { bytes, sha256 } = await packTarball(
    engine,
    {
      image: depot.image.name,
      mounts: juliaMounts(depot),
      root: '/root',
      paths: plan.paths,
      options: plan.options,
      codec,
      target: path,
      labels: context.labels,
    },
    (progress) => context.progress(`Packing ${plan.kind}`, progress.bytes),
    context.signal,
  );
  return { name: plan.kind, path, bytes, sha256 };
}

/** The last bundle's codec stands as long as the image and what is wanted do: the image is asked once. */
async function chosenCodec(
  engine: Engine,
  project: Project,
  depot: Depot,
  previous: Bundle | undefined,
  context: StageContext,
): Promise<NonNullable<Bundle['codec']>> {
  const wanted = project.packCodec ?? 'auto';
  const last = previous?.codec;
  if (last?.imageId === depot.image.id && last.wanted === wanted) return last;
  const request = { image: depot.image.name, wanted, labels: context.labels };
  const choice = await chooseCodec(engine, request, context.signal);
  context.log('note', `compressing with ${choice.codec}: ${choice.reason}`);
  return { ...choice, wanted, imageId: depot.image.id };
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
