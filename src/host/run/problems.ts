import type { DiagnosticCollection, Range } from 'vscode';
import type { SourcePlace } from '../../base/errors.ts';
import { shownLine } from '../../base/shown-text.ts';
import type { RunEvent } from '../../core/events.ts';
import type { Vs } from '../editor/editor.ts';

/** Marks where in a project its last run failed, in the file and in Problems, until the project is run again. */
export class RunProblems {
  readonly #vs: Vs;
  readonly #collection: DiagnosticCollection;
  /** By the folder of the project. */
  readonly #marked = new Map<string, SourcePlace>();

  constructor(vs: Vs) {
    this.#vs = vs;
    this.#collection = vs.languages.createDiagnosticCollection('juliaKaggleRun');
  }

  readonly onEvent = (event: RunEvent, folder: string): void => {
    if (event.kind === 'run-started') this.#clear(folder);
    if (event.kind === 'failed' && event.error.source !== undefined) {
      this.#marked.set(folder, event.error.source);
      this.#show(event.error.source.file);
    }
  };

  dispose(): void {
    this.#collection.dispose();
  }

  #clear(folder: string): void {
    const before = this.#marked.get(folder);
    this.#marked.delete(folder);
    if (before !== undefined) this.#show(before.file);
  }

  /** Projects may share a file, of a package that both depend on. */
  #show(file: string): void {
    const { Diagnostic, DiagnosticSeverity, Uri } = this.#vs;
    const places = [...this.#marked.values()].filter((place) => place.file === file);
    const diagnostics = places.map(({ line, message }) => {
      const range = lineRange(this.#vs, line);
      const diagnostic = new Diagnostic(range, shownLine(message), DiagnosticSeverity.Error);
      diagnostic.source = 'Julia';
      return diagnostic;
    });
    if (diagnostics.length === 0) this.#collection.delete(Uri.file(file));
    else this.#collection.set(Uri.file(file), diagnostics);
  }
}

/** No line of source that people read is longer; the editor ends the range with the line. */
const LINE_END = 10_000;

/** The whole of a line. @param line from 1. */
export function lineRange(vs: Vs, line: number): Range {
  return new vs.Range(line - 1, 0, line - 1, LINE_END);
}
