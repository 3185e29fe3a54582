import { l10n } from 'vscode';
import { UserError } from '../base/errors.ts';
import type { Ports } from '../core/stage.ts';
import type { SignedIn, SignInOptions } from '../kaggle/oauth/sign-in.ts';
import { type AccountAround, whileAsking } from './account.ts';
import { openPage } from './open-page.ts';
import { window } from './window.ts';

type Way = (options: SignInOptions, signal: AbortSignal) => Promise<SignedIn>;

/** By the browser of this machine, which comes back by itself. @throws as `signInWithBrowser` does. */
export async function signInHere(around: AccountAround): Promise<boolean> {
  const { signInWithBrowser } = await import('../kaggle/oauth/sign-in.ts');
  return signInBy(
    (options, signal) => signInWithBrowser(options, { openBrowser: openEntrance, confirm }, signal),
    around,
  );
}

/** By any browser, which shows a code. @throws as `signInWithCode` does, also when no code is given. */
export async function signInElsewhere(around: AccountAround): Promise<boolean> {
  const { signInWithCode } = await import('../kaggle/oauth/sign-in.ts');
  return signInBy((options, signal) => signInWithCode(options, { prompt: askCode, confirm }, signal), around);
}

async function signInBy(way: Way, around: AccountAround): Promise<boolean> {
  const { username } = await whileAsking(
    async (signal) => way(signInOf(await around.core.ports()), signal),
    l10n.t('Waiting for the browser…'),
  );
  const given = await around.credentials.read();
  if (given?.kind === 'sign-in') await around.credentials.keep({ ...given, account: username });
  void window.showInformationMessage(
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
async function openBrowser(url: string, site?: string): Promise<void> {
  if (await openPage(url, site)) return;
  throw new UserError({
    code: 'sign-in-failed',
    title: l10n.t('The browser was not opened.'),
    actions: [{ title: l10n.t('Try again, or sign in with a code.') }],
  });
}

/** The entrance is this program's own page, on this machine, which leads to Kaggle's. */
function openEntrance(entrance: string): Promise<void> {
  return openBrowser(entrance, entrance);
}

/** Whose account it is has to be seen before anything is kept: somebody else may have brought the code. */
async function confirm(username: string): Promise<boolean> {
  const keep = l10n.t('Keep');
  const detail = l10n.t('If this is not your account, somebody else brought the sign-in. Cancel it then.');
  const question = l10n.t('Signed in to Kaggle as {0}. Keep it?', username);
  return (await window.showInformationMessage(question, { modal: true, detail }, keep)) === keep;
}

async function askCode(url: string, signal: AbortSignal): Promise<string | undefined> {
  await openBrowser(url);
  const input = window.createInputBox();
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
