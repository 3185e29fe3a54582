import { UserError } from '../../base/errors.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Engine, ImageInfo } from '../../docker/engine.ts';
import { tarOfFiles } from '../../docker/tar-files.ts';
import type { Depot, Project } from '../artefacts.ts';
import { type Inventory, InventoryReader } from '../contract/inventory.ts';
import { CPU_TARGET, onlineEnvironment } from '../contract/julia-environment.ts';
import { errorExcerpt, readJuliaLog } from '../contract/julia-log.ts';
import { juliaMounts } from '../contract/mounts.ts';
import type { Stage, StageContext } from '../stage.ts';
import { buildCommand, stagedFiles } from './plan.ts';
import { depotVolumeName, ensureDepotVolume, ensureJuliaVolume } from './volumes.ts';

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
  plan: ({ project }, previous) =>
    previous?.environmentFingerprint === project.environmentFingerprint
      ? `compile ${project.name} anew; the depot stays`
      : `instantiate and precompile ${project.name} with Julia ${project.juliaVersion} in ${project.image}`,
  stands: async (last, _, { ports, signal }) => {
    const engine = await ports.engine(signal);
    const image = await engine.findImage(last.image.name, signal);
    if (image?.id !== last.image.id) return false;
    return (
      (await engine.hasVolume(last.volume, signal)) && (await engine.hasVolume(last.juliaVolume, signal))
    );
  },
  run: async ({ project }, _, context) => {
    const engine = await context.ports.engine(context.signal);
    const image = await getImage(engine, project.image, context);
    const julia = await context.ports.julia.fetchTarball(
      project.juliaVersion,
      (done, total) => context.progress(`Downloading Julia ${project.juliaVersion}`, done, total),
      context.signal,
    );
    const juliaVolume = await ensureJuliaVolume(engine, julia, image.name, context);
    const volume = depotVolumeName(project, image.id);
    await ensureDepotVolume(engine, volume, context);
    const inventory = await build(engine, project, { volume, juliaVolume, julia }, image, context);
    return {
      fingerprint: buildStage.fingerprint({ project }),
      volume,
      juliaVolume,
      julia,
      image: { name: image.name, id: image.id, digest: image.digest },
      environmentFingerprint: project.environmentFingerprint,
      inventory: [...inventory.items],
      bytes: inventory.bytes,
    };
  },
  summary: (depot) => {
    const count = (kind: string): number => depot.inventory.filter((item) => item.kind === kind).length;
    return `depot ${plural(count('package'), 'package')}, ${plural(count('artifact'), 'artifact')}, ${formatBytes(depot.bytes)}; Julia ${depot.julia.version}`;
  },
};

async function getImage(engine: Engine, name: string, context: StageContext): Promise<ImageInfo> {
  const found = await engine.findImage(name, context.signal);
  if (found !== undefined) return found;
  return engine.pullImage(
    name,
    ({ text, doneBytes, totalBytes }) => context.progress(`Pulling ${name}: ${text}`, doneBytes, totalBytes),
    context.signal,
  );
}

async function build(
  engine: Engine,
  project: Project,
  depot: Pick<Depot, 'volume' | 'juliaVolume' | 'julia'>,
  image: ImageInfo,
  context: StageContext,
): Promise<Inventory> {
  context.progress('Instantiating and precompiling');
  const reader = new InventoryReader();
  const lines: string[] = [];
  const spec = {
    image: image.name,
    command: buildCommand(project),
    environment: onlineEnvironment(context.ports.environment),
    mounts: juliaMounts(depot),
    network: 'bridge' as const,
    labels: context.labels,
  };
  const { exitCode } = await engine.withContainer(spec, context.signal, async (container) => {
    await container.putArchive('/', tarOfFiles(stagedFiles(project)));
    return container.run({
      onLine: (stream, line) => {
        if (stream === 'stdout' && reader.read(line)) return;
        lines.push(line);
        context.log(stream, line);
      },
    });
  });
  if (exitCode !== 0) throw buildError(project, exitCode, lines);
  return reader.result();
}

function buildError(project: Project, exitCode: number, lines: readonly string[]): UserError {
  const facts = readJuliaLog(lines);
  const detail = errorExcerpt(lines, 15);
  const [artifact] = facts.downloads;
  const [host] = facts.hosts;
  if (artifact !== undefined) {
    return new UserError({
      code: 'artifact-missing',
      title: `The artifact "${artifact}" could not be downloaded while building ${project.name}.`,
      detail,
      actions: [{ title: 'Check its URL in Artifacts.toml and the network of the engine, then run again.' }],
    });
  }
  if (host !== undefined) {
    return new UserError({
      code: 'julia-failed',
      title: `The build could not reach ${host}.`,
      detail,
      actions: [
        { title: 'Check the network of the engine; set JULIA_PKG_SERVER if packages come from a mirror.' },
      ],
    });
  }
  if (detail.includes('No space left on device')) {
    return new UserError({
      code: 'disk-full',
      title: `The engine's disk is full: ${project.name} could not be built.`,
      detail,
      actions: [{ title: 'Free some space (docker system df shows what uses it) and run again.' }],
    });
  }
  return new UserError({
    code: 'julia-failed',
    title: `Julia could not build ${project.name} (exit code ${exitCode}).`,
    detail,
    actions: [{ title: 'Read the last lines above; correct the project or its Manifest and run again.' }],
  });
}
