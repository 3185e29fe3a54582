import * as l10n from '@vscode/l10n';
import { secretInWords } from './secret-words.ts';
import { relative, sep } from 'node:path';
import { UserError } from '../../base/errors.ts';

import { sha256 } from '../../base/hash.ts';
import { FORMS_ID, isSecretName } from './secret-forms.ts';
import { secretInText } from './secret-search.ts';

/** So much of a content's sha256 names it in JuliaKaggle.toml. */
const HASH_CHARACTERS = 16;

/** A file that looks like a secret and is not allowed. */
interface Finding {
  readonly path: string;
  readonly what: string;
  /** As `[secrets] allow` names it. */
  readonly name: string;
}

/**
 * Collects the files that look like a secret among those that would go to Kaggle, so that one error names them all.
 * JuliaKaggle.toml may allow each by its path and its content.
 */
export class SecretGuard {
  readonly #folder: string;
  readonly #allowed: readonly string[];
  readonly #findings: Finding[] = [];

  /** @param folder the one with JuliaKaggle.toml. @param allowed `[secrets] allow`. */
  constructor(folder: string, allowed: readonly string[]) {
    this.#folder = folder;
    this.#allowed = allowed;
  }

  /** Looks at a file's name, at that of its source without links, and at what was found in its content. */
  lookAt(
    path: string,
    { source, sha256: hash, holds }: { source: string; sha256: string; holds: string | undefined },
  ): void {
    const isNamed = isNamedSo(path) || (source !== path && isNamedSo(source));
    this.#note(path, hash, holds ?? (isNamed ? 'a secret' : undefined));
  }

  /** Looks at a text that goes to Kaggle in the notebook. @param path the file that it is from. */
  lookAtText(path: string, text: string): void {
    this.#note(path, sha256(text), secretInText(text));
  }

  /** @throws UserError `bundle-refused` when something was found, with the lines that would allow it. */
  refuse(): void {
    const [first, ...others] = this.#findings;
    if (first === undefined) return;
    const all = [...this.#allowed, ...this.#findings.map(({ name }) => name)];
    throw new UserError({
      code: 'bundle-refused',
      title:
        others.length === 0
          ? l10n.t(
              '{0} looks like {1} and would go to Kaggle with the project.',
              first.path,
              secretInWords(first.what),
            )
          : others.length === 1
            ? l10n.t(
                '{0} looks like {1} and would go to Kaggle with the project, and 1 more file too.',
                first.path,
                secretInWords(first.what),
              )
            : l10n.t(
                '{0} looks like {1} and would go to Kaggle with the project, and {2} more files too.',
                first.path,
                secretInWords(first.what),
                others.length,
              ),
      detail:
        others.length === 0
          ? undefined
          : others.map(({ path, what }) => `${path}: ${secretInWords(what)}`).join('\n'),
      actions: [
        {
          title: l10n.t(
            'Move it out of the folder, or name it in .gitignore or .juliakaggleignore; the program takes Kaggle’s token from its own place.',
          ),
        },
        {
          title: l10n.t(
            'If it is none, allow this very content in JuliaKaggle.toml:\n[secrets]\nallow = [{0}]',
            quoted(all),
          ),
        },
      ],
    });
  }

  #note(path: string, hash: string, what: string | undefined): void {
    if (what === undefined) return;
    const name = `${relative(this.#folder, path).split(sep).join('/')}#${hash.slice(0, HASH_CHARACTERS)}`;
    if (!this.#allowed.includes(name)) this.#findings.push({ path, what, name });
  }
}

function isNamedSo(path: string): boolean {
  return isSecretName(sep === '/' ? path : path.split(sep).join('/'));
}

/** Pure: as a list in TOML, whose texts are those of JSON. */
function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/** Pure: the finding in a file's content as it is kept with its hash. */
export function keptFinding(holds: string | undefined): string {
  return `${FORMS_ID}:${holds ?? ''}`;
}

/** Pure: what a kept finding says; undefined when it is of other forms than are known now, or there is none. */
export function readFinding(kept: string | undefined): { readonly holds: string | undefined } | undefined {
  if (kept?.startsWith(`${FORMS_ID}:`) !== true) return undefined;
  const what = kept.slice(FORMS_ID.length + 1);
  return { holds: what === '' ? undefined : what };
}
