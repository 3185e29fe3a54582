import * as l10n from '@vscode/l10n';
import { isUserError, UserError } from '../../base/errors.ts';
import type { Account } from '../../kaggle/client.ts';
import type { GivenCredentials } from '../../kaggle/given-credentials.ts';
import type { Around } from '../around.ts';
import { whileAsking } from '../editor/asking.ts';

/** What the account and Kaggle take. */
export type AccountAround = Pick<Around, 'vs' | 'core' | 'credentials' | 'log' | 'pages'>;

/** Who one is at Kaggle, by the credentials in use. @throws UserError `not-signed-in`, `kaggle-…`; CancelledError. */
export async function askAccount(
  { core }: Pick<AccountAround, 'core'>,
  signal: AbortSignal,
): Promise<Account & { readonly apiUrl: string }> {
  const kaggle = await core.kaggle();
  return { ...(await kaggle.account.get(signal)), apiUrl: kaggle.apiUrl };
}

/**
 * Asks Kaggle whose these are. Undefined when Kaggle cannot be asked.
 * @throws UserError when Kaggle does not know them; CancelledError.
 */
export async function nameOf(
  given: GivenCredentials,
  { vs, core }: AccountAround,
): Promise<string | undefined> {
  const ask = async (signal: AbortSignal): Promise<string> =>
    (await (await core.kaggleBy(onlyThese(given))).account.get(signal)).username;
  try {
    return await whileAsking(vs, ask);
  } catch (error) {
    if (isUserError(error, 'kaggle-unreachable')) return undefined;
    // Where else there is a credential is no matter here: this one is not kept.
    if (isUserError(error, 'kaggle-unauthorized')) throw rejected(error);
    throw error;
  }
}

function rejected(error: UserError): UserError {
  const page = error.actions.find(({ url }) => url !== undefined);
  return new UserError({
    code: error.code,
    title: l10n.t('Kaggle rejected what you entered: it was mistyped, has expired, or was revoked.'),
    actions: [
      { title: l10n.t('Enter it once more.'), command: 'login' },
      ...(page === undefined ? [] : [page]),
    ],
    cause: error,
  });
}

/**
 * Whether the window works with the account of a local Kaggle, which the person is then told: their own credentials are
 * not touched until it is stopped.
 */
export function isWithLocalKaggle({ vs, credentials }: AccountAround): boolean {
  if (!credentials.isLent) return false;
  const stop = l10n.t('Stop the Local Kaggle');
  const text = l10n.t(
    'This window works with the local Kaggle and its account. Stop it to sign in to Kaggle or out of it.',
  );
  void vs.window
    .showInformationMessage(text, stop)
    .then((chosen) =>
      chosen === undefined ? undefined : vs.commands.executeCommand('juliaKaggle.stopLocalKaggle'),
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
