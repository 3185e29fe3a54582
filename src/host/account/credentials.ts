import * as l10n from '@vscode/l10n';
import type { Event, EventEmitter, SecretStorage } from 'vscode';
import * as z from 'zod/mini';
import { readJson } from '../../base/json.ts';
import type { CredentialKeeper, GivenCredentials } from '../../kaggle/given-credentials.ts';
import { Disposables } from '../editor/disposables.ts';
import type { Vs } from '../editor/editor.ts';

const KEY = 'juliaKaggle.credentials';

/** The Kaggle credentials that the person gave to the editor, kept in its secret storage and nowhere else. */
export class CredentialStore implements CredentialKeeper {
  readonly name = l10n.t('the secret storage of the editor');
  #lent: GivenCredentials | undefined;
  readonly #changed: EventEmitter<void>;
  readonly #owned = new Disposables();
  /** Other credentials than before, here or in another window. */
  readonly onDidChange: Event<void>;

  constructor(
    vs: Vs,
    private readonly secrets: SecretStorage,
  ) {
    this.#changed = this.#owned.track(new vs.EventEmitter<void>());
    this.onDidChange = this.#changed.event;
    this.#owned.track(
      secrets.onDidChange(({ key }) => {
        if (key === KEY) this.#changed.fire();
      }),
    );
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
    this.#owned.dispose();
  }
}

/** The account's name, where it was told when the person signed in. */
const account = z.optional(z.string());

const stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string(), account }),
  z.object({ kind: z.literal('key'), username: z.string(), key: z.string(), account }),
  z.object({ kind: z.literal('sign-in'), text: z.string(), account }),
]);
export type StoredCredentials = GivenCredentials & { readonly account?: string | undefined };

/** Pure: what was stored, or undefined when it cannot be read. */
export function parseStored(text: string): StoredCredentials | undefined {
  return readJson(stored, text);
}

/** Pure: the name to show for them; undefined when it is not known. */
export function accountName(credentials: StoredCredentials): string | undefined {
  return credentials.account ?? (credentials.kind === 'key' ? credentials.username : undefined);
}

const keyFile = z.object({ username: z.string(), key: z.string() });

/** Pure: the content of a kaggle.json (kaggle-api 0.7), or undefined when it is none. */
export function readKeyFile(text: string): GivenCredentials | undefined {
  const content = readJson(keyFile, text);
  return content && { kind: 'key', ...content };
}
