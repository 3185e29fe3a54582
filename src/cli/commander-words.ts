import * as l10n from '@vscode/l10n';
import { widthOf } from './width.ts';

/** What commander says of itself in a help, in the language of the terminal. */
export const helpWords = {
  displayWidth: widthOf,
  styleTitle: (title: string): string =>
    ({
      'Usage:': l10n.t('Usage:'),
      'Arguments:': l10n.t('Arguments:'),
      'Options:': l10n.t('Options:'),
      'Commands:': l10n.t('Commands:'),
    })[title] ?? title,
};

/** Its errors, each with what is said in its place. (commander 14) */
const ERRORS: readonly (readonly [form: RegExp, say: (name: string) => string])[] = [
  [/^error: unknown option '(.+?)'/, (name) => l10n.t("error: unknown option '{0}'", name)],
  [/^error: unknown command '(.+?)'/, (name) => l10n.t("error: unknown command '{0}'", name)],
  [
    /^error: missing required argument '(.+?)'/,
    (name) => l10n.t("error: missing required argument '{0}'", name),
  ],
  [/^error: option '(.+?)' argument missing/, (name) => l10n.t("error: option '{0}' argument missing", name)],
  [
    /^error: required option '(.+?)' not specified/,
    (name) => l10n.t("error: required option '{0}' not specified", name),
  ],
  [/\(Did you mean (.+?)\?\)/, (name) => l10n.t('(Did you mean {0}?)', name)],
];

/** Pure: an error of commander's in the language of the terminal; one that is not known here stays as it is. */
export function usageError(text: string): string {
  return ERRORS.reduce((said, [form, say]) => said.replace(form, (_, name: string) => say(name)), text);
}
