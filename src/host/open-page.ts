import { env, l10n, Uri, window } from 'vscode';
import { pageToOpen } from '../base/addresses.ts';
import { kaggleSite } from './kaggle-site.ts';

/**
 * Opens a page of Kaggle, or one that a remedy names, in the user's browser, and no other address.
 * @returns whether it was opened.
 */
export async function openPage(address: string): Promise<boolean> {
  const page = pageToOpen(address, (await kaggleSite()).url);
  if (page !== undefined) return env.openExternal(Uri.parse(page));
  // It is not named: a notification makes links, also to commands, of what looks like one.
  void window.showWarningMessage(l10n.t('The address is not a page of Kaggle and was not opened.'));
  return false;
}
