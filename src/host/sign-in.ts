import { env, l10n, type QuickPickItem, UIKind, workspace } from 'vscode';
import { UserError } from '../base/errors.ts';
import type { GivenCredentials } from '../kaggle/given-credentials.ts';
import { type AccountAround, isWithLocalKaggle, nameOf } from './account.ts';
import { openPage } from './open-page.ts';
import { signInElsewhere, signInHere } from './sign-in-browser.ts';
import { readKeyFile } from './stored-credentials.ts';
import { window } from './window.ts';

/** Where tokens and keys are made. */
const SETTINGS_URL = 'https://www.kaggle.com/settings/api';

/** Signs in in one way; false: the person gave up, and all is as it was. */
type Way = (around: AccountAround) => Promise<boolean>;

/**
 * Asks how to sign in, and does so. What was entered is shown to Kaggle before it is kept.
 * @returns false when the person gave up, or the window works with a local Kaggle.
 * @throws UserError when Kaggle does not accept it; CancelledError.
 */
export async function signIn(around: AccountAround): Promise<boolean> {
  if (isWithLocalKaggle(around)) return false;
  const choice = await window.showQuickPick(ways(), {
    title: l10n.t('Sign In to Kaggle'),
    placeHolder: l10n.t('How would you like to sign in?'),
    ignoreFocusOut: true,
  });
  return (await choice?.way(around)) ?? false;
}

function ways(): (QuickPickItem & { readonly way: Way })[] {
  const here = {
    label: `$(globe) ${l10n.t('Sign in with the browser')}`,
    detail: l10n.t('Kaggle asks there and comes back here'),
    way: signInHere,
  };
  const elsewhere = {
    label: `$(device-mobile) ${l10n.t('Sign in with a code')}`,
    detail: l10n.t('Kaggle shows a code in any browser, to be pasted here'),
    way: signInElsewhere,
  };
  // A browser that is not on this machine does not find its way back to it.
  const isElsewhere = env.uiKind === UIKind.Web;
  return [
    ...(isElsewhere ? [elsewhere, here] : [here, elsewhere]),
    { label: `$(key) ${l10n.t('Enter an API token')}`, way: enterToken },
    { label: `$(file) ${l10n.t('Choose a kaggle.json…')}`, way: chooseFile },
    {
      label: `$(person) ${l10n.t('Enter a user name and key')}`,
      detail: l10n.t('As in kaggle.json'),
      way: enterKey,
    },
    {
      label: `$(link-external) ${l10n.t('Create a token on Kaggle…')}`,
      detail: SETTINGS_URL,
      way: createToken,
    },
  ];
}

const enterToken: Way = async (around) => {
  const token = await askSecret(l10n.t('API token'));
  return token === undefined ? false : keep({ kind: 'token', token }, around);
};

const enterKey: Way = async (around) => {
  const username = await window.showInputBox({ ...inputOptions(l10n.t('User name')), password: false });
  if (username === undefined) return false;
  const key = await askSecret(l10n.t('Key'));
  return key === undefined ? false : keep({ kind: 'key', username: username.trim(), key }, around);
};

const createToken: Way = async (around) => {
  await openPage(SETTINGS_URL);
  return enterToken(around);
};

/** @throws UserError `not-signed-in` for a file that holds no user name and key. */
const chooseFile: Way = async (around) => {
  const [file] =
    (await window.showOpenDialog({
      title: l10n.t('Choose a kaggle.json'),
      openLabel: l10n.t('Use This File'),
      filters: { JSON: ['json'] },
    })) ?? [];
  if (file === undefined) return false;
  const given = readKeyFile(new TextDecoder().decode(await workspace.fs.readFile(file)));
  if (given !== undefined) return keep(given, around);
  throw new UserError({
    code: 'not-signed-in',
    title: l10n.t('{0} does not hold a Kaggle user name and key.', file.fsPath),
    actions: [{ title: l10n.t('Download a new kaggle.json from Kaggle'), url: SETTINGS_URL }],
  });
};

/** Keeps what Kaggle accepts. */
async function keep(given: GivenCredentials, around: AccountAround): Promise<boolean> {
  const account = await nameOf(given, around);
  await around.credentials.keep({ ...given, account });
  void window.showInformationMessage(
    account === undefined
      ? l10n.t('Kept in the secret storage of the editor. Kaggle could not be asked whether it accepts them.')
      : l10n.t('Signed in to Kaggle as {0}; kept in the secret storage of the editor.', account),
  );
  return true;
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
