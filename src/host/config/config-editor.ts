import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  Diagnostic,
  Hover,
  Position,
  Range,
  TextDocument,
} from 'vscode';
import { shownOnOneLine, shownText } from '../../base/shown-text.ts';
import { REMOTE } from '../../core/contract/image/remote-inputs.ts';
import type { NamedInput } from '../../core/project/inputs.ts';
import { type Missing, missingFiles, nearbyValues } from '../../core/project/nearby-files.ts';
import type { Span } from '../../julia/toml-outline.ts';
import { iconless, type Vs } from '../editor/editor.ts';
import type { Competition } from '../../kaggle/client.ts';
import type { CompetitionAnswer, InputAnswer, KaggleFacts } from './kaggle-facts.ts';
import { type Diagnosis, examineConfig, type PlacedFile } from './diagnose.ts';
import { aboutKey, tomlOf } from './known-keys.ts';
import { toldAt } from './places.ts';
import { suggest, type Suggestion } from './suggest.ts';

const SOURCE = 'Julia on Kaggle';

/** The kinds of suggestions as the editor has them. */
const KINDS = { key: 'Property', section: 'Module', value: 'Value', placeholder: 'Variable' } as const;

/** What may be written at the place. */
export async function completions(
  vs: Vs,
  document: TextDocument,
  position: Position,
  facts: KaggleFacts,
  signal: AbortSignal,
): Promise<CompletionItem[]> {
  const suggestions = await suggest(document.getText(), document.offsetAt(position), {
    valuesFor: async (key, typed) => {
      // In a workspace that is not trusted the text alone is looked at: no folder, no file that it names, no server.
      if (!vs.workspace.isTrusted) return [];
      switch (key) {
        case 'competition':
          return (await enteredCompetitions(facts, signal)).filter((one) => one.takesNotebooks);
        case 'inputs.competitions':
          return enteredCompetitions(facts, signal);
        case 'inputs.datasets':
        case 'inputs.models':
          return foundInputs(facts, key, typed, signal);
        default:
          return (await nearbyValues(key, folderOf(document))).map((path) => ({
            value: tomlOf(path),
            about: '',
          }));
      }
    },
  });
  return suggestions.map((suggestion, i) => completionItem(vs, suggestion, i, document));
}

async function enteredCompetitions(facts: KaggleFacts, signal: AbortSignal) {
  return (await facts.entered(signal)).map(({ slug, title, isKernelsSubmissionsOnly }) => ({
    ...{ value: tomlOf(slug), about: escaped(title) },
    takesNotebooks: isKernelsSubmissionsOnly,
  }));
}

/** What Kaggle finds for the words that stand there. */
async function foundInputs(
  facts: KaggleFacts,
  key: 'inputs.datasets' | 'inputs.models',
  typed: string,
  signal: AbortSignal,
) {
  const found = await facts.search(typed, signal);
  return found
    .filter((item) => `inputs.${item.key}` === key)
    .map(({ source, label, detail = '' }) => ({
      value: tomlOf(source),
      about: escaped(`${label}: ${detail}`),
    }));
}

function completionItem(
  vs: Vs,
  { kind, label, text, cursor, span, about }: Suggestion,
  index: number,
  document: TextDocument,
): CompletionItem {
  const item = new vs.CompletionItem(label, vs.CompletionItemKind[KINDS[kind]]);
  item.range = rangeOf(vs, span, document);
  item.filterText = text;
  item.sortText = String(index).padStart(4, '0');
  item.documentation = new vs.MarkdownString(about);
  item.insertText = text;
  if (cursor === undefined) return item;
  item.insertText = new vs.SnippetString().appendText(text.slice(0, cursor)).appendTabstop(0);
  item.insertText.appendText(text.slice(cursor));
  // What goes between the quotes can be chosen at once.
  item.command = { title: '', command: 'editor.action.triggerSuggest' };
  return item;
}

/** What is known of the key or value under the place. */
export async function hoverAt(
  vs: Vs,
  document: TextDocument,
  position: Position,
  facts: KaggleFacts,
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const told = toldAt(document.getText(), document.offsetAt(position));
  if (told === undefined) return undefined;
  const texts = [new vs.MarkdownString(aboutKey(told.key))];
  if (told.isValue && told.key.path.join('.') === 'competition' && vs.workspace.isTrusted) {
    const { competition } = examineConfig(document.getText(), document.fileName);
    const answer = competition && (await facts.find(competition.slug, signal));
    if (typeof answer === 'object' && 'title' in answer) texts.unshift(competitionText(vs, answer));
  }
  return new vs.Hover(texts, rangeOf(vs, told.span, document));
}

function competitionText(vs: Vs, { title, url, deadline, userHasEntered }: Competition) {
  const until = deadline === undefined ? [] : [l10n.t('until {0}', deadline.slice(0, 10))];
  const entered = userHasEntered ? l10n.t('entered') : l10n.t('not entered yet');
  return new vs.MarkdownString(`[${escaped(title)}](${encodeURI(url)}): ${[...until, entered].join(', ')}`);
}

/** Foreign text in Markdown. */
function escaped(text: string): string {
  return shownOnOneLine(text).replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
}

/** A diagnostic, and how its mistake can be mended by one edit. */
export interface Shown {
  readonly diagnostic: Diagnostic;
  readonly mend?: { readonly range: Range; readonly text: string };
}

/** What is wrong with the document: of its text at once, then of what it names. */
export async function diagnostics(
  vs: Vs,
  document: TextDocument,
  facts: KaggleFacts,
  signal: AbortSignal,
): Promise<Shown[]> {
  const { diagnoses, files, competition, inputs = [] } = examineConfig(document.getText(), document.fileName);
  if (!vs.workspace.isTrusted) return diagnoses.map((diagnosis) => shown(vs, diagnosis, document));
  const missing = (await missingFiles(files, folderOf(document))).map(missingDiagnosis);
  const answer = competition === undefined ? undefined : await facts.find(competition.slug, signal);
  const unknown = competition === undefined ? [] : competitionDiagnosis(competition, answer);
  const looks = inputs.map(async (input) => inputDiagnosis(input, await facts.versions(input, signal)));
  const strange = (await Promise.all(looks)).flat();
  return [...diagnoses, ...missing, ...unknown, ...strange].map((diagnosis) =>
    shown(vs, diagnosis, document),
  );
}

function missingDiagnosis({ span, path, kind, because }: Missing<PlacedFile>): Diagnosis {
  const message =
    because === 'missing'
      ? l10n.t('There is no {0} here.', path)
      : kind === 'data'
        ? l10n.t('{0} is not a folder.', path)
        : l10n.t('{0} is not a file.', path);
  return { span, message, severity: 'error' };
}

function competitionDiagnosis(
  { span, slug }: { readonly span: Span; readonly slug: string },
  answer: CompetitionAnswer | undefined,
): Diagnosis[] {
  if (typeof answer !== 'object') return [];
  if ('none' in answer) {
    const { near } = answer;
    const none = l10n.t('Kaggle has no competition {0} that you can see.', slug);
    if (near === undefined) return [{ span, message: none, severity: 'warning' }];
    const message = `${none} ${l10n.t('Did you mean {0}?', near)}`;
    return [{ span, message, severity: 'warning', mend: { replace: span, text: JSON.stringify(near) } }];
  }
  if (answer.userHasEntered) return [];
  const message = l10n.t('You have not entered this competition yet: accept its rules on Kaggle.');
  return [{ span, message, severity: 'warning' }];
}

/** What Kaggle does not have of what `[inputs]` names, before a run finds out. */
function inputDiagnosis(
  { span, kind, ref, version }: NamedInput & { readonly span: Span },
  answer: InputAnswer,
): Diagnosis[] {
  const thing = REMOTE[kind].thing(ref);
  if (answer === 'unseen')
    return [{ span, message: l10n.t('Kaggle does not show you {0}.', thing), severity: 'warning' }];
  if (typeof answer !== 'object' || version === undefined || answer.includes(version)) return [];
  const newest = answer.at(-1);
  if (newest === undefined) return [];
  const message = l10n.t('{0} has no version {1}; its newest is {2}.', thing, version, newest);
  const mend = { replace: span, text: tomlOf(`${ref}/${newest}`) };
  return [{ span, message, severity: 'warning', mend }];
}

function shown(vs: Vs, { span, message, severity, mend }: Diagnosis, document: TextDocument): Shown {
  const level = severity === 'error' ? vs.DiagnosticSeverity.Error : vs.DiagnosticSeverity.Warning;
  const diagnostic = new vs.Diagnostic(rangeOf(vs, span, document), shownText(message), level);
  diagnostic.source = SOURCE;
  if (mend === undefined) return { diagnostic };
  return { diagnostic, mend: { range: rangeOf(vs, mend.replace, document), text: mend.text } };
}

/** The edits that mend what is shown in this range. */
export function mendings(vs: Vs, document: TextDocument, range: Range, all: readonly Shown[]): CodeAction[] {
  return all.flatMap(({ diagnostic, mend }) => {
    if (mend === undefined || diagnostic.range.intersection(range) === undefined) return [];
    const action = new vs.CodeAction(l10n.t('Change it to {0}', mend.text), vs.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.isPreferred = true;
    action.edit = new vs.WorkspaceEdit();
    action.edit.replace(document.uri, mend.range, mend.text);
    return [action];
  });
}

/** What can be done with the project of this file, above its first line. */
export function lenses(vs: Vs, document: TextDocument): CodeLens[] {
  if (!vs.workspace.isTrusted) return [];
  const { competition } = examineConfig(document.getText(), document.fileName);
  if (competition === undefined) return [];
  const place = new vs.Range(0, 0, 0, 0);
  const submit = l10n.t('Submit to {0}', iconless(shownOnOneLine(competition.slug)));
  return [
    new vs.CodeLens(place, {
      title: `$(rocket) ${submit}`,
      command: 'juliaKaggle.submit',
      arguments: [document.uri],
    }),
    new vs.CodeLens(place, {
      title: `$(checklist) ${l10n.t('Pipeline')}`,
      command: 'juliaKaggle.openPipeline',
    }),
  ];
}

function folderOf({ fileName }: TextDocument): string {
  return dirname(fileName);
}

function rangeOf(vs: Vs, { start, end }: Span, document: TextDocument): Range {
  return new vs.Range(document.positionAt(start), document.positionAt(end));
}
