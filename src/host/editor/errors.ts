import * as l10n from '@vscode/l10n';
import type { MessageItem } from 'vscode';
import { isUserError, messageOf, type UserError } from '../../base/errors.ts';
import type { StageName } from '../../core/stages.ts';
import type { Vs } from './editor.ts';
import type { LogChannel } from './log.ts';
import type { Pages } from './pages.ts';
import { type RemedyAction, remediesOf, takeRemedy } from './remedies.ts';

const EXTENSION_ID = 'julia-on-kaggle.julia-on-kaggle';

/** Longer ones leave no room for the other buttons of a notification. */
const LONGEST_TITLE = 36;

interface Button extends MessageItem {
  readonly run: () => unknown;
}

/** What showing an error takes. */
export interface ErrorsAround {
  readonly vs: Vs;
  readonly log: LogChannel;
  readonly pages: Pages;
}

/**
 * Notes what was thrown and shows it with its remedies as buttons. Does not wait for the person.
 * @param project that it is about, on which the remedies then work; absent: the current one. `name`: where there are
 * several, so that the person knows which. `stage`: the one that failed.
 */
export function showError(
  error: unknown,
  around: ErrorsAround,
  project: {
    readonly folder?: string;
    readonly name?: string | undefined;
    readonly stage?: StageName | undefined;
  } = {},
): void {
  const { vs, log } = around;
  log.error(error);
  const { folder, name, stage } = project;
  const { text: plain, buttons } = isUserError(error)
    ? remedied(errorNotification(error), folder, around)
    : bug(error, around);
  const text = name === undefined ? plain : `${name}: ${plain}`;
  const showLog: Button = {
    title: l10n.t('Show Log'),
    run: () =>
      stage === undefined ? log.show() : takeRemedy(vs, { command: 'showLog', argument: stage }, folder),
  };
  void vs.window.showErrorMessage(text, ...buttons, showLog).then((chosen) => chosen?.run());
}

function remedied(
  { text, links, taken }: ErrorNotification,
  folder: string | undefined,
  { vs, pages }: ErrorsAround,
): { text: string; buttons: Button[] } {
  const buttons = links.map(({ title, url }): Button => ({
    title: title.length > LONGEST_TITLE ? l10n.t('Open Page') : title,
    run: () => pages.open(url),
  }));
  const takers = taken.map((action): Button => ({
    title: action.label,
    run: () => takeRemedy(vs, action, folder),
  }));
  return { text, buttons: [...takers, ...buttons] };
}

function bug(error: unknown, { vs }: ErrorsAround): { text: string; buttons: Button[] } {
  const report: Button = {
    title: l10n.t('Report Issue'),
    run: () =>
      vs.commands.executeCommand('workbench.action.openIssueReporter', { extensionId: EXTENSION_ID }),
  };
  return { text: l10n.t('This is a bug of Julia on Kaggle: {0}', messageOf(error)), buttons: [report] };
}

export interface ErrorNotification {
  readonly text: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** What the editor does about it. */
  readonly taken: readonly RemedyAction[];
}

/**
 * Pure: an error in the one paragraph that a notification has; remedies with an address or a command become its buttons.
 */
export function errorNotification({ code, title, actions }: UserError): ErrorNotification {
  const links = actions.flatMap(({ title: text, url }) => (url === undefined ? [] : [{ title: text, url }]));
  const [first] = actions;
  // A remedy of several lines is shown by the panel and by the log, which keep the lines.
  const fits = first.url === undefined && !first.title.includes('\n');
  return {
    text: fits ? `${title} ${first.title}` : title,
    links,
    taken: remediesOf({ code, actions }),
  };
}
