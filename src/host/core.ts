import { homedir } from 'node:os';
import type { Event, EventEmitter, Uri } from 'vscode';
import type { Clock } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import type { Core, CoreEnvironment, CoreListener, OpenProject } from '../core/core.ts';
import type { Ports } from '../core/stage.ts';
import type { KaggleClient } from '../kaggle/client.ts';
import type { CredentialKeeper } from '../kaggle/given-credentials.ts';
import { Disposables } from './editor/disposables.ts';
import type { Vs } from './editor/editor.ts';
import type { Settings } from './editor/settings.ts';
import { Soon } from './editor/soon.ts';

interface Around {
  readonly vs: Vs;
  readonly credentials: CredentialKeeper;
  readonly log: Logger;
  readonly clock: Clock;
  readonly settings: Settings;
}

/** How a core is made; absent: as it is for people, when it is first needed. */
export type CreateCore = (environment: CoreEnvironment) => Core | Promise<Core>;

const createRealCore: CreateCore = async (environment) =>
  (await import('../core/core.ts')).createCore(environment);

/** A checkout of git changes many files. */
const TOGETHER_MS = 300;

/** The core of this window: opened once, with its engine library, and not before somebody needs it. */
export class EditorCore {
  #opened: Promise<Core> | undefined;
  readonly #listeners = new Set<CoreListener>();
  readonly #changed: EventEmitter<void>;
  /** Files are others; those that come together are told together. */
  readonly onFiles: Event<void>;
  readonly #telling: Soon;
  readonly #owned = new Disposables();

  constructor(
    private readonly around: Around,
    private readonly create: CreateCore = createRealCore,
  ) {
    this.#changed = this.#owned.track(new around.vs.EventEmitter<void>());
    this.onFiles = this.#changed.event;
    this.#telling = new Soon(around.clock, TOGETHER_MS, () => this.#changed.fire());
  }

  /** Each event of each run, with the folder of its project. */
  listen(listener: CoreListener): void {
    this.#listeners.add(listener);
  }

  open(): Promise<Core> {
    return (this.#opened ??= this.#open());
  }

  async ports(): Promise<Ports> {
    return (await this.open()).ports;
  }

  /** @throws UserError `not-signed-in`. */
  async kaggle(): Promise<KaggleClient> {
    return (await this.ports()).kaggle();
  }

  async project(folder: string): Promise<OpenProject> {
    return (await this.open()).project(folder);
  }

  /** Kaggle by credentials that are tried before they are kept. @throws UserError `not-signed-in`. */
  async kaggleBy(credentials: CredentialKeeper): Promise<KaggleClient> {
    return (await this.#create(credentials)).ports.kaggle();
  }

  dispose(): void {
    this.#telling.stop();
    this.#owned.dispose();
  }

  async #open(): Promise<Core> {
    this.#watch();
    const core = await this.#create(this.around.credentials);
    core.listen((event, folder) => {
      for (const listener of this.#listeners) listener(event, folder);
    });
    return core;
  }

  async #create(keeper: CredentialKeeper): Promise<Core> {
    const { log, settings } = this.around;
    return this.create({
      environment: process.env,
      homeFolder: homedir(),
      platform: process.platform,
      logger: log,
      keeper,
      settings: settings.read,
    });
  }

  /** Tells the core that files are others than it has read. What runs and git write for themselves is none of those. */
  #watch(): void {
    const watcher = this.#owned.track(this.around.vs.workspace.createFileSystemWatcher('**'));
    const onFile = ({ path }: Uri): void => {
      if (/\/\.(git|julia-kaggle)(\/|$)/.test(path)) return;
      void this.#opened?.then(
        (core) => core.changed(),
        () => undefined,
      );
      this.#telling.askAgain();
    };
    watcher.onDidCreate(onFile);
    watcher.onDidChange(onFile);
    watcher.onDidDelete(onFile);
  }
}
