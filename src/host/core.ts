import { homedir } from 'node:os';
import { defined } from '../base/defined.ts';
import type { Logger } from '../base/logger.ts';
import type { StagePlan } from '../core/pipeline/bound-stage.ts';
import type { StagePreview } from '../core/pipeline/preview.ts';
import type { OutsidePlaces, Ports } from '../core/stage.ts';
import type { LocalStageName, StageName } from '../core/stages.ts';
import type { CredentialKeeper } from '../kaggle/given-credentials.ts';
import type { Work } from './session.ts';
import type { Settings } from './settings.ts';

/** What the core is handed of the editor. */
export interface Surroundings {
  readonly settings: Settings;
  readonly credentials: CredentialKeeper;
  readonly logger: Logger;
  /** Asks for what a project wants to read outside of itself; absent: nobody is asked. */
  readonly askOutside?: OutsidePlaces['ask'];
}

export interface Order extends Surroundings {
  /** The folder with Project.toml. */
  readonly folder: string;
  readonly until: StageName;
  /** Run this stage and the local ones after it anew. */
  readonly fresh?: LocalStageName | undefined;
  /** How long to wait for another run of the project to end, in milliseconds. */
  readonly patienceMs?: number | undefined;
  /** Asked once, before anything leaves the machine. */
  readonly confirm: (plan: StagePlan, signal: AbortSignal) => Promise<boolean>;
  /** Asked when there is no GPU although the project wants one. */
  readonly confirmWithoutGpu: (reason: string, signal: AbortSignal) => Promise<boolean>;
}

/** A run of the pipeline on this machine. The core with its engine library is loaded when the first run begins. */
export function pipelineRun(order: Order): Work {
  return ({ onEvent, signal }) =>
    withPorts(order, async (ports) => {
      const { runPipeline } = await import('../core/pipeline/run.ts');
      const { folder, until, fresh, patienceMs, settings } = order;
      return runPipeline({
        folder,
        until,
        fresh,
        patienceMs,
        overrides: defined({ image: settings.image }),
        confirm: (plan) => order.confirm(plan, signal),
        confirmWithoutGpu: (reason) => order.confirmWithoutGpu(reason, signal),
        ports,
        onEvent,
        signal,
      });
    });
}

/** What a run would do, without doing any of it. */
export function pipelinePreview(
  order: Surroundings & Pick<Order, 'folder' | 'until'>,
  signal: AbortSignal,
): Promise<StagePreview[]> {
  return withPorts(order, async (ports) => {
    const { previewRun } = await import('../core/pipeline/preview.ts');
    const { folder, until, settings } = order;
    return previewRun({ folder, until, overrides: defined({ image: settings.image }), ports, signal });
  });
}

/** Does something with the core's ports, outside of a run too. */
export async function withPorts<T>(order: Surroundings, work: (ports: Ports) => Promise<T>): Promise<T> {
  const { createPorts } = await import('../core/pipeline/ports.ts');
  return work(
    createPorts({
      environment: environmentOf(order.settings, process.env),
      homeFolder: homedir(),
      platform: process.platform,
      logger: order.logger,
      keeper: order.credentials,
      ...defined({ askOutside: order.askOutside }),
    }),
  );
}

/** Pure: the environment that the core is handed: that of this process, with the settings over it. */
export function environmentOf(
  { apiUrl, juliaServer, dockerContext }: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return {
    ...environment,
    ...defined({ JULIA_KAGGLE_API_URL: apiUrl, JULIA_KAGGLE_JULIA_SERVER: juliaServer }),
    // DOCKER_HOST would win over a context.
    ...(dockerContext === undefined ? {} : { DOCKER_CONTEXT: dockerContext, DOCKER_HOST: undefined }),
  };
}
