import * as z from 'zod/mini';
import { canonicalJson } from '../base/hash.ts';
import { readJson } from '../base/json.ts';

const cell = z.looseObject({
  cell_type: z.string(),
  source: z.union([z.string(), z.array(z.string())]),
  outputs: z.optional(z.array(z.unknown())),
});
const notebook = z.looseObject({ cells: z.array(cell) });

/**
 * A notebook as Kaggle takes it: no outputs, and each cell's source one text. One that is so already, or is no
 * notebook, comes back unchanged. (kaggle-api 4.1)
 */
export function forKaggle(source: string): string {
  const content = readJson(notebook, source);
  if (content === undefined || content.cells.every(isPlain)) return source;
  const cells = content.cells.map((each) => ({
    ...each,
    source: joined(each.source),
    ...(each.outputs && { outputs: [] }),
  }));
  return JSON.stringify({ ...content, cells });
}

/** Whether two notebooks have the same cells; Kaggle may write the rest anew. */
export function sameNotebook(one: string | undefined, other: string): boolean {
  const [a, b] = [readJson(notebook, one), readJson(notebook, other)];
  if (a === undefined || b === undefined) return one === other;
  return canonicalJson(essence(a)) === canonicalJson(essence(b));
}

type Notebook = z.infer<typeof notebook>;

function essence({ cells }: Notebook): unknown {
  return cells.map(({ cell_type: type, source }) => [type, joined(source)]);
}

function isPlain({ source, outputs }: z.infer<typeof cell>): boolean {
  return typeof source === 'string' && (outputs ?? []).length === 0;
}

function joined(source: string | readonly string[]): string {
  return typeof source === 'string' ? source : source.join('');
}
