import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { commands, l10n, ProgressLocation, Uri, workspace } from 'vscode';
import { systemClock } from '../../base/abort.ts';
import { isUserError, messageOf } from '../../base/errors.ts';
import type { Sandbox, SandboxInit } from '../../sandbox/start.ts';
import type { EditorCore } from '../core.ts';
import type { CredentialStore } from '../credential-store.ts';
import type { LogChannel } from '../log-channel.ts';
import { openLocalPages, openPage } from '../open-page.ts';
import { overrideSettings } from '../settings.ts';
import { signalOf } from '../signal-of.ts';
import { chooseCompetition, chooseImage } from './choose.ts';
import { type Desired, LocalKaggleMemory } from './memory.ts';
import { LocalKaggleStatus } from './status.ts';
import { window } from '../window.ts';

interface Around {
  readonly core: EditorCore;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
  readonly memory: LocalKaggleMemory;
  /** Where the local Kaggle keeps what it holds: the storage of this workspace, or else that of the editor. */
  readonly storage: Uri;
}

/** How long a dataset version takes to become READY: long enough to be seen. */
const READY_DELAY_MS = 1000;

/**
 * The local Kaggle of this window: a server on loopback, in this very process. While it runs, all that the window does
 * goes to it, with its credentials and in its image; the person's own credentials are not touched and not used.
 */
export class LocalKaggle {
  #sandbox: Sandbox | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  readonly #status = new LocalKaggleStatus();

  constructor(private readonly around: Around) {}

  /** Asks what is not clear, and starts it. Does nothing but show it when it runs already. */
  async start(): Promise<void> {
    if (this.#sandbox !== undefined) return this.show();
    const competition = await chooseCompetition();
    const image = competition && (await chooseImage());
    if (competition === undefined || image === undefined) return;
    const sandbox = await this.#inTurn(() => this.#open({ competition: competition.folder, image }));
    void this.#tell(sandbox, competition.title);
  }

  async stop(): Promise<void> {
    // What is being started is remembered when it runs: forgotten is what comes after that.
    await this.#inTurn(async () => {
      await this.around.memory.forget();
      await this.#close();
    });
  }

  /** Its page in the browser. */
  async show(): Promise<void> {
    if (this.#sandbox === undefined) return this.start();
    await openPage(`${this.#sandbox.url}/`);
  }

  /** Starts it again where it ran when the window was closed, so that what waits for it goes on. */
  restore(): void {
    const before = this.around.memory.read();
    if (before === undefined || !workspace.isTrusted) return;
    // At once: what goes on at the start of the window is to find its Kaggle, and never asks the real one.
    this.#lend(before.image, before.url, before.token);
    this.#inTurn(() => this.#open(before)).catch((error: unknown) => this.#giveUp(error));
  }

  /** Ends with the window; `restore` starts it again. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#close());
    this.#status.dispose();
  }

  /** The window works with kaggle.com again, and the next one does not try what failed. */
  async #giveUp(error: unknown): Promise<void> {
    const { log, memory } = this.around;
    this.#return();
    log.error(error);
    await memory.forget();
    const start = l10n.t('Start the Local Kaggle');
    const text = l10n.t('The local Kaggle of this window could not be started again: {0}', messageOf(error));
    void window
      .showWarningMessage(text, start)
      .then((chosen) =>
        chosen === undefined ? undefined : commands.executeCommand('juliaKaggle.startLocalKaggle'),
      );
  }

  async #open(desired: Desired): Promise<Sandbox> {
    if (this.#sandbox !== undefined) return this.#sandbox;
    await this.#prepareImage(desired.image);
    const sandbox = await this.#startSandbox(desired);
    this.#sandbox = sandbox;
    openLocalPages((address) => sandbox.openOnce(address));
    this.#lend(desired.image, sandbox.url, sandbox.credentials.token);
    const { url, credentials } = sandbox;
    await this.around.memory.write({ ...desired, url, token: credentials.token });
    this.#status.show(url);
    return sandbox;
  }

  async #close(): Promise<void> {
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    this.#status.hide();
    if (sandbox === undefined) return;
    openLocalPages();
    this.#return();
    await sandbox.close();
  }

  #lend(image: string, url: string, token: string): void {
    overrideSettings({ apiUrl: url, image });
    this.around.credentials.lend({ kind: 'token', token });
    void commands.executeCommand('setContext', 'juliaKaggle.localKaggle', true);
  }

  #return(): void {
    overrideSettings({});
    this.around.credentials.lend(undefined);
    void commands.executeCommand('setContext', 'juliaKaggle.localKaggle', false);
  }

  /** On the address that it had before, if that is free: results of earlier runs have it in their links. */
  async #startSandbox({ competition, image, url }: Desired): Promise<Sandbox> {
    const { startSandbox } = await import('../../sandbox/start.ts');
    const { core, log, storage } = this.around;
    const init: SandboxInit = {
      folder: join(storage.fsPath, 'local-kaggle', nameOf(competition)),
      engine: async () => (await core.ports()).engine(new AbortController().signal),
      image,
      competitions: [competition],
      layout: 'namespaced',
      logger: log,
      clock: systemClock,
      readyDelayMs: READY_DELAY_MS,
    };
    const port = url === undefined ? 0 : Number(new URL(url).port);
    try {
      return await startSandbox({ ...init, port });
    } catch (error) {
      if (!isUserError(error, 'port-in-use')) throw error;
      return startSandbox(init);
    }
  }

  /** @throws CancelledError when the person calls it off. */
  async #prepareImage(image: string): Promise<void> {
    const { SMALL_IMAGE, ensureSmallImage } = await import('../../sandbox/small-image.ts');
    if (image !== SMALL_IMAGE) return;
    const { core, log } = this.around;
    const title = l10n.t('Making a small image for the local Kaggle');
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    await window.withProgress(options, async (progress, token) => {
      const signal = signalOf(token);
      const onLine = (line: string): void => {
        log.info(`[image] ${line}`);
        progress.report({ message: line.slice(0, 80) });
      };
      await ensureSmallImage(await (await core.ports()).engine(signal), process.env, onLine);
    });
  }

  async #tell({ url }: Sandbox, competition: string): Promise<void> {
    const look = l10n.t('Look at It');
    const submit = l10n.t('Submit');
    const text = l10n.t(
      'A local Kaggle with the competition {0} answers at {1}. Until it is stopped, this window works with it and not with kaggle.com.',
      competition,
      url,
    );
    const chosen = await window.showInformationMessage(text, submit, look);
    if (chosen === look) await this.show();
    if (chosen === submit) await commands.executeCommand('juliaKaggle.submit');
  }

  /** One thing after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work, work);
    this.#busy = done.catch(() => undefined);
    return done;
  }
}

/** Each competition folder has a Kaggle of its own. */
function nameOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}
