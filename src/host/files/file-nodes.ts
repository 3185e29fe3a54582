import { dirname } from 'node:path';
import type { SentFile } from '../../core/pipeline/status.ts';

/** A folder with its bytes, or a file. */
export interface FileNode {
  readonly name: string;
  readonly source: string;
  readonly bytes: number;
  /** There is a rule by which it stays here. */
  readonly canLeaveOut: boolean;
  /** The largest first; absent for a file. */
  readonly children?: readonly FileNode[];
}

/** Pure: the files as a tree of folders, each with the bytes below it, the largest first. */
export function fileNodes(files: readonly SentFile[], depth = 0): FileNode[] {
  const byName = new Map<string, SentFile[]>();
  for (const file of files) {
    const name = file.place.split('/')[depth] ?? '';
    const inside = byName.get(name) ?? [];
    inside.push(file);
    byName.set(name, inside);
  }
  const nodes = [...byName].map(([name, inside]) => nodeOf(name, inside, depth));
  return nodes.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function nodeOf(name: string, inside: readonly SentFile[], depth: number): FileNode {
  const bytes = inside.reduce((sum, file) => sum + file.bytes, 0);
  const [first] = inside;
  if (first === undefined) throw new Error('A group of files has none.');
  const below = first.place.split('/').length - depth - 1;
  if (below === 0) return { name, bytes, source: first.source, canLeaveOut: first.canLeaveOut };
  let source = first.source;
  for (let up = 0; up < below; up += 1) source = dirname(source);
  const children = fileNodes(inside, depth + 1);
  // The package's own folder, and one with what Julia needs, are not for leaving out.
  const canLeaveOut = depth > 0 && children.every((child) => child.canLeaveOut);
  return { name, bytes, source, canLeaveOut, children };
}
