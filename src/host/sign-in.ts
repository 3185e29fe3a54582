import { env, l10n, type QuickPickItem, Uri, window } from 'vscode';
import type { CredentialStore } from './credential-store.ts';

/** Where tokens and keys are made. */
const SETTINGS_URL = 'https://www.kaggle.com/settings/api';

interface Choice extends QuickPickItem {
  readonly run: (store: CredentialStore) => Promise<void>;
}

/** Asks for a Kaggle token, or for a user name and key, and stores it. Escape at any point leaves all as it was. */
export async function signIn(store: CredentialStore): Promise<void> {
  const choices: Choice[] = [
    { label: l10n.t('Enter an API token'), run: enterToken },
    { label: l10n.t('Enter a user name and key'), detail: l10n.t('As in kaggle.json'), run: enterKey },
    { label: l10n.t('Create a token on Kaggle…'), detail: SETTINGS_URL, run: createToken },
  ];
  const choice = await window.showQuickPick(choices, {
    title: l10n.t('Sign In to Kaggle'),
    ignoreFocusOut: true,
  });
  await choice?.run(store);
}

export async function signOut(store: CredentialStore): Promise<void> {
  await store.clear();
  void window.showInformationMessage(l10n.t('The Kaggle credentials were removed from the editor.'));
}

async function enterToken(store: CredentialStore): Promise<void> {
  const token = await askSecret(l10n.t('API token'));
  if (token === undefined) return;
  await store.store({ kind: 'token', token });
  stored();
}

async function enterKey(store: CredentialStore): Promise<void> {
  const username = await window.showInputBox({ ...inputOptions(l10n.t('User name')), password: false });
  if (username === undefined) return;
  const key = await askSecret(l10n.t('Key'));
  if (key === undefined) return;
  await store.store({ kind: 'key', username: username.trim(), key });
  stored();
}

async function createToken(store: CredentialStore): Promise<void> {
  await env.openExternal(Uri.parse(SETTINGS_URL));
  await enterToken(store);
}

async function askSecret(prompt: string): Promise<string | undefined> {
  return (await window.showInputBox({ ...inputOptions(prompt), password: true }))?.trim();
}

function inputOptions(prompt: string) {
  return {
    title: l10n.t('Sign In to Kaggle'),
    prompt,
    // The person fetches it from a browser meanwhile.
    ignoreFocusOut: true,
    validateInput: (text: string): string | undefined =>
      /^[\x21-\x7e]+$/.test(text.trim()) ? undefined : l10n.t('Letters, digits and signs without spaces.'),
  };
}

function stored(): void {
  void window.showInformationMessage(
    l10n.t('The Kaggle credentials are in the secret storage of the editor.'),
  );
}
