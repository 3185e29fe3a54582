import { commands, l10n, type MessageItem } from 'vscode';
import { isUserError, messageOf } from '../base/errors.ts';
import { errorNotification } from './error-notification.ts';
import type { LogChannel } from './log-channel.ts';
import { openPage } from './open-page.ts';
import { remedyAction } from './remedy-action.ts';
import { takeRemedy } from './take-remedy.ts';
import { words } from './words.ts';
import { window } from './window.ts';

const EXTENSION_ID = 'julia-on-kaggle.julia-on-kaggle';

/** Longer ones leave no room for the other buttons of a notification. */
const LONGEST_TITLE = 36;

interface Button extends MessageItem {
  readonly run: () => unknown;
}

/**
 * Notes what was thrown and shows it with its remedies as buttons. Does not wait for the person.
 * @param project that it is about, on which the remedies then work; absent: the current one. `name`: where there are
 * several, so that the person knows which.
 */
export function showError(
  error: unknown,
  log: LogChannel,
  project: { readonly folder?: string; readonly name?: string | undefined } = {},
): void {
  log.error(error);
  const { folder, name } = project;
  const { text: plain, buttons } = isUserError(error)
    ? remedied(errorNotification(error), folder)
    : bug(error);
  const text = name === undefined ? plain : `${name}: ${plain}`;
  const showLog: Button = { title: words.showLog, run: log.show };
  void window.showErrorMessage(text, ...buttons, showLog).then((chosen) => chosen?.run());
}

function remedied(
  { text, links, commands: named, signIn }: ReturnType<typeof errorNotification>,
  folder: string | undefined,
): { text: string; buttons: Button[] } {
  const buttons = links.map(({ title, url }): Button => ({
    title: title.length > LONGEST_TITLE ? l10n.t('Open Page') : title,
    run: () => openPage(url),
  }));
  const signInButton: Button = {
    title: l10n.t('Sign In'),
    run: () => commands.executeCommand('juliaKaggle.signIn'),
  };
  const taken = named.flatMap((command): Button[] => {
    const action = remedyAction(command, words);
    if (action === undefined || (signIn && action.command === 'signIn')) return [];
    return [{ title: action.label, run: () => takeRemedy(action, folder) }];
  });
  return { text, buttons: [...(signIn ? [signInButton] : []), ...taken, ...buttons] };
}

function bug(error: unknown): { text: string; buttons: Button[] } {
  const report: Button = {
    title: l10n.t('Report Issue'),
    run: () => commands.executeCommand('workbench.action.openIssueReporter', { extensionId: EXTENSION_ID }),
  };
  return { text: words.bug(messageOf(error)), buttons: [report] };
}
