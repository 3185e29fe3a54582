/** The parts of an address's path without its first slash, decoded; undefined when a `%` in it is none of an encoding. */
export function decodedParts(path: string): readonly string[] | undefined {
  try {
    return path.replace(/^\//, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
