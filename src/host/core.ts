import { homedir } from 'node:os';
import type { Logger } from '../base/logger.ts';
import type { Core, CoreEnvironment, OpenProject } from '../core/core.ts';
import type { Ports } from '../core/stage.ts';
import type { KaggleClient } from '../kaggle/client.ts';
import type { CredentialKeeper } from '../kaggle/given-credentials.ts';
import { readSettings } from './settings.ts';

interface Around {
  readonly credentials: CredentialKeeper;
  readonly log: Logger;
}

/** The core of this window: opened once, with its engine library, and not before somebody needs it. */
export class EditorCore {
  #opened: Promise<Core> | undefined;

  constructor(private readonly around: Around) {}

  open(): Promise<Core> {
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
}

async function openCore({ credentials, log }: Around): Promise<Core> {
  const { createCore } = await import('../core/core.ts');
  const environment: CoreEnvironment = {
    environment: process.env,
    homeFolder: homedir(),
    platform: process.platform,
    logger: log,
    keeper: credentials,
    settings: readSettings,
  };
  return createCore(environment);
}
