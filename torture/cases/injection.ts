import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isUserError } from '../../src/base/errors.ts';
import type { Project } from '../../src/core/artefacts.ts';
import { buildCommand, stagedFiles } from '../../src/core/build/plan.ts';
import { artifactFilesOf, artifactFilesProgram } from '../../src/core/contract/depot/artifact-files.ts';
import { planDatasets } from '../../src/core/contract/datasets.ts';
import { composeNotebook, pythonLiteral } from '../../src/core/contract/notebook/ipynb.ts';
import { inventoryOf, inventoryProgram } from '../../src/core/contract/depot/inventory.ts';
import { factReader } from '../../src/core/contract/script-facts.ts';
import { runCommand } from '../../src/core/contract/image/run-command.ts';
import { parseConfig } from '../../src/core/project/config.ts';
import { planScaffold } from '../../src/core/scaffold/scaffold.ts';
import { tomlText } from '../../src/julia/toml.ts';
import { aBundle, aProject } from '../../test/support/artefacts.ts';
import { type Outcome, type Size, Tally, type TortureCase } from '../case.ts';
import { Random, seedFor } from '../random.ts';
import { mutateText } from '../support/mutate.ts';

const execute = promisify(execFile);

/** A command that leaves a mark, in the words of every language that our texts are read as. */
function payloads(mark: string): string[] {
  return [
    `$(touch ${mark})`,
    `\`touch ${mark}\``,
    `; touch ${mark} ;`,
    `' ; touch ${mark} ; '`,
    `" ; touch ${mark} ; "`,
    `\n touch ${mark}\n`,
    `\\"; touch ${mark} #`,
    `")\nopen("${mark}", "w").close()\n("`,
    `')\nopen('${mark}', 'w').close()\n('`,
    `"""\nopen("${mark}", "w").close()\n"""`,
    `\\\nopen("${mark}", "w").close()\n`,
    `\u2028open("${mark}", "w").close()\u2028`,
    `\n!touch ${mark}\n%%bash\ntouch ${mark}\n`,
    `$(touch("${mark}"))`,
    `"; touch("${mark}"); "`,
    `-e touch("${mark}")`,
    `--eval=touch("${mark}")`,
    `{working}/$(touch ${mark})`,
    `a\0b; touch ${mark}`,
    `--to-command=touch ${mark}`,
    `--checkpoint-action=exec=touch ${mark}`,
    `|| touch ${mark}`,
    `& touch ${mark} &`,
    `\ud800"; touch ${mark}; "`,
  ];
}

const COUNTS: Readonly<Record<Size, number>> = { short: 200, full: 100_000 };
const BATCH = 500;

type Try = (values: readonly string[], folder: string, tally: Tally) => Promise<void>;

/** Gives the values, a batch at a time, to something that really runs what we make of them; the mark must not appear. */
function injectionCase(name: string, attempt: Try, counts = COUNTS): TortureCase {
  return {
    group: 'injection',
    name,
    run: (seed, size) => injected(seed, counts[size], attempt),
  };
}

async function injected(seed: number, count: number, attempt: Try): Promise<Outcome> {
  const tally = new Tally();
  const root = await mkdtemp(join(tmpdir(), 'jok-torture-'));
  const mark = join(root, 'mark');
  const hostile = payloads(mark);
  const random = new Random(seedFor(seed, 'values'));
  try {
    for (let done = 0; done < count; done += BATCH) {
      const values = random.list(Math.min(BATCH, count - done), () =>
        random.chance(0.3) ? random.pick(hostile) : mutateText(random, hostile).slice(0, 1_000),
      );
      const folder = join(root, `batch-${done}`);
      await mkdir(folder);
      await attempt(values, folder, tally);
      for (const left of await readdir(root))
        if (left !== `batch-${done}`) tally.executed(`${left}, in the batch from value ${done} on`);
      await rm(folder, { recursive: true, force: true });
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return tally.outcome();
}

/** Runs a Python program that prints JSON. */
async function python(program: string, folder: string): Promise<unknown> {
  const path = join(folder, 'program.py');
  await writeFile(path, program);
  const { stdout } = await execute('python3', [path], { maxBuffer: 1e9, cwd: folder });
  return JSON.parse(stdout);
}

/** Every value comes out of Python as it went in: it was data, and nothing else. */
const asLiteral: Try = async (values, folder, tally) => {
  const program = `import json\nprint(json.dumps([\n${values.map((value) => `${pythonLiteral({ [value]: [value] })},`).join('\n')}\n]))\n`;
  const read = (await python(program, folder)) as Record<string, [string]>[];
  for (const [at, value] of values.entries())
    if (read[at]?.[value]?.[0] === value) tally.survived();
    else tally.failed(`${JSON.stringify(value)} became ${JSON.stringify(read[at])}`);
};

/** As no check would let it through: each value in every place of the project that the notebook tells of. */
function hostileProject(value: string): Project {
  const usual = aProject();
  return aProject({
    name: value,
    version: value,
    competition: value,
    juliaVersion: value,
    place: value,
    run: { form: 'entry', target: 'Inference.main', args: [value, '--x', value], threads: value },
    notebook: { ...usual.notebook, title: value },
    output: { file: value },
  });
}

/** The cell of settings, run by Python as Jupyter would: all its names hold what the project says. */
const asNotebook: Try = async (values, folder, tally) => {
  const sources = values.map((value) => {
    const project = hostileProject(value);
    const pack = { ...aBundle(), git: { commit: value, dirty: true } };
    const sample = `${value}.csv`;
    const notebook = JSON.parse(
      composeNotebook(project, planDatasets(project, aBundle()), pack, { sample }),
    ) as {
      cells: { cell_type: string; source: string[] }[];
    };
    return notebook.cells.find(({ cell_type: type }) => type === 'code')?.source.join('') ?? '';
  });
  // A magic of IPython begins a line, and only our own names do.
  const lines = sources
    .flatMap((source) => source.split(/[\p{Cc}\p{Zl}\p{Zp}]/u))
    .filter((line) => /^\s*[!%]/.test(line));
  if (lines.length > 0) tally.executed(`a line that IPython would run: ${lines[0] ?? ''}`);
  await writeFile(join(folder, 'sources.json'), JSON.stringify(sources));
  const read = (await python(
    `import json
told = []
for source in json.load(open("sources.json")):
    names = {}
    exec(source, names)
    told.append([names["COMPETITION"], names["ARGUMENTS"], names["OUTPUT"], names["SAMPLE"]])
print(json.dumps(told))
`,
    folder,
  )) as unknown[];
  for (const [at, value] of values.entries())
    if (JSON.stringify(read[at]) === JSON.stringify([value, [value, '--x', value], value, `${value}.csv`]))
      tally.survived();
    else tally.failed(`${JSON.stringify(value)} became ${JSON.stringify(read[at])}`);
};

/** Half a surrogate pair cannot be written as UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** A program can be given no NUL: the config refuses it. */
function withoutNul(values: readonly string[]): string[] {
  return values.map((value) => wellFormed(value.replaceAll('\0', '')));
}

/** The build's and the run's command, really run by bash, with a program in Julia's place that prints what it was given. */
const asCommand: Try = async (values, folder, tally) => {
  const echo = join(folder, 'julia');
  await writeFile(echo, '#!/bin/bash\nprintf "%s\\\\0" "$@"\n');
  await chmod(echo, 0o755);
  for (const value of withoutNul(values)) {
    const project = hostileProject(value);
    const [program = '', , script = '', ...rest] = buildCommand(project, 'an-id');
    const [, ...build] = rest.slice(2);
    const [, ...run] = runCommand(project, { competition: '/c', models: '/m', working: '/w' });
    for (const args of [build, run]) {
      // As in the container, but for the scripts: `"$@"` is what begins Julia there.
      const begun = script.replace(/bash \S+\/build\.sh \S+ \S+ \S+ "\$@".*$/, '"$@"');
      const { stdout } = await execute(program, ['-c', begun, 'bash', echo, ...args], { cwd: folder });
      if (stdout === args.map((each) => `${each}\0`).join('')) tally.survived();
      else tally.failed(`${JSON.stringify(args)} became ${stdout}`);
    }
    const text = stagedFiles(project).flatMap(({ from }) => ('text' in from ? [from.text] : []));
    if (text.some((each) => each.includes(value) && value.includes('touch')))
      tally.executed(`in a script: ${value}`);
  }
};

const readFact = factReader('item', 'depot', 'artifacts');

/** A depot whose folders have such names, listed by the very scripts: names are told, and nothing is run. */
const asDepot: Try = async (values, folder, tally) => {
  const names = [
    ...new Set(withoutNul(values).map((value) => wellFormed(value.replaceAll('/', '∕').slice(0, 80)))),
  ].filter((name) => !['', '.', '..'].includes(name));
  const depot = join(folder, 'depot');
  for (const name of names) {
    const file = join(depot, 'packages', name, 'abc', 'Artifacts.toml');
    await mkdir(dirname(file), { recursive: true });
    await mkdir(join(depot, 'artifacts', name), { recursive: true });
    await writeFile(
      file,
      `[${JSON.stringify(name)}]\ngit-tree-sha1 = ${JSON.stringify(name)}\nlazy = true\n`,
    );
  }
  for (const [script, args] of [
    [inventoryProgram(), []],
    [artifactFilesProgram(), []],
    [artifactFilesProgram(), names.map((name) => `packages/${name}/abc`)],
  ] as const) {
    const { stdout } = await execute('python3', ['-c', script, depot, ...args], { maxBuffer: 1e9 });
    const facts = stdout.split('\n').flatMap((line) => readFact(line) ?? []);
    if (inventoryOf(facts).items.length + artifactFilesOf(facts, { packages: [] }).length === 0)
      tally.failed('nothing was listed');
  }
  tally.survived(names.length);
};

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_!]*$/u;

/** What becomes Julia source must be a name, or be refused: an entry point, and what `julia-kaggle init` writes. */
const asJulia: Try = async (values, folder, tally) => {
  for (const value of values) {
    const text = (run: object): string => tomlText({ competition: 'titanic', run });
    for (const entry of [value, `Inference.${value}`, `${value}.main`]) {
      const found = refusedOr(
        () => parseConfig(text({ entry: wellFormed(entry) }), 'JuliaKaggle.toml').run.entry,
      );
      const parts = found === 'refused' ? [] : (found ?? '').split('.');
      if (parts.every((part) => IDENTIFIER.test(part))) tally.survived();
      else tally.executed(`the entry ${JSON.stringify(found)} is taken as it is`);
    }
    for (const wish of [{ name: value }, { competition: value }]) {
      const request = {
        name: 'Inference',
        competition: 'titanic',
        juliaVersion: '1.10.5',
        uuid: 'u',
        ...wish,
      };
      const made = refusedOr(() => planScaffold(request).some(({ text: each }) => each.includes('touch')));
      if (made === true) tally.executed(`init writes ${JSON.stringify(wish)} into a source`);
      else tally.survived();
    }
  }
  await readFile(join(folder, '..', 'mark')).then(
    () => tally.executed('a mark'),
    () => undefined,
  );
};

function refusedOr<T>(work: () => T): T | 'refused' {
  try {
    return work();
  } catch (error) {
    if (isUserError(error)) return 'refused';
    throw error;
  }
}

/** A process for each value takes its time: a hundredth of the others. */
const FEWER: Readonly<Record<Size, number>> = { short: 25, full: 1_000 };

/** Shell metacharacters, quotes and newlines in everything that reaches a shell, a cell or Julia's source. */
export const injectionCases: readonly TortureCase[] = [
  injectionCase('values as Python literals', asLiteral),
  injectionCase('values of a project in a notebook', asNotebook, { short: 200, full: 20_000 }),
  injectionCase('arguments through bash', asCommand, FEWER),
  injectionCase('names in a depot', asDepot, FEWER),
  injectionCase('names that become Julia source', asJulia, { short: 200, full: 20_000 }),
];
