import { fingerprint } from '../../base/hash.ts';
import type { Artefacts, Depot, Project, TestReport } from '../artefacts.ts';
import { CPU_TARGET } from '../contract/julia-environment.ts';
import { compiledFolder } from '../contract/paths.ts';

/** One tarball: the tar's options and the paths below `/root` that it holds. */
export interface TarballPlan {
  readonly kind: 'dotjulia' | 'inferenceapp';
  /** Hash of everything that decides its content. */
  readonly fingerprint: string;
  readonly options: readonly string[];
  readonly paths: readonly string[];
}

/** Changes when the same content gives other bytes: then all is packed anew. */
const TARBALL_FORMAT = 2;

/** Folders of a depot that nothing needs offline (julia-facts section 4). */
const NOT_NEEDED_OFFLINE = [
  'registries',
  'clones',
  'logs',
  'juliaup',
  'config',
  'bin',
  'prefs',
  'servers',
  'environments',
];

/**
 * Pure: the two tarballs of the depot. The project's sources, and the caches of what is staged from this machine,
 * travel with `inferenceapp`; everything else with `dotjulia`, which an edit of the project leaves untouched
 * (design section 3).
 */
export function planTarballs({
  project,
  build,
  test,
}: Pick<Artefacts, 'project' | 'build' | 'test'>): TarballPlan[] {
  const own = ownCaches(project, build);
  const form = { format: TARBALL_FORMAT, codec: project.packCodec ?? 'auto' };
  const excluded = [...NOT_NEEDED_OFFLINE.map((name) => `.julia/${name}`), '.julia/dev', ...own];
  const chosen = project.packExclude.map((path) => `.julia/${path}`);
  return [
    {
      kind: 'dotjulia',
      fingerprint: fingerprint({ ...depotFacts(build, test), ...form, exclude: project.packExclude }),
      options: ['--anchored', ...[...excluded, ...chosen].map((path) => `--exclude=${path}`)],
      paths: ['.julia'],
    },
    {
      kind: 'inferenceapp',
      fingerprint: fingerprint({ ...depotFacts(build, test), ...form, sources: project.sourcesFingerprint }),
      options: [],
      paths: ['.julia/dev', ...own],
    },
  ];
}

function ownCaches(project: Project, depot: Depot): string[] {
  const compiled = compiledFolder(depot.julia.version);
  return project.packages.map((each) => `.julia/${compiled}/${each.name}`);
}

function depotFacts(depot: Depot, test: TestReport): object {
  return {
    environment: depot.environmentFingerprint,
    julia: depot.julia.sha256,
    image: depot.image.id,
    cpuTarget: CPU_TARGET,
    content: test.depotContent,
  };
}
