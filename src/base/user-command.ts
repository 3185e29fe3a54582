/** A name of a package, an artifact, a dataset: no shell and no program takes it for more than a word. */
const NAME = /^[\w.][\w.-]{0,127}$/;
/** What means nothing to Bash, PowerShell, cmd or Julia between double quotes. */
const IN_QUOTES = /^(?![-~])[\p{L}\p{M}\p{N}_./:+,=@()~ -]{1,1000}$/u;
/** The same with the separators of Windows, which must not stand before the quote, nor two together: Bash reads one. */
const IN_QUOTES_OF_A_SHELL = /^(?![-~])(?!.*\\\\)[\p{L}\p{M}\p{N}_./\\:+,=@()~ -]{1,1000}(?<!\\)$/u;
const BARE = /^[\p{L}\p{M}\p{N}_./:-]+$/u;

/** A foreign text in a command: a name, or a path with its place. */
export type CommandPart = string | { readonly text: string; readonly pattern: RegExp };

/**
 * Pure: a command that a user may copy into a shell, from our own words and those of strangers, as a tag of a template.
 * Undefined where one of these is more than a plain word: then the remedy has no command.
 */
export function userCommand(
  own: TemplateStringsArray,
  ...foreign: readonly CommandPart[]
): string | undefined {
  const texts = foreign.map((part) => {
    const { text, pattern } = typeof part === 'string' ? { text: part, pattern: NAME } : part;
    return pattern.test(text) ? text : undefined;
  });
  if (texts.includes(undefined)) return undefined;
  return own.map((words, index) => `${words}${texts[index] ?? ''}`).join('');
}

/** A path that the template has between double quotes for the shell. */
export function shellPath(path: string): CommandPart {
  return { text: path, pattern: IN_QUOTES_OF_A_SHELL };
}

/** A path that the template has in a string of Julia: with slashes, whatever the system. */
export function juliaPath(path: string): CommandPart {
  return { text: path, pattern: IN_QUOTES };
}

/** A path as an argument, with quotes where it needs them. */
export function pathArgument(path: string): CommandPart {
  if (BARE.test(path)) return shellPath(path);
  return IN_QUOTES_OF_A_SHELL.test(path)
    ? { text: `"${path}"`, pattern: /^"[^"]+"$/ }
    : { text: path, pattern: /^(?!)/ };
}

/** Pure: whether a foreign name can stand in a command. */
export function isPlainName(text: string): boolean {
  return NAME.test(text);
}
