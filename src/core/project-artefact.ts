import * as z from 'zod/mini';
import { eachPart, PACK_MODES, WANTED_CODECS } from './packing.ts';
import { ROUTE_NAMES } from './stages.ts';

const stagedFile = z.object({
  /** Where it goes, relative to the depot's `dev` folder, with `/`. */
  place: z.string(),
  /** Absolute path on this machine. */
  source: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  executable: z.boolean(),
  /** What is staged in place of the source's content; size and sha256 are of this. */
  text: z.optional(z.string()),
  /** It is made for the run: the project has no such file. */
  isMade: z.optional(z.literal(true)),
});
export type StagedFile = z.infer<typeof stagedFile>;

/** A package whose source is staged from this machine: the project itself or a path dependency. */
const stagedPackage = z.object({ name: z.string(), uuid: z.string(), place: z.string() });
export type StagedPackage = z.infer<typeof stagedPackage>;

const runSettings = z.object({
  /**
   * `entry`: a function such as `Inference.main`; `script`: a file below the project; `predict`: a function such as
   * `Inference.predict`, which the host of the competition calls with the hidden data.
   */
  form: z.enum(['entry', 'script', 'predict']),
  target: z.string(),
  /** Of `predict`: the functions besides, by what they are for. */
  hooks: z.optional(z.record(z.string(), z.string())),
  /** Of `predict`: further functions that are called, each by its own name. */
  endpoints: z.optional(z.array(z.string())),
  /** Of `predict`: it remembers earlier calls, so that a Julia that died has no successor. */
  stateful: z.optional(z.boolean()),
  args: z.array(z.string()),
  threads: z.string(),
});
export type RunSettings = z.infer<typeof runSettings>;

/** One model file that is uploaded as it is; its name is its path in the dataset, with `/`. */
/** `source` is a path without links. */
const modelFile = z.object({ name: z.string(), source: z.string(), bytes: z.number(), sha256: z.string() });
export type ModelFile = z.infer<typeof modelFile>;

/** What `[inputs]` can name. */
export const INPUT_KINDS = ['dataset', 'model', 'notebook', 'competition'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** What others made and the notebook attaches beside the competition's data. */
const projectInput = z.object({
  /** By which `[run] args` name it: `{inputs.NAME}`. */
  name: z.string(),
  kind: z.enum(INPUT_KINDS),
  /** `owner/slug` of a dataset or notebook, `slug` of a competition, `owner/model/framework/variation`. */
  ref: z.string(),
  /** Its version on Kaggle; absent: it could not be asked for yet, or it is a competition's data, which have none. */
  version: z.optional(z.number()),
  /** Patterns of the files that are fetched to this machine; absent: all. */
  only: z.optional(z.array(z.string())),
  /** All files of this version together. */
  files: z.optional(z.number()),
  bytes: z.optional(z.number()),
});
export type ProjectInput = z.infer<typeof projectInput>;

export const gitState = z.object({ commit: z.string(), dirty: z.boolean() });

/** What Kaggle said of a competition. It is asked once, and the answer kept. */
const competitionFacts = z.object({
  slug: z.string(),
  /** Files as well as notebooks; else notebooks only. */
  takesFiles: z.boolean(),
  /** What `[data] only` takes of its data; absent: it names none, or they could not be listed in time. */
  data: z.optional(z.object({ only: z.array(z.string()), files: z.number(), bytes: z.number() })),
  /** Its host calls a function of the notebook (kaggle_evaluation); absent: its data could not be listed. */
  callsNotebook: z.optional(z.boolean()),
  /** ISO-8601, UTC. */
  deadline: z.optional(z.string()),
});
export type CompetitionFacts = z.infer<typeof competitionFacts>;

export const project = z.object({
  fingerprint: z.string(),
  /** Absolute path of the folder with Project.toml. */
  root: z.string(),
  name: z.string(),
  uuid: z.string(),
  version: z.string(),
  competition: z.string(),
  /** What Kaggle said of it; absent: it could not be asked. */
  competitionFacts: z.optional(competitionFacts),
  /** The day on which the competition has ended. */
  endedOn: z.optional(z.string()),
  /** The way to the score; older records know one. */
  route: z._default(z.enum(ROUTE_NAMES), 'notebook'),
  /** It was found out by what Kaggle says, or would be. */
  isRouteFound: z.optional(z.boolean()),
  /** Always exact. */
  juliaVersion: z.string(),
  /** What JuliaKaggle.toml says in its place, e.g. `lts`; undefined for an exact version or none. */
  juliaChannel: z.optional(z.string()),
  /** Where there are Manifests for several versions of Julia: the one that is used, and those that are not. */
  manifest: z.optional(z.object({ used: z.string(), others: z.array(z.string()) })),
  /** The Manifest's file where it has format 1 and this Julia would write a newer one. */
  oldManifest: z.optional(z.string()),
  /** The project's folder below `dev`. */
  place: z.string(),
  packages: z.array(stagedPackage),
  /** Names of the packages and extensions whose compiled caches are made anew when one of these packages changes. */
  localCaches: z.array(z.string()),
  files: z.array(stagedFile),
  /** Places among these that git ignores, e.g. a Manifest; that of a folder ends with a slash. */
  ignored: z.optional(z.array(z.string())),
  models: z.array(modelFile),
  /** They are a model of Kaggle Models; absent: a dataset. */
  modelsOn: z.optional(z.literal('model')),
  /** Which that model is made with, as Kaggle names it. */
  modelLicense: z.optional(z.string()),
  /** Sentences on what was seen in the sources that may not do there what it does here. */
  notes: z.optional(z.array(z.string())),
  /** A folder that brings most of very many files, and what is said of it. */
  manyFiles: z.optional(z.object({ folder: z.string(), note: z.string() })),
  /** Absent: none. */
  inputs: z.optional(z.array(projectInput)),
  run: runSettings,
  /** Image to build, test and rehearse in. */
  image: z.string(),
  /** Nobody named one: it is the one of the route. */
  isImageOfRoute: z.optional(z.boolean()),
  /** Where this machine asked for another image than JuliaKaggle.toml says: that one. */
  imageOverride: z.optional(z.string()),
  /** Absolute path of the sample data, or undefined: download the competition's files. */
  dataFolder: z.optional(z.string()),
  /** Patterns of the competition's files that are downloaded; absent: all. */
  dataOnly: z.optional(z.array(z.string())),
  /** Absolute path of a hidden set that the rehearsal's gateway has, or undefined: it is made of the training data. */
  hiddenFolder: z.optional(z.string()),
  /** The hidden test set, as the competition's pages tell its size. */
  fullTestSet: z.optional(z.object({ rows: z.optional(z.number()), bytes: z.optional(z.number()) })),
  /** The test runs without a network; absent: with one, so that it fetches what is needed and still missing. */
  offlineTest: z.optional(z.boolean()),
  /** Dataset slugs by artefact, without the owner; empty for one that there was not yet when it was recorded. */
  datasets: z.object(eachPart(() => z._default(z.string(), ''))),
  notebook: z.object({
    title: z.string(),
    /** Kaggle's machine shape, or `none` for a CPU. */
    accelerator: z.string(),
    timeLimitMinutes: z.optional(z.number()),
    /** Python source in percent form: the person's own cells before and after those that are made. */
    before: z.optional(z.string()),
    after: z.optional(z.string()),
  }),
  output: z.object({
    file: z.string(),
    /** As JuliaKaggle.toml names it; absent: it is found among the data. */
    sample: z.optional(z.string()),
    rows: z.optional(z.literal('any')),
  }),
  /** Which public scores are the better ones; undefined: found out. */
  betterScore: z.optional(z.enum(['lower', 'higher'])),
  /** Names of packages and artifacts, or paths below `~/.julia`, that are left out of the depot tarball. */
  packExclude: z.array(z.string()),
  /** How Julia code travels; absent: `depot`. */
  packMode: z.optional(z.enum(PACK_MODES)),
  /** How the tarballs are compressed; absent: `auto`. */
  packCodec: z.optional(z.enum(WANTED_CODECS)),
  /** The same for what is packed although nothing seems to need it. */
  packKeep: z.array(z.string()),
  /** CUDA's toolkit, pinned in the staged copy only; `diff` shows the change line by line. */
  cudaPin: z.optional(z.object({ version: z.string(), diff: z.array(z.string()) })),
  git: z.optional(gitState),
  /** What the depot depends on: manifest, dependencies, preferences, artifacts; not the sources. */
  environmentFingerprint: z.string(),
  /** Content of every staged file. */
  sourcesFingerprint: z.string(),
});
export type Project = z.infer<typeof project>;
