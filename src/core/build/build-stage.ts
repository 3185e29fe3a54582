import { randomUUID } from 'node:crypto';
import { formatBytes, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import { KeptLines } from '../../base/kept-lines.ts';
import type { Engine, ImageInfo } from '../../docker/engine.ts';
import { tarOfFiles } from '../../docker/tar-files.ts';
import type { Depot, Project } from '../artefacts.ts';
import { isTelling } from '../contract/diagnosis/rules.ts';
import { fetchJulia } from '../contract/fetch-julia.ts';
import { type Inventory, InventoryReader } from '../contract/inventory.ts';
import { buildEnvironment, CPU_TARGET } from '../contract/julia-environment.ts';
import { differingFiles, stagedHashes } from '../contract/staged-files.ts';
import { juliaMounts } from '../contract/mounts.ts';
import { DEPOT } from '../contract/paths.ts';
import type { Stage, StageContext } from '../stage.ts';
import { getImage } from './get-image.ts';
import { explainBuild, hasFailedScript } from './explain.ts';
import { buildCommand, stagedFiles } from './plan.ts';
import { depotVolumeName, doubtVolumes, ensureDepotVolume, ensureJuliaVolume } from './volumes.ts';

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
      ? `compile ${project.name} anew; the depot stays`
      : `instantiate and precompile ${project.name} with Julia ${project.juliaVersion} in ${project.image}${cudaPlan(project)}`,
  doubt: async (last, _, context) => {
    const engine = await context.ports.engine(context.signal);
    const image = await engine.image.find(last.image.name);
    if (image === undefined) return { because: `since the engine has no ${last.image.name} any more` };
    if (image.id !== last.image.id) return { because: `since ${last.image.name} is another image now` };
    return doubtVolumes(engine, last, context);
  },
  run: async ({ project }, _, context) => {
    const engine = await context.ports.engine(context.signal);
    const image = await getImage(engine, project.image, context);
    const julia = await fetchJulia(project.juliaVersion, context);
    const juliaVolume = await ensureJuliaVolume(engine, julia, image, context);
    const volume = depotVolumeName(context.checkout, project, image);
    await ensureDepotVolume(engine, volume, context);
    const buildId = randomUUID();
    const { inventory, buildScripts, packages, changedFiles } = await build(
      engine,
      project,
      { volume, juliaVolume, julia, buildId },
      image,
      context,
    );
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
      `depot ${plural(count('package'), 'package')}, ${plural(count('artifact'), 'artifact')}, ${formatBytes(depot.bytes)}`,
      `Julia ${depot.julia.version}`,
      ...(ran.length === 0 ? [] : [`ran the build script of ${ran.join(', ')}`]),
    ].join('; ');
  },
};

/** What build.jl prints for each package with a build script. */
const BUILD_SCRIPT = /^\[julia-kaggle\] build script: (\S+)$/;
/** What it prints for each package: where its source is. */
const PACKAGE = /^\[julia-kaggle\] package: (.+)$/;

async function build(
  engine: Engine,
  project: Project,
  depot: Pick<Depot, 'volume' | 'juliaVolume' | 'julia'> & { readonly buildId: string },
  image: ImageInfo,
  context: StageContext,
): Promise<Pick<Depot, 'packages' | 'buildScripts' | 'changedFiles'> & { readonly inventory: Inventory }> {
  tellCudaPin(project, context);
  context.progress('Instantiating and precompiling');
  const reader = new InventoryReader();
  const lines = new KeptLines(isTelling);
  const buildScripts: string[] = [];
  const packages: string[] = [];
  const spec = {
    image: image.name,
    command: buildCommand(project, depot.buildId),
    environment: buildEnvironment(context.ports.environment),
    mounts: juliaMounts(depot),
    network: 'bridge' as const,
    installs: true,
  };
  const { exitCode, changedFiles } = await engine.container.use(spec, async (container) => {
    await container.putArchive('/', tarOfFiles(stagedFiles(project)));
    const exit = await container.run({
      onLine: (stream, line) => {
        if (stream === 'stdout' && reader.read(line)) return;
        const source = PACKAGE.exec(line)?.[1];
        if (source !== undefined) {
          if (source.startsWith(`${DEPOT}/packages/`)) packages.push(source.slice(DEPOT.length + 1));
          return;
        }
        const script = BUILD_SCRIPT.exec(line)?.[1];
        if (script !== undefined) buildScripts.push(script);
        lines.add(line);
        context.log(stream, line);
      },
    });
    const changed = exit.exitCode === 0 ? differingFiles(project, await stagedHashes(container)) : {};
    return { ...exit, changedFiles: changed };
  });
  if (exitCode !== 0 || hasFailedScript(lines.lines)) throw explainBuild(project, exitCode, lines.lines);
  return {
    inventory: reader.result(),
    buildScripts: buildScripts.sort(),
    packages: packages.sort(),
    changedFiles,
  };
}

/** Whether a build goes on with the depot of the last one: its volume is of this Julia and this image. */
function isSameDepot({ environmentFingerprint, juliaVersion, image }: Project, last: Depot): boolean {
  return (
    last.environmentFingerprint === environmentFingerprint &&
    last.julia.version === juliaVersion &&
    last.image.name === image
  );
}

function cudaPlan({ cudaPin }: Project): string {
  return cudaPin === undefined ? '' : `, with CUDA ${cudaPin.version} pinned in the staged copy`;
}

function tellCudaPin({ cudaPin, name }: Project, context: StageContext): void {
  if (cudaPin === undefined) return;
  for (const line of cudaPin.diff) context.log('note', line);
  context.warn(
    `CUDA ${cudaPin.version} is pinned in the staged copy of ${name}, so that the toolkit is fetched without a GPU; ` +
      'your files stay as they are. To make the change yours: julia-kaggle pin-cuda --write',
  );
}
