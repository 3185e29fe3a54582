import { posix, relative, sep } from 'node:path';

/** A folder that takes part in the layout; `name` is what it is called when everything lies in it. */
export interface LayoutFolder {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
}

/** The POSIX path below the depot's `dev` folder of an absolute path on this machine. */
export type PlaceOf = (path: string) => string;

/**
 * Pure: where things go so that the Manifest's relative paths hold (design section 3, "Paths"): the folder that holds
 * all of them becomes `dev`. When one of them holds all the others it becomes `dev/<name>`, whatever it is called here.
 */
export function planLayout(folders: readonly LayoutFolder[]): PlaceOf {
  const ancestor = commonAncestor(folders.map(({ folder }) => folder));
  const holder = folders.find(({ folder }) => folder === ancestor);
  const start = ancestor.endsWith(sep) ? ancestor : `${ancestor}${sep}`;
  return (path) => {
    // Of almost each of many files: to find the way takes ten times as long.
    const isBelow = path.startsWith(start) && !path.includes('..');
    const way = isBelow ? path.slice(start.length) : relative(ancestor, path);
    const place = sep === '/' ? way : way.split(sep).join('/');
    return isBelow && holder !== undefined
      ? `${holder.name}/${place}`
      : posix.join(holder?.name ?? '', place);
  };
}

/** The deepest folder that holds, or is, each of these. */
function commonAncestor(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(sep));
  const shared = first.findIndex((part, i) => others.some((parts) => parts[i] !== part));
  const parts = shared < 0 ? first : first.slice(0, shared);
  return parts.length === 1 ? `${parts[0] ?? ''}${sep}` : parts.join(sep);
}
