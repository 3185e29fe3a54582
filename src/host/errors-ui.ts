import { commands, env, l10n, type MessageItem, Uri, window } from 'vscode';
import { isUserError, messageOf } from '../base/errors.ts';
import { errorNotification } from './error-notification.ts';
import type { LogChannel } from './log-channel.ts';
import { words } from './words.ts';

const EXTENSION_ID = 'julia-on-kaggle.julia-on-kaggle';

interface Button extends MessageItem {
  readonly run: () => unknown;
}

/** Notes what was thrown and shows it with its remedies as buttons. Does not wait for the person. */
export function showError(error: unknown, log: LogChannel): void {
  log.error(error);
  const { text, buttons } = isUserError(error) ? remedied(errorNotification(error)) : bug(error);
  const showLog: Button = { title: words.showLog, run: log.show };
  void window.showErrorMessage(text, ...buttons, showLog).then((chosen) => chosen?.run());
}

function remedied({ text, links, signIn }: ReturnType<typeof errorNotification>): {
  text: string;
  buttons: Button[];
} {
  const buttons = links.map(({ title, url }): Button => ({
    title,
    run: () => env.openExternal(Uri.parse(url)),
  }));
  const signInButton: Button = {
    title: l10n.t('Sign In'),
    run: () => commands.executeCommand('juliaKaggle.signIn'),
  };
  return { text, buttons: signIn ? [signInButton, ...buttons] : buttons };
}

function bug(error: unknown): { text: string; buttons: Button[] } {
  const report: Button = {
    title: l10n.t('Report Issue'),
    run: () => commands.executeCommand('workbench.action.openIssueReporter', { extensionId: EXTENSION_ID }),
  };
  return { text: words.bug(messageOf(error)), buttons: [report] };
}
