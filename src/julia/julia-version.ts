/** An exact Julia version. `prerelease` is empty for a release, else e.g. `['rc3']` or `['DEV', '123']`. */
export interface JuliaVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: readonly string[];
}

const EXACT =
  /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Reads `1.10.5`, `1.13.0-rc3`; a build part (`+0`) is dropped. Undefined for `1.10`, `lts` and anything else. */
export function parseJuliaVersion(text: string): JuliaVersion | undefined {
  const match = EXACT.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, prerelease] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease === undefined ? [] : prerelease.split('.'),
  };
}

/** The text that `parseJuliaVersion` reads back as the same version. */
export function formatJuliaVersion({ major, minor, patch, prerelease }: JuliaVersion): string {
  const release = `${major}.${minor}.${patch}`;
  return prerelease.length === 0 ? release : `${release}-${prerelease.join('.')}`;
}

/** Negative when `a` comes before `b`, 0 when they are equal. A prerelease comes before its release (semver 2.0). */
export function compareJuliaVersions(a: JuliaVersion, b: JuliaVersion): number {
  return (
    a.major - b.major ||
    a.minor - b.minor ||
    a.patch - b.patch ||
    comparePrereleases(a.prerelease, b.prerelease)
  );
}

/** Whether a Manifest of one serves the other: the same major and minor number. */
export function sameMinor(a: JuliaVersion, b: JuliaVersion): boolean {
  return a.major === b.major && a.minor === b.minor;
}

/** Whether `version` is of the given minor or a later one; prereleases of that minor count as it. */
export function isAtLeastMinor(version: JuliaVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Whether an exact version, as text, is of a series before this one. */
export function olderThan(juliaVersion: string, major: number, minor: number): boolean {
  const version = parseJuliaVersion(juliaVersion);
  return version !== undefined && !isAtLeastMinor(version, major, minor);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers come before words, and are compared as numbers. */
function compareIdentifiers(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return Number(a) - Number(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
