import * as l10n from '@vscode/l10n';
import { randomUUID } from 'node:crypto';
import { exists } from '../../base/files.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Engine, ImageInfo } from '../../docker/engine.ts';
import { runScript } from '../../docker/run-script.ts';
import type { Depot, Project } from '../artefacts.ts';
import { isTelling } from '../contract/diagnosis/rules.ts';
import { fetchJulia, juliaMounts } from '../contract/image/julia.ts';
import { type Inventory, inventoryOf } from '../contract/depot/inventory.ts';
import { buildEnvironment, CPU_TARGET } from '../contract/depot/julia-environment.ts';
import { differingFiles, stagedHashes } from '../contract/depot/staged-files.ts';
import { DEPOT } from '../contract/image/paths.ts';
import { type Fact, factReader, factsOf } from '../contract/script-facts.ts';
import type { LogStream } from '../events.ts';
import { ROUTES } from '../stages.ts';
import type { Stage, StageContext } from '../stage.ts';
import { located } from '../contract/diagnosis/finding.ts';
import { checkCompiler } from '../contract/image/compiler.ts';
import { getImage } from './get-image.ts';
import { explainBuild, hasFailedScript, oldManifestWarning } from './explain.ts';
import { Precompiling } from './precompiling.ts';
import { buildCommand, stagedFiles } from './plan.ts';
import {
  depotVolumeName,
  doubtVolumes,
  ensureDepotVolume,
  ensureJuliaVolume,
  hasJulia,
  noteBuild,
} from './volumes.ts';

/** Pulls the image, fetches Julia, instantiates and precompiles in the image: gives the depot. */
export const buildStage: Stage<'build', 'project'> = {
  name: 'build',
  needs: ['project'],
  fingerprint: ({ project }) =>
    fingerprint({
      environment: project.environmentFingerprint,
      sources: project.sourcesFingerprint,
      julia: project.juliaVersion,
      image: project.image,
      run: project.run.form,
      cpuTarget: CPU_TARGET,
    }),
  plan: ({ project }, previous, doubt) =>
    previous !== undefined && doubt === undefined && isSameDepot(project, previous)
      ? l10n.t('compile {0} anew; the depot stays', project.name)
      : buildPlan(project),
  doubt: async (last, _, context) => {
    const engine = await context.ports.engine(context.signal);
    const image = await engine.image.find(last.image.name);
    if (image === undefined)
      return { because: l10n.t('since the engine has no {0} any more', last.image.name) };
    if (image.id !== last.image.id)
      return { because: l10n.t('since {0} is another image now', last.image.name) };
    return doubtVolumes(engine, last, context);
  },
  run: async ({ project }, previous, context) => {
    const engine = await context.ports.engine(context.signal);
    const image = await getImage(engine, project.image, context);
    await checkCompiler(engine, project, image.name, context);
    const julia = await juliaFor(engine, project, previous, image, context);
    const juliaVolume = await ensureJuliaVolume(engine, julia, image, context);
    const volume = depotVolumeName(context.checkout, project, image);
    // What is damaged in a depot, and caches that this machine accepts, would stay: Julia goes on with what it finds.
    if (context.anew) await engine.volume.remove(volume);
    await ensureDepotVolume(engine, volume, context);
    const buildId = randomUUID();
    await noteBuild(engine, volume, undefined, context);
    const { inventory, buildScripts, packages, changedFiles } = await build(
      engine,
      project,
      { volume, juliaVolume, julia, buildId, known: knownOf(project, previous) },
      image,
      context,
    );
    await noteBuild(engine, volume, buildId, context);
    return {
      fingerprint: buildStage.fingerprint({ project }),
      volume,
      juliaVolume,
      julia,
      image: { name: image.name, id: image.id, digest: image.digest },
      environmentFingerprint: project.environmentFingerprint,
      inventory: [...inventory.items],
      bytes: inventory.bytes,
      depotId: inventory.depotId,
      buildId,
      changedFiles,
      buildScripts,
      packages,
    };
  },
  summary: (depot) => {
    const count = (kind: string): number => depot.inventory.filter((item) => item.kind === kind).length;
    const ran = depot.buildScripts ?? [];
    return [
      l10n.t(
        'depot {0}, {1}, {2}',
        plural(count('package'), 'package'),
        plural(count('artifact'), 'artifact'),
        formatBytes(depot.bytes),
      ),
      l10n.t('Julia {0}', depot.julia.version),
      ...(ran.length === 0 ? [] : [l10n.t('ran the build script of {0}', ran.join(', '))]),
    ].join('; ');
  },
};

/** A tarball that was cleared away is not fetched for an engine that has it unpacked. */
async function juliaFor(
  engine: Engine,
  { juliaVersion }: Project,
  previous: Depot | undefined,
  image: ImageInfo,
  context: StageContext,
): Promise<Depot['julia']> {
  const last = previous?.julia;
  if (
    last?.version !== juliaVersion ||
    (await exists(last.file)) ||
    !(await hasJulia(engine, last, image, context))
  )
    return fetchJulia(juliaVersion, context);
  return last;
}

async function build(
  engine: Engine,
  project: Project,
  depot: Pick<Depot, 'volume' | 'juliaVolume' | 'julia'> & {
    readonly buildId: string;
    readonly known: Depot | undefined;
  },
  image: ImageInfo,
  context: StageContext,
): Promise<Pick<Depot, 'packages' | 'buildScripts' | 'changedFiles'> & { readonly inventory: Inventory }> {
  tellCudaPin(project, context);
  const warning = oldManifestWarning(project);
  if (warning !== undefined) context.warn(warning);
  context.progress(l10n.t('Instantiating and precompiling'));
  const precompiling = new Precompiling();
  const script = {
    image: image.name,
    command: buildCommand(project, depot.buildId, depot.known?.buildId),
    environment: buildEnvironment(context.ports.environment),
    mounts: juliaMounts(depot),
    network: 'bridge' as const,
    installs: true,
    files: stagedFiles(project),
    read: factReader('source', 'build-script', 'uncompiled', 'item', 'depot'),
    onFact: (fact: Fact) => {
      if (fact.kind === 'build-script') context.log('note', `build script: ${fact.package}`);
      if (fact.kind === 'uncompiled') precompiling.expect(fact.packages);
    },
    onLine: (stream: LogStream, line: string) => {
      context.log(stream, line);
      const text = precompiling.after(line);
      if (text !== undefined) context.progress(text);
    },
    isTelling,
  };
  return runScript(engine, script, async ({ exit, facts, lines }, container) => {
    if (exit.exitCode !== 0 || hasFailedScript(lines))
      throw located(explainBuild(project, exit.exitCode, lines), project, lines);
    const listed = {
      buildScripts: factsOf(facts, 'build-script')
        .map((script) => script.package)
        .sort(),
      packages: factsOf(facts, 'source')
        .filter(({ path }) => path.startsWith(`${DEPOT}/packages/`))
        .map(({ path }) => path.slice(DEPOT.length + 1))
        .sort(),
    };
    return {
      inventory: inventoryOf(facts),
      // In a depot that was already built for this environment, Julia does not list these again.
      buildScripts: depot.known?.buildScripts ?? listed.buildScripts,
      packages: depot.known?.packages ?? listed.packages,
      changedFiles: differingFiles(project, await stagedHashes(container)),
    };
  });
}

/**
 * Pure: the last build, where all that Julia would tell of the environment is known from it. A build script of a package
 * from the person's machine has to run each time.
 */
export function knownOf(project: Project, last: Depot | undefined): Depot | undefined {
  if (last?.packages === undefined || last.buildScripts === undefined) return undefined;
  const isOwn = (name: string): boolean => project.packages.some((each) => each.name === name);
  const hasScript = project.files.some(({ place }) => place.endsWith('/deps/build.jl'));
  return isSameDepot(project, last) && !hasScript && !last.buildScripts.some(isOwn) ? last : undefined;
}

/** Whether a build goes on with the depot of the last one: its volume is of this Julia and this image. */
function isSameDepot({ environmentFingerprint, juliaVersion, image }: Project, last: Depot): boolean {
  return (
    last.environmentFingerprint === environmentFingerprint &&
    last.julia.version === juliaVersion &&
    last.image.name === image
  );
}

/** With why it is this one, where nobody named it. */
function imageInWords({ image, isImageOfRoute, route }: Project): string {
  return isImageOfRoute === true ? `${image} (${ROUTES[route].whyImage()})` : image;
}

function buildPlan(project: Project): string {
  const { name, juliaVersion, cudaPin } = project;
  const image = imageInWords(project);
  return cudaPin === undefined
    ? l10n.t('instantiate and precompile {0} with Julia {1} in {2}', name, juliaVersion, image)
    : l10n.t(
        'instantiate and precompile {0} with Julia {1} in {2}, with CUDA {3} pinned in the staged copy',
        name,
        juliaVersion,
        image,
        cudaPin.version,
      );
}

function tellCudaPin({ cudaPin, name }: Project, context: StageContext): void {
  if (cudaPin === undefined) return;
  for (const line of cudaPin.diff) context.log('note', line);
  context.warn(
    l10n.t(
      'CUDA {0} is pinned in the staged copy of {1}, so that the toolkit is fetched without a GPU; your files stay as they are. To make the change yours: julia-kaggle pin-cuda --write',
      cudaPin.version,
      name,
    ),
  );
}
