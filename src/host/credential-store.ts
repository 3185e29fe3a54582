import { EventEmitter, l10n, type SecretStorage } from 'vscode';
import type { CredentialKeeper, GivenCredentials } from '../kaggle/given-credentials.ts';
import { parseStored, type StoredCredentials } from './stored-credentials.ts';

const KEY = 'juliaKaggle.credentials';

/** The Kaggle credentials that the person gave to the editor, kept in its secret storage and nowhere else. */
export class CredentialStore implements CredentialKeeper {
  readonly name = l10n.t('the secret storage of the editor');
  #lent: GivenCredentials | undefined;
  readonly #changed = new EventEmitter<void>();
  readonly #disposables;
  /** Other credentials than before, here or in another window. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly secrets: SecretStorage) {
    this.#disposables = [
      this.#changed,
      secrets.onDidChange(({ key }) => {
        if (key === KEY) this.#changed.fire();
      }),
    ];
  }

  async read(): Promise<StoredCredentials | undefined> {
    if (this.#lent !== undefined) return this.#lent;
    const text = await this.secrets.get(KEY);
    return text === undefined ? undefined : parseStored(text);
  }

  /** A sign-in whose tokens were renewed keeps the name of its account. */
  async keep(given: StoredCredentials): Promise<void> {
    const before = given.account === undefined && given.kind === 'sign-in' ? await this.read() : undefined;
    const account = given.account ?? (before?.kind === 'sign-in' ? before.account : undefined);
    await this.secrets.store(KEY, JSON.stringify({ ...given, account }));
  }

  async forget(): Promise<void> {
    await this.secrets.delete(KEY);
  }

  /** Others than the person's own are used, which are left alone meanwhile. */
  get isLent(): boolean {
    return this.#lent !== undefined;
  }

  /** These are used in place of the stored ones until the window closes or `undefined` is lent; nothing is stored. */
  lend(given: GivenCredentials | undefined): void {
    this.#lent = given;
    this.#changed.fire();
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}
