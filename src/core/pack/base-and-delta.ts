import * as z from 'zod/mini';

/**
 * One thing of the depot that is packed whole: the folder of a package or an artifact, a compiled cache, a scratch
 * space. Two entries are the same when path and identity are: a cache that was compiled anew keeps its name.
 */
export const depotEntry = z.object({
  /** Below the depot, with `/`. */
  path: z.string(),
  /** Tells the content; of what Julia names by its content (packages, artifacts) the size. */
  identity: z.string(),
  bytes: z.number(),
});
export type DepotEntry = z.infer<typeof depotEntry>;

/**
 * A delta that is larger than this share of the base makes a new base, and so does a base of which more than this share
 * is not needed any more: what is saved in sending is lost again in unpacking, at every run on Kaggle.
 */
export const LARGEST_SHARE = 0.5;

/** What is to become of the depot's tarballs. `delta` is empty when the base has all that is needed. */
export type DepotPlan =
  | { readonly base: 'new'; readonly why: string }
  | { readonly base: 'keep'; readonly delta: readonly DepotEntry[] };

export interface DepotPlanInput {
  readonly needed: readonly DepotEntry[];
  /** What the present base holds; undefined: there is none. */
  readonly base: readonly DepotEntry[] | undefined;
  /** False where both would share one dataset: a version of it is sent whole, so that a delta saves nothing. */
  readonly mayHaveDelta: boolean;
}

/**
 * Pure: which entries go up beside the base, or that a new base is due. The base, with the delta unpacked over it, holds
 * every needed entry in its present state. What the base holds besides is not loaded by anything: Julia rejects a cache
 * that does not fit and goes on to the next.
 */
export function planDepot({ needed, base, mayHaveDelta }: DepotPlanInput): DepotPlan {
  if (base === undefined) return { base: 'new', why: 'there is no earlier one' };
  const held = new Map(base.map(({ path, identity }) => [path, identity]));
  const missing = needed.filter(({ path, identity }) => held.get(path) !== identity);
  if (missing.length > 0 && !mayHaveDelta)
    return { base: 'new', why: 'it shares its dataset with what would be added' };
  const neededPaths = new Set(needed.map(({ path }) => path));
  const total = sumOf(base);
  const added = sumOf(missing);
  const unused = sumOf(base.filter(({ path }) => !neededPaths.has(path)));
  if (added > total * LARGEST_SHARE) return { base: 'new', why: 'too much was added to the earlier one' };
  if (unused > total * LARGEST_SHARE)
    return { base: 'new', why: 'too much of the earlier one is not needed any more' };
  return { base: 'keep', delta: missing };
}

/** Bytes of all entries, before compression. */
export function sumOf(entries: readonly DepotEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
