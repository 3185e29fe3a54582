import { createReadStream } from 'node:fs';
import { fingerprint } from '../../base/hash.ts';
import type { Engine } from '../../docker/engine.ts';
import type { JuliaTarball } from '../../julia/releases.ts';
import { juliaHome } from '../contract/paths.ts';
import type { Project } from '../artefacts.ts';
import type { StageContext } from '../stage.ts';

/** Written last, so that a filling that was interrupted is noticed. */
const COMPLETE = '.julia-kaggle-complete';

/** The volume of a project's depot: another image or another Julia never shares it. */
export function depotVolumeName(project: Project, imageId: string): string {
  const key = fingerprint({ root: project.root, julia: project.juliaVersion, image: imageId });
  return `julia-kaggle-depot-${key.slice(0, 16)}`;
}

/** Label of the depots of all projects. */
const DEPOT_LABEL = { 'julia-kaggle.depot': 'true' };

/** Makes the project's depot volume, and removes those that it had for another image or another Julia. */
export async function ensureDepotVolume(engine: Engine, name: string, context: StageContext): Promise<void> {
  const labels = { ...context.labels, ...DEPOT_LABEL };
  await engine.ensureVolume(name, labels, context.signal);
  for (const volume of await engine.listVolumes(labels, context.signal)) {
    if (volume.name !== name) await engine.removeVolume(volume.name);
  }
}

/** The volume of one Julia tarball, shared by all projects. */
function juliaVolumeName(tarball: JuliaTarball): string {
  return `julia-kaggle-julia-${tarball.version}-${tarball.sha256.slice(0, 12)}`;
}

/**
 * Unpacks Julia into its volume unless it is there. The tarball's top folder is `julia-<version>` (julia-facts
 * section 1), the very place where the volume is mounted.
 */
export async function ensureJuliaVolume(
  engine: Engine,
  tarball: JuliaTarball,
  image: string,
  context: StageContext,
): Promise<string> {
  const name = juliaVolumeName(tarball);
  const home = juliaHome(tarball.version);
  await engine.ensureVolume(name, { ...context.labels, 'julia-kaggle.shared': 'julia' }, context.signal);
  const spec = {
    image,
    command: ['touch', `${home}/${COMPLETE}`],
    network: 'none' as const,
    labels: context.labels,
    mounts: [{ volume: name, target: home, readOnly: false }],
  };
  await engine.withContainer(spec, context.signal, async (container) => {
    if (await container.has(`${home}/${COMPLETE}`)) return;
    context.progress(`Unpacking Julia ${tarball.version}`);
    await container.putArchive('/opt', createReadStream(tarball.file));
    await container.run();
  });
  return name;
}
