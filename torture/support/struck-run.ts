import { appendFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { STAGE_NAMES } from '../../src/core/stages.ts';
import type { World } from '../../test/support/world.ts';
import type { Tally } from '../case.ts';
import type { Random } from '../random.ts';
import type { WatchedWorld } from './in-world.ts';
import { stateOf } from './kaggle-state.ts';
import { type Life, live } from './killed-program.ts';
import { inside, type StageName } from './moments.ts';

/** What was done to a run. */
export interface Struck {
  /** In a few words, for the account of a failure. */
  readonly what?: string;
  /** Makes it good again before the next run. */
  readonly mend?: () => Promise<void>;
  /** Variables of the run, for what is done before it begins. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Something that goes wrong around the program, again and again on the way to the score. */
export interface Fault {
  /**
   * Does it; undefined when there was nothing to do it to, which is not counted.
   * @param args with which the struck run was started.
   */
  readonly strike: (world: World, random: Random, args: readonly string[]) => Promise<Struck | undefined>;
  /**
   * When, in the order of the stages: at a random moment inside of a stage, or before a run begins. From the upload on
   * each stage once, since a second time would make a second version by right.
   */
  readonly when: readonly (StageName | 'before')[];
  /** The last stage of runs that are struck before they begin. */
  readonly until?: StageName;
  /** What was built may have to be built anew, and is then another: more versions of a dataset are no loss. */
  readonly rebuilds?: boolean;
  /** What it spoils may be met only by the run after the struck one. */
  readonly foundLate?: boolean;
}

/**
 * Takes the project through all strikes on the way to its score: each run goes as far as the stage in which it is struck.
 * It must end by itself, with its result or with an error that has a remedy; the last run, which is left alone, must end
 * well; and in the end there is one of each.
 */
export async function throughStrikes(
  world: WatchedWorld,
  fault: Fault,
  random: Random,
  tally: Tally,
): Promise<void> {
  const ends = new Map<string, number>();
  const lastStage = (when: Fault['when'][number]): StageName =>
    when === 'before' ? (fault.until ?? 'test') : when;
  let reached = -1;
  /** What the run before may have left to be met. */
  let late: Struck | undefined;
  for (const [count, when] of fault.when.entries()) {
    const until = lastStage(when);
    // What is done already would be skipped, and nothing in it struck.
    if (STAGE_NAMES.indexOf(until) <= reached) await edit(world, count);
    const { life, struck } = await struckLife(world, fault, when, ['--until', until], random);
    const met = struck ?? (life.code === 0 ? undefined : late);
    if (met !== undefined) tell([when, met.what].join(' '), life, ends, tally);
    else if (life.code !== 0) tally.failed(`${when}, though nothing was struck: ${tellOf(life)}`);
    await struck?.mend?.();
    late = fault.foundLate === true ? struck : undefined;
    reached = life.code === 0 ? STAGE_NAMES.indexOf(until) : -1;
  }
  tally.notes.push(
    [...ends]
      .sort()
      .map(([end, times]) => `${times} × ${end}`)
      .join(', '),
  );
  const last = world.heard(await live(world));
  if (last.code !== 0) tally.failed(`the run after all was mended: ${tellOf(last)}`);
  await checkState(world, fault, tally);
}

function tell(about: string, life: Life, ends: Map<string, number>, tally: Tally): void {
  const end = endOf(life);
  if (end === undefined) {
    tally.failed(`${about}: ${tellOf(life)}`);
    return;
  }
  tally.survived();
  ends.set(end, (ends.get(end) ?? 0) + 1);
}

/** One run, struck as the fault wants. */
async function struckLife(
  world: WatchedWorld,
  { strike }: Fault,
  when: StageName | 'before',
  args: readonly string[],
  random: Random,
): Promise<{ life: Life; struck: Struck | undefined }> {
  if (when === 'before') {
    const struck = await strike(world, random, args);
    const { environment = {} } = struck ?? {};
    return { struck, life: world.heard(await live(world, { args, environment })) };
  }
  let struck: Struck | undefined;
  const act = async (): Promise<void> => {
    struck = await strike(world, random, args);
  };
  const life = world.heard(await live(world, { moment: inside(random, when), act, args }));
  return { struck, life };
}

/** The error's code, or `went on`; undefined for an end that nobody should meet. */
export function endOf({ code, lines, stderr }: Life): string | undefined {
  if (code === 0) return 'went on';
  const error = lines.findLast(({ kind }) => kind === 'error')?.error;
  if (code !== 1 || error === undefined || stderr.includes('bug')) return undefined;
  const hasRemedy = error.title.length > 10 && error.actions.some(({ title }) => title.length > 3);
  return hasRemedy ? error.code : undefined;
}

export function tellOf({ code, lines, stderr }: Life): string {
  const errors = lines.filter(({ kind }) => kind === 'error' || kind === 'failed').map(({ error }) => error);
  const end = code === null ? 'ended by the limit of its time' : `exit code ${code}`;
  return `${end} ${JSON.stringify(errors.at(-1))} ${stderr}`;
}

export async function edit({ project }: World, count: number): Promise<void> {
  await appendFile(join(project, 'src', `${basename(project)}.jl`), `# edit ${count}\n`);
}

/**
 * One score was asked for: there is one submission with it, one version of the notebook and of each dataset, where the
 * route has these.
 * @param rebuilds what was built anew may have been sent in two versions.
 */
export async function checkState(
  world: World,
  { rebuilds = false }: { readonly rebuilds?: boolean | undefined },
  tally: Tally,
): Promise<void> {
  const { datasets, notebooks, submissions, history, leftovers } = await stateOf(world);
  const isOnce = (each: string): boolean => each.endsWith(' version 1');
  const isRight = (each: string): boolean => isOnce(each) || (rebuilds && each.endsWith(' version 2'));
  const expected = MADE[world.route];
  if (datasets.length !== expected.datasets || !datasets.every(isRight))
    tally.lost(`the datasets are ${datasets.join(', ')}`);
  if (notebooks.length !== expected.notebooks || !notebooks.every(isOnce))
    tally.lost(`the notebooks are ${notebooks.join(', ')}`);
  if (submissions.length !== 1 || submissions[0]?.startsWith('COMPLETE 0.') !== true)
    tally.lost(`the submissions are ${submissions.join(', ')}`);
  if (history.map((text) => text.toUpperCase()).join() !== submissions.join())
    tally.lost(`the history is ${history.join(', ')}`);
  for (const each of leftovers) tally.lost(`left over: ${each}`);
}

/** The datasets are of Julia, the depot, the package, the model. */
const MADE = { notebook: { datasets: 4, notebooks: 1 }, file: { datasets: 0, notebooks: 0 } } as const;
