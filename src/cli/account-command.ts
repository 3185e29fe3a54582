import { isUserError, UserError } from '../base/errors.ts';
import type { Ports } from '../core/stage.ts';
import {
  type SignedIn,
  type SignInOptions,
  signInWithBrowser,
  signInWithCode,
} from '../kaggle/oauth/sign-in.ts';
import { signOut } from '../kaggle/oauth/sign-out.ts';
import { Site } from '../kaggle/site.ts';
import { EXIT } from './exit-codes.ts';
import { hasScreen, openBrowser } from './open-browser.ts';
import type { Surroundings } from './surroundings.ts';
import { printLine } from './terminal.ts';
import { errorText } from './text-reporter.ts';

export interface LoginOptions {
  /** False with `--no-browser`. */
  readonly browser: boolean;
}

/** `julia-kaggle login`: signs in by the browser here, or by one elsewhere that shows a code. */
export async function loginCommand({ browser }: LoginOptions, around: Surroundings): Promise<number> {
  const { ports, terminal } = around;
  const here = browser && hasScreen(process.platform, ports.environment);
  const { username, path } = await (here ? byBrowser(around) : byCode(around));
  printLine(terminal.stdout, `Signed in to Kaggle as ${username}; kept in ${path}.`);
  await tellIfHidden(path, around);
  return EXIT.done;
}

/** `julia-kaggle logout`: ends that sign-in. Tokens and keys from elsewhere are the person's own to remove. */
export async function logoutCommand({ ports, terminal, signal }: Surroundings): Promise<number> {
  const options = signInOf(ports);
  const sentences = {
    nobody: `There is no sign-in in ${options.path}.`,
    'signed-out': 'Signed out of Kaggle.',
    removed: `The sign-in was removed from this machine, but Kaggle could not be told. End it there: ${siteOf(options).settings}`,
  } as const;
  printLine(terminal.stdout, sentences[await signOut(options, signal)]);
  const left = await ports.kaggle().catch(() => undefined);
  const source = await left?.getAccount(signal).then(
    (account) => account.source,
    () => undefined,
  );
  if (source !== undefined)
    printLine(terminal.stdout, `The credential in ${source} is still there, and used.`);
  return EXIT.done;
}

/** `julia-kaggle whoami` */
export async function whoamiCommand(
  options: { json?: boolean },
  { ports, terminal, signal }: Surroundings,
): Promise<number> {
  const kaggle = await ports.kaggle();
  const { username, source } = await kaggle.getAccount(signal);
  const { apiUrl, warnings } = kaggle;
  if (options.json === true) {
    printLine(terminal.stdout, JSON.stringify({ kind: 'account', username, source, apiUrl, warnings }));
  } else {
    printLine(terminal.stdout, `${username} at ${apiUrl}, by ${source}`);
    for (const warning of warnings) printLine(terminal.stderr, `! ${warning}`);
  }
  return EXIT.done;
}

function byBrowser({ ports, terminal, signal }: Surroundings): Promise<SignedIn> {
  const options = signInOf(ports);
  const { url: site } = siteOf(options);
  const open = async (url: string): Promise<void> => {
    printLine(terminal.stderr, 'Sign in to Kaggle in your browser. If it does not open, go to:');
    printLine(terminal.stderr, url);
    await openBrowser(url, site, process.platform, ports.environment);
  };
  return signInWithBrowser(options, { openBrowser: open }, signal);
}

function byCode({ ports, terminal, signal }: Surroundings): Promise<SignedIn> {
  const { prompt } = terminal;
  if (prompt === undefined) {
    throw new UserError({
      code: 'wrong-usage',
      title: 'Signing in takes a terminal, into which the code can be put.',
      actions: [{ title: 'Run `julia-kaggle login --no-browser` in a terminal.' }],
    });
  }
  const ask = (url: string): Promise<string> => {
    printLine(terminal.stderr, 'Sign in to Kaggle in a browser, on any machine:');
    printLine(terminal.stderr, url);
    return prompt('Then put the code that it shows here: ', signal);
  };
  return signInWithCode(signInOf(ports), { prompt: ask }, signal);
}

/** A token or key that comes before in the order of the official client hides the sign-in. (kaggle-api 0.7) */
async function tellIfHidden(path: string, { ports, terminal, signal }: Surroundings): Promise<void> {
  try {
    const { source } = await (await ports.kaggle()).getAccount(signal);
    if (source !== path)
      printLine(terminal.stderr, `! The credential in ${source} comes first and is used in its place.`);
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
