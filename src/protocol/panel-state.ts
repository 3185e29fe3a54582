import * as z from 'zod/mini';
import { STAGE_NAMES, type StageName } from '../core/stages.ts';

// What the panel page shows, whole and worded: it is sent anew at each change, and the page keeps nothing of its own.
// Both sides check it: the schemas are the types.

export { STAGE_NAMES, type StageName };

const list = <T extends z.core.$ZodType>(item: T) => z.readonly(z.array(item));
const stageName = z.enum(STAGE_NAMES);

/**
 * `earlier`: an earlier run did it; whether that still stands is known when the next run comes to it; `stale`: it does
 * not, as its inputs are others now.
 */
const stageState = z.enum([
  'waiting',
  'earlier',
  'stale',
  'running',
  'done',
  'up-to-date',
  'failed',
  'cancelled',
]);
export type StageState = z.infer<typeof stageState>;

/** One fact with its name: a row of a list. */
const row = z.object({ label: z.string(), value: z.string() });
export type Row = Readonly<z.infer<typeof row>>;

const stageItem = z.readonly(
  z.object({
    name: stageName,
    title: z.string(),
    state: stageState,
    /** The state in words, for those who do not see the icon. */
    word: z.string(),
    /** One line: what the stage is for, what it is at, or what it gave. */
    text: z.string(),
    /** How long it took. */
    duration: z.optional(z.string()),
    /** How much of its present step is done, from 0 to 1; `unknown` while it works without saying. */
    progress: z.optional(z.union([z.number(), z.literal('unknown')])),
    warnings: list(z.string()),
    /** What its last result holds; folded away. */
    details: list(row),
    /** Runs the stages up to this one. It stays in its place while it cannot be taken, so that the focus does too. */
    action: z.object({ label: z.string(), enabled: z.boolean() }),
  }),
);
export type StageItem = z.infer<typeof stageItem>;

/** What must be there before anything can run. */
export const FACTS = ['project', 'competition', 'account', 'engine'] as const;
export type FactName = (typeof FACTS)[number];

const factState = z.enum(['good', 'notice', 'missing', 'checking', 'unknown']);
export type FactState = z.infer<typeof factState>;

const fact = z.readonly(
  z.object({
    name: z.enum(FACTS),
    title: z.string(),
    state: factState,
    /** The state in words. */
    word: z.string(),
    text: z.string(),
    /** What should be otherwise, each with its remedy. */
    notes: list(z.string()),
    /** What can be done about it. */
    actions: list(z.object({ label: z.string(), enabled: z.boolean() })),
  }),
);
export type FactItem = z.infer<typeof fact>;

/** What a run would do, shown before it begins. */
const plan = z.readonly(
  z.object({
    title: z.string(),
    /** Nothing is known yet: it is being found out. */
    preparing: z.boolean(),
    /** Which stages are up to date, in a sentence; empty when none is. */
    standing: z.string(),
    /** How long it took when it was last done, in a sentence; empty where that is not known. */
    cost: z.string(),
    /** Those that would run. */
    stages: list(z.object({ name: stageName, title: z.string(), text: z.string() })),
    /** Those of which nothing is known before these have run, in a sentence; empty when there are none. */
    then: z.string(),
    /** What leaves this machine, one sentence each. */
    leaves: list(z.string()),
    leavesTitle: z.string(),
    /** Whether the person is asked again, and when. */
    note: z.string(),
    accept: z.object({ label: z.string(), enabled: z.boolean() }),
    decline: z.string(),
    /** The package would go up: the word for looking through its files. */
    files: z.optional(z.string()),
  }),
);
export type PlanItem = z.infer<typeof plan>;

/** A picture with what it says in words, and the same as a table. */
const caption = {
  title: z.string(),
  /** What it shows, in a sentence. */
  summary: z.string(),
  columns: list(z.string()),
  rows: list(list(z.string())),
};

const depotPicture = z.readonly(
  z.object({
    ...caption,
    /** The largest first; `share` of the largest, from 0 to 1. */
    bars: list(z.object({ label: z.string(), value: z.string(), share: z.number(), kind: z.string() })),
    kinds: list(z.object({ kind: z.string(), label: z.string() })),
  }),
);
export type DepotPicture = z.infer<typeof depotPicture>;

const limitsPicture = z.readonly(
  z.object({
    ...caption,
    /** `share` of the limit, which may be surpassed. */
    bars: list(
      z.object({
        label: z.string(),
        value: z.string(),
        limit: z.string(),
        share: z.number(),
        over: z.boolean(),
      }),
    ),
  }),
);
export type LimitsPicture = z.infer<typeof limitsPicture>;

const scoresPicture = z.readonly(
  z.object({
    ...caption,
    /** In time order; `height` from 0 (the least score) to 1 (the greatest). */
    points: list(
      z.object({
        label: z.string(),
        value: z.string(),
        height: z.number(),
        best: z.boolean(),
        /** The private score of the same submission. */
        hidden: z.optional(z.object({ value: z.string(), height: z.number() })),
      }),
    ),
    /** Greatest and least score, for the axis. */
    top: z.string(),
    bottom: z.string(),
    bestLabel: z.string(),
    /** Where there are both, what each of them is called. */
    legend: z.optional(z.object({ shown: z.string(), hidden: z.string() })),
  }),
);
export type ScoresPicture = z.infer<typeof scoresPicture>;

/** The modes of `[pack]` that were rehearsed, side by side: a row for each measure, a column for each mode. */
const modesTable = z.readonly(z.object(caption));
export type ModesTable = z.infer<typeof modesTable>;

/** What the editor does for the person. `command`: arguments of `julia-kaggle`, or a word by which the host knows what is meant. */
const offer = z.object({ command: z.string(), label: z.string(), enabled: z.boolean() });
export type Offer = Readonly<z.infer<typeof offer>>;

/** One remedy: a sentence, and the address to go to where there is one, or what the editor does for the person. */
const remedy = z.readonly(
  z.object({ text: z.string(), url: z.optional(z.string()), action: z.optional(offer) }),
);
export type Remedy = z.infer<typeof remedy>;

/** What went wrong and what to do about it. */
const problem = z.readonly(
  z.object({
    title: z.string(),
    detail: z.optional(z.string()),
    /** Where in the project: `src/model.jl:31`; the host opens it. */
    source: z.optional(z.string()),
    /** There is a file that it should be like: the word for looking at both. */
    compare: z.optional(z.string()),
    remedies: list(remedy),
    /** What the editor does about it besides. */
    offers: list(offer),
  }),
);
export type Problem = z.infer<typeof problem>;

/** The page's own words. */
const labels = z.readonly(
  z.object({
    setup: z.string(),
    stages: z.string(),
    details: z.string(),
    /** For a button that shows details of many; `{0}` is what they are of. */
    detailsOf: z.string(),
    remedies: z.string(),
    showLog: z.string(),
    openSubmission: z.string(),
    /** Of a stage's log. */
    log: z.string(),
    logEmpty: z.string(),
    logFilter: z.string(),
    /** `{0}` lines that are no longer kept here. */
    logDropped: z.string(),
    logFollow: z.string(),
    pictures: z.string(),
    asTable: z.string(),
    picturesEmpty: z.string(),
  }),
);
export type Labels = z.infer<typeof labels>;

export const panelStateSchema = z.readonly(
  z.object({
    /** Name of the project; absent while none is known. */
    project: z.optional(z.string()),
    /** The project's folder. */
    folder: z.optional(z.string()),
    /** The way to the score, in a sentence; absent while it is not known. */
    aim: z.optional(z.string()),
    /** The Kaggle in use is one on this machine: what that means, in a sentence. */
    practice: z.optional(z.string()),
    facts: list(fact),
    /** The facts in one line, where none of them stands in the way; they are then folded away. */
    ready: z.optional(z.object({ state: factState, word: z.string(), text: z.string() })),
    stages: list(stageItem),
    problem: z.optional(problem),
    submission: z.optional(
      z.readonly(
        z.object({
          state: z.enum(['running', 'done', 'failed', 'earlier']),
          text: z.string(),
          url: z.string(),
        }),
      ),
    ),
    plan: z.optional(plan),
    /** What the run asks, and waits for. */
    question: z.optional(
      z.readonly(
        z.object({
          title: z.string(),
          lines: list(z.string()),
          accept: z.string(),
          decline: z.string(),
          /** Files would go up: the word for looking through them. */
          files: z.optional(z.string()),
        }),
      ),
    ),
    pictures: z.readonly(
      z.object({
        depot: z.optional(depotPicture),
        limits: z.optional(limitsPicture),
        scores: z.optional(scoresPicture),
        modes: z.optional(modesTable),
      }),
    ),
    /** The one button: it shows the plan of the whole way, or cancels what is running. */
    primary: z.readonly(
      z.object({ intent: z.enum(['plan', 'cancel']), label: z.string(), enabled: z.boolean() }),
    ),
    /** What is going on, in a sentence, for screen readers; it changes with the stages and not with each byte. */
    announcement: z.string(),
    labels,
  }),
);
export type PanelState = z.infer<typeof panelStateSchema>;
