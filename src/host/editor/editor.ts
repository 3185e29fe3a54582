import type * as vscode from 'vscode';
import type { MessageItem, MessageOptions, Progress, QuickPickItem, QuickPickOptions } from 'vscode';
import { defined } from '../../base/defined.ts';
import { shownOnOneLine, shownText } from '../../base/shown-text.ts';

/** The API of the editor. All of this extension is handed it; only src/extension.ts imports it. */
export type Vs = typeof vscode;

/** The API as this extension uses it: with a window that cleans what it shows (`shownWindow`). */
export function ownEditor(vs: Vs): Vs {
  return Object.create(vs, { window: { value: shownWindow(vs.window), enumerable: true } }) as Vs;
}

type Window = Vs['window'];
type ShowMessage = (text: string, ...rest: unknown[]) => Thenable<unknown>;
type Choice = QuickPickItem | string;
type PickFrom = (
  items: readonly Choice[],
  options?: QuickPickOptions,
  ...rest: unknown[]
) => Thenable<unknown>;
type Report = Progress<{ message?: string; increment?: number }>;

/**
 * The editor's window through which this extension speaks: texts of strangers are cleaned before they are shown, and a
 * notification has no link, which could be a command, but those that are its buttons. What is chosen is the very item
 * that was given.
 */
function shownWindow(inner: Window): Window {
  const message =
    (show: ShowMessage): ShowMessage =>
    (text, ...rest) =>
      show(unlinked(text), ...rest.map(shownOptions));
  const { showInformationMessage, showWarningMessage, showErrorMessage, showQuickPick } = inner;
  const pick = showQuickPick as PickFrom;
  const overrides: Partial<Record<keyof Window, unknown>> = {
    showInformationMessage: message(showInformationMessage),
    showWarningMessage: message(showWarningMessage),
    showErrorMessage: message(showErrorMessage),
    showQuickPick: async (
      given: readonly Choice[] | Thenable<readonly Choice[]>,
      options?: QuickPickOptions,
      ...rest: unknown[]
    ) => {
      const original = new Map<unknown, Choice>();
      const items = (await given).map((item) => {
        const shown = typeof item === 'string' ? { label: iconless(shownOnOneLine(item)) } : shownItem(item);
        original.set(shown, item);
        return shown;
      });
      const chosen = await pick(items, options, ...rest);
      return Array.isArray(chosen) ? chosen.map((one) => original.get(one)) : original.get(chosen);
    },
    withProgress: ((options, task) =>
      inner.withProgress(
        options.title === undefined ? options : { ...options, title: unlinked(options.title) },
        (progress, token) => task(shownProgress(progress), token),
      )) satisfies Window['withProgress'],
  };
  const descriptors = Object.entries(overrides).map(([name, value]) => [name, { value, enumerable: true }]);
  // All else is the editor's own.
  return Object.create(inner, Object.fromEntries(descriptors) as PropertyDescriptorMap) as Window;
}

/** Texts of an item in a list, a tree or the status bar, where `$(name)` is a picture: ours stay, at the beginning. */
export function shownItem<T extends QuickPickItem>(item: T): T {
  const [, icon = '', label = ''] = /^((?:\$\([a-z-~]{1,40}\) )?)(.*)$/s.exec(item.label) ?? [];
  return {
    ...item,
    label: `${icon}${iconless(shownOnOneLine(label))}`,
    ...defined({
      description: item.description && iconless(shownOnOneLine(item.description)),
      detail: item.detail && iconless(shownOnOneLine(item.detail)),
    }),
  };
}

/** Pure: a foreign text in a place where `$(name)` is a picture. */
export function iconless(text: string): string {
  return text.replaceAll('$(', '$ (');
}

/** `[words](address)` is a link in a notification, also to a command of the editor. */
function unlinked(text: string): string {
  return shownText(text).replaceAll('](', '] (');
}

/** The options of a message have a text too; its buttons are compared by what was given. */
function shownOptions(value: unknown): unknown {
  const isOptions = typeof value === 'object' && value !== null && !('title' in (value as MessageItem));
  const { detail } = isOptions ? (value as MessageOptions) : {};
  return detail === undefined ? value : { ...(value as MessageOptions), detail: shownText(detail) };
}

function shownProgress(progress: Report): Report {
  return {
    report: ({ message, ...rest }) =>
      progress.report({ ...rest, ...defined({ message: message && unlinked(message) }) }),
  };
}
