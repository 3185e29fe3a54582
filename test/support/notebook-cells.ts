import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Project } from '../../src/core/artefacts.ts';
import { type DatasetPlan, planDatasets } from '../../src/core/contract/datasets.ts';
import { composeNotebook } from '../../src/core/contract/notebook/ipynb.ts';
import { sha256OfFile } from '../../src/base/hash.ts';
import { aBundle } from './artefacts.ts';

const execute = promisify(execFile);

/** What stands in for Julia: keeps its arguments and variables, then does what `FAKE` says. */
const FAKE_JULIA = `#!/usr/bin/env python3
import json, os, signal, sys
here = os.path.dirname(os.path.abspath(__file__))
root = os.path.abspath(os.path.join(here, "../../.."))
with open(os.path.join(root, "called.json"), "w") as file:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, file)
fake = os.environ.get("FAKE", "")
if fake == "throw":
    print("ERROR: KeyError: key \\"x\\" not found", file=sys.stderr)
    sys.exit(1)
if fake == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
if fake == "recompile":
    open(os.path.join(root, "root/.julia/compiled/v1.10/Inference/new.ji"), "w").close()
if fake == "download":
    os.mkdir(os.path.join(root, "root/.julia/artifacts/fetched"))
rows = {"columns": ["id,value", "1,2"], "rows": ["id,height"]}.get(fake, ["id,height", "1,0.5", "2,0.25"])
if fake != "nothing":
    with open("submission.csv", "w") as file:
        file.write("\\n".join(rows) + "\\n")
print("wrote it")
`;

export interface CellsWorld {
  /** Stands for `/` of the image. */
  readonly root: string;
  readonly plans: readonly DatasetPlan[];
}

export interface CellsOutcome {
  readonly code: number;
  readonly output: string;
  /** What Julia was called with; undefined when it was not. */
  readonly called:
    { readonly arguments: string[]; readonly environment: Readonly<Record<string, string>> } | undefined;
}

export type Layout = 'namespaced' | 'classic';

/** Kaggle's folders below a temporary folder, with the datasets of a small bundle whose Julia is a script. */
export async function cellsWorld(project: Project, layout: Layout): Promise<CellsWorld> {
  const root = await mkdtemp(join(tmpdir(), 'jok-cells-'));
  const plans = planDatasets(project, await realBundle(root));
  const input = join(root, 'kaggle', 'input');
  for (const plan of plans) {
    const folder = join(input, layout === 'classic' ? '' : 'datasets/ada', plan.slug);
    await mkdir(folder, { recursive: true });
    for (const { name, path } of plan.files) await writeFile(join(folder, name), await readFile(path));
    await writeFile(join(folder, 'bundle.json'), plan.marker);
  }
  const competition = join(input, layout === 'classic' ? '' : 'competitions', project.competition);
  await write(join(competition, 'sample_submission.csv'), 'id,height\n1,0\n2,0\n');
  await mkdir(join(root, 'kaggle', 'working'), { recursive: true });
  return { root, plans };
}

export async function removeWorld({ root }: CellsWorld): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

/** Runs all code cells one after the other in Python, in the world in place of the image. */
export async function runCells(
  project: Project,
  { root, plans }: CellsWorld,
  environment: Readonly<Record<string, string>> = {},
): Promise<CellsOutcome> {
  const notebook = JSON.parse(
    composeNotebook(project, plans, aBundle(), { sample: 'sample_submission.csv' }),
  ) as {
    cells: { cell_type: string; source: string[] }[];
  };
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code');
  const program = inWorld(code.map((cell) => cell.source.join('')).join('\n'), root);
  await rm(join(root, 'called.json'), { force: true });
  const path = join(root, 'program.py');
  await writeFile(path, program);
  const run = await execute('python3', [path], { env: { PATH: process.env['PATH'], ...environment } }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    },
  );
  const called = await readFile(join(root, 'called.json'), 'utf8').catch(() => undefined);
  return { ...run, called: called === undefined ? undefined : (JSON.parse(called) as never) };
}

/** The cells remove a depot: no path of this machine may be left in them. */
function inWorld(program: string, root: string): string {
  return program.replace(/\/(kaggle|root|opt)\b/g, (path, _, at: number) =>
    /[\w.]/.test(program[at - 1] ?? '') ? path : `${root}${path}`,
  );
}

async function realBundle(root: string) {
  const source = join(root, 'source');
  const julia = join(source, 'julia-1.10.5', 'bin', 'julia');
  await write(julia, FAKE_JULIA);
  await chmod(julia, 0o755);
  await write(join(source, '.julia', 'compiled', 'v1.10', 'Inference', 'old.ji'), 'cache');
  await write(join(source, '.julia', 'artifacts', 'abc', 'file'), 'artifact');
  await write(join(source, '.julia', 'dev', 'Inference', 'src', 'Inference.jl'), 'module Inference end');
  const bundle = aBundle();
  const tarballs = {
    julia: ['julia-1.10.5'],
    dotjulia: ['.julia/artifacts'],
    inferenceapp: ['.julia/dev', '.julia/compiled'],
  } as Record<string, string[]>;
  const parts = bundle.parts.map(async (part) => {
    const path = join(source, `${part.kind}.packed`);
    if (part.kind === 'models') await writeFile(path, 'a model');
    else await execute('tar', ['-czf', path, '-C', source, ...(tarballs[part.kind] ?? [])]);
    const bytes = (await readFile(path)).length;
    const files = part.files.map((file) => ({ ...file, path, bytes }));
    return {
      ...part,
      files: await Promise.all(files.map(async (file) => ({ ...file, sha256: await sha256OfFile(path) }))),
    };
  });
  return { ...bundle, parts: await Promise.all(parts) };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
