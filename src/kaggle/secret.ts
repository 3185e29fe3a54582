import * as l10n from '@vscode/l10n';
import { inspect } from 'node:util';
import { UserError } from '../base/errors.ts';

/** Where tokens and keys are made. */
export const SETTINGS_URL = 'https://www.kaggle.com/settings/api';

/**
 * A token or key that cannot be shown by accident: printing, logging, inspecting or serialising it gives `[secret]`.
 */
export class Secret {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  /**
   * @param text the secret as read; surrounding white space is dropped.
   * @param source where it came from, for the message, e.g. a file's path.
   * @throws UserError `not-signed-in` when it is empty or could not stand in an HTTP header: the HTTP library would
   * put the whole header, secret and all, into its own error.
   */
  static of(text: string, source: string): Secret {
    const value = text.trim();
    if (/^[\x21-\x7e]+$/.test(value)) return new Secret(value);
    throw new UserError({
      code: 'not-signed-in',
      title: l10n.t(
        'The Kaggle credential in {0} is not a token or key: it is empty or has characters that none has.',
        source,
      ),
      actions: [
        { title: l10n.t('Put the token into {0} again, or create a new one.', source), url: SETTINGS_URL },
      ],
    });
  }

  isSame(other: Secret): boolean {
    return this.#value === other.#value;
  }

  /** The value itself, for the one place that sends it. */
  reveal(): string {
    return this.#value;
  }

  /** The text without this secret, should a foreign message repeat it: as it is, inside of JSON, or in an address. */
  scrub(text: string): string {
    const value = this.#value;
    const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), formEncoded(value)];
    return forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, '[secret]'), text);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
