import * as l10n from '@vscode/l10n';
import type { QuickPickItem } from 'vscode';
import { UserError } from '../../base/errors.ts';
import type { Ports } from '../../core/stage.ts';
import type { GivenCredentials } from '../../kaggle/given-credentials.ts';
import type { SignedIn, SignInOptions } from '../../kaggle/oauth/sign-in.ts';
import { whileAsking } from '../editor/asking.ts';
import type { Vs } from '../editor/editor.ts';
import { type AccountAround, isWithLocalKaggle, nameOf } from './account.ts';
import { readKeyFile } from './credentials.ts';

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
  const { vs } = around;
  const choice = await vs.window.showQuickPick(ways(vs), {
    title: l10n.t('Sign In to Kaggle'),
    placeHolder: l10n.t('How would you like to sign in?'),
    ignoreFocusOut: true,
  });
  return (await choice?.way(around)) ?? false;
}

function ways(vs: Vs): (QuickPickItem & { readonly way: Way })[] {
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
  const isElsewhere = vs.env.uiKind === vs.UIKind.Web;
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
  const token = await askSecret(l10n.t('API token'), around);
  return token === undefined ? false : keep({ kind: 'token', token }, around);
};

const enterKey: Way = async (around) => {
  const username = await around.vs.window.showInputBox({
    ...inputOptions(l10n.t('User name')),
    password: false,
  });
  if (username === undefined) return false;
  const key = await askSecret(l10n.t('Key'), around);
  return key === undefined ? false : keep({ kind: 'key', username: username.trim(), key }, around);
};

const createToken: Way = async (around) => {
  await around.pages.open(SETTINGS_URL);
  return enterToken(around);
};

/** @throws UserError `not-signed-in` for a file that holds no user name and key. */
const chooseFile: Way = async (around) => {
  const { vs } = around;
  const [file] =
    (await vs.window.showOpenDialog({
      title: l10n.t('Choose a kaggle.json'),
      openLabel: l10n.t('Use This File'),
      filters: { JSON: ['json'] },
    })) ?? [];
  if (file === undefined) return false;
  const given = readKeyFile(new TextDecoder().decode(await vs.workspace.fs.readFile(file)));
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
  void around.vs.window.showInformationMessage(
    account === undefined
      ? l10n.t('Kept in the secret storage of the editor. Kaggle could not be asked whether it accepts them.')
      : l10n.t('Signed in to Kaggle as {0}; kept in the secret storage of the editor.', account),
  );
  return true;
}

async function askSecret(prompt: string, { vs }: AccountAround): Promise<string | undefined> {
  return (await vs.window.showInputBox({ ...inputOptions(prompt), password: true }))?.trim();
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

type WayThere = (options: SignInOptions, signal: AbortSignal) => Promise<SignedIn>;

/** By the browser of this machine, which comes back by itself. @throws as `signInWithBrowser` does. */
async function signInHere(around: AccountAround): Promise<boolean> {
  const { signInWithBrowser } = await import('../../kaggle/oauth/sign-in.ts');
  return signInBy(
    (options, signal) =>
      signInWithBrowser(
        options,
        // The entrance is this program's own page, on this machine, which leads to Kaggle's.
        {
          openBrowser: (entrance) => openBrowser(around, entrance, entrance),
          confirm: (name) => confirm(around, name),
        },
        signal,
      ),
    around,
  );
}

/** By any browser, which shows a code. @throws as `signInWithCode` does, also when no code is given. */
async function signInElsewhere(around: AccountAround): Promise<boolean> {
  const { signInWithCode } = await import('../../kaggle/oauth/sign-in.ts');
  return signInBy(
    (options, signal) =>
      signInWithCode(
        options,
        {
          prompt: (url, stop) => askCode(around, url, stop),
          confirm: (name) => confirm(around, name),
        },
        signal,
      ),
    around,
  );
}

async function signInBy(way: WayThere, around: AccountAround): Promise<boolean> {
  const { vs } = around;
  const { username } = await whileAsking(
    vs,
    async (signal) => way(signInOf(await around.core.ports()), signal),
    l10n.t('Waiting for the browser…'),
  );
  const given = await around.credentials.read();
  if (given?.kind === 'sign-in') await around.credentials.keep({ ...given, account: username });
  void vs.window.showInformationMessage(
    l10n.t('Signed in to Kaggle as {0}; kept in the secret storage of the editor.', username),
  );
  return true;
}

/** How to sign in: the editor's ports always know. */
export function signInOf({ signIn }: Ports): SignInOptions {
  if (signIn === undefined) throw new Error('These ports cannot sign in.');
  return signIn;
}

/** @param site whose page it is, where that is not Kaggle. */
async function openBrowser({ pages }: AccountAround, url: string, site?: string): Promise<void> {
  if (await pages.open(url, site)) return;
  throw new UserError({
    code: 'sign-in-failed',
    title: l10n.t('The browser was not opened.'),
    actions: [{ title: l10n.t('Try again, or sign in with a code.') }],
  });
}

/** Whose account it is has to be seen before anything is kept: somebody else may have brought the code. */
async function confirm({ vs }: AccountAround, username: string): Promise<boolean> {
  const keep = l10n.t('Keep');
  const detail = l10n.t('If this is not your account, somebody else brought the sign-in. Cancel it then.');
  const question = l10n.t('Signed in to Kaggle as {0}. Keep it?', username);
  return (await vs.window.showInformationMessage(question, { modal: true, detail }, keep)) === keep;
}

async function askCode(around: AccountAround, url: string, signal: AbortSignal): Promise<string | undefined> {
  await openBrowser(around, url);
  const input = around.vs.window.createInputBox();
  input.title = l10n.t('Sign In to Kaggle');
  input.prompt = l10n.t('Paste the code that Kaggle shows in the browser.');
  input.ignoreFocusOut = true;
  input.password = true;
  try {
    return await new Promise((resolve) => {
      input.onDidAccept(() => resolve(input.value));
      input.onDidHide(() => resolve(undefined));
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
      input.show();
    });
  } finally {
    input.dispose();
  }
}
