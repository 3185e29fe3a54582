import * as z from 'zod/mini';
import { calledBy } from './source-facts.ts';
import { scanJulia } from './source.ts';

/** A code cell of a Jupyter notebook. */
export interface JupyterCell {
  /** Counted among the code cells from 1 on: its `In [n]` after Run All. */
  readonly number: number;
  readonly code: string;
}

export interface JupyterNotebook {
  /** As the kernel says, in lower case, e.g. `julia`; undefined where nothing does. */
  readonly language: string | undefined;
  readonly cells: readonly JupyterCell[];
}

/** A text, or its lines (nbformat's `multiline_string`). */
const text = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((lines) => (typeof lines === 'string' ? lines : lines.join(''))),
);
/** Of nbformat 3 `input` is what `source` is since 4. */
const cell = z.object({
  cell_type: z.string(),
  source: z.optional(text),
  input: z.optional(text),
  language: z.optional(z.string()),
});
const kernel = z.object({ name: z.optional(z.string()), language: z.optional(z.string()) });
const notebook = z.object({
  nbformat: z.number(),
  metadata: z._default(
    z.object({
      kernelspec: z.optional(kernel),
      language_info: z.optional(kernel),
      language: z.optional(z.string()),
    }),
    {},
  ),
  cells: z.optional(z.array(cell)),
  worksheets: z.optional(z.array(z.object({ cells: z._default(z.array(cell), []) }))),
});

/** Pure: a notebook of nbformat 3 (`worksheets`) to 4.5 by its text; undefined for what is none. */
export function parseJupyter(source: string): JupyterNotebook | undefined {
  const found = notebook.safeParse(parsed(source.replace(/^\uFEFF/, '')));
  if (!found.success) return undefined;
  const { metadata, cells = [], worksheets = [] } = found.data;
  const all = [...cells, ...worksheets.flatMap((sheet) => sheet.cells)];
  const code = all.filter(({ cell_type }) => cell_type === 'code');
  const { kernelspec, language_info, language: old } = metadata;
  const named = [
    kernelspec?.language,
    language_info?.name,
    old,
    kernelspec?.name,
    ...code.map((one) => one.language),
  ];
  const language = named.find((name) => name !== undefined);
  return {
    // A kernel may be called `julia-1.10`.
    language: language?.toLowerCase().replace(/[-_ ]?\d[\d.]*$/, ''),
    cells: code.map(({ source: lines, input }, at) => ({
      number: at + 1,
      code: (lines ?? input ?? '').replaceAll('\r\n', '\n'),
    })),
  };
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** What a cell is that only Jupyter, or its front end, can run. */
export type ForeignCell = 'shell' | 'packages' | 'help' | 'magic';

/**
 * Pure: what is no Julia in a cell, by IJulia's rules (`execute_request` in its handlers.jl): `;` and `]` lead a cell of
 * one line only, since a line that is `]` closes an array; `?` and `%` the beginning of any.
 */
export function foreignCell({ code }: JupyterCell): ForeignCell | undefined {
  const cell = code.trim();
  if (cell.startsWith('?')) return 'help';
  if (cell.startsWith('%')) return 'magic';
  if (cell.includes('\n')) return undefined;
  if (cell.startsWith(';')) return 'shell';
  return cell.startsWith(']') ? 'packages' : undefined;
}

/** What changes or asks for the environment, which is the project's. */
const MANAGES = new Set(
  'activate add build develop free gc instantiate pin precompile resolve rm status test update Registry.add Registry.update'.split(
    ' ',
  ),
);

/** Pure: the cell with blanks for what manages packages, and whether there was any. */
export function withoutPkg({ code }: JupyterCell): { readonly code: string; readonly left: boolean } {
  let kept = code;
  for (const each of scanJulia(code).statements) {
    const { start, end, text: statement } = each;
    const call = calledBy(each);
    const isPkg = call?.startsWith('Pkg.') === true && MANAGES.has(call.slice('Pkg.'.length));
    if (!isPkg && !statement.startsWith('pkg"')) continue;
    kept = kept.slice(0, start) + statement.replaceAll(/[^\n]/g, ' ') + kept.slice(end);
  }
  return { code: kept, left: kept !== code };
}

/**
 * Pure: the cells as one program of Julia 1.5 or newer: each in soft scope, as IJulia runs it, so that a loop at its top
 * may assign, and by a name that errors tell: `inference.ipynb, cell 3:2`.
 * @param name the notebook's file name.
 */
export function jupyterScript(name: string, cells: readonly JupyterCell[]): string {
  const runs = cells.map(
    ({ number, code }) =>
      `include_string(REPL.softscope, Main, """\n${inTripleQuotes(code)}\n""", joinpath(@__DIR__, "${inQuotes(cellName(name, number))}"))\n`,
  );
  return `# The code cells of ${name.replaceAll(/[\r\n]/g, ' ')}, each run as IJulia does.\nimport REPL\n${runs.join('')}`;
}

/** Pure: the script that a notebook becomes, by their paths. */
export function scriptOf(notebook: string): string {
  return `${notebook}.jl`;
}

/** Pure: the notebook of its script. */
export function notebookOf(script: string): string {
  return script.slice(0, -'.jl'.length);
}

/** What errors call a cell, after the notebook's folder. */
const CELL = /^(.+\.ipynb), cell (\d{1,9})$/i;

function cellName(name: string, number: number): string {
  return `${name}, cell ${number}`;
}

/** Pure: the notebook and its cell, where a stack names one. */
export function cellOf(file: string): { readonly notebook: string; readonly cell: number } | undefined {
  const [, name, number] = CELL.exec(file) ?? [];
  return name === undefined ? undefined : { notebook: name, cell: Number(number) };
}

function inQuotes(value: string): string {
  return value.replace(/[\\"$]/g, (sign) => `\\${sign}`).replaceAll('\n', String.raw`\n`);
}

/** A carriage return alone would be read as the end of a line. */
function inTripleQuotes(value: string): string {
  return value.replace(/[\\"$]/g, (sign) => `\\${sign}`).replaceAll('\r', String.raw`\r`);
}
