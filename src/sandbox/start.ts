import { resolve } from 'node:path';
import type { Clock } from '../base/abort.ts';
import { diskError } from '../base/files.ts';
import type { Logger } from '../base/logger.ts';
import type { Engine } from '../docker/engine.ts';
import { runNotebook } from '../docker/notebook-runner.ts';
import { Background, JobQueue } from './background.ts';
import { openCompetitions } from './competition.ts';
import { DatasetVersions } from './dataset-versions.ts';
import type { NotebookRunner } from '../docker/notebook-runner.ts';
import { type ActiveFault, Faults } from './faults/faults.ts';
import { lockFolder } from './folder-lock.ts';
import { Inputs, type Layout } from './inputs.ts';
import { KernelRuns } from './kernel-runs.ts';
import { NotebookExecutor } from './notebook-executor.ts';
import { PageAccess } from './page-access.ts';
import { tightenBelow } from './private-files.ts';
import { type Published, publishFolders } from './published.ts';
import { METHOD_NAMES } from './rpc/method-names.ts';
import { createHandler, listen } from './server.ts';
import type { Services } from './services.ts';
import { SignIn } from './sign-in.ts';
import { Storage } from './storage.ts';
import { openStore, type Store } from './store.ts';
import { SubmissionRuns } from './submission-runs.ts';
import { Turns } from '../base/turns.ts';
import { Uploads } from './uploads.ts';

export interface SandboxInit {
  /** Where everything is kept; made when it is missing. One sandbox at a time has it. */
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
  /** What others have published. */
  readonly published?: Published;
  readonly clock: Clock;
  /** How long a dataset version takes to become READY, besides the unpacking of its archives. */
  readonly readyDelayMs: number;
  readonly layout: Layout;
  readonly logger: Logger;
  /** What is to go wrong, from the beginning: texts that `parseFault` reads (docs/sandbox.md). */
  readonly faults?: readonly string[];
  /** The user's name in a new folder. */
  readonly username?: string;
  /** Runs a notebook in the engine; replaced in tests. */
  readonly runNotebook?: NotebookRunner;
}

/** Kaggle allows more runs (kaggle-api 5.2); a developer's machine does not. */
const RUNS_AT_ONCE = 2;
/** The last is for a VS Code in the browser, which sends pages of the others through a proxy that it may not have. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]', 'kaggle.localhost'];

export interface Sandbox {
  readonly url: string;
  /** The address to print: its key lets a browser see the pages. It stays good; keep it out of logs and arguments. */
  readonly page: string;
  /** The user's; `token` is the same user's access token. */
  readonly credentials: { readonly username: string; readonly key: string; readonly token: string };
  /** What goes wrong on purpose, to be changed while it runs. */
  readonly faults: SandboxFaults;
  /**
   * For handing a page to a program that opens it: the same address with a key that is good once, for two minutes. An
   * address elsewhere is given back as it is.
   */
  openOnce(address: string): string;
  /** Stops the server and cancels runs; they begin again when a sandbox is started on the same folder. */
  close(): Promise<void>;
}

export interface SandboxFaults {
  /** @throws UserError `wrong-usage` */
  add(spec: string): ActiveFault;
  list(): readonly ActiveFault[];
  /** One, or all of them; returns how many. */
  clear(id?: number): number;
}

/**
 * Starts a local Kaggle (docs/sandbox.md, kaggle-api). What an earlier one in the same folder left unfinished,
 * because it was closed or killed, goes on: notebooks and scoring reruns are run again from their start.
 * @throws UserError `port-in-use`, `config-invalid` (a competition), `file-unreadable` (the folder, also one that is a
 * link or another user's) and `disk-full`,
 * `run-locked` (another sandbox has the folder), `wrong-usage` (a fault)
 */
export async function startSandbox(init: SandboxInit): Promise<Sandbox> {
  const faults = new Faults(METHOD_NAMES);
  for (const spec of init.faults ?? []) faults.add(spec);
  const competitions = await openCompetitions(init.competitions);
  const lost = { close: (): void => undefined };
  const release = await lockFolder(resolve(init.folder), () => lost.close());
  try {
    const sandbox = await open(init, faults, competitions, release);
    lost.close = () => {
      init.logger.warn('sandbox: another one has taken its folder over; this one has ended');
      sandbox.close().catch(() => undefined);
    };
    return sandbox;
  } catch (error) {
    await release();
    throw diskError(error);
  }
}

async function open(
  init: SandboxInit,
  faults: Faults,
  competitions: Services['competitions'],
  release: () => Promise<void>,
): Promise<Sandbox> {
  await tightenBelow(init.folder);
  const store = await openStore(init.folder, init.clock, init.username);
  const background = new Background(init.logger);
  const services = assemble(init, { store, competitions, background, faults });
  const host = init.host ?? '127.0.0.1';
  const handler = createHandler(services, { image: init.image, hosts: [...LOOPBACK, host] });
  const server = await listen(handler, host, init.port ?? 0, init.logger);
  services.versions.resume();
  await publishFolders(services, init.published ?? {});
  resumeRuns(store, services.runs, services.submissionRuns);
  const [{ username, key, token }] = store.account.users;
  return {
    url: server.url,
    page: services.access.printed(server.url),
    credentials: { username, key, token },
    faults,
    openOnce: (address) =>
      URL.canParse(address) && new URL(address).origin === server.url
        ? services.access.openOnce(new URL(address))
        : address,
    close: async () => {
      await server.close();
      await background.close();
      await release();
    },
  };
}

interface Base {
  readonly store: Store;
  readonly competitions: Services['competitions'];
  readonly background: Background;
  readonly faults: Faults;
}

function assemble(init: SandboxInit, base: Base): Services {
  const { clock, logger, readyDelayMs } = init;
  const { store, competitions, background, faults } = base;
  const sweepVolumes = (): void =>
    background.run('volumes that are not needed any more', () => executor.sweepVolumes());
  const versions = new DatasetVersions(store, clock, background, readyDelayMs, faults, sweepVolumes);
  const executor = makeExecutor(init, base, versions);
  const queue = new JobQueue(RUNS_AT_ONCE, background);
  return {
    ...{ store, competitions, clock, faults, versions, sweepVolumes },
    signIn: new SignIn(store, clock),
    access: new PageAccess(store.account.signingSecret, clock),
    storage: new Storage(store, competitions, clock, faults),
    uploads: new Uploads(store, clock, faults),
    runs: new KernelRuns({ store, clock, logger, background, queue, executor }),
    submissionRuns: new SubmissionRuns({ store, competitions, faults, logger, queue, executor }),
    turns: new Turns(),
  };
}

function makeExecutor(init: SandboxInit, base: Base, versions: DatasetVersions): NotebookExecutor {
  const { image, layout, engine } = init;
  const { store, competitions, background, faults } = base;
  const labels = {
    'julia-kaggle.sandbox': store.account.instance,
    'julia-kaggle.folder': resolve(init.folder),
  };
  const prefix = `julia-kaggle-sandbox-${store.account.instance.slice(0, 8)}`;
  return new NotebookExecutor({
    ...{ store, competitions, faults, layout, engine, image, labels },
    inputs: new Inputs(image, labels, prefix, background.signal),
    runNotebook: init.runNotebook ?? runNotebook,
    currentVersion: (id) => {
      const dataset = store.datasets.get(id);
      return dataset && versions.current(dataset).version;
    },
  });
}

/** Runs again what a killed or closed sandbox left unfinished, the oldest first: for its users, Kaggle never stops. */
function resumeRuns(store: Store, kernels: KernelRuns, submissions: SubmissionRuns): void {
  const versions = store.kernels
    .values()
    .flatMap(({ id, versions: all }) =>
      all
        .filter(({ status }) => status === 'QUEUED' || status === 'RUNNING')
        .map(({ version, createdAt }) => ({ createdAt, start: () => kernels.save(id, version) })),
    );
  const pending = store.submissions
    .values()
    .filter(({ status }) => status === 'PENDING')
    .map(({ ref, createdAt }) => ({ createdAt, start: () => submissions.submit(ref) }));
  for (const job of [...versions, ...pending].sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)))
    job.start();
}
