import { homedir } from 'node:os';
import { type FileSystemWatcher, type Uri, workspace } from 'vscode';
import type { Logger } from '../base/logger.ts';
import type { Core, CoreEnvironment, CoreListener, OpenProject } from '../core/core.ts';
import type { Ports } from '../core/stage.ts';
import type { KaggleClient } from '../kaggle/client.ts';
import type { CredentialKeeper } from '../kaggle/given-credentials.ts';
import { readSettings } from './settings.ts';

interface Around {
  readonly credentials: CredentialKeeper;
  readonly log: Logger;
  readonly onEvent: CoreListener;
}

/** The core of this window: opened once, with its engine library, and not before somebody needs it. */
export class EditorCore {
  #opened: Promise<Core> | undefined;
  #watcher: FileSystemWatcher | undefined;

  constructor(private readonly around: Around) {}

  open(): Promise<Core> {
    this.#watcher ??= this.#watch();
    return (this.#opened ??= openCore(this.around));
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
    return (await openCore({ ...this.around, credentials })).ports.kaggle();
  }

  dispose(): void {
    this.#watcher?.dispose();
  }

  /** Tells the core that files are others than it has read. What runs and git write for themselves is none of those. */
  #watch(): FileSystemWatcher {
    const watcher = workspace.createFileSystemWatcher('**');
    const onFile = ({ path }: Uri): void => {
      if (/\/\.(git|julia-kaggle)(\/|$)/.test(path)) return;
      void this.#opened?.then(
        (core) => core.changed(),
        () => undefined,
      );
    };
    watcher.onDidCreate(onFile);
    watcher.onDidChange(onFile);
    watcher.onDidDelete(onFile);
    return watcher;
  }
}

async function openCore({ credentials, log, onEvent }: Around): Promise<Core> {
  const { createCore } = await import('../core/core.ts');
  const environment: CoreEnvironment = {
    environment: process.env,
    homeFolder: homedir(),
    platform: process.platform,
    logger: log,
    keeper: credentials,
    settings: readSettings,
  };
  const core = createCore(environment);
  core.listen(onEvent);
  return core;
}
