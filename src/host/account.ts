import { commands, l10n, ProgressLocation } from 'vscode';
import { isUserError } from '../base/errors.ts';
import type { Account } from '../kaggle/client.ts';
import type { GivenCredentials } from '../kaggle/given-credentials.ts';
import type { EditorCore } from './core.ts';
import type { CredentialStore } from './credential-store.ts';
import type { LogChannel } from './log-channel.ts';
import { signalOf } from './signal-of.ts';
import { window } from './window.ts';

export interface AccountAround {
  readonly core: EditorCore;
  readonly credentials: CredentialStore;
  readonly log: LogChannel;
}

/** Who one is at Kaggle, by the credentials in use. @throws UserError `not-signed-in`, `kaggle-…`; CancelledError. */
export async function askAccount(
  { core }: AccountAround,
  signal: AbortSignal,
): Promise<Account & { readonly apiUrl: string }> {
  const kaggle = await core.kaggle();
  return { ...(await kaggle.account.get(signal)), apiUrl: kaggle.apiUrl };
}

/**
 * Asks Kaggle whose these are. Undefined when Kaggle cannot be asked.
 * @throws UserError when Kaggle does not know them; CancelledError.
 */
export async function nameOf(given: GivenCredentials, { core }: AccountAround): Promise<string | undefined> {
  const ask = async (signal: AbortSignal): Promise<string> =>
    (await (await core.kaggleBy(onlyThese(given))).account.get(signal)).username;
  try {
    return await whileAsking(ask);
  } catch (error) {
    if (isUserError(error, 'kaggle-unreachable')) return undefined;
    throw error;
  }
}

/** Shows that Kaggle is being asked, which the person can call off. */
export function whileAsking<T>(work: (signal: AbortSignal) => Promise<T>, title?: string): Thenable<T> {
  const options = {
    location: ProgressLocation.Notification,
    title: title ?? l10n.t('Asking Kaggle…'),
    cancellable: true,
  };
  return window.withProgress(options, (_, token) => work(signalOf(token)));
}

/**
 * Whether the window works with the account of a local Kaggle, which the person is then told: their own credentials are
 * not touched until it is stopped.
 */
export function isWithLocalKaggle({ credentials }: AccountAround): boolean {
  if (!credentials.isLent) return false;
  const stop = l10n.t('Stop the Local Kaggle');
  const text = l10n.t(
    'This window works with the local Kaggle and its account. Stop it to sign in to Kaggle or out of it.',
  );
  void window
    .showInformationMessage(text, stop)
    .then((chosen) =>
      chosen === undefined ? undefined : commands.executeCommand('juliaKaggle.stopLocalKaggle'),
    );
  return true;
}

/** Credentials that are tried before they are kept. */
function onlyThese(given: GivenCredentials) {
  return {
    name: l10n.t('what you entered'),
    read: () => Promise.resolve(given),
    keep: () => Promise.resolve(),
    forget: () => Promise.resolve(),
  };
}
