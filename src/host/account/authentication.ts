import * as l10n from '@vscode/l10n';
import type {
  AuthenticationProvider,
  AuthenticationSession,
  AuthenticationProviderAuthenticationSessionsChangeEvent as Change,
  Event,
  EventEmitter,
} from 'vscode';
import { Disposables } from '../editor/disposables.ts';
import type { AccountAround } from './account.ts';
import { accountName } from './credentials.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';

const ID = 'julia-kaggle';

/**
 * The account in the editor's Accounts menu. Other extensions may ask for the session, so it does not carry the
 * credential: nobody but this extension has a use for it.
 */
export class KaggleAuthentication implements AuthenticationProvider {
  readonly #changed: EventEmitter<Change>;
  #known: AuthenticationSession | undefined;
  readonly #owned = new Disposables();
  readonly onDidChangeSessions: Event<Change>;

  constructor(private readonly around: AccountAround) {
    const { vs, credentials } = around;
    this.#changed = this.#owned.track(new vs.EventEmitter<Change>());
    this.onDidChangeSessions = this.#changed.event;
    this.#owned.track(credentials.onDidChange(() => this.#tell()));
    this.#owned.track(vs.authentication.registerAuthenticationProvider(ID, 'Kaggle', this));
  }

  async getSessions(): Promise<AuthenticationSession[]> {
    this.#known = await this.#session();
    return this.#known === undefined ? [] : [this.#known];
  }

  async createSession(): Promise<AuthenticationSession> {
    const done = await signIn(this.around);
    const session = done ? await this.#session() : undefined;
    if (session === undefined) throw new this.around.vs.CancellationError();
    return session;
  }

  async removeSession(): Promise<void> {
    await signOut(this.around);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #session(): Promise<AuthenticationSession | undefined> {
    const stored = await this.around.credentials.read();
    if (stored === undefined) return undefined;
    const name = accountName(stored) ?? l10n.t('Kaggle account');
    return { id: name, account: { id: name, label: name }, scopes: [], accessToken: '' };
  }

  async #tell(): Promise<void> {
    const before = this.#known;
    const now = await this.#session();
    this.#known = now;
    if (before?.id === now?.id) return;
    this.#changed.fire({
      added: now === undefined ? [] : [now],
      removed: before === undefined ? [] : [before],
      changed: [],
    });
  }
}
