import * as z from 'zod/mini';
import { readJson } from '../../base/json.ts';
import { ownText } from '../../base/own-text.ts';
import type { TarFile } from '../../docker/tar-files.ts';
import { ARTIFACT_USES } from '../packing.ts';
import { STAGED } from './image/paths.ts';

/** The mark of the lines that our notebook and our scripts print for us: JSON follows, one value a line. */
export const REPORT_MARK = '[julia-kaggle] ';

/** All that our scripts tell, by kind, each with the program that says it. */
const FACTS = {
  /** build.jl: where the source of a package of the Manifest is. */
  source: z.object({ path: z.string() }),
  /** build.jl: a package that ran a program of its own. */
  'build-script': z.object({ package: z.string() }),
  /** build.jl: how many packages and extensions have no cache yet. */
  uncompiled: z.object({ packages: z.number() }),
  /** inventory.py: a thing in the depot, and of an artifact the name that an Artifacts.toml gives it. */
  item: z.object({
    path: z.string(),
    bytes: z.number(),
    label: z.optional(z.string()),
    lazy: z.optional(z.boolean()),
  }),
  /** inventory.py: all of the depot but `dev`; another id for one that was made anew under the same name. */
  depot: z.object({ bytes: z.number(), id: z.optional(z.string()) }),
  /** artifact-files.py: the text of an Artifacts.toml, in pieces; its path is below the depot. */
  artifacts: z.object({ file: z.string(), text: z.string() }),
  /** measure.py: what the program took. */
  measured: z.object({ seconds: z.number(), exitCode: z.number(), peakMemoryBytes: z.number() }),
  /** own-methods.py: what Julia compiled while the program ran, of the project's own packages; as Julia wrote it. */
  'compiled-method': z.object({ statement: z.string() }),
  /** entries.py: a thing in the depot that is packed or left out whole. */
  entry: z.object({ path: z.string(), identity: z.string(), bytes: z.number() }),
  /** needed.jl: a package of the Manifest; the path of one in the standard library or outside the depot is empty. */
  package: z.object({ uuid: z.string(), name: z.string(), path: z.string() }),
  /** needed.jl: an artifact that a package binds; not taken is a variant for another machine. */
  artifact: z.object({ hash: z.string(), name: z.string(), owner: z.string(), taken: z.boolean() }),
  /** needed.jl: an extension and its package. */
  extension: z.object({ name: z.string(), owner: z.string() }),
  /** needed.jl: a cache that Julia rejects. */
  rejected: z.object({ path: z.string() }),
  /** needed.jl: the end, with the number of packages; without it, what stands above may be a part of the whole. */
  complete: z.object({ packages: z.number() }),
  /** resolve.jl: absolute path of the Manifest. */
  resolved: z.object({ file: z.string() }),
  /** compile.jl: PackageCompiler's version. */
  compiler: z.object({ version: z.string() }),
  /** compile.jl: a step that begins. */
  compiling: z.object({ step: z.string() }),
  /** compile.jl: an artifact in the app; `unknown` where the file system keeps no time of access. */
  bundled: z.object({ hash: z.string(), bytes: z.number(), use: z.enum(ARTIFACT_USES) }),
  /** compile.jl: the result. */
  compiled: z.object({ bytes: z.number(), seconds: z.number() }),
  /** find-compiler.sh and compile.jl: why it ends here. */
  problem: z.object({ what: z.enum(['no-compiler', 'compiler-broken', 'sample-run']) }),
  /** gateway.py: the files that the gateway has, and the notebook has not; none: it has what the notebook has. */
  hidden: z.object({ files: z.array(z.string()) }),
  /** gateway.py: the calls as the gateway saw them, those after the first by their times, and what it says of its end. */
  called: z.object({
    calls: z.number(),
    totalSeconds: z.number(),
    startSeconds: z.optional(z.number()),
    firstSeconds: z.optional(z.number()),
    medianSeconds: z.optional(z.number()),
    p95Seconds: z.optional(z.number()),
    maxSeconds: z.optional(z.number()),
    deadlineSeconds: z.optional(z.number()),
    written: z.boolean(),
    rows: z.optional(z.number()),
    succeeded: z.optional(z.boolean()),
    errorType: z.optional(z.number()),
    details: z.optional(z.string()),
  }),
  /** zstd.py: so many bytes were read. */
  'raw-bytes': z.object({ bytes: z.number() }),
  /** probe-codec.py: whether libzstd compressed a sample, which ways gave it back, and why the others did not. */
  codec: z.object({ packs: z.boolean(), unpacks: z.array(z.string()), failures: z.array(z.string()) }),
} as const;

export type FactKind = keyof typeof FACTS;
/** What a script told, of one of these kinds. */
export type Fact<Kind extends FactKind = FactKind> = {
  readonly [K in Kind]: { readonly kind: K } & Readonly<z.infer<(typeof FACTS)[K]>>;
}[Kind];

/**
 * A reader of facts of these kinds. A line without our mark, and one that says anything else, is a line like any other:
 * undefined.
 */
export function factReader<Kind extends FactKind>(
  ...kinds: readonly Kind[]
): (line: string) => Fact<Kind> | undefined {
  const schema = z.union(
    kinds.map((kind) => z.extend(FACTS[kind] as z.ZodMiniObject, { kind: z.literal(kind) })),
  );
  return (line) => readMarked(schema, line) as Fact<Kind> | undefined;
}

/** What a line with our mark says in the form of the schema; undefined for any other line. */
export function readMarked<T>(schema: z.ZodMiniType<T>, line: string): T | undefined {
  return line.startsWith(REPORT_MARK) ? readJson(schema, line.slice(REPORT_MARK.length)) : undefined;
}

/** Pure: the facts of one kind, in their order. */
export function factsOf<Kind extends FactKind>(facts: readonly Fact[], kind: Kind): Fact<Kind>[] {
  const some: readonly { readonly kind: FactKind }[] = facts;
  return some.filter((fact) => fact.kind === kind) as Fact<Kind>[];
}

/** A script as it is put into a container. */
export function scriptFile(name: string, text: string): TarFile {
  return { path: `${STAGED}/${name}`.slice(1), from: { text } };
}

/** What scripts in Julia tell facts with: `include` it, it lies beside them. */
export function julianTell(): TarFile {
  return scriptFile('tell.jl', ownText(import.meta.dirname, 'scripts', 'tell.jl'));
}
