import { deepEqual } from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorld, type World } from '../../test/support/world.ts';
import { type Outcome, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { stateOf, type WorldState } from '../support/kaggle-state.ts';
import { type Life, live, type Moment } from '../support/killed-program.ts';

const STAGES = ['build', 'test', 'pack', 'rehearse', 'upload', 'notebook', 'submit'] as const;
type StageName = (typeof STAGES)[number];

/** Kills inside of each stage, besides those at its borders, each time a project is taken through. */
const INSIDE: Readonly<Record<StageName, number>> = {
  build: 8,
  test: 7,
  pack: 6,
  rehearse: 7,
  upload: 10,
  notebook: 14,
  submit: 9,
};
/** How often the project is edited and taken through again; the build is part of the first time only. */
const EDITS = 2;
/** Where a kill could make something twice, or lose it; the short form has a kill soon after each of these lines. */
const NARROW: readonly (readonly [StageName, string])[] = [
  ['build', 'Instantiating'],
  ['rehearse', ''],
  ['upload', 'inferenceapp'],
  ['notebook', 'Pushing'],
  ['notebook', 'Version 1 is'],
  ['notebook', 'Version 1 is running'],
  ['submit', 'Submitting'],
  ['submit', 'Waiting'],
];
/** So long after such a line the short form kills at the latest. */
const SOON_MS = 100;
/** How long a stage takes that was not measured, in milliseconds. */
const GUESS_MS = 1500;

/** Of the program on the command line. The next run goes on, and in the end all is as if nothing had happened. */
export const killCases: readonly TortureCase[] = [
  {
    group: 'kill',
    name: 'SIGKILL of the command line',
    run: async (seed, size) => (size === 'full' ? await fullForm(seed) : await shortForm(seed)),
  },
];

/** What an undisturbed run ends in is known: one of each. */
async function shortForm(seed: number): Promise<Outcome> {
  const tally = new Tally();
  await inWorld(async (world) => {
    const random = new Random(seed);
    await throughKills(world, narrowMoments(random), tally);
    const { datasets, notebooks, submissions, history, leftovers } = await stateOf(world);
    for (const each of [...datasets, ...notebooks])
      if (!each.endsWith(' version 1')) tally.lost(`not once: ${each}`);
    if (submissions.length !== 1 || notebooks.length !== 1 || datasets.length === 0)
      tally.lost(`${submissions.join(', ')}; ${notebooks.join(', ')}; ${datasets.join(', ')}`);
    if (history.map((text) => text.toUpperCase()).join() !== submissions.join())
      tally.lost(`the history: ${history.join(', ')}`);
    for (const each of leftovers) tally.lost(`left over: ${each}`);
  });
  return tally.outcome();
}

/** Against a world in which the same edits were made, and nothing was killed. */
async function fullForm(seed: number): Promise<Outcome> {
  const tally = new Tally();
  const expected: WorldState[] = [];
  const durations: Partial<Record<string, number>> = {};
  await inWorld(async (world) => {
    for (let edit = 0; edit <= EDITS; edit += 1) {
      if (edit > 0) await editProject(world, edit);
      const { code, lines, stderr } = await live(world);
      if (code !== 0) throw new Error(`An undisturbed run ended with ${code}: ${failureOf(lines)} ${stderr}`);
      for (const { kind, stage = '', milliseconds } of lines)
        if (kind === 'stage-finished' && milliseconds !== undefined) durations[stage] = milliseconds;
      expected.push(await stateOf(world));
    }
  });
  const random = new Random(seed);
  await inWorld(async (world) => {
    for (const [edit, undisturbed] of expected.entries()) {
      if (edit > 0) await editProject(world, edit);
      await throughKills(world, momentsOf(random, durations, edit === 0), tally);
      compare(await stateOf(world), undisturbed, `after edit ${edit}`, tally);
    }
  });
  tally.notes.push(`${expected.length} times from the source to the score`);
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
  random: Random,
  durations: Partial<Record<string, number>>,
  withBuild: boolean,
): readonly Moment[] {
  return STAGES.filter((stage) => withBuild || stage !== 'build').flatMap((stage) => {
    const inside = random
      .list(INSIDE[stage], () => Math.floor(random.real() * (durations[stage] ?? GUESS_MS)))
      .sort((one, other) => one - other);
    return [
      border('stage-started', stage),
      ...inside.map((afterMs) => ({ ...border('stage-started', stage), name: `inside ${stage}`, afterMs })),
      border('stage-finished', stage),
    ];
  });
}

function narrowMoments(random: Random): readonly Moment[] {
  return NARROW.map(([stage, words]) => ({
    name: `${stage}: ${words}`,
    at: ({ stage: at, text }) => at === stage && text?.includes(words) === true,
    // At once as well: that is where the narrowest gaps are.
    afterMs: random.chance(0.5) ? 0 : random.below(SOON_MS),
  }));
}

function border(kind: string, stage: StageName): Moment {
  return {
    name: `${kind}: ${stage}`,
    at: (line) => line.kind === kind && line.stage === stage,
    afterMs: 0,
  };
}

/** Kills a run at each of these moments, and lets the last one end. */
async function throughKills(world: World, moments: readonly Moment[], tally: Tally): Promise<void> {
  let last: Moment | undefined;
  for (const moment of moments) {
    const life = await live(world, moment);
    tell(life, last, tally);
    last = life.killed ? moment : undefined;
  }
  tell(await live(world), last, tally);
}

/** Whether the run after a kill went on is what survival is. */
function tell({ killed, code, lines, stderr }: Life, last: Moment | undefined, tally: Tally): void {
  const wentOn = killed || code === 0;
  const said = `exit code ${code} ${failureOf(lines)} ${stderr}`;
  if (!wentOn) tally.failed(`after the kill ${last?.name ?? '(none)'}: ${said}`);
  else if (last !== undefined) tally.survived();
}

function failureOf(lines: Life['lines']): string {
  return JSON.stringify(lines.findLast(({ kind }) => kind === 'failed'));
}

async function editProject({ project }: World, edit: number): Promise<void> {
  await appendFile(join(project, 'src', 'Inference.jl'), `# edit ${edit}\n`);
}

async function inWorld(use: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld();
  try {
    await use(world);
  } finally {
    await world.close();
  }
}
