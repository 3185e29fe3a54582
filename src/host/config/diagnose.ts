import { posix } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isUserError, type UserError } from '../../base/errors.ts';
import type { KaggleConfig } from '../../core/project/config-schema.ts';
import { configProblems, keyOf, parseConfig } from '../../core/project/config.ts';
import { inputProblems, type NamedInput, placedInputs } from '../../core/project/inputs.ts';
import type { NamedFile } from '../../core/project/nearby-files.ts';
import { entryAt, type KeyPath, outlineToml, type Span, type TomlOutline } from '../../julia/toml-outline.ts';
import { syntaxProblem } from '../../julia/toml.ts';
import { spanOfProblem } from './places.ts';

/** What is wrong at a place of a JuliaKaggle.toml. */
export interface Diagnosis {
  readonly span: Span;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** What to write over `replace`, when the mistake is a misspelt word. */
  readonly mend?: { readonly replace: Span; readonly text: string };
}

/** A file or folder that the text names, and where. */
export type PlacedFile = NamedFile & { readonly span: Span };

export interface Examined {
  readonly diagnoses: readonly Diagnosis[];
  /** To be looked for; none while the text has errors. */
  readonly files: readonly PlacedFile[];
  /** To be asked of Kaggle. */
  readonly competition?: { readonly span: Span; readonly slug: string };
  /** The same; the span is that of what names it. */
  readonly inputs?: readonly (NamedInput & { readonly span: Span })[];
}

/** Pure: what can be told of the text alone, and what it names that is to be looked for. */
export function examineConfig(text: string, file: string): Examined {
  const outline = outlineToml(text);
  let diagnoses: Diagnosis[];
  try {
    diagnoses = configProblems(text, file).map(({ path, problem, unknown }) => {
      const span = spanOfProblem(text, outline, path, unknown !== undefined);
      const isSection = unknown?.isSection === true;
      const key = path.length === 0 ? posix.basename(file.replaceAll('\\', '/')) : keyOf(path);
      const message = `${isSection ? `[${key}]` : key} ${problem}.`;
      const mend = unknown && mendOf(unknown.nearest, path, span);
      return { span, message, severity: 'error', ...defined({ mend }) };
    });
  } catch (error) {
    if (!isUserError(error, 'toml-syntax')) throw error;
    return { diagnoses: [syntaxDiagnosis(error, text)], files: [] };
  }
  if (diagnoses.length > 0) return { diagnoses, files: [] };
  const config = parseConfig(text, file);
  return { diagnoses: inputDiagnoses(config, text, outline), ...namedIn(config, outline) };
}

function inputDiagnoses(config: KaggleConfig, text: string, outline: TomlOutline): Diagnosis[] {
  return inputProblems(config).map(({ path, problem, remedy }) => ({
    span: spanOfProblem(text, outline, path, false),
    message: `${keyOf(path)} ${problem}. ${remedy}`,
    severity: 'error',
  }));
}

/** The nearest key of another section cannot be had by another word. */
function mendOf(nearest: string, path: KeyPath, span: Span): Diagnosis['mend'] {
  const [section, name] = nearest.includes('.') ? nearest.split('.') : ['', nearest];
  const isHere = path.length === 1 ? section === '' : path[0] === section;
  return isHere && name !== undefined ? { replace: span, text: name } : undefined;
}

function syntaxDiagnosis(error: UserError, text: string): Diagnosis {
  const { line, column, reason } = syntaxProblem(error);
  const start = offsetOf(text, line, column);
  const end = text.indexOf('\n', start);
  return {
    span: { start, end: end < 0 ? text.length : Math.max(end, start) },
    message: `${reason}.`,
    severity: 'error',
  };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i += 1) start = text.indexOf('\n', start) + 1;
  return Math.min(text.length, start + column - 1);
}

function namedIn(
  config: KaggleConfig,
  outline: TomlOutline,
): Pick<Examined, 'files' | 'competition' | 'inputs'> {
  const { competition, run, data, models } = config;
  const span = (path: KeyPath): Span => entryAt(outline, path)?.value ?? { start: 0, end: 0 };
  const named = (kind: NamedFile['kind'], path: string | undefined, at: KeyPath): PlacedFile[] =>
    path === undefined ? [] : [{ kind, path, span: span(at) }];
  return {
    files: [
      ...named('script', run.script, ['run', 'script']),
      ...named('data', data.folder, ['data', 'folder']),
      ...named('data', data.hidden, ['data', 'hidden']),
      ...models.files.flatMap((path, i) => named('model', path, ['models', 'files', i])),
    ],
    competition: { slug: competition, span: span(['competition']) },
    // In a table of its own it is its `source`.
    inputs: placedInputs(config).map(({ path, ...input }) => ({ ...input, span: span([...path, 'source']) })),
  };
}
