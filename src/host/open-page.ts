import { env, l10n, Uri } from 'vscode';
import { pageToOpen } from '../base/addresses.ts';
import { kaggleSite } from './kaggle-site.ts';
import { window } from './window.ts';

type WithKey = (address: string) => string;

const asItIs: WithKey = (address) => address;
let withKey = asItIs;

/**
 * While a local Kaggle runs, its pages are opened with a key that is good once: what a page is opened with can be read by
 * other users of the machine. Without an argument addresses are opened as they are.
 */
export function openLocalPages(add: WithKey = asItIs): void {
  withKey = add;
}

/**
 * Opens a page of Kaggle, or one that a remedy names, in the user's browser, and no other address.
 * @param site whose pages may be opened besides; absent: the Kaggle in use.
 * @returns whether it was opened.
 */
export async function openPage(address: string, site?: string): Promise<boolean> {
  const page = pageToOpen(address, site ?? (await kaggleSite()).url);
  if (page !== undefined) return env.openExternal(Uri.parse(withKey(page)));
  // It is not named: a notification makes links, also to commands, of what looks like one.
  void window.showWarningMessage(l10n.t('The address is not a page of Kaggle and was not opened.'));
  return false;
}
