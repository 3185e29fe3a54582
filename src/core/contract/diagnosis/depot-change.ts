import * as l10n from '@vscode/l10n';
import type { ErrorAction } from '../../../base/errors.ts';
import type { Finding } from './finding.ts';

const SHOWN = 3;

interface Area {
  /** One, by its name. */
  one(name: string): string;
  /** `names` are those of the first. */
  many(count: number, names: string): string;
  remedy(): string;
}

/** Folders of the depot whose content comes by a download (julia-facts section 1, "Depot layout"). */
const AREAS: Readonly<Record<string, Area>> = {
  packages: {
    one: (name) =>
      l10n.t('The run added the package {0} to the depot, which the bundle should have had.', name),
    many: (count, names) =>
      l10n.t(
        'The run added {0} packages ({1}) to the depot, which the bundle should have had.',
        count,
        names,
      ),
    remedy: () =>
      l10n.t(
        'Take Pkg.add, Pkg.develop and Pkg.instantiate out of the program: the build installs what the Manifest names.',
      ),
  },
  artifacts: {
    one: (name) =>
      l10n.t('The run added the artifact {0} to the depot, which the bundle should have had.', name),
    many: (count, names) =>
      l10n.t(
        'The run added {0} artifacts ({1}) to the depot, which the bundle should have had.',
        count,
        names,
      ),
    remedy: () =>
      l10n.t(
        'Let the run on this machine come by the same place, so that the artifact is packed; if the program makes it, make it before and add it as a model ([models] files).',
      ),
  },
  datadeps: {
    one: (name) =>
      l10n.t('The run added the data dependency {0} to the depot, which the bundle should have had.', name),
    many: (count, names) =>
      l10n.t(
        'The run added {0} data dependencies ({1}) to the depot, which the bundle should have had.',
        count,
        names,
      ),
    remedy: () =>
      l10n.t(
        'Make the data a model ([models] files), or let the run on this machine use it, so that it is packed.',
      ),
  },
  registries: {
    one: (name) =>
      l10n.t('The run added the registry {0} to the depot, which the bundle should have had.', name),
    many: (count, names) =>
      l10n.t(
        'The run added {0} registries ({1}) to the depot, which the bundle should have had.',
        count,
        names,
      ),
    remedy: () => l10n.t('Take Pkg.Registry and Pkg.add out of the program.'),
  },
};

const SCRATCH: Omit<Area, 'remedy'> = {
  one: (name) =>
    l10n.t(
      'The run made the scratch space {0}. On Kaggle it is made anew in each run; a run on this machine that comes by the same place (julia-kaggle run --fresh test) has it packed.',
      name,
    ),
  many: (count, names) =>
    l10n.t(
      'The run made {0} scratch spaces ({1}). On Kaggle they are made anew in each run; a run on this machine that comes by the same place (julia-kaggle run --fresh test) has them packed.',
      count,
      names,
    ),
};

function buildAgain(): ErrorAction {
  return {
    title: l10n.t('Then build again: julia-kaggle run --fresh build.'),
    command: 'run --fresh build',
  };
}

/**
 * Pure: what a run added to the depot and the depot should have had before, by paths below it. Scratch spaces are made
 * to be written to: `scratchWarning` tells of them.
 */
export function explainAppeared(paths: readonly string[]): Finding[] {
  return Object.entries(AREAS).flatMap(([area, about]) => {
    const names = paths.filter((path) => path.startsWith(`${area}/`)).map(nameOf);
    if (names.length === 0) return [];
    return [
      {
        kind: 'depot-changed',
        subject: names.join(', '),
        title: told(names, about),
        remedies: [{ title: about.remedy() }, buildAgain()] satisfies Finding['remedies'],
      },
    ];
  });
}

/** Pure: what to say of scratch spaces that a run made; undefined when there are none. */
export function scratchWarning(paths: readonly string[]): string | undefined {
  const names = paths.filter((path) => path.startsWith('scratchspaces/')).map(nameOf);
  if (names.length === 0) return undefined;
  return told(names, SCRATCH);
}

/** `packages/CSV/aoJqo` gives `CSV`, `artifacts/44b6…` its hash, `scratchspaces/<uuid>/cache` its `cache`. */
function nameOf(path: string): string {
  const parts = path.split('/');
  return (parts[0] === 'scratchspaces' ? parts.at(-1) : parts[1]) ?? path;
}

function told(names: readonly string[], { one, many }: Omit<Area, 'remedy'>): string {
  const shown = names.slice(0, SHOWN).join(', ');
  if (names.length === 1) return one(shown);
  const more = names.length - SHOWN;
  return many(names.length, more > 0 ? l10n.t('{0} and {1} more', shown, more) : shown);
}
