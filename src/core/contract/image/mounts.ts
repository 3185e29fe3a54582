import type { VolumeMount } from '../../../docker/engine.ts';
import type { Depot } from '../../artefacts.ts';
import { DEPOT, juliaHome } from './paths.ts';

/** Julia and the depot as build, test and pack mount them. */
export function juliaMounts(depot: Pick<Depot, 'volume' | 'juliaVolume' | 'julia'>): VolumeMount[] {
  return [
    { volume: depot.juliaVolume, target: juliaHome(depot.julia.version), readOnly: true },
    { volume: depot.volume, target: DEPOT, readOnly: false },
  ];
}
