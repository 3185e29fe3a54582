import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');

/** A text of the source that is to be translated: the key under which VS Code looks for its translation. */
export interface TranslatableText {
  readonly text: string;
  readonly file: string;
}

/** Every text that is handed to `l10n.t`. @throws Error for one that is put together, which nobody could translate. */
export function translatableTexts(): TranslatableText[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith('.ts')).flatMap((name) => textsOf(join('src', name)));
}

function textsOf(file: string): TranslatableText[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: TranslatableText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'l10n.t') {
      found.push({ text: literal(node, file), file });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Titles of errors and remedies below these folders that are written down where they are used, and not handed to
 * `l10n.t`, each with its file.
 */
export function untranslatableTitles(folders: readonly string[]): TranslatableText[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return files.filter((name) => name.endsWith('.ts')).flatMap(titlesOf);
}

function titlesOf(file: string): TranslatableText[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: TranslatableText[] = [];
  const visit = (node: ts.Node, isTitle = false): void => {
    if (
      isTitle &&
      (ts.isTemplateExpression(node) || (ts.isStringLiteralLike(node) && / .*[a-z]/.test(node.text)))
    )
      found.push({ text: node.getText(), file });
    const goesOn = ts.isConditionalExpression(node) || ts.isParenthesizedExpression(node);
    const isOne = ts.isPropertyAssignment(node) && node.name.getText() === 'title';
    ts.forEachChild(node, (child) => visit(child, isOne ? child === node.initializer : isTitle && goesOn));
  };
  visit(source);
  return found;
}

function literal(call: ts.CallExpression, file: string): string {
  const [first] = call.arguments;
  if (first !== undefined && ts.isStringLiteralLike(first)) return first.text;
  throw new Error(`${file}: l10n.t is given ${first?.getText() ?? 'nothing'}, which is no plain text.`);
}

/** `{0}`, `{1}` and so on, sorted. */
export function placeholdersOf(text: string): string[] {
  return (text.match(/\{\d+\}/g) ?? []).sort();
}
