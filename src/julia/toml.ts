import * as l10n from '@vscode/l10n';
import { parse, stringify, TomlError } from 'smol-toml';
import type * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';

export type TomlTable = Readonly<Record<string, unknown>>;

/**
 * Parses the text of a TOML file. Integers too large for a number come as bigint.
 * @throws UserError `toml-syntax` with the file, the line and the column in its title.
 */
export function parseToml(text: string, file: string): TomlTable {
  try {
    // Julia's own reader skips a byte order mark too.
    return parse(text.replace(/^\uFEFF/, ''), { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    if (LINK_AS_TEXT.test(text)) throw linkAsText(text, file);
    throw syntaxError(error, text, file);
  }
}

/** The table as TOML: a text that stands for its content, whatever the file's layout and comments were. */
export function tomlText(table: TomlTable): string {
  return stringify(table);
}

/**
 * Checks the shape of a parsed file that Julia's tools own (Project.toml, Manifest.toml).
 * @throws UserError `toml-syntax` naming the file and the first key that is not as Pkg writes it.
 */
export function checkShape<T>(schema: z.ZodMiniType<T>, value: unknown, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const key = result.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new UserError({
    code: 'toml-syntax',
    title: l10n.t('{0}: "{1}" does not have the form that Julia\'s package manager gives it.', file, key),
    actions: [
      { title: l10n.t('Correct "{0}" in the file, or let Julia write it again with Pkg.resolve().', key) },
    ],
    cause: result.error,
  });
}

/** What Git leaves where links cannot be made (`core.symlinks`): the path that the link leads to, and no line end. */
const LINK_AS_TEXT = /^[^\r\n=[\]{}"#]{1,1000}\.toml$/;

function linkAsText(text: string, file: string): UserError {
  return new UserError({
    code: 'toml-syntax',
    title: l10n.t("{0} is a link of Git's to {1}, which this machine has as a text.", file, text),
    actions: [
      {
        title: l10n.t(
          'Let Git make links (git config core.symlinks true, then check it out again), or put a copy of {0} in its place.',
          text,
        ),
      },
    ],
  });
}

/** Pure: where a text is no TOML, by the error of `parseToml`: line and column from 1, and what is wrong there. */
export function syntaxProblem({ cause, title }: UserError): { line: number; column: number; reason: string } {
  return cause instanceof TomlError
    ? { line: cause.line, column: cause.column, reason: reasonOf(cause) }
    : { line: 1, column: 1, reason: title };
}

/** The message is "Invalid TOML document: <reason>", a blank line, and the piece of the file. */
function reasonOf({ message }: TomlError): string {
  return (message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
}

function syntaxError(error: TomlError, text: string, file: string): UserError {
  const reason = reasonOf(error);
  const merging = /^<{7} /m.test(text);
  return new UserError({
    code: 'toml-syntax',
    title: l10n.t('{0}, line {1}, column {2}: {3}.', file, error.line, error.column, reason),
    detail: error.codeblock.trimEnd(),
    actions: [
      {
        title: merging
          ? l10n.t('Resolve the merge conflict in the file.')
          : l10n.t('Correct that line and run again.'),
      },
    ],
    cause: error,
  });
}
