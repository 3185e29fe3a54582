/** Pure: whether an exact Julia version is of a series before this one. */
export function olderThan(juliaVersion: string, major: number, minor: number): boolean {
  const [itsMajor = 0, itsMinor = 0] = juliaVersion.split('.').map(Number);
  return itsMajor < major || (itsMajor === major && itsMinor < minor);
}
