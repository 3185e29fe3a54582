import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists } from '../../src/base/files.ts';
import { isUserError } from '../../src/base/errors.ts';
import { factReader } from '../../src/core/contract/script-facts.ts';
import { judge } from '../../src/core/rehearse/judge.ts';
import { judgeRerun } from '../../src/core/rehearse/rerun.ts';
import { aProject } from '../support/artefacts.ts';
import { juliaHere, pythonWithFrames } from '../support/julia-here.ts';
import { tempFolder } from '../support/temp.ts';

const SCRIPTS = join(import.meta.dirname, 'scripts');
const SRC = resolve(import.meta.dirname, '../../src/core');
const BRIDGE = join(SRC, 'contract/evaluation');
const EXAMPLE = resolve(import.meta.dirname, '../../examples/called-tides/public');
const GATEWAY = 'kaggle_evaluation/tides_gateway.py';

/** A Julia that never returns is to end although this test should be ended before. */
const BOUNDED = ['sh', '-c', 'ulimit -t 90; exec "$0" "$@"'];

/** What a case is made of. */
interface Case {
  readonly trouble?: string;
  /** How the gateway calls. */
  readonly gateway?: string;
  readonly predict?: string;
  readonly endpoints?: readonly string[];
  readonly hooks?: Readonly<Record<string, string>>;
  readonly stateful?: boolean;
}

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** How a rehearsal was judged, and what was printed. */
interface Verdict {
  /** `passed`, or the code and the title of the error. */
  readonly said: string;
  readonly log: string;
}

/**
 * Both rehearsals of a package that is called, on this machine in place of containers: the same programs, the example's
 * gateway over gRPC, and the same judgement of what they print. Which container each runs in is tried by the pipeline's test.
 */
describe('a called package, rehearsed as the saved run and as the rerun', function () {
  this.timeout(300_000);
  let [python, julia, root, competition] = ['', '', '', ''];

  before(async () => {
    [julia, python] = await Promise.all([juliaHere(), pythonWithFrames()]);
    root = await tempFolder();
    competition = join(root, 'public');
    await cp(EXAMPLE, competition, { recursive: true });
    await cp(join(SCRIPTS, 'trouble_gateway.py'), join(competition, GATEWAY));
    // Both containers are one machine here, which has no such name.
    const relay = join(competition, 'kaggle_evaluation/core/relay.py');
    await writeFile(relay, (await readFile(relay, 'utf8')).replace('"inference_server"', '"localhost"'));
  });

  function environment({ trouble = '', gateway = '' }: Case, isRerun: boolean): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...{ TROUBLE: trouble, GATEWAY: gateway, SHARED: join(root, 'shared') },
      ...{ JULIA_LOAD_PATH: `${SCRIPTS}:@stdlib`, PYTHONPATH: BRIDGE, PYTHONDONTWRITEBYTECODE: '1' },
      ...(isRerun && { KAGGLE_IS_COMPETITION_RERUN: '1' }),
    };
  }

  function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    const child = spawn(python, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
    const ended = new Promise<Ended>((done) =>
      child.on('close', (code) => done({ code, lines: parts.join('').split('\n') })),
    );
    return { ended, kill: () => process.kill(-(child.pid ?? 0), 'SIGKILL') };
  }

  const enter = ({ predict = 'predict', endpoints = [], hooks = {}, stateful = true }: Case): string[] => {
    const target = (name: string): string => `Trouble.${name}`;
    const settings = {
      folder: competition,
      endpoints: {
        ...Object.fromEntries(endpoints.map((each) => [each, target(each)])),
        predict: target(predict),
      },
      hooks: Object.fromEntries(Object.entries(hooks).map(([hook, name]) => [hook, target(name)])),
      stateful,
    };
    const program = join(BRIDGE, 'julia_kaggle_bridge/bridge.jl');
    return [
      '-u',
      join(BRIDGE, 'scripts/enter.py'),
      JSON.stringify(settings),
      ...BOUNDED,
      julia,
      '--startup-file=no',
      program,
    ];
  };

  const project = ({ predict = 'predict' }: Case) =>
    aProject({
      name: 'Trouble',
      packages: [{ name: 'Trouble', uuid: 'u', place: 'Trouble' }],
      run: { form: 'predict', target: `Trouble.${predict}`, args: [], threads: 'auto' },
    });

  function verdict(lines: readonly string[], judged: () => void): Verdict {
    const log = lines.join('\n');
    try {
      judged();
      return { said: 'passed', log };
    } catch (error) {
      assert.ok(isUserError(error), String(error));
      return { said: `${error.code}: ${error.title}`, log };
    }
  }

  async function saved(one: Case): Promise<Verdict> {
    const working = await mkdtemp(join(root, 'saved-'));
    const { code, lines } = await start(enter(one), working, environment(one, false)).ended;
    const hasOutput = await exists(join(working, 'submission.csv'));
    const result = { state: code === 0 ? 'complete' : 'error', seconds: 1 } as const;
    return verdict(lines, () => judge(project(one), { result, lines, steps: [], hasOutput }));
  }

  async function rerun(one: Case): Promise<Verdict> {
    const [working, outcome] = await Promise.all(
      ['rerun-', 'gateway-'].map((name) => mkdtemp(join(root, name))),
    );
    const env = environment(one, true);
    const served = start(enter(one), working ?? '', env);
    const target = join(outcome ?? '', 'data');
    await mkdir(join(outcome ?? '', 'working'));
    const script = join(SRC, 'rehearse/scripts/gateway.py');
    const args = ['-u', script, competition, target, '', GATEWAY, 'submission.csv'];
    const gateway = await start(args, join(outcome ?? '', 'working'), env).ended;
    served.kill();
    const { lines } = await served.ended;
    const called = gateway.lines.map(factReader('called')).find((fact) => fact?.kind === 'called');
    const result = { state: 'complete', seconds: 1 } as const;
    const log = { log: () => undefined };
    return verdict([...lines, ...gateway.lines], () =>
      judgeRerun(project(one), result, { lines, steps: [], called }, log),
    );
  }

  const FAILURES: Readonly<Record<string, Case & { readonly said: RegExp; readonly rerunSaid?: RegExp }>> = {
    'predict throws': {
      trouble: 'throws',
      said: /^rehearsal-failed: Trouble\.predict failed: DomainError with \d+\.\d+: no such \(.*Trouble\.jl:\d+\)/,
    },
    'it gives a wrong type': {
      trouble: 'wrong type',
      said: /^rehearsal-failed: Trouble\.predict failed: the answer is a typeof\(sin\): it can be a table, a vector/,
    },
    'it gives another type than the first time': {
      trouble: 'another type',
      said: /^rehearsal-failed: Trouble\.predict failed: predict gave String in height, and Float64 the first time/,
    },
    'it gives wrong rows': {
      trouble: 'wrong rows',
      said: /^rehearsal-failed: Trouble\.predict failed: predict gave 2 rows for 12/,
    },
    'it gives missing values': {
      trouble: 'missing values',
      said: /^rehearsal-failed: Trouble\.predict failed: predict gave 1 missing values in height/,
    },
    'it gives nothing': {
      trouble: 'nothing',
      said: /^rehearsal-failed: Trouble\.predict failed: predict gave nothing/,
    },
    'it never returns': {
      trouble: 'never returns',
      said: /^rehearsal-failed: Trouble\.predict took longer than the gateway waits for an answer\.$/,
      rerunSaid:
        /^rehearsal-failed: Trouble\.predict took longer than the 15\.0 s that the gateway waits for an answer \(call 2\)/,
    },
    'Julia has not enough memory': {
      trouble: 'out of memory',
      said: /^out-of-memory: /,
    },
    'the kernel kills Julia': {
      trouble: 'killed',
      said: /^rehearsal-failed: Trouble\.predict failed: Julia was killed, most likely because the memory ran out, while it computed/,
    },
    'Julia crashes': {
      trouble: 'crashes',
      said: /^rehearsal-failed: Julia crashed \(signal 11\)/,
    },
    'Julia exits': {
      trouble: 'exits',
      said: /^rehearsal-failed: Trouble\.predict failed: Julia ended with exit code 7 while it computed an answer/,
    },
    'the package cannot be loaded': {
      trouble: 'not loaded',
      said: /^rehearsal-failed: Trouble\.predict failed: .*the model file is damaged/,
    },
    'an endpoint is called that is not named': {
      gateway: 'endpoints',
      said: /^rehearsal-failed: The gateway calls a function that the notebook does not serve: .*number_of_days/,
    },
  };

  for (const [name, one] of Object.entries(FAILURES))
    it(`says of both why it failed where ${name}`, async () => {
      for (const [way, said] of [
        [saved, one.said],
        [rerun, one.rerunSaid ?? one.said],
      ] as const) {
        const found = await way(one);
        assert.match(
          found.said,
          said,
          `${way.name}: ${found.said}
${found.log}`,
        );
      }
    });

  const GOOD: Readonly<Record<string, Case & { readonly logged?: RegExp }>> = {
    'the first call is slow': { trouble: 'slow first' },
    'a later call is slow, within what the gateway waits': { trouble: 'slow' },
    'a Julia without state crashes, and is started again for the same batch': {
      trouble: 'crashes',
      stateful: false,
      logged: /crashed with SIGSEGV .* It is started again, and the batch sent again\./,
    },
    'two functions are called': {
      gateway: 'endpoints',
      endpoints: ['number_of_days'],
      logged: /days to come: 3/,
    },
    'the batches come in another order': { gateway: 'shuffled' },
    'the batches are paths of shared files': { gateway: 'paths', predict: 'from_path' },
  };

  for (const [name, one] of Object.entries(GOOD))
    it(`passes both where ${name}`, async () => {
      for (const way of [saved, rerun]) {
        const found = await way(one);
        assert.equal(
          found.said,
          'passed',
          `${way.name}: ${found.said}
${found.log}`,
        );
        if (one.logged !== undefined) assert.match(found.log, one.logged);
      }
    });
});
