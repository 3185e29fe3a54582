import * as l10n from '@vscode/l10n';
import { basename, join, posix, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { inWords } from '../../base/format.ts';
import { sha256 } from '../../base/hash.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import {
  foreignCell,
  type ForeignCell,
  type JupyterCell,
  jupyterScript,
  parseJupyter,
  scriptOf,
  withoutPkg,
} from '../../julia/jupyter.ts';
import { parsePluto, type PlutoNotebook } from '../../julia/pluto.ts';
import { MANIFEST_NAMES, PROJECT_FILE_NAMES, VERSIONED_MANIFEST } from '../../julia/project-file.ts';
import type { RunSettings, StagedFile } from '../artefacts.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { parseConfig } from './config.ts';

/** Pictures make notebooks large; of more nobody has written the code. */
const MOST_BYTES = 100e6;

/** A Pluto notebook that brings its packages along, in a project's folder. */
export interface OwnEnvironment {
  /** Absolute path of the notebook. */
  readonly file: string;
  readonly text: string;
}

/**
 * The places of a project whose script is a Pluto notebook with packages of its own: its Project.toml and Manifest.toml
 * stand there in place of the folder's, which Pluto does not read either. Any other project: the places as they are.
 * @throws UserError as `ReadablePlaces`.
 */
export async function withOwnEnvironment(
  folder: string,
  places: ReadablePlaces,
): Promise<{ readonly places: ReadablePlaces; readonly notebook?: OwnEnvironment }> {
  const root = resolve(folder);
  const script = await namedScript(root, places);
  if (script?.endsWith('.jl') !== true) return { places };
  const file = join(root, script);
  const text = await places.readText(file, MOST_BYTES);
  const { project, manifest } = (text === undefined ? undefined : parsePluto(text)) ?? {};
  if (text === undefined || project === undefined) return { places };
  const others = ((await places.list(root)) ?? [])
    .map(({ name }) => name)
    .filter((name) => VERSIONED_MANIFEST.test(name));
  const given = new Map<string, string | undefined>(
    [...PROJECT_FILE_NAMES, ...MANIFEST_NAMES, ...others].map((name) => [join(root, name), undefined]),
  );
  given.set(join(root, 'Project.toml'), project);
  if (manifest !== undefined) given.set(join(root, 'Manifest.toml'), manifest);
  return { places: places.with(given), notebook: { file, text } };
}

/** What JuliaKaggle.toml names, as far as it can be read: whoever needs it says what is wrong with it. */
async function namedScript(root: string, places: ReadablePlaces): Promise<string | undefined> {
  const file = join(root, CONFIG_FILE);
  const text = await places.readText(file);
  if (text === undefined) return undefined;
  try {
    return parseConfig(text, file).run.script;
  } catch {
    return undefined;
  }
}

/** A script as Julia runs it. */
interface Program {
  readonly run: RunSettings;
  /** The staged files, with the script that a notebook is turned into in its place. */
  readonly files: readonly StagedFile[];
  /** By its place, what the script says in Julia where it holds that in strings. */
  readonly readings: ReadonlyMap<string, string>;
  /** Sentences on what does not run. */
  readonly notes: readonly string[];
}

interface Around {
  readonly files: readonly StagedFile[];
  /** The project's folder among them. */
  readonly place: string;
  /** `[run] skip`. */
  readonly skip?: readonly number[] | undefined;
  /** Which file says what packages there are. */
  readonly projectFile: string;
  readonly places: ReadablePlaces;
}

/**
 * What is run of a notebook: of a Jupyter notebook a script that is made of its code cells, of a Pluto notebook the file
 * itself. Other scripts stay what they are.
 * @throws UserError `entry-missing` for a notebook that Julia cannot run, `config-invalid`, and as `ReadablePlaces`.
 */
export async function asProgram(run: RunSettings, around: Around): Promise<Program> {
  const { files, place, places } = around;
  const staged = files.find((file) => file.place === posix.join(place, run.target));
  const unchanged = { run, files, readings: new Map<string, string>(), notes: [] };
  if (run.form !== 'script' || staged === undefined) return unchanged;
  if (!/\.ipynb$/i.test(run.target)) {
    const pluto = parsePluto(staged.text ?? (await places.readText(staged.source, MOST_BYTES)) ?? '');
    return pluto === undefined ? unchanged : { ...unchanged, notes: plutoNotes(run.target, pluto) };
  }
  const { text, reading, notes } = jupyterProgram(
    run.target,
    (await places.readText(staged.source, MOST_BYTES)) ?? '',
    around,
  );
  const script: StagedFile = {
    place: scriptOf(staged.place),
    source: scriptOf(staged.source),
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
    executable: false,
    text,
    isMade: true,
  };
  return {
    run: { ...run, target: scriptOf(run.target) },
    // Without the notebook: what it shows changes each time that it is looked at, and nothing of a run.
    files: [...files.filter((file) => file !== staged && file.place !== script.place), script],
    readings: new Map([[script.place, reading]]),
    notes,
  };
}

function jupyterProgram(
  target: string,
  source: string,
  { skip = [], projectFile }: Pick<Around, 'skip' | 'projectFile'>,
): { readonly text: string; readonly reading: string; readonly notes: string[] } {
  const notebook = parseJupyter(source);
  if (notebook === undefined)
    throw refused(l10n.t('{0} is not a Jupyter notebook of nbformat 3 or 4.', target));
  const { language = 'julia', cells } = notebook;
  if (language !== 'julia')
    throw refused(l10n.t('{0} is a notebook in another language, by its kernel: {1}.', target, language));
  const beyond = skip.filter((number) => number > cells.length);
  if (beyond.length > 0)
    throw new UserError({
      code: 'config-invalid',
      title: l10n.t(
        '[run] skip names cell {0}, but {1} has {2} code cells.',
        beyond.join(),
        target,
        cells.length,
      ),
      actions: [{ title: l10n.t('Take it out of [run] skip in {0}.', CONFIG_FILE) }],
    });
  const wanted = cells.filter(({ number, code }) => !skip.includes(number) && code.trim() !== '');
  if (wanted.length === 0) throw refused(l10n.t('{0} has no code to run.', target));
  refuseForeign(target, wanted, skip);
  const kept = wanted.map((cell) => ({ ...cell, ...withoutPkg(cell) }));
  const without = kept.filter(({ left }) => left).map(({ number }) => String(number));
  const notes =
    without.length === 0
      ? []
      : [
          l10n.t(
            '{0}: the Pkg calls in cell {1} are left out, since the packages are those of {2}.',
            target,
            inWords(without, 'and'),
            basename(projectFile),
          ),
        ];
  return {
    text: jupyterScript(posix.basename(target), kept),
    reading: kept.map(({ code }) => `${code}\n`).join('\n'),
    notes,
  };
}

const MOST_CELLS = 20;

/** @throws UserError `entry-missing` with all cells that are no Julia, and the one key that leaves them out. */
function refuseForeign(target: string, cells: readonly JupyterCell[], skip: readonly number[]): void {
  const kinds: Readonly<Record<ForeignCell, string>> = {
    shell: l10n.t('a shell command'),
    packages: l10n.t('a command of the package mode'),
    help: l10n.t('a question for help'),
    magic: l10n.t('a magic command'),
  };
  const found = cells.flatMap((cell) => {
    const kind = foreignCell(cell);
    return kind === undefined ? [] : [{ ...cell, kind: kinds[kind] }];
  });
  const [first] = found;
  if (first === undefined) return;
  const numbers = found.map(({ number }) => number);
  const all = [...skip, ...numbers].toSorted((a, b) => a - b).join(', ');
  throw new UserError({
    code: 'entry-missing',
    title:
      found.length === 1
        ? l10n.t('{0}, cell {1}, is {2}, not Julia.', target, first.number, first.kind)
        : l10n.t('{0}: the cells {1} are not Julia.', target, inWords(numbers.map(String), 'and')),
    detail: found
      .slice(0, MOST_CELLS)
      .map(({ number, kind, code }) =>
        l10n.t('cell {0}, {1}: {2}', number, kind, (code.trim().split('\n')[0] ?? '').slice(0, 120)),
      )
      .join('\n'),
    actions: [
      {
        title: l10n.t('Leave them out, in {0}: [run] skip = [{1}]', CONFIG_FILE, all),
        command: `skip-cells ${all}`,
      },
    ],
  });
}

function refused(title: string): UserError {
  return new UserError({
    code: 'entry-missing',
    title,
    actions: [
      { title: l10n.t('Name another script in {0}: [run] script.', CONFIG_FILE), command: 'choose-entry' },
    ],
  });
}

function plutoNotes(target: string, { disabled, unbound }: PlutoNotebook): string[] {
  return [
    ...(disabled.length === 0
      ? []
      : [
          l10n.t(
            '{0} has cells that do not run in a script, since they are disabled: {1}.',
            target,
            inWords(disabled.slice(0, MOST_CELLS), 'and'),
          ),
        ]),
    ...(unbound.length === 0
      ? []
      : [
          l10n.t(
            '{0} binds {1} to a widget without a default: outside of the browser that is missing.',
            target,
            inWords(unbound, 'and'),
          ),
        ]),
  ];
}
