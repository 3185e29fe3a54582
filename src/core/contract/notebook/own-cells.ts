/** A cell of a notebook, before it has an id. */
export interface Cell {
  readonly kind: 'code' | 'markdown';
  readonly text: string;
}

/** `# %%` begins a cell, `# %% [markdown]` one of text: the "percent" form that VS Code, Spyder and Jupytext share. */
const MARKER = /^# ?%%(.*)/;

/**
 * Pure: the cells of a Python file in percent form; one without markers is one cell. The text of a markdown cell is
 * in comments, or in a string of three quotes.
 */
export function readCells(source: string): Cell[] {
  const cells: { kind: Cell['kind']; lines: string[] }[] = [{ kind: 'code', lines: [] }];
  for (const line of source.replaceAll('\r\n', '\n').split('\n')) {
    const marker = MARKER.exec(line)?.[1];
    if (marker === undefined) cells.at(-1)?.lines.push(line);
    else cells.push({ kind: /\[(?:markdown|md)\]/.test(marker) ? 'markdown' : 'code', lines: [] });
  }
  return cells.map(toCell).filter(({ text }) => text !== '');
}

function toCell({ kind, lines }: { kind: Cell['kind']; lines: readonly string[] }): Cell {
  const text = lines.join('\n').replace(/^\s*\n|\s+$/g, '');
  return { kind, text: kind === 'code' ? text : withoutComment(text) };
}

function withoutComment(text: string): string {
  const quoted = /^("""|''')([^]*)\1$/.exec(text.trim());
  return quoted === null ? text.replace(/^# ?/gm, '').trim() : (quoted[2] ?? '').trim();
}
