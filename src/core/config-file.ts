/** Beside Project.toml, and committed. */
export const CONFIG_FILE = 'JuliaKaggle.toml';

/** What is not to leave the machine, by git's rules; in any folder. */
export const OWN_IGNORE_FILE = '.juliakaggleignore';

/** What `[run] args` can name in braces, and the folder of the machine that runs the program which each stands for. */
export const PLACEHOLDERS = {
  competition: "the folder of the competition's data",
  models: 'the folder of the model files',
  working: 'the folder for results',
} as const;

type Placeholder = keyof typeof PLACEHOLDERS;

/** Values of the placeholders: absolute folders inside the image. */
export interface RunFolders extends Readonly<Record<Placeholder, string>> {
  /** Folders of what `[inputs]` names, by its short names: `{inputs.NAME}`. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The placeholder of what `[inputs]` names. */
const INPUT = /\{inputs\.([^{}\s]*)\}/g;

const KNOWN = Object.keys(PLACEHOLDERS).join('|');

/** Of a JSON schema: text without a NUL, which no program can be given, and without any other word in braces. */
export const ARGUMENT_PATTERN = `^(?![\\s\\S]*\\u0000)(?![\\s\\S]*\\{(?!(${KNOWN})\\})[A-Za-z_][\\w-]*\\})[\\s\\S]*$`;

/** Pure: as they are written: `{competition}`, ... */
export function inBraces(): string[] {
  return Object.keys(PLACEHOLDERS).map((name) => `{${name}}`);
}

/** Pure: the first word in braces that is no placeholder. */
export function unknownPlaceholder(text: string): string | undefined {
  return [...text.matchAll(/\{([A-Za-z_][\w-]*)\}/g)]
    .map(([, name = '']) => name)
    .find((name) => !Object.hasOwn(PLACEHOLDERS, name));
}

/** Pure: the short names of inputs that a text names in braces, each as often as it does. */
export function inputsIn(text: string): string[] {
  return [...text.matchAll(INPUT)].map(([, name = '']) => name);
}

/** Replaces the placeholders; nothing else is touched, values are never expanded again. */
export function fillPlaceholders(text: string, { inputs = {}, ...folders }: RunFolders): string {
  return text.replace(
    new RegExp(`\\{(${KNOWN})\\}|${INPUT.source}`, 'g'),
    (found, name?: Placeholder, input?: string) =>
      name === undefined
        ? Object.hasOwn(inputs, input ?? '')
          ? (inputs[input ?? ''] ?? found)
          : found
        : folders[name],
  );
}
