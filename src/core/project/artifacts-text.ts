import { fitsKaggle, parseArtifacts, tablesOf } from '../../julia/artifacts.ts';
import { parseToml, type TomlTable, tomlText } from '../../julia/toml.ts';

const SETTING = String.raw`"?lazy"?[ \t]*=[ \t]*true`;

/** How a setting can stand in a text, the most of it first: on a line of its own, or in an inline table. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^[^\n#={[]*${SETTING}[ \t\r]*(?:#[^\n]*)?(?:\n|$)`, 'gm'),
  new RegExp(String.raw`,[ \t]*${SETTING}`, 'g'),
  new RegExp(String.raw`${SETTING}[ \t]*,[ \t]*`, 'g'),
  new RegExp(SETTING, 'g'),
];

/**
 * Pure: the text of an Artifacts.toml without `lazy = true` at the artifact's variants for Kaggle's machine; all else
 * stays as it is, comments and layout too. Undefined when the file has it in a form that is not understood.
 */
export function withoutLazy(text: string, file: string, artifact: string): string | undefined {
  const lazy = lazyVariant(text, file, artifact);
  if (lazy === undefined) return text;
  const wanted = tomlText(without(parseToml(text, file), artifact, lazy));
  // A comment or a string may look like the setting: what an edit does is decided by reading the result.
  for (const edited of removals(text))
    if (contentOf(edited, file) === wanted) return withoutLazy(edited, file, artifact);
  return undefined;
}

/** The first lazy variant for Kaggle's machine: its tree hash alone may stand for several. */
function lazyVariant(text: string, file: string, artifact: string): TomlTable | undefined {
  return parseArtifacts(text, file).find(
    (entry) => entry.name === artifact && entry.lazy && fitsKaggle(entry),
  )?.table;
}

function without(top: TomlTable, artifact: string, variant: TomlTable): TomlTable {
  const wanted = tomlText(variant);
  const tables = tablesOf(top[artifact]);
  const at = tables.findIndex((table) => tomlText(table) === wanted);
  const changed = tables.map((table, index) => {
    const { lazy: _, ...rest } = table;
    return index === at ? rest : table;
  });
  return { ...top, [artifact]: Array.isArray(top[artifact]) ? changed : changed[0] };
}

function* removals(text: string): Generator<string> {
  for (const form of FORMS)
    for (const match of text.matchAll(form))
      yield `${text.slice(0, match.index)}${text.slice(match.index + match[0].length)}`;
}

function contentOf(text: string, file: string): string | undefined {
  try {
    return tomlText(parseToml(text, file));
  } catch {
    return undefined;
  }
}
