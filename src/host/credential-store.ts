import type { SecretStorage } from 'vscode';
import { parseStored, type StoredCredentials, variablesOf } from './stored-credentials.ts';

const KEY = 'juliaKaggle.credentials';

/** The Kaggle credentials that the person gave to the editor, kept in its secret storage and nowhere else. */
export class CredentialStore {
  constructor(private readonly secrets: SecretStorage) {}

  /** Variables that the core's search for credentials understands; none when nothing is stored. */
  async variables(): Promise<Record<string, string | undefined>> {
    const text = await this.secrets.get(KEY);
    const stored = text === undefined ? undefined : parseStored(text);
    return stored === undefined ? {} : variablesOf(stored);
  }

  async store(credentials: StoredCredentials): Promise<void> {
    await this.secrets.store(KEY, JSON.stringify(credentials));
  }

  async clear(): Promise<void> {
    await this.secrets.delete(KEY);
  }
}
