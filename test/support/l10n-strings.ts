import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');

/** A text of the source that is to be translated: the key under which VS Code looks for its translation. */
export interface TranslatableText {
  readonly text: string;
  readonly file: string;
}

/** All files of the program, read. */
export function readSources(): ts.SourceFile[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => parse(name.replaceAll('\\', '/'), readFileSync(join(ROOT, 'src', name), 'utf8')));
}

/** A text of TypeScript, read. */
export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** Every text that is handed to `l10n.t`. @throws Error for one that is put together, which nobody could translate. */
export function translatableTexts(source: ts.SourceFile): TranslatableText[] {
  const found: TranslatableText[] = [];
  const visit = (node: ts.Node): void => {
    if (isTranslation(node)) found.push({ text: literal(node, source.fileName), file: source.fileName });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTranslation(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === 'l10n.t';
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

/** Two words beside each other, or a word beside what is filled in (`\0`): keys, paths and names of ours have no such. */
const SENTENCE = /(\p{L}{2,}|\0)[,:;.]? [("“]?\p{L}{2,}|\p{L}{2,}[,:;.]? [("“]?\0/u;
/** The same in every language. */
const NAMES = /Julia on Kaggle|Docker Desktop|Microsoft Edge|GitHub CLI/g;

/**
 * Every text that reads like a sentence and is not handed to `l10n.t`, wherever it stands: the title of an error, a plan,
 * a reason, a warning, a remedy, a line that is printed. What no user reads is passed over by its form: a fault of ours
 * (`new Error`), the log, a command to copy, what a text is compared with, an example beside a pattern, a description of
 * the schema.
 */
export function untranslatedSentences(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined && SENTENCE.test(text.replace(NAMES, ''))) found.push(node.getText());
    for (const part of readParts(node)) visit(part);
  };
  visit(source);
  return found;
}

/** What of a piece of the program may have texts for users in it. */
function readParts(node: ts.Node): readonly ts.Node[] {
  if (isTranslation(node)) return node.arguments.slice(1);
  if (ts.isCaseClause(node)) return node.statements;
  if (ts.isCallExpression(node) && COMPARISONS.test(calledBy(node))) return [node.expression];
  if (isUnread(node)) return [];
  const parts: ts.Node[] = [];
  ts.forEachChild(node, (child) => void parts.push(child));
  const isPattern = ts.isArrayLiteralExpression(node) && node.elements.some(ts.isRegularExpressionLiteral);
  return isPattern ? parts.filter((part) => !ts.isStringLiteralLike(part)) : parts;
}

/** Nothing in it is for users. */
function isUnread(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return NOTES.test(calledBy(node));
  if (ts.isNewExpression(node)) return FAULTS.test(node.expression.getText());
  if (ts.isTaggedTemplateExpression(node)) return node.tag.getText() === 'userCommand';
  if (ts.isPropertyAssignment(node)) return UNREAD_PROPERTIES.test(node.name.getText());
  if (ts.isBinaryExpression(node)) return /^[!=]==$/.test(node.operatorToken.getText());
  return ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node);
}

function calledBy(node: ts.CallExpression): string {
  return node.expression.getText().replace(/\s/g, '');
}

/** What is filled in is a `\0`. Of HTML it is what stands between the tags. */
function textOf(node: ts.Node): string | undefined {
  const text = wholeText(node);
  return text !== undefined && isHtml(node.parent) ? text.replace(/<[^>]*>/g, '\n') : text;
}

function wholeText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `\0${span.literal.text}`).join('');
}

function isHtml(node: ts.Node): boolean {
  return ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'html';
}

const FAULTS = /^(Error|TypeError|RangeError)$/;
const NOTES = /(^|[.#])(log|logger)(\??\.\w+)?$/;
const COMPARISONS = /\.(includes|startsWith|endsWith|indexOf|split|replace|replaceAll)$/;
const UNREAD_PROPERTIES = /^(command|id|example)$/;
