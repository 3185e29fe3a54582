import { join } from 'node:path';
import { ownText } from '../../../base/own-text.ts';
import { sha256 } from '../../../base/hash.ts';
import type { StagedFile } from '../../artefacts.ts';
import { DEV } from '../image/paths.ts';

/** The bridge's folder among the staged packages: so it is at the same path in the test, the rehearsal and on Kaggle. */
const PLACE = 'julia_kaggle_bridge';
/** The Python package, named so that no module of a competition is shadowed; beside it is the program alone. */
const PACKAGE = 'julia_kaggle_bridge';
const PROGRAM = 'enter.py';
const JULIAN = ['bridge.jl', 'tables.jl', 'read.jl', 'write.jl'];
const PYTHON = [
  '__init__',
  'answers',
  'arrow_columns',
  'codec',
  'evaluate',
  'frames',
  'julia_process',
  'kinds',
];

/** What Python runs, in the image. */
export const ENTER = `${DEV}/${PLACE}/${PROGRAM}`;
/** What Julia runs. */
export const ANSWER = `${DEV}/${PLACE}/${PACKAGE}/${JULIAN[0] ?? ''}`;

/** Pure: the bridge between Kaggle's evaluation API and Julia, as files that are staged beside the project's. */
export function bridgeFiles(): StagedFile[] {
  const files = [...JULIAN, ...PYTHON.map((name) => `${name}.py`)];
  return [
    staged(PROGRAM, 'scripts', PROGRAM),
    ...files.map((name) => staged(`${PACKAGE}/${name}`, PACKAGE, name)),
  ];
}

/** Pure: its Julian side alone by the files' names, with which a package's tests need no Python. */
export function julianBridge(): Readonly<Record<string, string>> {
  return Object.fromEntries(JULIAN.map((name) => [name, ownText(import.meta.dirname, PACKAGE, name)]));
}

/** Pure: whether a staged file is of the bridge, and so none of the user's. */
export function isOfBridge({ place }: Pick<StagedFile, 'place'>): boolean {
  return place.startsWith(`${PLACE}/`);
}

function staged(place: string, folder: string, name: string): StagedFile {
  const text = ownText(import.meta.dirname, folder, name);
  return {
    place: `${PLACE}/${place}`,
    source: join(import.meta.dirname, folder, name),
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
    executable: false,
    text,
    isMade: true,
  };
}
