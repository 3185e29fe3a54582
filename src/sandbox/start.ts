import { resolve } from 'node:path';
import type { Clock } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Engine } from '../docker/engine.ts';
import { runNotebook } from '../docker/notebook-runner.ts';
import { Background } from './background.ts';
import { openCompetitions } from './competition.ts';
import { DatasetVersions } from './dataset-versions.ts';
import type { NotebookRunner } from './execute.ts';
import { Inputs, type Layout } from './inputs.ts';
import { KernelRuns } from './kernel-runs.ts';
import { createHandler, listen } from './server.ts';
import type { Services } from './services.ts';
import { Storage } from './storage.ts';
import { openStore, type Store } from './store.ts';
import { Turns } from './turns.ts';
import { Uploads } from './uploads.ts';

export interface SandboxInit {
  /** Where everything is kept; made when it is missing. One sandbox at a time may have it. */
  readonly folder: string;
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Called when a notebook is to run, not before. */
  readonly engine: () => Promise<Engine>;
  /** What notebooks run in. */
  readonly image: string;
  /** Competition folders (see `Competition`). */
  readonly competitions: readonly string[];
  readonly clock: Clock;
  /** How long a dataset version takes to become READY, besides the unpacking of its archives. */
  readonly readyDelayMs: number;
  readonly layout: Layout;
  readonly logger: Logger;
  /** Runs a notebook in the engine; replaced in tests. */
  readonly runNotebook?: NotebookRunner;
}

export interface Sandbox {
  readonly url: string;
  /** The user's; `token` is the same user's access token. */
  readonly credentials: { readonly username: string; readonly key: string; readonly token: string };
  /** Stops the server and cancels runs; they begin again when a sandbox is started on the same folder. */
  close(): Promise<void>;
}

/**
 * Starts a local Kaggle (design section 5, kaggle-api). What an earlier one in the same folder left unfinished,
 * because it was closed or killed, goes on: notebooks and scoring reruns are run again from their start.
 * @throws UserError `port-in-use`, `config-invalid` (a competition), `file-unreadable` (the folder)
 */
export async function startSandbox(init: SandboxInit): Promise<Sandbox> {
  const competitions = await openCompetitions(init.competitions);
  const store = await openStore(init.folder, init.clock);
  const background = new Background(init.logger);
  const services = assemble(init, store, competitions, background);
  const server = await listen(
    createHandler(services, init.image),
    init.host ?? '127.0.0.1',
    init.port ?? 0,
    init.logger,
  );
  services.versions.resume();
  services.runs.resume();
  const [{ username, key, token }] = store.account.users;
  return {
    url: server.url,
    credentials: { username, key, token },
    close: async () => {
      await server.close();
      await background.close();
    },
  };
}

function assemble(
  init: SandboxInit,
  store: Store,
  competitions: Services['competitions'],
  background: Background,
): Services {
  const { clock, image, layout, logger, engine } = init;
  const labels = {
    'julia-kaggle.sandbox': store.account.instance,
    'julia-kaggle.folder': resolve(init.folder),
  };
  const prefix = `julia-kaggle-sandbox-${store.account.instance.slice(0, 8)}`;
  const inputs = new Inputs(image, layout, labels, prefix, background.signal);
  const runs = new KernelRuns({
    ...{ store, competitions, clock, logger, background, inputs, engine, image, labels },
    runNotebook: init.runNotebook ?? runNotebook,
  });
  const sweepVolumes = (): void => background.run('volumes of deleted datasets', () => runs.sweepVolumes());
  return {
    ...{ store, competitions, clock, runs, sweepVolumes },
    storage: new Storage(store, competitions, clock),
    uploads: new Uploads(store, clock),
    versions: new DatasetVersions(store, clock, background, init.readyDelayMs, sweepVolumes),
    turns: new Turns(),
  };
}
