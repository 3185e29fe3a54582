import * as l10n from '@vscode/l10n';
import { isUserError } from '../../base/errors.ts';
import { whileAsking } from '../editor/asking.ts';
import { type AccountAround, askAccount, isWithLocalKaggle } from './account.ts';
import { signInOf } from './sign-in.ts';

/** Forgets what the editor keeps; a sign-in by the browser ends at Kaggle too. Says what is used from now on. */
export async function signOut(around: AccountAround): Promise<void> {
  if (isWithLocalKaggle(around)) return;
  const { vs, core, credentials } = around;
  const stored = await credentials.read();
  const told = await whileAsking(vs, async (signal) => {
    if (stored?.kind !== 'sign-in') return credentials.forget().then(() => true);
    const { signOut: end } = await import('../../kaggle/oauth/sign-out.ts');
    return (await end(signInOf(await core.ports()), signal)) !== 'removed';
  });
  const sentences = [
    stored === undefined
      ? l10n.t('The editor keeps no Kaggle credentials.')
      : told
        ? l10n.t('Signed out of Kaggle.')
        : l10n.t('Signed out here; Kaggle could not be told.'),
  ];
  const left = await sourceLeft(around);
  if (left !== undefined) sentences.push(l10n.t('The credential in {0} is still there, and used.', left));
  void vs.window.showInformationMessage(sentences.join(' '));
}

/** Where another credential is that Kaggle accepts. */
async function sourceLeft(around: AccountAround): Promise<string | undefined> {
  try {
    return (await whileAsking(around.vs, (signal) => askAccount(around, signal))).source;
  } catch (error) {
    if (isUserError(error)) return undefined;
    throw error;
  }
}

/** Says who one is. @throws UserError `not-signed-in`, `kaggle-…`; CancelledError. */
export async function tellAccount(around: AccountAround): Promise<void> {
  const { username, source, apiUrl } = await whileAsking(around.vs, (signal) => askAccount(around, signal));
  void around.vs.window.showInformationMessage(
    l10n.t('Signed in to Kaggle as {0}, by the credential in {1} ({2}).', username, source, apiUrl),
  );
}
