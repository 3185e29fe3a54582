import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../test/support/world.ts';
import type { Tally } from '../case.ts';
import type { Random } from '../random.ts';
import type { WatchedWorld } from './in-world.ts';
import { leftoversOf, stateOf } from './kaggle-state.ts';
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
  /** Does it; undefined when there was nothing to do it to, which is not counted. */
  readonly strike: (world: World, random: Random) => Promise<Struck | undefined>;
  /** When, in the order of the stages: at a random moment inside of a stage, or before a run begins. */
  readonly when: readonly (StageName | 'before')[];
  /** How runs go on to a score: all the way, or to a stage. */
  readonly until?: StageName;
  /** Nobody waits for a score: the last run ends where the others do. */
  readonly isShort?: boolean;
  /** What was built may have to be built anew, and is then another: more versions of a dataset are no loss. */
  readonly rebuilds?: boolean;
}

/**
 * Takes the project through all strikes to its score, or more than once when it gets there sooner: the source is edited
 * then. A run that is struck must end by itself, with its result or with an error that has a remedy; the last run,
 * which is left alone, must end well; and in the end there is one of each.
 */
export async function throughStrikes(
  world: WatchedWorld,
  fault: Fault,
  random: Random,
  tally: Tally,
): Promise<void> {
  const args = fault.until === undefined ? [] : ['--until', fault.until];
  const ends = new Map<string, number>();
  let scores = 0;
  for (const when of fault.when) {
    const { life, struck } = await struckLife(world, fault, when, args, random);
    if (struck !== undefined) tell(`${when} ${struck.what ?? ''}`, life, ends, tally);
    else if (life.code !== 0) tally.failed(`${when}, though nothing was struck: ${tellOf(life)}`);
    await struck?.mend?.();
    if (life.code === 0) {
      scores += 1;
      await edit(world, scores);
    }
  }
  tally.notes.push(
    [...ends]
      .sort()
      .map(([end, times]) => `${times} × ${end}`)
      .join(', '),
  );
  await endWell(world, fault, fault.until === undefined ? scores + 1 : 1, tally);
}

/** One more run, which is left alone; then what there is. */
async function endWell(
  world: WatchedWorld,
  { until = 'submit', isShort = false, ...fault }: Fault,
  scores: number,
  tally: Tally,
): Promise<void> {
  const args = isShort ? ['--until', until] : [];
  const last = world.heard(await live(world, { args }));
  if (last.code !== 0) tally.failed(`the run after all was mended: ${tellOf(last)}`);
  if (!isShort) await checkState(world, scores, fault, tally);
  else for (const each of await leftoversOf(world)) tally.lost(`left over: ${each}`);
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
    const struck = await strike(world, random);
    const { environment = {} } = struck ?? {};
    return { struck, life: world.heard(await live(world, { args, environment })) };
  }
  let struck: Struck | undefined;
  const act = async (): Promise<void> => {
    struck = await strike(world, random);
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
  return `exit code ${code} ${JSON.stringify(errors.at(-1))} ${stderr}`;
}

export async function edit({ project }: World, count: number): Promise<void> {
  await appendFile(join(project, 'src', 'Inference.jl'), `# edit ${count}\n`);
}

/** So many scores were asked for: so many submissions and notebook versions, and one version of what did not change. */
export async function checkState(
  world: World,
  scores: number,
  { rebuilds = false }: { readonly rebuilds?: boolean | undefined },
  tally: Tally,
): Promise<void> {
  const { datasets, notebooks, submissions, history, leftovers } = await stateOf(world);
  const tell = (what: string, found: readonly string[]): void =>
    tally.lost(`${what}, of ${scores} scores: ${found.join(', ')}`);
  const versions = datasets.map((each) => Number(each.split(' ').at(-1)));
  const asWanted = datasets.map((each) => (each.includes('inferenceapp') ? scores : 1));
  const isWrong = versions.some((version, at) => (rebuilds ? version > scores : version !== asWanted[at]));
  if (isWrong || datasets.length !== DATASETS) tell('versions of datasets', datasets);
  if (notebooks.length !== 1 || notebooks[0]?.endsWith(` version ${scores}`) !== true)
    tell('versions of the notebook', notebooks);
  const complete = submissions.filter((each) => each === submissions[0] && each.startsWith('COMPLETE 0.'));
  if (complete.length !== scores || submissions.length !== scores) tell('submissions', submissions);
  if (history.map((text) => text.toUpperCase()).join() !== submissions.join()) tell('the history', history);
  for (const each of leftovers) tally.lost(`left over: ${each}`);
}

/** Julia, the depot, the package, the model. */
const DATASETS = 4;
