import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SecondEngine, secondEngine } from '../../test/support/second-engine.ts';
import { prepareJulia, startJuliaMirror } from '../../scripts/lib/steps.mjs';
import type { World } from '../../test/support/world.ts';
import { Tally, type TortureCase } from '../case.ts';
import { Random, seedFor } from '../random.ts';
import { inWorld, type WatchedWorld } from '../support/in-world.ts';
import { ask } from '../support/kaggle-state.ts';
import { type LifeOptions, live } from '../support/killed-program.ts';
import { inside, type StageName, STAGES } from '../support/moments.ts';
import { tellOf } from '../support/struck-run.ts';

/** The quick suites try thousands against a simulated engine and a simulated Kaggle. */
const ROUNDS = 5;
const SEQUENCES_A_ROUND = 10;
const MOST_STEPS = 3;
/** The stages that do not reach Kaggle: what is built before the last run may be made of any of them. */
const LOCAL = STAGES.filter((stage) => !['upload', 'notebook', 'submit'].includes(stage));
const AT_KAGGLE = STAGES.filter((stage) => !LOCAL.includes(stage));

/** A working tree that things happen to. */
interface Subject {
  readonly world: WatchedWorld;
  /** Where the project is now. */
  place: string;
  /** The other engine's variables. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** How much is added to each prediction: by it the score tells whose code was scored. */
  shift: number;
  /** Folders that were made so far. */
  folders: number;
  /** A copy of an earlier `.julia-kaggle`. */
  saved: string | undefined;
}

/** Random edits, builds on either engine, copies, moves, restored records, deletions here and on Kaggle, and kills. */
export const sequenceCases: readonly TortureCase[] = Array.from({ length: ROUNDS }, (_, round) => ({
  group: 'sequences',
  name: `edits, engines, copies, deletions and kills in any order, ${round + 1} of ${ROUNDS}`,
  fullOnly: true,
  run: async (seed) => {
    const tally = new Tally();
    const engine = await secondEngine();
    const mirror = await startJuliaMirror(await prepareJulia(), engine.hostAddress);
    try {
      await inWorld(tally, async (world) => {
        await engine.ensureImage(world.image);
        const subject = subjectOf(world, engine, mirror.environment);
        for (let count = 0; count < SEQUENCES_A_ROUND; count += 1) {
          const random = new Random(seedFor(seed, count + round * SEQUENCES_A_ROUND));
          await sequence(subject, random, `sequence ${count}`, tally);
        }
      });
    } finally {
      await mirror.close();
    }
    return tally.outcome();
  },
}));

function subjectOf(
  world: WatchedWorld,
  { address }: SecondEngine,
  mirror: Readonly<Record<string, string>>,
): Subject {
  const elsewhere = { ...mirror, DOCKER_HOST: address };
  return { world, place: world.project, elsewhere, shift: 0, folders: 0, saved: undefined };
}

/** What is submitted is what the working tree held when it was asked for, once. */
async function sequence(subject: Subject, random: Random, name: string, tally: Tally): Promise<void> {
  const done: string[] = [];
  const some = async (steps: readonly Step[]): Promise<void> => {
    for (let left = random.below(MOST_STEPS + 1); left > 0; left -= 1) {
      const step = random.pick(steps);
      const more = await step.do(subject, random);
      done.push(typeof more === 'string' ? `${step.name} ${more}` : step.name);
    }
  };
  await some([...HERE, ...THERE]);
  subject.shift += 10;
  await edit(subject, subject.shift);
  done.push(`edit ${subject.shift}`);
  await some(HERE);
  if (random.chance(0.5)) done.push(`run ${await killed(subject, random, AT_KAGGLE)}`);
  const told = `${name} (${done.join('; ')})`;
  for (const again of [false, true]) {
    const life = await run(subject);
    if (life.code !== 0) {
      tally.failed(`${told}: ${tellOf(life)}`);
      return;
    }
    const scores = await scoresOf(subject.world);
    const mine = scores.filter((score) => Math.round(score) === subject.shift);
    if (mine.length === 1 && Math.round(scores[0] ?? NaN) === subject.shift) continue;
    tally.lost(`${told}: ${again ? 'the second run, ' : ''}the scores are ${scores.join(', ')}`);
    return;
  }
  tally.survived();
}

interface Step {
  readonly name: string;
  /** Gives what more there is to tell of it. */
  readonly do: (subject: Subject, random: Random) => Promise<unknown>;
}

/** What leaves Kaggle alone. */
const HERE: readonly Step[] = [
  { name: 'run', do: (subject, random) => killed(subject, random, LOCAL) },
  {
    name: 'run on the other engine',
    do: async (subject, random) => {
      const until = random.pick(LOCAL);
      await run(subject, { args: ['--until', until], environment: subject.elsewhere });
      return `until ${until}`;
    },
  },
  {
    name: 'a copy builds other code',
    do: async (subject) => {
      const copy = newFolder(subject);
      await cp(subject.place, copy, { recursive: true });
      const other = { ...subject, place: copy };
      await edit(other, 5);
      await run(other, { args: ['--until', 'build'] });
      await rm(copy, { recursive: true });
    },
  },
  {
    name: 'move',
    do: async (subject) => {
      const to = newFolder(subject);
      await rename(subject.place, to);
      subject.place = to;
    },
  },
  {
    name: 'keep the record',
    do: async (subject) => {
      const from = state(subject);
      subject.saved = newFolder(subject);
      await cp(from, subject.saved, { recursive: true }).catch(() => (subject.saved = undefined));
    },
  },
  {
    name: 'restore the record',
    do: async (subject) => {
      if (subject.saved === undefined) return;
      await rm(state(subject), { recursive: true, force: true });
      await cp(subject.saved, state(subject), { recursive: true });
    },
  },
  { name: 'forget the record', do: (subject) => rm(state(subject, 'record.json'), { force: true }) },
  {
    name: 'delete the tarballs',
    do: (subject) => rm(state(subject, 'bundle'), { recursive: true, force: true }),
  },
  {
    name: 'prune the depot',
    do: async (subject) => {
      const text = await readFile(state(subject, 'record.json'), 'utf8').catch(() => '{}');
      const { artefacts } = JSON.parse(text) as { artefacts?: { build?: { volume?: string } } };
      const volume = artefacts?.build?.volume;
      if (volume === undefined) return;
      const { world } = subject;
      // A run that was killed may have left one that works with it.
      const users = await world.docker('ps', '--all', '--quiet', '--filter', `volume=${volume}`);
      if (users !== '') await world.docker('rm', '--force', ...users.split('\n'));
      await world.docker('volume', 'rm', '--force', volume);
    },
  },
];

const OWNER = 'sandbox-user';
const PREFIX = 'harbour-tides-inference';

/** What happens on Kaggle. */
const THERE: readonly Step[] = [
  { name: 'run to the score', do: (subject) => run(subject) },
  {
    name: 'delete a dataset',
    do: async ({ world }, random) => {
      const datasetSlug = `${PREFIX}-${random.pick(['inferenceapp', 'dotjulia', 'models'])}`;
      await ask(world, 'datasets.DatasetApiService/DeleteDataset', { ownerSlug: OWNER, datasetSlug });
      return datasetSlug;
    },
  },
  {
    name: 'delete the notebook',
    do: async ({ world }) => {
      const kernel = { userName: OWNER, kernelSlug: `${PREFIX}-julia` };
      await ask(world, 'kernels.KernelsApiService/DeleteKernel', kernel);
    },
  },
];

/** A run that is killed inside of one of these stages, if it gets there; it goes no further. */
async function killed(subject: Subject, random: Random, stages: readonly StageName[]): Promise<string> {
  const stage = random.pick(stages);
  const moment = random.chance(0.5) ? inside(random, stage) : undefined;
  await run(subject, { args: ['--until', stage], moment });
  return moment === undefined ? `until ${stage}` : `killed ${moment.name}`;
}

async function run(subject: Subject, options: LifeOptions = {}): ReturnType<typeof live> {
  const { world, place } = subject;
  return world.heard(await live({ ...world, project: place }, options));
}

/** Lets the package predict so much more. */
async function edit({ place }: Pick<Subject, 'place'>, shift: number): Promise<void> {
  const path = join(place, 'src', 'Inference.jl');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/round\.\(heights.*; digits/, `round.(heights .+ ${shift}; digits`));
}

function state({ place }: Subject, ...path: string[]): string {
  return join(place, '.julia-kaggle', ...path);
}

function newFolder(subject: Subject): string {
  subject.folders += 1;
  return join(subject.world.examples, `folder-${subject.folders}`);
}

/** Of all submissions, the newest first. */
async function scoresOf(world: Pick<World, 'environment'>): Promise<number[]> {
  const { submissions = [] } = await ask(world, 'competitions.CompetitionApiService/ListSubmissions', {
    competitionName: 'harbour-tides',
    pageSize: 200,
  });
  return submissions.map(({ publicScore }) => Number(publicScore));
}
