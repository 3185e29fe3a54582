import * as l10n from '@vscode/l10n';
interface StageFacts {
  /** Where its work is done. What works at Kaggle sends something: it is asked about before. */
  readonly works: 'here' | 'at-kaggle';
  /** It can be asked to run anew. */
  readonly anew: boolean;
  /** Kaggle works, and this machine waits. */
  readonly waits: boolean;
  /** What the consent to a run up to here covers besides its next step: nobody is asked twice. */
  readonly covers?: () => string;
}

const stages = {
  project: { works: 'here', anew: false, waits: false },
  build: { works: 'here', anew: true, waits: false },
  test: { works: 'here', anew: true, waits: false },
  pack: { works: 'here', anew: true, waits: false },
  rehearse: { works: 'here', anew: true, waits: false },
  upload: { works: 'at-kaggle', anew: false, waits: false },
  notebook: {
    works: 'at-kaggle',
    anew: false,
    waits: true,
    covers: () => l10n.t('up to the end of the run on Kaggle'),
  },
  submit: {
    works: 'at-kaggle',
    anew: false,
    waits: true,
    covers: () => l10n.t('the submission and its score included'),
  },
} as const satisfies Record<string, StageFacts>;

export type StageName = keyof typeof stages;

/** Stages that can be asked to run anew. */
export type LocalStageName = {
  [Name in StageName]: (typeof stages)[Name]['anew'] extends true ? Name : never;
}[StageName];

/** Stages whose work is done at Kaggle. */
export type RemoteStageName = {
  [Name in StageName]: (typeof stages)[Name]['works'] extends 'at-kaggle' ? Name : never;
}[StageName];

/** What there is to know of each stage without its code. */
export const STAGES: Readonly<Record<StageName, StageFacts>> = stages;

/** The stages in their order (design: "The flow"). */
export const STAGE_NAMES = Object.keys(stages) as StageName[];

export const LOCAL_STAGES = STAGE_NAMES.filter((name): name is LocalStageName => STAGES[name].anew);

interface RouteFacts {
  /** In their order. */
  readonly stages: readonly StageName[];
  /** What it submits, in words. */
  submits(): string;
  /** Why the image is this one where nobody named one, as a clause. */
  whyImage(): string;
}

const routes = {
  notebook: {
    stages: ['project', 'build', 'test', 'pack', 'rehearse', 'upload', 'notebook', 'submit'],
    submits: () => l10n.t('a notebook'),
    whyImage: () => l10n.t('the one that Kaggle runs notebooks in'),
  },
  file: {
    stages: ['project', 'build', 'test', 'submit'],
    submits: () => l10n.t('a file'),
    whyImage: () => l10n.t("a small one: nothing runs on Kaggle, so Kaggle's own is not needed"),
  },
} as const satisfies Record<string, RouteFacts>;

/** A way from the project to the score. A run follows one. */
export type RouteName = keyof typeof routes;

/** The stages of a route. */
export type StageOf<Route extends RouteName> = (typeof routes)[Route]['stages'][number];

/** What there is to know of each route without the code of its stages. */
export const ROUTES: Readonly<Record<RouteName, RouteFacts>> = routes;

export const ROUTE_NAMES = Object.keys(routes) as RouteName[];

/**
 * Pure: the way to the score. A competition that takes both gets the file: that is the quicker one. Where nothing is known
 * of it, it is taken for a code competition, whose way has all the proofs.
 * @param as `[submit] as` of JuliaKaggle.toml.
 * @param facts what Kaggle said of the competition.
 */
export function chooseRoute(
  as: RouteName | 'auto',
  facts: { readonly takesFiles: boolean } | undefined,
): RouteName {
  if (as !== 'auto') return as;
  return facts?.takesFiles === true ? 'file' : 'notebook';
}

/** Whether a text, e.g. of the command line, names a stage. */
export function isStageName(text: string): text is StageName {
  return Object.hasOwn(stages, text);
}

/** Pure: whether a stage sends something. */
export function leavesMachine(stage: StageName): stage is RemoteStageName {
  return STAGES[stage].works === 'at-kaggle';
}

/** Pure: something for each stage. */
export function eachStage<T>(make: (name: StageName) => T): Record<StageName, T> {
  // Every key is there, which the type of `fromEntries` does not tell.
  return Object.fromEntries(STAGE_NAMES.map((name) => [name, make(name)])) as Record<StageName, T>;
}

/** Pure: whether one stage comes after another. */
export function isAfter(one: StageName, other: StageName): boolean {
  return STAGE_NAMES.indexOf(one) > STAGE_NAMES.indexOf(other);
}
