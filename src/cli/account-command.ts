import * as l10n from '@vscode/l10n';
import { isUserError, UserError } from '../base/errors.ts';
import type { Ports } from '../core/stage.ts';
import {
  type Confirm,
  type SignedIn,
  type SignInOptions,
  signInWithBrowser,
  signInWithCode,
} from '../kaggle/oauth/sign-in.ts';
import { signOut } from '../kaggle/oauth/sign-out.ts';
import { Site } from '../kaggle/site.ts';
import { EXIT } from './exit-codes.ts';
import { hasScreen, openBrowser } from './open-browser.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';
import { errorText } from './text-reporter.ts';

export interface LoginOptions {
  /** False with `--no-browser`. */
  readonly browser: boolean;
  /** Keeps the sign-in to whatever account it is. */
  readonly yes?: boolean;
}

/**
 * `julia-kaggle login`: signs in by the browser here, or by one elsewhere that shows a code, and asks whether to keep the
 * sign-in to the account that it is for.
 */
export async function loginCommand(
  { browser, yes = false }: LoginOptions,
  context: CommandContext,
): Promise<number> {
  const {
    core: { ports },
    terminal,
  } = context;
  const here = browser && hasScreen(process.platform, ports.environment);
  const confirm = confirmBy(terminal, yes);
  const { username, path } = await (here ? byBrowser(context, confirm) : byCode(context, confirm));
  printLine(terminal.stdout, l10n.t('Signed in to Kaggle as {0}; kept in {1}.', username, path));
  await tellIfHidden(path, context);
  return EXIT.done;
}

/** `julia-kaggle logout`: ends that sign-in. Tokens and keys from elsewhere are the person's own to remove. */
export async function logoutCommand({ core: { ports }, terminal, signal }: CommandContext): Promise<number> {
  const options = signInOf(ports);
  const sentences = {
    nobody: l10n.t('There is no sign-in in {0}.', options.path),
    'signed-out': l10n.t('Signed out of Kaggle.'),
    removed: l10n.t(
      'The sign-in was removed from this machine, but Kaggle could not be notified. End it there: {0}',
      siteOf(options).settings,
    ),
  } as const;
  printLine(terminal.stdout, sentences[await signOut(options, signal)]);
  const left = await ports.kaggle().catch(() => undefined);
  const source = await left?.account.get(signal).then(
    (account) => account.source,
    () => undefined,
  );
  if (source !== undefined)
    printLine(terminal.stdout, l10n.t('The credential in {0} is still there, and used.', source));
  return EXIT.done;
}

/** `julia-kaggle whoami` */
export async function whoamiCommand(
  options: { json?: boolean },
  { core: { ports }, terminal, signal }: CommandContext,
): Promise<number> {
  const kaggle = await ports.kaggle();
  const { username, source } = await kaggle.account.get(signal);
  const { apiUrl, warnings } = kaggle;
  if (options.json === true) {
    terminal.stdout.json({ kind: 'account', username, source, apiUrl, warnings });
  } else {
    printLine(terminal.stdout, l10n.t('{0} at {1}, by {2}', username, apiUrl, source));
    for (const warning of warnings) printLine(terminal.stderr, `! ${warning}`);
  }
  return EXIT.done;
}

/** @throws UserError `wrong-usage` where nobody can answer. */
function confirmBy({ ask, stderr }: CommandContext['terminal'], yes: boolean): Confirm {
  if (yes) return () => Promise.resolve(true);
  if (ask === undefined) {
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('Signing in takes a terminal, in which you are asked whether to keep the account.'),
      actions: [
        { title: l10n.t('Run `julia-kaggle login` in a terminal, or with --yes to keep any account.') },
      ],
    });
  }
  return async (username, signal) => {
    const isKept = await ask(l10n.t('Signed in to Kaggle as {0}. Keep it?', username), signal);
    if (!isKept) printLine(stderr, l10n.t('The sign-in as {0} is not kept.', username));
    return isKept;
  };
}

function byBrowser(
  { core: { ports }, terminal, signal }: CommandContext,
  confirm: Confirm,
): Promise<SignedIn> {
  const open = async (entrance: string, url: string): Promise<void> => {
    printLine(terminal.stderr, l10n.t('Sign in to Kaggle in your browser. If it does not open, go to:'));
    printLine(terminal.stderr, url);
    // The entrance is this program's own page, on this machine.
    await openBrowser(entrance, entrance, process.platform, ports.environment);
  };
  return signInWithBrowser(signInOf(ports), { openBrowser: open, confirm }, signal);
}

function byCode({ core: { ports }, terminal, signal }: CommandContext, confirm: Confirm): Promise<SignedIn> {
  const { prompt } = terminal;
  if (prompt === undefined) {
    throw new UserError({
      code: 'wrong-usage',
      title: l10n.t('Signing in takes a terminal, into which the code can be put.'),
      actions: [{ title: l10n.t('Run `julia-kaggle login --no-browser` in a terminal.') }],
    });
  }
  const ask = (url: string): Promise<string> => {
    printLine(terminal.stderr, l10n.t('Sign in to Kaggle in a browser, on any machine:'));
    printLine(terminal.stderr, url);
    return prompt(`${l10n.t('Then put the code that it shows here:')} `, signal);
  };
  return signInWithCode(signInOf(ports), { prompt: ask, confirm }, signal);
}

/** A token or key that comes before in the order of the official client hides the sign-in. (kaggle-api 0.7) */
async function tellIfHidden(
  path: string,
  { core: { ports }, terminal, signal }: CommandContext,
): Promise<void> {
  try {
    const { source } = await (await ports.kaggle()).account.get(signal);
    if (source !== path)
      printLine(
        terminal.stderr,
        `! ${l10n.t('The credential in {0} comes first and is used in its place.', source)}`,
      );
  } catch (error) {
    if (!isUserError(error)) throw error;
    printLine(terminal.stderr, errorText(error));
  }
}

function signInOf({ signIn }: Ports): SignInOptions {
  if (signIn === undefined) throw new Error('These ports cannot sign in.');
  return signIn;
}

function siteOf({ apiUrl, siteUrl }: SignInOptions): Site {
  return new Site(apiUrl, siteUrl);
}
