import { defined } from '../../../base/defined.ts';
import { readJson } from '../../../base/json.ts';
import { ownText } from '../../../base/own-text.ts';
import * as z from 'zod/mini';
import type { Bundle, Project, TestReport } from '../../artefacts.ts';
import { PART_KINDS, PARTS } from '../../packing.ts';
import { type DatasetPlan, planOf } from '../datasets.ts';
import { type Cell, readCells } from './own-cells.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { peakMemoryProgram } from './step-reports.ts';
import { classicFolder, inputFolder, inputVariable, knownInputs } from '../image/other-inputs.ts';
import { commandBeforeArguments, runEnvironment } from '../image/run-command.ts';

/**
 * The notebook that the rehearsal, the sandbox and Kaggle execute: the same text for all three, so it names no owner
 * and no machine, and finds its inputs at run time. It tells the commit at which the bundle was packed, not the present
 * one: a commit that changes nothing of the bundle does not change the notebook, and so needs no new rehearsal.
 */
export function composeNotebook(
  project: Project,
  plans: readonly DatasetPlan[],
  pack: Pick<Bundle, 'bundleId' | 'git'>,
  test: Pick<TestReport, 'sample'> = {},
): string {
  const cells: Cell[] = [
    markdown(introduction(project, pack)),
    ...readCells(project.notebook.before ?? ''),
    code(settings(project, plans, test)),
    markdown('## Find the inputs\nKaggle has two mount layouts; the marker file of each dataset decides.'),
    code(cell('find.py')),
    markdown('## Unpack Julia, the depot and the package'),
    code(`${cell('archives.py')}\n\n\n${cell('unpack.py')}`),
    markdown('## Run'),
    code(`${peakMemoryProgram().trimEnd()}\n\n\n${cell('run.py')}`),
    markdown('## Check the submission file'),
    code(cell('check.py')),
    ...readCells(project.notebook.after ?? ''),
  ];
  const notebook = {
    cells: cells.map(notebookCell),
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, undefined, 1)}\n`;
}

function introduction(project: Project, { bundleId, git }: Pick<Bundle, 'bundleId' | 'git'>): string {
  const dirty = git?.dirty === true ? ' and changes that are not committed' : '';
  const commit = git === undefined ? '' : `, commit ${codeSpan(git.commit.slice(0, 12))}${dirty}`;
  return [
    `# ${markdownText(project.name)} ${markdownText(project.version)}`,
    '',
    `Runs the Julia project ${codeSpan(project.name)} on ${codeSpan(project.competition)} with Julia ${markdownText(project.juliaVersion)}, without internet.`,
    '',
    `Made and rehearsed by Julia on Kaggle for project ${codeSpan(project.uuid)} from bundle ${codeSpan(bundleId)}${commit}.`,
    'Edit the package and run `julia-kaggle run` rather than this notebook: the next run writes it again. Cells of your',
    'own belong into the files that `[notebook] before` and `after` of JuliaKaggle.toml name.',
  ].join('\n');
}

/** What `introduction` says of who made a notebook; earlier versions did not name the project. */
const MARK = /^Made and rehearsed by Julia on Kaggle (?:for project `([0-9A-Fa-f-]{36})` )?from bundle `/m;

const anyNotebook = z.object({
  cells: z.array(z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) })),
});

/**
 * Pure: by which project's run a notebook was made; undefined for one that julia-kaggle did not make.
 * @param source the .ipynb as text.
 */
export function markOf(source: string): { readonly project: string | undefined } | undefined {
  const cells = notebookCells(source).filter(({ cell_type: type }) => type === 'markdown');
  const mark = cells.map((each) => MARK.exec([each.source].flat().join(''))).find((found) => found !== null);
  return mark && { project: mark[1] };
}

function notebookCells(source: string): z.infer<typeof anyNotebook>['cells'] {
  return readJson(anyNotebook, source)?.cells ?? [];
}

function settings(
  project: Project,
  plans: readonly DatasetPlan[],
  { sample = '' }: Pick<TestReport, 'sample'>,
): string {
  const names: readonly [string, unknown][] = [
    ['COMPETITION', project.competition],
    ['DATASETS', Object.fromEntries(plans.map((plan) => [plan.slug, plan.bundleId]))],
    ['INPUTS', inputsOf(project)],
    ['ARCHIVES', archives(plans)],
    ['MODELS', planOf(plans, 'models')?.slug ?? ''],
    ['JULIA', commandBeforeArguments(project)],
    ['ARGUMENTS', project.run.args],
    ['ENVIRONMENT', runEnvironment(project)],
    ['OUTPUT', project.output.file],
    // The cell compares headers and numbers of rows of plain tables.
    ['SAMPLE', sample.endsWith('.csv') && project.output.rows !== 'any' ? sample : ''],
  ];
  return names.map(([name, value]) => `${name} = ${pythonLiteral(value)}`).join('\n');
}

/** What others made, by its short name, with where it is mounted: in the present layout, in the classic one. */
function inputsOf(project: Project): object {
  return Object.fromEntries(
    knownInputs(project).map((input) => {
      const { name, kind, ref, version, files, bytes, only } = input;
      const places = [inputFolder(input), classicFolder(input)];
      // Where only a part was rehearsed, the whole is not compared.
      const extent = only === undefined ? defined({ files, bytes }) : {};
      return [name, { kind, ref, places, variable: inputVariable(name), ...defined({ version }), ...extent }];
    }),
  );
}

/**
 * Which tarball of which dataset goes where; the names inside begin with `julia-<version>/` and `.julia/`. Each list is
 * unpacked one after another, the lists side by side.
 */
function archives(plans: readonly DatasetPlan[]): [string, string, string][][] {
  const chains = new Map<string, [string, string, string][]>();
  for (const kind of PART_KINDS) {
    const { unpackTo, after = kind } = PARTS[kind];
    const plan = planOf(plans, kind);
    if (unpackTo === undefined || plan === undefined) continue;
    chains.set(after, [...(chains.get(after) ?? []), [plan.slug, kind, unpackTo]]);
  }
  return [...chains.values()];
}

/**
 * A Python literal of a JSON value, on as many lines as a person would write. JSON's strings are Python's too: the
 * escapes mean the same. What IPython takes for the end of a line is escaped too: it looks for its commands (`!`, `%`) at
 * the beginning of each, also inside of a text (`str.splitlines`, Python library reference).
 */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, member]) => `    ${textLiteral(key)}: ${pythonLiteral(member)},`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join('\n')}\n}`;
  }
  return typeof value === 'number' ? String(value) : textLiteral(value);
}

function textLiteral(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Pure: the text of a cell's program by its file name below `cells/`; also for what proves it before. */
export function cell(name: string): string {
  return ownText(import.meta.dirname, 'cells', name).trimEnd();
}

function markdown(text: string): Cell {
  return { kind: 'markdown', text };
}

function code(text: string): Cell {
  return { kind: 'code', text };
}

function notebookCell({ kind, text }: Cell, index: number): object {
  const common = { id: `cell-${index}`, cell_type: kind, metadata: {}, source: sourceLines(text) };
  return kind === 'markdown' ? common : { ...common, execution_count: null, outputs: [] };
}

/** nbformat keeps each line with its line end. */
function sourceLines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
