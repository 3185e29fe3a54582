import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { JULIA_VERSION } from '../../scripts/lib/test-julia.mjs';
import { planScaffold, writeScaffold } from '../../src/core/scaffold/scaffold.ts';
import { tempFolder } from '../support/temp.ts';
import { juliaHere, pythonWithFrames } from '../support/julia-here.ts';

const execute = promisify(execFile);
const SCRIPTS = join(import.meta.dirname, 'scripts');
const BRIDGE = resolve(import.meta.dirname, '../../src/core/contract/evaluation/julia_kaggle_bridge');

/** What the checks of a script found wrong, by their names. */
async function checksOf(script: string): Promise<Map<string, string | null>> {
  const { stdout } = await execute(
    await pythonWithFrames(),
    [join(SCRIPTS, script), BRIDGE, await juliaHere()],
    { maxBuffer: 1e8, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
  );
  const found = stdout.split('\n').filter((line) => line.startsWith('[check] '));
  return new Map(
    found.map((line) => {
      const { name, problem } = JSON.parse(line.slice('[check] '.length)) as {
        name: string;
        problem: string | null;
      };
      return [name, problem];
    }),
  );
}

async function allHold(script: string, least: number): Promise<void> {
  const found = await checksOf(script);
  const wrong = [...found].filter(([, problem]) => problem !== null);
  assert.equal(wrong.map(([name, problem]) => `${name}:\n${problem ?? ''}`).join('\n\n'), '');
  assert.ok(found.size >= least, `${found.size} checks`);
}

describe('the bridge between Kaggle’s Python and Julia', () => {
  before(async () => {
    await Promise.all([juliaHere(), pythonWithFrames()]);
  });

  it('hands each type of column and value over both ways, exactly', () => allHold('table.py', 260));

  it('tells of errors and deaths, starts Julia again, and has an answer for a late call', () =>
    allHold('life.py', 10));

  it('enters a competition, in a saved run and in one that is scored, and looks at each answer', () =>
    allHold('evaluation.py', 7));

  it('is tried by the test of a new package, with Julia alone', async () => {
    const folder = await tempFolder();
    const request = {
      name: 'Inference',
      competition: 'tides',
      juliaVersion: JULIA_VERSION,
      uuid: randomUUID(),
    };
    await writeScaffold(folder, planScaffold({ ...request, callsNotebook: true }));
    const test = join(folder, 'test', 'runtests.jl');
    const { stdout } = await execute(await juliaHere(), ['--startup-file=no', `--project=${folder}`, test]);
    assert.match(stdout, /Inference +\| +2 +2/);
  });

  it('is called by the gateway of a whole package: ours, or that of KAGGLE_EVALUATION_FOLDER', () =>
    allHold('whole_package.py', 1));

  it('refuses damaged messages in Python', () => allHold('hostile.py', 1));

  it('brings random frames through, in Python and by Julia', () => allHold('random_frames.py', 2));

  for (const seed of [1, Date.now() % 1e6])
    it(`brings random tables through, and refuses damaged messages in Julia (seed ${seed})`, async () => {
      const program = [join(SCRIPTS, 'fuzz.jl'), join(BRIDGE, 'bridge.jl'), String(seed)];
      // Interpreted: each table has types of its own, which would be compiled for one use.
      const flags = ['--startup-file=no', '--compile=min', '-O0'];
      const { stdout } = await execute(await juliaHere(), [...flags, ...program]);
      assert.match(stdout, /^60 tables, [1-9]\d{2} damaged messages refused$/m);
    });
});
