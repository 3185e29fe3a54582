import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { Memento, StatusBarItem, Uri } from 'vscode';
import * as z from 'zod/mini';
import { systemClock } from '../../base/abort.ts';
import { defined } from '../../base/defined.ts';
import { isUserError, messageOf } from '../../base/errors.ts';
import type { Sandbox, SandboxInit } from '../../sandbox/start.ts';
import type { Around } from '../around.ts';
import { signalOf } from '../editor/asking.ts';
import type { Vs } from '../editor/editor.ts';
import { chooseCompetition, chooseImage } from './choose.ts';

interface LocalKaggleAround extends Pick<
  Around,
  'vs' | 'core' | 'credentials' | 'log' | 'pages' | 'settings'
> {
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
  readonly #status: LocalKaggleStatus;

  constructor(private readonly around: LocalKaggleAround) {
    this.#status = new LocalKaggleStatus(around.vs);
  }

  /** Asks what is not clear, and starts it. Does nothing but show it when it runs already. */
  async start(): Promise<void> {
    if (this.#sandbox !== undefined) return this.show();
    const competition = await chooseCompetition(this.around.vs);
    if (competition === undefined) return;
    const image = competition.takesFiles ? undefined : await chooseImage(this.around);
    if (image === undefined && !competition.takesFiles) return;
    const desired = { competition: competition.folder, ...defined({ image }) };
    const sandbox = await this.#inTurn(() => this.#open(desired));
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
    await this.around.pages.open(`${this.#sandbox.url}/`);
  }

  /** Starts it again where it ran when the window was closed, so that what waits for it goes on. */
  restore(): void {
    const before = this.around.memory.read();
    if (before === undefined || !this.around.vs.workspace.isTrusted) return;
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
    const { vs, log, memory } = this.around;
    this.#return();
    log.error(error);
    await memory.forget();
    const start = l10n.t('Start the Local Kaggle');
    const text = l10n.t('The local Kaggle of this window could not be started again: {0}', messageOf(error));
    void vs.window
      .showWarningMessage(text, start)
      .then((chosen) =>
        chosen === undefined ? undefined : vs.commands.executeCommand('juliaKaggle.startLocalKaggle'),
      );
  }

  async #open(desired: Desired): Promise<Sandbox> {
    if (this.#sandbox !== undefined) return this.#sandbox;
    if (desired.image !== undefined) await this.#prepareImage(desired.image);
    const sandbox = await this.#startSandbox(desired);
    this.#sandbox = sandbox;
    this.around.pages.lendKey((address) => sandbox.openOnce(address));
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
    this.around.pages.lendKey();
    this.#return();
    await sandbox.close();
  }

  #lend(image: string | undefined, url: string, token: string): void {
    const { vs, credentials, settings } = this.around;
    settings.lend({ apiUrl: url, ...defined({ image }) });
    credentials.lend({ kind: 'token', token });
    void vs.commands.executeCommand('setContext', 'juliaKaggle.localKaggle', true);
  }

  #return(): void {
    const { vs, credentials, settings } = this.around;
    settings.lend({});
    credentials.lend(undefined);
    void vs.commands.executeCommand('setContext', 'juliaKaggle.localKaggle', false);
  }

  /** On the address that it had before, if that is free: results of earlier runs have it in their links. */
  async #startSandbox({ competition, image, url }: Desired): Promise<Sandbox> {
    const [{ startSandbox }, { kaggleImageFor }] = await Promise.all([
      import('../../sandbox/start.ts'),
      import('../../core/contract/image/kaggle-image.ts'),
    ]);
    const { core, log, settings, storage } = this.around;
    const init: SandboxInit = {
      folder: join(storage.fsPath, 'local-kaggle', nameOf(competition)),
      engine: async () => (await core.ports()).engine(new AbortController().signal),
      // A notebook that is run all the same finds the image that its project is built in.
      image: image ?? settings.read().image ?? kaggleImageFor('none'),
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
    const { vs, core, log } = this.around;
    const title = l10n.t('Making a small image for the local Kaggle');
    const options = { location: vs.ProgressLocation.Notification, title, cancellable: true };
    await vs.window.withProgress(options, async (progress, token) => {
      const signal = signalOf(token);
      const onLine = (line: string): void => {
        log.info(`[image] ${line}`);
        progress.report({ message: line.slice(0, 80) });
      };
      await ensureSmallImage(await (await core.ports()).engine(signal), process.env, onLine);
    });
  }

  async #tell({ url }: Sandbox, competition: string): Promise<void> {
    const { vs } = this.around;
    const look = l10n.t('Look at It');
    const submit = l10n.t('Submit');
    const text = l10n.t(
      'A local Kaggle with the competition {0} answers at {1}. Until it is stopped, this window works with it and not with kaggle.com.',
      competition,
      url,
    );
    const chosen = await vs.window.showInformationMessage(text, submit, look);
    if (chosen === look) await this.show();
    if (chosen === submit) await vs.commands.executeCommand('juliaKaggle.submit');
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

/** Says in the status bar that this window works with a local Kaggle. */
class LocalKaggleStatus {
  readonly #item: StatusBarItem;

  constructor(private readonly vs: Vs) {
    this.#item = vs.window.createStatusBarItem('juliaKaggle.localKaggle', vs.StatusBarAlignment.Left);
    this.#item.name = l10n.t('Local Kaggle');
    this.#item.text = `$(server) ${l10n.t('Local Kaggle')}`;
    this.#item.command = 'juliaKaggle.showLocalKaggle';
  }

  show(url: string): void {
    const text = l10n.t('This window works with the local Kaggle at {0}.', url);
    const stop = `[${l10n.t('Stop It')}](command:juliaKaggle.stopLocalKaggle)`;
    const look = `[${l10n.t('Look at It')}](command:juliaKaggle.showLocalKaggle)`;
    const tooltip = new this.vs.MarkdownString(`${text}\n\n${look} · ${stop}`);
    tooltip.isTrusted = { enabledCommands: ['juliaKaggle.stopLocalKaggle', 'juliaKaggle.showLocalKaggle'] };
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: text };
    this.#item.show();
  }

  hide(): void {
    this.#item.hide();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

const KEY = 'localKaggle';

/** What a local Kaggle is started with. */
export interface Desired {
  /** The competition folder. */
  readonly competition: string;
  /** Absent: nobody had to choose one, as no notebook needs to run. */
  readonly image?: string | undefined;
  /** Where it answered before, if it did. */
  readonly url?: string;
}

const running = z.object({
  competition: z.string(),
  image: z.optional(z.string()),
  url: z.url(),
  /** Good for the local Kaggle alone, which keeps it in a file too. */
  token: z.string(),
});
export type Running = z.infer<typeof running>;

/** The local Kaggle that runs in this workspace, for the next window of it. */
export class LocalKaggleMemory {
  constructor(private readonly memento: Memento) {}

  read(): Running | undefined {
    return running.safeParse(this.memento.get(KEY)).data;
  }

  async write(now: Running): Promise<void> {
    await this.memento.update(KEY, now);
  }

  async forget(): Promise<void> {
    await this.memento.update(KEY, undefined);
  }
}
