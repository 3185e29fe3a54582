import { deepEqual } from 'node:assert/strict';
import { type Outcome, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { inWorld, type WatchedWorld } from '../support/in-world.ts';
import { stateOf, type WorldState } from '../support/kaggle-state.ts';
import { live, type Life, type Moment } from '../support/killed-program.ts';
import { type RouteName, ROUTES } from '../../src/core/stages.ts';
import { border, inside, MOMENTS, type StageName, STAGES } from '../support/moments.ts';
import { checkState, edit, tellOf } from '../support/struck-run.ts';

/** How often the project is edited and taken through again; the build is part of the first time only. */
const EDITS = 2;
/** Where a kill could make something twice, or lose it; the short form has a kill soon after each of these lines. */
const NARROW_OF_NOTEBOOK: readonly (readonly [StageName, string])[] = [
  ['build', 'Instantiating'],
  ['rehearse', ''],
  ['upload', 'inferenceapp'],
  ['notebook', 'Pushing'],
  ['notebook', 'Version 1 is'],
  ['notebook', 'Version 1 is running'],
  ['submit', 'Submitting'],
  ['submit', 'Waiting'],
];
const NARROW_OF_FILE: readonly (readonly [StageName, string])[] = [
  ['build', 'Instantiating'],
  ['test', ''],
  ['submit', 'Uploading'],
  ['submit', 'Submitting'],
  ['submit', 'Submitting'],
  ['submit', 'Waiting'],
];
/** So long after such a line the short form kills at the latest. */
const SOON_MS = 100;
/** Of the full form; what is timed so that it hits nothing does not count. */
const LEAST_KILLS: Readonly<Record<RouteName, number>> = { notebook: 200, file: 60 };
const NARROW = { notebook: NARROW_OF_NOTEBOOK, file: NARROW_OF_FILE } as const;
const NAMES = {
  notebook: 'SIGKILL of the command line',
  file: 'SIGKILL of the command line that submits a file',
} as const;

/** Of the program on the command line. The next run goes on, and in the end all is as if nothing had happened. */
export const killCases: readonly TortureCase[] = (['notebook', 'file'] as const).map((route) => ({
  group: 'kill',
  name: NAMES[route],
  run: async (seed, size) => (size === 'full' ? await fullForm(route, seed) : await shortForm(route, seed)),
}));

/** What an undisturbed run ends in is known: one of each. */
async function shortForm(route: RouteName, seed: number): Promise<Outcome> {
  const tally = new Tally();
  const use = async (world: WatchedWorld): Promise<void> => {
    const random = new Random(seed);
    await throughKills(world, narrowMoments(route, random), tally);
    await checkState(world, {}, tally);
  };
  await inWorld(tally, use, { route });
  return tally.outcome();
}

/** Against a world in which the same edits were made, and nothing was killed. */
async function fullForm(route: RouteName, seed: number): Promise<Outcome> {
  const tally = new Tally();
  const expected: WorldState[] = [];
  const durations: Partial<Record<string, number>> = {};
  const undisturbed = async (world: WatchedWorld): Promise<void> => {
    for (let count = 0; count <= EDITS; count += 1) {
      if (count > 0) await edit(world, count);
      const life = world.heard(await live(world));
      if (life.code !== 0) throw new Error(`An undisturbed run: ${tellOf(life)}`);
      for (const { kind, stage = '', milliseconds } of life.lines)
        if (kind === 'stage-finished' && milliseconds !== undefined) durations[stage] = milliseconds;
      expected.push(await stateOf(world));
    }
  };
  await inWorld(tally, undisturbed, { route });
  const random = new Random(seed);
  const disturbed = async (world: WatchedWorld): Promise<void> => {
    for (const [count, before] of expected.entries()) {
      if (count > 0) await edit(world, count);
      await throughKills(world, momentsOf(route, random, durations), tally);
      compare(await stateOf(world), before, `after edit ${count}`, tally);
    }
  };
  await inWorld(tally, disturbed, { route });
  const { tried } = tally.outcome();
  tally.notes.push(`${tried} kills, ${expected.length} times from the source to the score`);
  if (tried < LEAST_KILLS[route]) tally.failed(`only ${tried} kills hit a run`);
  return tally.outcome();
}

function compare(found: WorldState, undisturbed: WorldState, when: string, tally: Tally): void {
  for (const key of ['datasets', 'notebooks', 'submissions', 'history', 'leftovers'] as const) {
    try {
      deepEqual(found[key], undisturbed[key]);
    } catch {
      tally.lost(`${when}, ${key}: ${found[key].join(', ')} in place of ${undisturbed[key].join(', ')}`);
    }
  }
}

/** In the order of the stages, so that what a kill interrupts is gone on with by the run that is killed next. */
function momentsOf(
  route: RouteName,
  random: Random,
  durations: Partial<Record<string, number>>,
): readonly Moment[] {
  const stages = STAGES.filter((stage) => ROUTES[route].stages.includes(stage));
  return stages.flatMap((stage) => [
    border('stage-started', stage),
    ...random
      .list(MOMENTS[stage].kills, () => inside(random, stage, durations[stage]))
      .sort((one, other) => one.afterMs - other.afterMs),
    border('stage-finished', stage),
  ]);
}

function narrowMoments(route: RouteName, random: Random): readonly Moment[] {
  return NARROW[route].map(([stage, words]) => ({
    name: `${stage}: ${words}`,
    at: ({ stage: at, text }) => at === stage && text?.includes(words) === true,
    // At once as well: that is where the narrowest gaps are.
    afterMs: random.chance(0.5) ? 0 : random.below(SOON_MS),
  }));
}

/** Kills a run at each of these moments, and lets the last one end. */
async function throughKills(world: WatchedWorld, moments: readonly Moment[], tally: Tally): Promise<void> {
  let last: Moment | undefined;
  for (const moment of moments) {
    // A kill that comes too late is to spare the stages whose turn is yet to come.
    const args = moment.stage === undefined ? [] : ['--until', moment.stage];
    const life = world.heard(await live(world, { moment, args }));
    tell(life, last, tally);
    last = life.killed ? moment : undefined;
  }
  tell(world.heard(await live(world)), last, tally);
}

/** Whether the run after a kill went on is what survival is. */
function tell(life: Life, last: Moment | undefined, tally: Tally): void {
  const wentOn = life.killed || life.code === 0;
  if (!wentOn) tally.failed(`after the kill ${last?.name ?? '(none)'}: ${tellOf(life)}`);
  else if (last !== undefined) tally.survived();
}
