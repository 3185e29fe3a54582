import * as l10n from '@vscode/l10n';
import { UserError } from '../../base/errors.ts';
import { exists } from '../../base/files.ts';
import { formatBytes, inWords } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Engine } from '../../docker/engine.ts';
import type { Bundle, BundlePart, Depot, Project } from '../artefacts.ts';
import { chooseCodec } from '../contract/image/codec.ts';
import { proveStaged, stagedHashes } from '../contract/depot/staged-files.ts';
import { bundleIdOf } from '../contract/datasets.ts';
import { fetchJulia, JULIA_FILE } from '../contract/image/julia.ts';
import type { Stage, StageContext } from '../stage.ts';
import { compiledBefore, isPackedOtherwise, makeCompiledPart } from './compiled/compile.ts';
import { compiledFingerprint, compiledMode } from './compiled/plan.ts';
import { makeDepotParts } from './depot-parts.ts';
import { packPart, type Packing } from './pack-part.ts';
import { isThere } from './parts.ts';
import { depotKey, type PackInput, partOf, planApp } from './plan.ts';

/** Kaggle's limit of one dataset (kaggle-api 2.5). */
const MAX_DATASET_BYTES = 200e9;
/** So many of the project's files are named when they are packed. */
const NAMED_FILES = 5;

/** Makes the extension-less tarballs; parts whose inputs did not change are kept as they are. */
export const packStage: Stage<'pack', 'project' | 'build' | 'test'> = {
  name: 'pack',
  needs: ['project', 'build', 'test'],
  fingerprint: (input) =>
    fingerprint({
      depot: depotKey(input),
      app: planApp(input).fingerprint,
      julia: input.build.julia.sha256,
      models: input.project.models.map(({ name, sha256 }) => ({ name, sha256 })),
      ...(compiledMode(input.project) && { compiled: compiledFingerprint(input) }),
    }),
  plan: (input, previous) => {
    const mode = compiledMode(input.project);
    const depot = mode === 'app' || previous?.depot?.key === depotKey(input) ? [] : [depotPlan(previous)];
    const app =
      partOf(previous, 'inferenceapp')?.fingerprint === planApp(input).fingerprint
        ? []
        : [l10n.t('pack {0} as inferenceapp', input.project.name)];
    return (
      inWords([...compilePlan(input, previous), ...depot, ...app], 'and') || l10n.t('pack what is missing')
    );
  },
  doubt: async ({ parts }) => {
    const there = await Promise.all(parts.map(isThere));
    // Julia comes from its site again, and only where Kaggle or the engine lacks it.
    const gone = parts.flatMap(({ kind }, index) => (there[index] || kind === 'julia' ? [] : [kind]));
    if (gone.length === 0) return undefined;
    return {
      because: l10n.t('since {0} is not where it was packed', gone.join(', ')),
      neededBy: ['rehearse', 'upload'],
    };
  },
  run: async (input, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const codec = await chosenCodec(engine, input.project, input.build, previous, context);
    const packing = { engine, codec: codec.codec };
    const mode = compiledMode(input.project);
    const compiled = mode && (await makeCompiledPart(packing, mode, input, previous, context));
    // An app brings its own Julia and needs no depot; the sources go along, for a program may look beside its own.
    const depot = mode === 'app' ? undefined : await makeDepotParts(packing, input, previous, context);
    const app = await makeApp(packing, input, previous, context);
    const parts = [
      ...(depot === undefined ? [] : [await juliaPart(input.build, context), ...depot.parts]),
      ...(compiled === undefined ? [] : [compiled.part]),
      app,
      ...modelParts(input.project),
    ];
    refuseAbsurdSizes(parts);
    const bundleId = bundleIdOf(parts.flatMap((part) => part.files));
    return {
      fingerprint: packStage.fingerprint(input),
      codec,
      bundleId,
      parts,
      git: previous?.bundleId === bundleId ? previous.git : input.project.git,
      ...(depot && { depot: depot.depot }),
      ...(compiled && { compiled: compiled.compiled }),
      otherModes: compiledBefore(previous).filter((each) => each.compiled.mode !== mode),
    };
  },
  summary: (bundle) =>
    bundle.parts
      .map((part) => `${part.kind} ${formatBytes(part.files.reduce((sum, file) => sum + file.bytes, 0))}`)
      .join(', '),
};

function compilePlan(input: PackInput, previous: Bundle | undefined): string[] {
  const mode = compiledMode(input.project);
  if (mode === undefined) return [];
  const key = compiledFingerprint(input);
  const before = compiledBefore(previous).find(({ compiled }) => compiled.fingerprint === key);
  const { name } = input.project;
  if (before !== undefined)
    return isPackedOtherwise(before.compiled, input)
      ? [
          l10n.t(
            'pack the app of {0} with other artifacts; it is compiled again only if its volume is gone',
            name,
          ),
        ]
      : [];
  return [
    mode === 'app'
      ? l10n.t('compile {0} as an app, which takes minutes', name)
      : l10n.t('compile {0} as a system image, which takes minutes', name),
  ];
}

function depotPlan(previous: Bundle | undefined): string {
  return partOf(previous, 'dotjulia') === undefined
    ? l10n.t('pack what is needed of the depot as dotjulia')
    : l10n.t('pack what the depot has new as dotjulia-delta, or as a new dotjulia when that is much');
}

/**
 * The official tarball as it is. It lies in the cache since the build, but a cache may be spoiled: then it is fetched
 * again; or cleared: then it is fetched by who reads it.
 */
async function juliaPart({ julia }: Depot, context: StageContext): Promise<BundlePart> {
  const isHere = await exists(julia.file);
  const { file: path, bytes, sha256 } = isHere ? await fetchJulia(julia.version, context) : julia;
  const file = { name: JULIA_FILE, path, bytes, sha256 };
  return { kind: 'julia', fingerprint: sha256, files: [file] };
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

async function makeApp(
  packing: Packing,
  input: PackInput,
  previous: Bundle | undefined,
  context: StageContext,
): Promise<BundlePart> {
  const plan = planApp(input);
  const kept = partOf(previous, 'inferenceapp');
  if (kept?.fingerprint === plan.fingerprint && (await isThere(kept))) {
    context.log('note', 'inferenceapp is up to date');
    return kept;
  }
  for (const { place, bytes } of largestFiles(input.project))
    context.log('note', `in inferenceapp: ${place}, ${formatBytes(bytes)}`);
  return packPart(packing, plan, input, context, async (container) =>
    proveStaged(input.project, input.build, await stagedHashes(container)),
  );
}

function largestFiles({ files }: Project): Project['files'] {
  return files.toSorted((a, b) => b.bytes - a.bytes).slice(0, NAMED_FILES);
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
  const choice = await chooseCodec(engine, { image: depot.image.name, wanted });
  context.log('note', `compressing with ${choice.codec}: ${choice.reason}`);
  return { ...choice, wanted, imageId: depot.image.id };
}

function refuseAbsurdSizes(parts: readonly BundlePart[]): void {
  const total = parts.flatMap((part) => part.files).reduce((sum, file) => sum + file.bytes, 0);
  if (total <= MAX_DATASET_BYTES) return;
  throw new UserError({
    code: 'bundle-refused',
    title: l10n.t(
      'The bundle has {0}, more than the {1} that Kaggle takes.',
      formatBytes(total),
      formatBytes(MAX_DATASET_BYTES),
    ),
    actions: [
      { title: l10n.t('Leave something out: [pack] exclude in JuliaKaggle.toml, or fewer model files.') },
    ],
  });
}
