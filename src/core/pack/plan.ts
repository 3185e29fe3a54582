import { fingerprint } from '../../base/hash.ts';
import type { VolumeMount } from '../../docker/engine.ts';
import type { Artefacts, Bundle, BundlePart, Depot, TestReport } from '../artefacts.ts';
import { CPU_TARGET } from '../contract/depot/julia-environment.ts';
import { compiledFolder } from '../contract/image/paths.ts';
import type { PartKind } from '../packing.ts';

/** Changes when the same content gives other bytes: then all is packed anew. */
const TARBALL_FORMAT = 4;

export type PackInput = Pick<Artefacts, 'project' | 'build' | 'test'>;

/** One tarball: the paths below `/root` that it holds, and those below them that it leaves out. */
export interface TarballPlan {
  readonly kind: PartKind;
  /** Hash of everything that decides its content. */
  readonly fingerprint: string;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  /** Besides Julia and the depot. */
  readonly mounts?: readonly VolumeMount[];
}

/**
 * Pure: the tarball with the project's sources and the caches that are made anew when one of them changes. Everything
 * else travels with the depot's tarballs, which an edit of the project leaves untouched (design section 3).
 */
export function planApp({ project, build, test }: PackInput): TarballPlan {
  const compiled = compiledFolder(build.julia.version);
  const caches = project.localCaches.map((name) => `.julia/${compiled}/${name}`);
  return {
    kind: 'inferenceapp',
    fingerprint: fingerprint({
      ...depotFacts(build, test),
      ...tarballForm({ project }),
      sources: project.sourcesFingerprint,
      caches,
    }),
    paths: ['.julia/dev', ...caches],
    exclude: [],
  };
}

/** Pure: the hash of everything that decides which entries of the depot are needed, and in which state they are. */
export function depotKey({ project, build, test }: PackInput): string {
  const { packExclude, packKeep, localCaches } = project;
  return fingerprint({
    ...depotFacts(build, test),
    ...tarballForm({ project }),
    exclude: packExclude,
    keep: packKeep,
    localCaches,
    // Where base and delta share a dataset there is no delta.
    mayHaveDelta: mayHaveDelta({ project }),
  });
}

/** Pure: how tarballs are written: of another form, each is packed anew. */
function tarballForm({ project }: Pick<PackInput, 'project'>): object {
  return { format: TARBALL_FORMAT, codec: project.packCodec ?? 'auto' };
}

/** Pure: a version of a dataset is sent whole, so that a delta in the base's own dataset saves nothing. */
export function mayHaveDelta({ project: { datasets } }: Pick<PackInput, 'project'>): boolean {
  return datasets.dotjulia !== datasets['dotjulia-delta'];
}

function depotFacts(depot: Depot, test: TestReport): object {
  return {
    environment: depot.environmentFingerprint,
    julia: depot.julia.sha256,
    image: depot.image.id,
    cpuTarget: CPU_TARGET,
    content: test.depotContent,
    // A depot that was made anew has other caches: those of the sources refer to them by their build ids.
    depotId: depot.depotId,
  };
}

/** Pure: a part of the last bundle. */
export function partOf(bundle: Bundle | undefined, kind: PartKind): BundlePart | undefined {
  return bundle?.parts.find((part) => part.kind === kind);
}
