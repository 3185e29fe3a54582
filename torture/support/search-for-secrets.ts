import { inspect } from 'node:util';
import { SecretSearch } from '../../test/support/secret-search.ts';
import type { Tally } from '../case.ts';

/** Where a credential could have got to. */
export interface Traces {
  /** Files below these are searched, their names too, packed ones also unpacked. */
  readonly folders?: readonly string[];
  /** Files that hold the credential by right. */
  readonly leaveOut?: readonly string[];
  /** Output, log lines, events, arguments; anything else is searched as Node.js would print it, with all that it holds. */
  readonly told?: readonly unknown[];
}

/** Counts every place where one of the secrets is found, in any form that a program would give it. */
export async function searchForSecrets(
  secrets: Readonly<Record<string, string>>,
  { folders = [], leaveOut = [], told = [] }: Traces,
  tally: Tally,
): Promise<void> {
  const search = new SecretSearch(secrets);
  for (const folder of folders)
    for (const place of await search.inFolder(folder, leaveOut)) tally.leaked(place);
  for (const each of told) {
    const text =
      typeof each === 'string'
        ? each
        : inspect(each, { depth: Infinity, showHidden: true, maxStringLength: null });
    for (const form of search.inText(text)) tally.leaked(`${form} in ${text.slice(0, 500)}`);
  }
}
