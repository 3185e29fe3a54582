import { homedir } from 'node:os';
import type { Logger } from '../base/logger.ts';
import type { StageName } from '../core/stages.ts';
import { known } from './known.ts';
import type { Work } from './session.ts';
import type { Settings } from './settings.ts';

export interface Order {
  /** The folder with Project.toml. */
  readonly folder: string;
  readonly until: StageName;
  /** Asked once, before anything leaves the machine. */
  readonly confirm: (plan: string, signal: AbortSignal) => Promise<boolean>;
  readonly settings: Settings;
  /** Kaggle credentials as variables; `undefined` hides one of this process. */
  readonly credentials: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/** A run of the pipeline on this machine. The core with its engine library is loaded when the first run begins. */
export function pipelineRun(order: Order): Work {
  return async ({ onEvent, signal }) => {
    const [{ runPipeline }, { createPorts }] = await Promise.all([
      import('../core/pipeline/run.ts'),
      import('../core/pipeline/ports.ts'),
    ]);
    const { folder, until, settings, logger } = order;
    return runPipeline({
      folder,
      until,
      overrides: known({ image: settings.image }),
      confirm: (plan) => order.confirm(plan, signal),
      ports: createPorts({
        environment: environmentOf(order, process.env),
        homeFolder: homedir(),
        platform: process.platform,
        logger,
      }),
      onEvent,
      signal,
    });
  };
}

/** Pure: the environment that the core is handed: that of this process, with the settings and the credentials over it. */
export function environmentOf(
  { settings, credentials }: Pick<Order, 'settings' | 'credentials'>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return {
    ...environment,
    ...known({ JULIA_KAGGLE_API_URL: settings.apiUrl, JULIA_KAGGLE_JULIA_SERVER: settings.juliaServer }),
    ...credentials,
  };
}
