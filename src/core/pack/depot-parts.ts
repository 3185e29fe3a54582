import { join } from 'node:path';
import * as z from 'zod/mini';
import { formatBytes, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import { readJson } from '../../base/json.ts';
import type { Bundle, BundlePart, PackedDepot } from '../artefacts.ts';
import { compiledFolder } from '../contract/image/paths.ts';
import { type Codec, CODECS } from '../packing.ts';
import type { StageContext } from '../stage.ts';
import { type DepotEntry, depotEntry, planDepot, sumOf } from './base-and-delta.ts';
import { chooseEntries } from './choose-entries.ts';
import { describeDepot, writeDepotReport } from './depot-report.ts';
import { isThere } from './parts.ts';
import { packPart, type Packing } from './pack-part.ts';
import { depotKey, mayHaveDelta, type PackInput, partOf, type TarballPlan } from './plan.ts';
import { surveyDepot } from './survey.ts';

/**
 * What each tarball of the depot holds, in a file beside them. A file that is lost, or is not of these tarballs, costs a
 * new base and no more.
 */
const contents = z.object({
  format: z.literal(1),
  /** What compressed them: the image may be another now, and not read it. */
  codec: z.enum(CODECS),
  /** By the sha256 of the tarball. */
  tarballs: z.record(z.string(), z.array(depotEntry)),
});

export interface DepotParts {
  readonly parts: BundlePart[];
  readonly depot: PackedDepot;
}

/**
 * The depot's tarball, and the delta with what that one lacks. Nothing is read while the inputs are those of the last
 * bundle. Otherwise Julia tells what is needed, and only what the base lacks is packed.
 */
export async function makeDepotParts(
  { engine, codec }: Packing,
  input: PackInput,
  previous: Bundle | undefined,
  context: StageContext,
): Promise<DepotParts> {
  const key = depotKey(input);
  const kept = await keptParts(key, previous);
  if (kept !== undefined) {
    context.log('note', 'the depot is up to date');
    return kept;
  }
  const facts = await surveyDepot(engine, input, context);
  const choice = chooseEntries({
    facts,
    compiled: compiledFolder(input.build.julia.version),
    localCaches: input.project.localCaches,
    appeared: (input.test.appeared ?? []).map(({ name }) => name),
    exclude: input.project.packExclude,
    keep: input.project.packKeep,
  });
  const needed = choice.needed.map(({ path, identity, bytes }) => ({ path, identity, bytes }));
  const parts = await packEntries({ engine, codec }, needed, input, previous, context);
  await writeDepotReport(context, choice, parts);
  return { parts, depot: describeDepot(key, choice) };
}

async function keptParts(key: string, previous: Bundle | undefined): Promise<DepotParts | undefined> {
  if (previous?.depot?.key !== key) return undefined;
  const parts = previous.parts.filter(({ kind }) => kind === 'dotjulia' || kind === 'dotjulia-delta');
  const there = await Promise.all(parts.map(isThere));
  if (partOf(previous, 'dotjulia') === undefined || there.includes(false)) return undefined;
  return { parts, depot: previous.depot };
}

async function packEntries(
  packing: Packing,
  needed: readonly DepotEntry[],
  input: PackInput,
  previous: Bundle | undefined,
  context: StageContext,
): Promise<BundlePart[]> {
  const known = await readContents(context, packing.codec);
  const contentOf = async (part: BundlePart | undefined): Promise<readonly DepotEntry[] | undefined> =>
    part !== undefined && (await isThere(part)) ? known[part.files[0]?.sha256 ?? ''] : undefined;
  const base = partOf(previous, 'dotjulia');
  const baseEntries = await contentOf(base);
  const plan = planDepot({ needed, base: baseEntries, mayHaveDelta: mayHaveDelta(input) });
  const make = async (kind: TarballPlan['kind'], entries: readonly DepotEntry[]): Promise<BundlePart> =>
    packPart(packing, planEntries(kind, entries, input), input, context);
  if (plan.base === 'new' || base === undefined || baseEntries === undefined) {
    if (plan.base === 'new') context.log('note', `dotjulia is packed whole: ${plan.why}`);
    const part = await make('dotjulia', needed);
    await writeContents(context, packing.codec, [[part, needed]]);
    return [part];
  }
  if (plan.delta.length === 0) {
    context.log('note', 'dotjulia is up to date; the depot needs nothing besides');
    return [base];
  }
  const earlier = partOf(previous, 'dotjulia-delta');
  const earlierEntries = await contentOf(earlier);
  const same = earlierEntries !== undefined && fingerprint(earlierEntries) === fingerprint(plan.delta);
  context.log(
    'note',
    `dotjulia stays; dotjulia-delta has ${plural(plan.delta.length, 'entry')} (${formatBytes(sumOf(plan.delta))})`,
  );
  const delta = earlier !== undefined && same ? earlier : await make('dotjulia-delta', plan.delta);
  await writeContents(context, packing.codec, [
    [base, baseEntries],
    [delta, plan.delta],
  ]);
  return [base, delta];
}

/** Pure: the tarball that holds these entries. */
export function planEntries(
  kind: TarballPlan['kind'],
  entries: readonly DepotEntry[],
  { project, build }: PackInput,
): TarballPlan {
  const exclude = project.packExclude.map((path) => `.julia/${path}`);
  return {
    kind,
    fingerprint: fingerprint({ entries, exclude, image: build.image.id }),
    paths: entries.map(({ path }) => `.julia/${path}`).sort(),
    exclude,
  };
}

function contentsFile(folder: string): string {
  return join(folder, 'bundle', 'depot-contents.json');
}

async function readContents(
  { files, folder }: StageContext,
  codec: Codec,
): Promise<Record<string, readonly DepotEntry[]>> {
  const found = readJson(contents, await files.readText(contentsFile(folder)));
  return found?.codec === codec ? found.tarballs : {};
}

async function writeContents(
  { files, folder }: StageContext,
  codec: Codec,
  parts: readonly (readonly [BundlePart, readonly DepotEntry[]])[],
): Promise<void> {
  const tarballs = Object.fromEntries(parts.map(([part, entries]) => [part.files[0]?.sha256 ?? '', entries]));
  await files.write(contentsFile(folder), `${JSON.stringify({ format: 1, codec, tarballs })}\n`);
}
