import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { compareJuliaVersions, type JuliaVersion, parseJuliaVersion } from './julia-version.ts';

/** One downloadable tarball as `versions.json` describes it. */
export interface JuliaRelease {
  readonly version: string;
  readonly url: string;
  /** Last part of the URL: letters, digits, `.`, `_`, `+`, `-`. */
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `versions.json`: version to what there is of it. Parsed leniently: the format has just gained keys. */
export type VersionsIndex = Readonly<Record<string, unknown>>;

/** Far more than any Julia has. */
const MAX_BYTES = 4e9;

const indexSchema = z.record(z.string(), z.unknown());
const versionSchema = z.object({ stable: z.optional(z.boolean()), files: z.array(z.unknown()) });
const fileSchema = z.object({
  url: z.string(),
  triplet: z.literal('x86_64-linux-gnu'),
  extension: z.literal('tar.gz'),
  kind: z.literal('archive'),
  sha256: z.string().check(z.regex(/^[0-9a-fA-F]{64}$/)),
  size: z.int().check(z.positive(), z.maximum(MAX_BYTES)),
});

/** The index in this text, or undefined when it is something else (a proxy's page, a cut file). */
export function parseIndex(text: string): VersionsIndex | undefined {
  return readJson(indexSchema, text);
}

/** The Linux x86-64 (glibc) tarball of exactly this version (selection: julia-facts section 1). */
export function findRelease(index: VersionsIndex, version: string): JuliaRelease | undefined {
  for (const candidate of versionSchema.safeParse(index[version]).data?.files ?? []) {
    const file = fileSchema.safeParse(candidate).data;
    const fileName = file === undefined ? undefined : fileNameOf(file.url);
    if (file === undefined || fileName === undefined) continue;
    return { version, url: file.url, fileName, bytes: file.size, sha256: file.sha256.toLowerCase() };
  }
  return undefined;
}

/** Whether it is a release: no prerelease and no build part. */
function isStable(index: VersionsIndex, version: string): boolean {
  return versionSchema.safeParse(index[version]).data?.stable === true;
}

/** The releases that there are for Linux x86-64, the newest first. */
export function stableReleases(index: VersionsIndex): JuliaVersion[] {
  return Object.keys(index)
    .filter((text) => isStable(index, text) && findRelease(index, text) !== undefined)
    .flatMap((text) => parseJuliaVersion(text) ?? [])
    .sort((a, b) => compareJuliaVersions(b, a));
}

/** The published version that comes closest: of the same minor if there is one, and a release before a prerelease. */
export function nearestVersion(index: VersionsIndex, version: string): string | undefined {
  const wanted = parseJuliaVersion(version);
  if (wanted === undefined) return undefined;
  const [nearest] = Object.keys(index)
    .filter((candidate) => findRelease(index, candidate) !== undefined)
    .flatMap((text) => ({ text, parsed: parseJuliaVersion(text) }))
    .flatMap(({ text, parsed }) => (parsed === undefined ? [] : [{ text, parsed }]))
    .sort(
      (a, b) =>
        compareDistances(distance(wanted, a.parsed), distance(wanted, b.parsed)) ||
        compareJuliaVersions(b.parsed, a.parsed),
    );
  return nearest?.text;
}

function distance(a: JuliaVersion, b: JuliaVersion): number[] {
  const away = [a.major - b.major, a.minor - b.minor, b.prerelease.length, a.patch - b.patch];
  return away.map(Math.abs);
}

function compareDistances(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((away, i) => away - (b[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Undefined for what would not be a plain name in the cache folder. */
function fileNameOf(url: string): string | undefined {
  const name = URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) : undefined;
  return name !== undefined && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name) ? name : undefined;
}
