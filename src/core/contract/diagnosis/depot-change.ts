import { plural } from '../../../base/format.ts';
import type { ErrorAction } from '../../../base/errors.ts';
import type { Finding } from './finding.ts';

const SHOWN = 3;

/** Folders of the depot whose content comes by a download (julia-facts section 1, "Depot layout"). */
const AREAS: Readonly<
  Record<string, { readonly noun: string; readonly many?: string; readonly remedy: string }>
> = {
  packages: {
    noun: 'package',
    remedy:
      'Take Pkg.add, Pkg.develop and Pkg.instantiate out of the program: the build installs what the Manifest names.',
  },
  artifacts: {
    noun: 'artifact',
    remedy:
      'Let the run on this machine come by the same place, so that the artifact is packed; if the program makes it, make it before and add it as a model ([models] files).',
  },
  datadeps: {
    noun: 'data dependency',
    remedy:
      'Make the data a model ([models] files), or let the run on this machine use it, so that it is packed.',
  },
  registries: {
    noun: 'registry',
    many: 'registries',
    remedy: 'Take Pkg.Registry and Pkg.add out of the program.',
  },
};

const BUILD_AGAIN: ErrorAction = {
  title: 'Then build again: julia-kaggle run --fresh build.',
  command: 'run --fresh build',
};

/**
 * Pure: what a run added to the depot and the depot should have had before, by paths below it. Scratch spaces are made
 * to be written to: `scratchWarning` tells of them.
 */
export function explainAppeared(paths: readonly string[]): Finding[] {
  return Object.entries(AREAS).flatMap(([area, { noun, many, remedy }]) => {
    const names = paths.filter((path) => path.startsWith(`${area}/`)).map(nameOf);
    if (names.length === 0) return [];
    return [
      {
        kind: 'depot-changed',
        subject: names.join(', '),
        title: `The run added ${counted(names, noun, many)} to the depot, which the bundle should have had.`,
        remedies: [{ title: remedy }, BUILD_AGAIN] satisfies Finding['remedies'],
      },
    ];
  });
}

/** Pure: what to say of scratch spaces that a run made; undefined when there are none. */
export function scratchWarning(paths: readonly string[]): string | undefined {
  const names = paths.filter((path) => path.startsWith('scratchspaces/')).map(nameOf);
  if (names.length === 0) return undefined;
  return (
    `The run made ${counted(names, 'scratch space')}. On Kaggle it is made anew in each run; a run on this machine that ` +
    'comes by the same place (julia-kaggle run --fresh test) has it packed.'
  );
}

/** `packages/CSV/aoJqo` gives `CSV`, `artifacts/44b6…` its hash, `scratchspaces/<uuid>/cache` its `cache`. */
function nameOf(path: string): string {
  const parts = path.split('/');
  return (parts[0] === 'scratchspaces' ? parts.at(-1) : parts[1]) ?? path;
}

function counted(names: readonly string[], noun: string, many?: string): string {
  const shown = names.slice(0, SHOWN).join(', ');
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return names.length === 1
    ? `the ${noun} ${shown}`
    : `${plural(names.length, noun, many)} (${shown}${more})`;
}
