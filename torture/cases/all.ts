import type { TortureCase } from '../case.ts';
import { editorKillCases, trustCases } from './editor.ts';
import { engineCases } from './engine.ts';
import { filesCases } from './files.ts';
import { injectionCases } from './injection.ts';
import { killCases } from './kill.ts';
import { leakCases } from './leak.ts';
import { loadCases } from './load.ts';
import { networkCases } from './network.ts';
import { readerCases } from './readers.ts';
import { sequenceCases } from './sequences.ts';

/** Every case there is, in the order of docs/reliability.md. */
export const cases: readonly TortureCase[] = [
  ...killCases,
  ...editorKillCases,
  ...sequenceCases,
  ...networkCases,
  ...engineCases,
  ...filesCases,
  ...readerCases,
  ...injectionCases,
  ...trustCases,
  ...leakCases,
  ...loadCases,
];
