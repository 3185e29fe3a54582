import * as l10n from '@vscode/l10n';
import type { CancellationToken } from 'vscode';
import type { Vs } from './editor.ts';

/** The editor's way to cancel as the core's. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Shows that Kaggle, or what `title` names, is being asked, which the person can call off. */
export function whileAsking<T>(
  vs: Vs,
  work: (signal: AbortSignal) => Promise<T>,
  title?: string,
): Thenable<T> {
  const options = {
    location: vs.ProgressLocation.Notification,
    title: title ?? l10n.t('Asking Kaggle…'),
    cancellable: true,
  };
  return vs.window.withProgress(options, (_, token) => work(signalOf(token)));
}
