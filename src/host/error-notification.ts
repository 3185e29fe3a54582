import type { UserError } from '../base/errors.ts';
import { needsSignIn } from './problem.ts';

export interface ErrorNotification {
  readonly text: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** Arguments of `julia-kaggle` that remedies name. */
  readonly commands: readonly string[];
  /** Signing in would help. */
  readonly signIn: boolean;
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
    commands: actions.flatMap(({ command }) => (command === undefined ? [] : [command])),
    signIn: needsSignIn(code),
  };
}
