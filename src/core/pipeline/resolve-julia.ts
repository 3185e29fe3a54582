import type { ReadProjectOptions } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import type { RunRecord } from './record.ts';

/**
 * How a project's channel becomes a version: as at its last run, so that a new patch release rebuilds nothing and a
 * run without a network goes on; asked anew for a project that has not run yet or now names another channel, and
 * with `renew`.
 */
export function juliaResolver(
  record: () => Promise<RunRecord>,
  ports: Ports,
  { renew }: { readonly renew: boolean },
): ReadProjectOptions['resolveJulia'] {
  return async (channel, signal) => {
    const { project } = (await record()).artefacts;
    if (!renew && project?.juliaChannel === channel) return project.juliaVersion;
    return ports.julia.resolve(channel, { renew }, signal);
  };
}
