import type { Project } from '../artefacts.ts';
import { readProject, type ReadProjectOptions } from '../project/project-stage.ts';
import type { Ports } from '../stage.ts';
import { juliaResolver } from './resolve-julia.ts';

interface Around {
  readonly ports: Ports;
  readonly signal: AbortSignal;
}

interface Wishes {
  /** In place of what JuliaKaggle.toml says. */
  readonly overrides?: ReadProjectOptions['overrides'] | undefined;
  /** A channel's newest Julia is asked for, in place of that of the last run. */
  readonly renew?: boolean;
  readonly onModelBytes?: ReadProjectOptions['onModelBytes'] | undefined;
}

/** The project in a folder as a run on this machine would see it. @throws what `readProject` throws. */
export function readProjectHere(
  folder: string,
  { ports, signal }: Around,
  { overrides, renew = false, onModelBytes }: Wishes = {},
): Promise<Project> {
  return readProject(folder, {
    environment: ports.environment,
    hashesFile: ports.hashesFile,
    resolveJulia: juliaResolver(folder, ports, { renew }),
    signal,
    ...(overrides === undefined ? {} : { overrides }),
    ...(onModelBytes === undefined ? {} : { onModelBytes }),
  });
}
