import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/base/abort.ts';
import type { Artefacts } from '../../src/core/artefacts.ts';
import { readStepReport } from '../../src/core/contract/notebook/step-reports.ts';
import {
  judgeLoadChecks,
  loadChecksProgram,
  RehearsalLog,
  type SplitLog,
} from '../../src/core/rehearse/load-checks.ts';
import { type CallOptions, type Outcome, startWorld, type World } from '../support/world.ts';

interface Told {
  code: string;
  title: string;
  detail?: string;
  actions: { title: string; command?: string }[];
}

/** What the example does when the variable TIDE says so: the notebook's first cell sets it, the test on this machine not. */
const PROVOKED = `
function provoke(output)
    mode = get(ENV, "TIDE", "")
    mode == "throw" && error("the pressure is negative")
    mode == "memory" && (hoard = Any[]; while true; push!(hoard, ones(Int, 2^23)); end)
    mode == "time" && (println("waiting for the tide"); flush(stdout); sleep(600))
    mode == "wrong" && write(output, "id,height\\n1,0.5\\n")
    mode == "artifact-made" && mkpath("/root/.julia/artifacts/made")
    mode == "scratch" && mkpath("/root/.julia/scratchspaces/2918fdbb/tides")
    return mode
end

`;

/** The stations come with the package, but for the mode in which the artifact is asked for. */
const STATIONS = 'path = get(ENV, "TIDE", "") == "lazy" ? joinpath(artifact"stations", "stations.csv") : ';

function split(lines: readonly string[]): SplitLog {
  const log = new RehearsalLog();
  for (const line of lines) log.add(line);
  return log.split();
}

function lastLine({ stdout }: Outcome): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  assert.notEqual(after, before, `nothing to change in ${file}`);
  await writeFile(file, after);
}

/** Time that is over as soon as it is wanted to be. */
function hurriedClock(limitMs: number): Clock & { readonly hurry: () => void } {
  let hurry = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  return {
    now: () => systemClock.now(),
    sleep: (ms, signal) => (ms === limitMs ? over : systemClock.sleep(ms, signal)),
    hurry: () => hurry(),
  };
}

/** One world and one build for all of it: each rehearsal is then made to go another way by the notebook's first cell. */
describe('what can become of a rehearsal, each with the right end and the right sentence', function () {
  this.timeout(600_000);
  let world: World;
  let artefacts: Pick<Artefacts, 'project' | 'build'>;

  const run = (options?: CallOptions, ...args: string[]) =>
    world.julia(['run', world.project, '--image', world.image, '--json', '--until', 'rehearse', ...args], {
      ...options,
      environment: { ...world.environment, ...options?.environment },
    });

  const inMode = (mode: string) =>
    writeFile(join(world.project, 'mode.py'), `import os\nos.environ["TIDE"] = "${mode}"\n`);

  async function failure(mode: string, options?: CallOptions): Promise<Told> {
    await inMode(mode);
    const outcome = await run(options);
    assert.equal(outcome.code, 1, outcome.stdout.slice(-3000));
    return (lastLine(outcome) as { error: Told }).error;
  }

  before(async () => {
    world = await startWorld();
    const inProject = (...parts: string[]) => join(world.project, ...parts);
    await cp(join(world.examples, 'competition', 'public'), join(world.examples, 'data'), {
      recursive: true,
    });
    await cp(join(world.examples, 'artifacts', 'stations', 'stations.csv'), inProject('src', 'stations.csv'));
    await edit(inProject('Artifacts.toml'), (text) => text.replace('\n\n', '\nlazy = true\n\n'));
    await edit(
      inProject('JuliaKaggle.toml'),
      (text) =>
        `${text}\n[data]\nfolder = "../data"\n\n[notebook]\nbefore = "mode.py"\ntime_limit_minutes = 60\n`,
    );
    await edit(inProject('src', 'data.jl'), (text) =>
      text.replace('path = joinpath(artifact"stations", ', `${STATIONS}joinpath(@__DIR__, `),
    );
    await edit(inProject('src', 'Inference.jl'), (text) =>
      text
        .replace(
          '        submission = predict_file(',
          '        provoke(options["output"]) in ("nothing", "wrong") && return 0\n        submission = predict_file(',
        )
        .replace('"Options that cannot be understood."', `${PROVOKED}"Options that cannot be understood."`),
    );
    await inMode('');
    const built = await run();
    assert.equal(built.code, 0, built.stdout.slice(-3000));
    ({ artefacts } = lastLine(built) as { artefacts: Pick<Artefacts, 'project' | 'build'> });
  });

  after(async () => {
    await world.close();
  });

  /** What the notebook of the last rehearsal unpacked, by its report in the log. */
  async function unpackedLast(): Promise<string[]> {
    const log = await readFile(join(world.project, '.julia-kaggle', 'logs', 'rehearse.log'), 'utf8');
    const report = log
      .split('\n')
      .flatMap((line) => readStepReport(line.replace(/^.*?(?=\[julia-kaggle\])/, '')) ?? []);
    const unpack = report.find(({ step }) => step === 'unpack');
    return (unpack?.unpacked ?? []).map((path) => path.slice(path.lastIndexOf('/') + 1));
  }

  it('the first unpacks all; the next takes Julia as it was unpacked, until it is to be done anew', async () => {
    assert.deepEqual(await unpackedLast(), ['dotjulia', 'inferenceapp', 'julia']);
    await edit(join(world.project, 'mode.py'), (text) => `${text}# edited\n`);
    const next = await run();
    assert.equal(next.code, 0, next.stdout.slice(-3000));
    assert.deepEqual(await unpackedLast(), ['dotjulia', 'inferenceapp']);
    const { rehearse } = (lastLine(next) as { artefacts: Pick<Artefacts, 'rehearse'> }).artefacts;
    // Kaggle unpacks all: what is said of a run there counts that.
    assert.ok((rehearse.modes?.['depot']?.rehearsalSeconds ?? 0) >= rehearse.seconds);
    const anew = await run(undefined, '--fresh', 'rehearse');
    assert.equal(anew.code, 0, anew.stdout.slice(-3000));
    assert.deepEqual(await unpackedLast(), ['dotjulia', 'inferenceapp', 'julia']);
  });

  for (const [what, mode, code, title] of [
    [
      'throws in Julia',
      'throw',
      'rehearsal-failed',
      /exception, in provoke at Inference\/src\/Inference\.jl:\d+: the pressure is negative/,
    ],
    ['writes no file', 'nothing', 'submission-file', /submission\.csv/],
    ['writes a wrong file', 'wrong', 'submission-file', /submission\.csv has 1 rows/],
    [
      'lays something into the depot',
      'artifact-made',
      'rehearsal-download',
      /added the artifact made to the depot/,
    ],
  ] as const) {
    it(`a rehearsal that ${what} is told so`, async () => {
      const error = await failure(mode);
      assert.equal(error.code, code, error.title);
      assert.match(error.title, title);
      assert.ok(error.actions.length > 0);
    });
  }

  it('a rehearsal that needs more memory than there is is told so', async () => {
    const error = await failure('memory', { environment: { JULIA_KAGGLE_MEMORY_GB: '0.7' } });
    assert.equal(error.code, 'out-of-memory', error.title);
    assert.match(error.title, /memory/);
  });

  it('a rehearsal that goes over its time limit is ended and told so', async () => {
    const clock = hurriedClock(60 * 60_000);
    const onOutput = (text: string) => {
      if (text.includes('waiting for the tide')) clock.hurry();
    };
    const error = await failure('time', { clock, onOutput });
    assert.match(error.title, /ran over the time limit/);
    assert.ok(error.actions.some(({ title }) => title.includes('time_limit_minutes = 60')));
  });

  /** By the log and the caches: this Julia has neither `strict` nor machine code in its caches. */
  async function loadedOnceMore(before: string) {
    const { project, build } = artefacts;
    const program = loadChecksProgram(project, [{ name: 'load-generic', flags: [] }]) ?? '';
    const output = await world.docker(
      ...['run', '--rm', '--network', 'none', '--volume', `${build.volume}:/seed:ro`],
      ...[
        '--volume',
        `${build.juliaVolume}:/opt/julia-${project.juliaVersion}:ro`,
        '--env',
        `PROGRAM=${program}`,
      ],
      ...[build.image.name, 'bash', '-c'],
      `cp -a /seed /root/.julia && ${before} && python3 -c "$PROGRAM"`,
    );
    return split(output.split('\n'));
  }

  it('loading once more takes the caches, and names the package that was compiled again', async () => {
    const clean = await loadedOnceMore('true');
    assert.deepEqual(
      clean.checks.map(({ report: { exitCode, recompiled } }) => [exitCode, recompiled]),
      [[0, []]],
    );
    assert.deepEqual(judgeLoadChecks(clean), { findings: [], warnings: [] });
    const touched = await loadedOnceMore('touch -d 2001-01-01 /root/.julia/dev/Inference/src/data.jl');
    assert.match(judgeLoadChecks(touched).warnings.join(), /did not take the caches of Inference/);
  });

  it('a scratch space that it makes is warned of', async () => {
    await inMode('scratch');
    const outcome = await run();
    assert.equal(outcome.code, 0, outcome.stdout.slice(-3000));
    assert.match(outcome.stdout, /"warning".*made the scratch space tides/);
  });

  it('a lazy artifact that only the rehearsal uses is named, and after the one action it passes', async () => {
    const error = await failure('lazy');
    assert.equal(error.code, 'rehearsal-download', error.title);
    assert.match(error.title, /^The artifact "stations" is not in the depot/);
    assert.equal(error.actions[0]?.command, 'add-artifact stations --write');
    const [command = '', ...args] = error.actions[0].command.split(' ');
    const action = await world.julia([command, ...args, world.project]);
    assert.equal(action.code, 0, action.stderr);
    assert.match(action.stdout, /^-lazy = true$/m);
    const outcome = await run();
    assert.equal(outcome.code, 0, outcome.stdout.slice(-3000));
  });
});
