import type { JuliaTarball } from '../../julia/releases.ts';
import type { StageContext } from '../stage.ts';

/**
 * The official tarball of an exact version, from the cache where it lies there whole, with progress otherwise.
 * @throws UserError as `JuliaReleases.fetchTarball`; CancelledError.
 */
export function fetchJulia(
  version: string,
  { ports, progress, signal }: StageContext,
): Promise<JuliaTarball> {
  return ports.julia.fetchTarball(
    version,
    (done, total) => progress(`Downloading Julia ${version}`, done, total),
    signal,
  );
}
