import * as l10n from '@vscode/l10n';
import { basename, posix } from 'node:path';
import { inWords } from '../../base/format.ts';
import type { Project, StagedFile } from '../artefacts.ts';
import { CONFIG_FILE } from '../config-file.ts';
import type { SourceFile } from './sources.ts';

interface Around {
  /** What was seen before. */
  readonly others: readonly string[];
  readonly sources: readonly SourceFile[];
  /** The project's folder among the staged files. */
  readonly place: string;
  readonly files: readonly Pick<StagedFile, 'place'>[];
  /** Direct dependencies. */
  readonly deps: Readonly<Record<string, string>>;
  /** `[output] file`. */
  readonly output: string;
  /** The competition's host calls a function: no file is written. */
  readonly isCalled: boolean;
}

/** Packages that fetch what they need when they are loaded or built, from a host that a notebook does not reach. */
const FETCHING = new Set(['Conda', 'CondaPkg', 'DataDeps', 'PyCall', 'PyPlot', 'RCall', 'ScikitLearn']);
/** Packages that draw into a window. */
const WINDOWS = new Set(['Electron', 'GLFW', 'GLMakie', 'Gtk', 'Gtk4', 'Blink', 'QML', 'WGLMakie']);
/** Calls that ask a host. */
const DOWNLOADS =
  /(?<![\w.])(?:HTTP\.(?:get|download|request|open)|Downloads\.(?:download|request)|Base\.download|download|urldownload)[ \t]*\(/;
/** What competitions call their tables. */
const COMPETITION_DATA =
  /^(?:test|train|(?:sample|gender|example)_?submission)\.(?:csv|csv\.gz|parquet|arrow|feather)$/i;
/** A path that is written: the first text in the call. */
const WRITES =
  /(?:CSV\.write|writedlm|Arrow\.write|Parquet\.writefile|write_parquet|open|write)[ \t]*\([^"\n]{0,100}"([^"\\$\n]{1,200}\.(?:csv|parquet))"([^\n]{0,100})/;
const MOST_NAMED = 5;

/**
 * Pure: what is seen in the sources that does here what it may not do on Kaggle: one sentence each, with the place.
 * Nothing of it is sure, so nothing of it is refused.
 */
export function sourceNotes(around: Around): Pick<Project, 'notes'> {
  const notes = [...around.others, ...offlineNotes(around), ...dataNotes(around), ...outputNotes(around)];
  return notes.length === 0 ? {} : { notes };
}

/** Lines of the sources in which something is found, with its place as people read it. */
function* linesWith(
  { sources, place }: Pick<Around, 'sources' | 'place'>,
  find: (line: { readonly code: string; readonly text: string }) => string | undefined,
): Generator<{ readonly at: string; readonly found: string }> {
  for (const source of sources) {
    const texts = source.text.split('\n');
    for (const [index, code] of source.code.split('\n').entries()) {
      const found = find({ code, text: texts[index] ?? '' });
      const at = `${posix.relative(place, source.place)}:${index + 1}`;
      if (found !== undefined) yield { at, found };
    }
  }
}

function offlineNotes(around: Around): string[] {
  const names = Object.keys(around.deps);
  const fetching = names.filter((name) => FETCHING.has(name));
  const windows = names.filter((name) => WINDOWS.has(name));
  const calls = [...linesWith(around, ({ code }) => (DOWNLOADS.test(code) ? code : undefined))];
  return [
    ...(fetching.length === 0
      ? []
      : [
          l10n.t(
            '{0}: such a package fetches programs or data of its own, which a notebook without internet cannot.',
            inWords(fetching, 'and'),
          ),
        ]),
    ...(windows.length === 0
      ? []
      : [l10n.t('{0} needs a window to draw into, and a notebook has none.', inWords(windows, 'and'))]),
    ...(calls.length === 0
      ? []
      : [
          l10n.t(
            'A download in the program ({0}) fails on Kaggle, where the notebook has no internet.',
            inWords(
              calls.slice(0, MOST_NAMED).map(({ at }) => at),
              'and',
            ),
          ),
        ]),
  ];
}

/** Copies of the competition's files that travel along: the hidden test set is never read from there. */
function dataNotes(around: Around): string[] {
  const staged = around.files
    .map((file) => posix.relative(around.place, file.place))
    .filter((path) => !path.startsWith('..') && COMPETITION_DATA.test(basename(path)));
  return staged.slice(0, MOST_NAMED).map((path) => {
    const name = basename(path);
    const [opened] = linesWith(around, ({ text }) => (text.includes(name) ? text : undefined));
    return opened === undefined
      ? l10n.t(
          '{0} goes along with the project. If it is a file of the competition, leave it out by a line in .juliakaggleignore.',
          path,
        )
      : l10n.t(
          '{0} goes along with the project, and {1} names it: the hidden data are not in it. Read it from {2} instead (args in {3}), and leave it out by a line in .juliakaggleignore.',
          path,
          opened.at,
          '{competition}',
          CONFIG_FILE,
        );
  });
}

/** A submission that is written where nobody looks for it. */
function outputNotes(around: Around): string[] {
  if (around.isCalled) return [];
  const written = [
    ...linesWith(around, ({ code, text }) => {
      const [call, path, rest = ''] = WRITES.exec(text) ?? [];
      if (call === undefined || path === undefined || !code.includes('(')) return undefined;
      // A file is opened to be read, too.
      return call.startsWith('open') && !/"[wa]\+?"/.test(rest) ? undefined : path;
    }),
  ];
  const isFound = written.some(({ found }) => posix.normalize(found) === around.output);
  const [first] = written;
  if (isFound || first === undefined) return [];
  return [
    l10n.t(
      '{0} writes {1}, and the submission is looked for in {2} of the folder that the program runs in: name it, [output] file, or write there.',
      first.at,
      first.found,
      around.output,
    ),
  ];
}
