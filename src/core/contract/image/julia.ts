import * as l10n from '@vscode/l10n';
import { exists } from '../../../base/files.ts';
import type { VolumeMount } from '../../../docker/engine.ts';
import type { JuliaTarball } from '../../../julia/releases.ts';
import type { BundleFile, Depot } from '../../artefacts.ts';
import type { StageContext, WorkContext } from '../../stage.ts';
import { DEPOT, juliaHome } from './paths.ts';

/**
 * The official tarball of an exact version, from the cache where it lies there whole, with progress otherwise.
 * @throws UserError as `JuliaReleases.fetchTarball`; CancelledError.
 */
export function fetchJulia(version: string, { ports, progress, signal }: WorkContext): Promise<JuliaTarball> {
  return ports.julia.fetchTarball(
    version,
    (done, total) => progress(l10n.t('Downloading Julia {0}', version), done, total),
    signal,
  );
}

/** Name of Julia's tarball in its dataset: without extension, so that Kaggle leaves it packed (kaggle-api 2.6). */
export const JULIA_FILE = 'julia';

/**
 * The files of a dataset, Julia's tarball brought into the cache again where it was cleared: only who reads it does so,
 * for Kaggle and the engine have it mostly.
 */
export function bringJulia(
  files: readonly BundleFile[],
  version: string,
  context: StageContext,
): Promise<BundleFile[]> {
  const bring = async (file: BundleFile): Promise<BundleFile> =>
    file.name !== JULIA_FILE || (await exists(file.path))
      ? file
      : { ...file, path: (await fetchJulia(version, context)).file };
  return Promise.all(files.map(bring));
}

/** Julia and the depot as build, test and pack mount them. */
export function juliaMounts(depot: Pick<Depot, 'volume' | 'juliaVolume' | 'julia'>): VolumeMount[] {
  return [
    { volume: depot.juliaVolume, target: juliaHome(depot.julia.version), readOnly: true },
    { volume: depot.volume, target: DEPOT, readOnly: false },
  ];
}
