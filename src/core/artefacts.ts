import * as z from 'zod/mini';
import { ARTIFACT_USES, CODECS, COMPILED_MODES, PART_KINDS, WANTED_CODECS } from './packing.ts';
import { gitState, project } from './project-artefact.ts';
import type { StageName } from './stages.ts';

export type { ModelFile, Project, RunSettings, StagedFile, StagedPackage } from './project-artefact.ts';
export { project } from './project-artefact.ts';

/**
 * What each stage gives: readonly JSON values, kept in the run record and checked by these schemas when read back.
 * Every artefact carries the fingerprint of the inputs it was made from (design: "Freshness").
 */

const inventoryItem = z.object({
  kind: z.enum(['package', 'artifact', 'scratch', 'data']),
  /** Path below the depot. */
  name: z.string(),
  bytes: z.number(),
  /** Of an artifact: the name that its Artifacts.toml gives it. */
  label: z.optional(z.string()),
  /** Of an artifact: fetched at its first use only. */
  lazy: z.optional(z.boolean()),
});
export type InventoryItem = z.infer<typeof inventoryItem>;

const depot = z.object({
  fingerprint: z.string(),
  /** Named volume that holds `~/.julia`. */
  volume: z.string(),
  /** Named volume that holds Julia itself. */
  juliaVolume: z.string(),
  julia: z.object({ version: z.string(), file: z.string(), bytes: z.number(), sha256: z.string() }),
  image: z.object({ name: z.string(), id: z.string(), digest: z.optional(z.string()) }),
  environmentFingerprint: z.string(),
  inventory: z.array(inventoryItem),
  bytes: z.number(),
  /** Another for a depot that was made anew in the volume's place. */
  depotId: z.optional(z.string()),
  /** Random id of the build, which the depot has in it: another there, and another build was the last. */
  buildId: z.optional(z.string()),
  /** Files of the project, by place, that the build itself changed, e.g. in a build script: their sha256, empty: removed. */
  changedFiles: z.optional(z.record(z.string(), z.string())),
  /** Packages with a `deps/build.jl`: installing them runs a program of theirs. */
  buildScripts: z.optional(z.array(z.string())),
  /** Folders of the Manifest's packages below the depot, e.g. `packages/CSV/aoJqo`; others are left from before. */
  packages: z.optional(z.array(z.string())),
});
export type Depot = z.infer<typeof depot>;

const dataFile = z.object({
  name: z.string(),
  bytes: z.number(),
  /** Empty in older records: then it is that of no file. */
  sha256: z._default(z.string(), ''),
  /** Path without links of a file that a link in the data folder leads to. */
  source: z.optional(z.string()),
});
export type DataFile = z.infer<typeof dataFile>;

const lazyArtifact = z.object({ name: z.string(), package: z.string() });
export type LazyArtifact = z.infer<typeof lazyArtifact>;

const testReport = z.object({
  fingerprint: z.string(),
  /** The competition's public data on this machine. */
  dataFolder: z.string(),
  dataFiles: z.array(dataFile),
  seconds: z.number(),
  peakMemoryBytes: z.number(),
  /** The GPUs that the run had and how they came in; `none` when one was asked for and there was none. */
  gpu: z.optional(
    z.object({ way: z.enum(['runtime', 'device-request', 'cdi', 'none']), devices: z.array(z.string()) }),
  ),
  /** Of the submission; absent where it is no CSV file. */
  rows: z.optional(z.number()),
  /** In the submission; absent where it is no archive. */
  files: z.optional(z.number()),
  /** Name of the competition's sample submission among the data; absent: it has none. */
  sample: z.optional(z.string()),
  submissionSha256: z.string(),
  /** Absent in older records. */
  submissionBytes: z.optional(z.number()),
  /** Artifacts that the run itself downloaded; they are part of the depot now. */
  downloads: z.array(z.string()),
  /** What the depot holds after the run: packages, artifacts, scratch spaces, data dependencies by path. */
  depotContent: z.array(z.string()),
  /** The depot's, at the time of the run. */
  depotId: z.optional(z.string()),
  /** What of that came with the run: it is part of the depot now. */
  appeared: z.optional(z.array(inventoryItem)),
  /** Lazy artifacts of the packages that did not come: nothing in this run used them. */
  lazyMissing: z.optional(z.array(lazyArtifact)),
});
export type TestReport = z.infer<typeof testReport>;
export type GpuReport = NonNullable<TestReport['gpu']>;

const bundleFile = z.object({
  /** Path in the dataset, with `/`. */
  name: z.string(),
  /** Absolute path on this machine. */
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
});
export type BundleFile = z.infer<typeof bundleFile>;

const partKind = z.enum(PART_KINDS);

const bundlePart = z.object({
  kind: partKind,
  /** Fingerprint of what it was packed from. */
  fingerprint: z.string(),
  files: z.array(bundleFile),
});
export type BundlePart = z.infer<typeof bundlePart>;

const sizedName = z.object({ name: z.string(), bytes: z.number() });

/** What of the depot is packed, for people: `reports/depot.md` has all of it. */
const packedDepot = z.object({
  /** Fingerprint of what decides which entries are needed; equal: the depot is not looked at. */
  key: z.string(),
  /** Bytes of all needed entries, before compression. */
  neededBytes: z.number(),
  /** Packages with their caches, artifacts and the rest by name, largest first; the smallest are one `others`. */
  largest: z.array(sizedName),
  leftOutBytes: z.number(),
  /** What was left out by its reason, largest first. */
  leftOut: z.array(z.object({ reason: z.string(), bytes: z.number(), count: z.number() })),
});
export type PackedDepot = z.infer<typeof packedDepot>;

/** An artifact of the Manifest's packages, with what became of it in a compiled app. */
const judgedArtifact = z.object({
  name: z.string(),
  bytes: z.number(),
  kept: z.boolean(),
  why: z.string(),
  /** Of its tree; absent in older records, as is the next. */
  hash: z.optional(z.string()),
  use: z.optional(z.enum(ARTIFACT_USES)),
});
export type JudgedArtifact = z.infer<typeof judgedArtifact>;

/** A compiled app or system image. */
const compiled = z.object({
  mode: z.enum(COMPILED_MODES),
  fingerprint: z.string(),
  /** Of compiling alone, without the packing. */
  seconds: z.number(),
  /** Before compression. */
  bytes: z.number(),
  /** Of PackageCompiler. */
  version: z.string(),
  artifacts: z.array(judgedArtifact),
  /** Of what was compiled, in its volume; absent in older records. */
  id: z.optional(z.string()),
});
export type Compiled = z.infer<typeof compiled>;

const bundle = z.object({
  fingerprint: z.string(),
  /** How its tarballs are compressed and why so, in the image that was asked. */
  codec: z.optional(
    z.object({
      codec: z.enum(CODECS),
      reason: z.string(),
      wanted: z.enum(WANTED_CODECS),
      imageId: z.string(),
    }),
  ),
  /** Hash over names, sizes and sha256 of all files. */
  bundleId: z.string(),
  parts: z.array(bundlePart),
  /** Of the project when this content was packed. */
  git: z.optional(gitState),
  depot: z.optional(packedDepot),
  compiled: z.optional(compiled),
  /** What was compiled last in another mode: who switches back finds it. */
  otherModes: z.optional(z.array(z.object({ part: bundlePart, compiled }))),
});
export type Bundle = z.infer<typeof bundle>;

/** What one mode of `[pack]` took when it was rehearsed last: for the comparison. */
const modeFigures = z.object({
  /** Of the whole notebook. */
  rehearsalSeconds: z.number(),
  /** From the start of the command to the first line that the project prints; absent: it prints none. */
  startSeconds: z.optional(z.number()),
  /** From the start of the command until the submission file has content. */
  firstPredictionSeconds: z.optional(z.number()),
  /** Of the command. */
  runSeconds: z.number(),
  /** Of the files that go to Kaggle, without the models. */
  bundleBytes: z.number(),
  /** Of compiling app or system image; absent: nothing was. */
  compileSeconds: z.optional(z.number()),
});
export type ModeFigures = z.infer<typeof modeFigures>;

const step = z.object({ name: z.string(), seconds: z.number() });

/** Time and memory on the full hidden test set, projected from the rehearsal: the most that is to be expected. */
const projection = z.object({
  /** How many times larger it is than the public one. */
  factor: z.number(),
  /** What does not grow with the data. */
  fixedSeconds: z.number(),
  seconds: z.number(),
  limitSeconds: z.number(),
  memoryBytes: z.number(),
  limitMemoryBytes: z.number(),
});
export type Projection = z.infer<typeof projection>;

/** The rehearsal as the scoring rerun of a competition that calls: its gateway beside the notebook, with data of its own. */
const rerun = z.object({
  /** What the gateway had and the notebook had not, for people. */
  hidden: z.array(z.string()),
  /** Of the user's folder with the hidden set; absent: there is none. */
  hiddenFingerprint: z.optional(z.string()),
  /** From the container's start until the gateway found the notebook's server. */
  startSeconds: z.number(),
  calls: z.number(),
  /** Of the first call, which waits for Julia. */
  firstSeconds: z.number(),
  /** Of the calls after it. */
  medianSeconds: z.number(),
  p95Seconds: z.number(),
  maxSeconds: z.number(),
  /** What the gateway gives each of them. */
  deadlineSeconds: z.optional(z.number()),
  /** Of the whole run, unpacking included. */
  seconds: z.number(),
  limitSeconds: z.number(),
  peakMemoryBytes: z.number(),
  /** On the full hidden test set; absent: its size is unknown. */
  projectedSeconds: z.optional(z.number()),
});
export type Rerun = z.infer<typeof rerun>;

const rehearsal = z.object({
  fingerprint: z.string(),
  seconds: z.number(),
  steps: z.array(step),
  peakMemoryBytes: z.number(),
  /** Of the submission; absent where it is no CSV file. */
  rows: z.optional(z.number()),
  /** In the submission; absent where it is no archive. */
  files: z.optional(z.number()),
  submissionSha256: z.string(),
  /** By mode; modes that were rehearsed earlier are kept. */
  modes: z.optional(z.record(z.string(), modeFigures)),
  projection: z.optional(projection),
  rerun: z.optional(rerun),
  /** The tarball of Julia (sha256) that a notebook has unpacked in this image, and the seconds that all took with it. */
  unpacked: z.optional(z.object({ julia: z.string(), image: z.string(), seconds: z.number() })),
});
export type Rehearsal = z.infer<typeof rehearsal>;

const uploadedDataset = z.object({
  /** Kaggle's number of the dataset; absent where it was not told. */
  id: z.optional(z.number()),
  /** It is a model of Kaggle Models; absent: a dataset. */
  on: z.optional(z.literal('model')),
  /** Slug of the dataset or the model, without the owner. */
  slug: z.string(),
  version: z.number(),
  bundleId: z.string(),
  kinds: z.array(partKind),
  /** Sent by the run that made this version. */
  uploadedBytes: z.number(),
});
export type UploadedDataset = z.infer<typeof uploadedDataset>;

export const datasets = z.object({
  fingerprint: z.string(),
  owner: z.string(),
  datasets: z.array(uploadedDataset),
  /** Bytes that this run of the stage sent; 0 when everything was up to date on Kaggle. */
  uploadedBytes: z.number(),
});
export type Datasets = z.infer<typeof datasets>;

const rowDifference = z.object({
  /** In the file, counted from 1; the header is a row too. */
  row: z.number(),
  column: z.string(),
  rehearsed: z.string(),
  onKaggle: z.string(),
});

/** The submission file of Kaggle's run beside that of the rehearsal: the same program on the same data. */
const fileComparison = z.object({
  identical: z.boolean(),
  /** Rows with another content; 0 when only line ends or quotes differ. */
  differingRows: z.number(),
  rows: z.number(),
  first: z.optional(rowDifference),
  /** The largest difference of two numbers at the same place. */
  largest: z.optional(z.number()),
});
export type FileComparison = z.infer<typeof fileComparison>;

const notebookRun = z.object({
  /** Kaggle's number of the notebook; absent where it was not told. */
  id: z.optional(z.number()),
  fingerprint: z.string(),
  /** Fingerprint of its source and settings: two versions of the same content need one submission. Absent in older records. */
  content: z.optional(z.string()),
  owner: z.string(),
  slug: z.string(),
  version: z.number(),
  url: z.string(),
  seconds: z.number(),
  submissionSha256: z.string(),
  /** Absent in older records. */
  comparison: z.optional(fileComparison),
});
export type NotebookRun = z.infer<typeof notebookRun>;

export const submission = z.object({
  fingerprint: z.string(),
  /** Kaggle's id of the submission. */
  ref: z.number(),
  state: z.enum(['pending', 'complete', 'error']),
  publicScore: z.optional(z.string()),
  /** On the part of the test set that counts in the end; Kaggle shows it once the competition has ended. */
  privateScore: z.optional(z.string()),
  submittedAt: z.string(),
  url: z.string(),
  /** Kaggle's words for an error. */
  errorDescription: z.optional(z.string()),
  /** From the submission to its score or its error. */
  scoringSeconds: z.optional(z.number()),
  /** Nobody was looking when the score came: it took so long at most. */
  scoringSecondsAtMost: z.optional(z.boolean()),
  /** Which scores of the competition are the better ones, as far as it could be found out. */
  betterScore: z.optional(z.enum(['lower', 'higher'])),
});
export type Submission = z.infer<typeof submission>;

/** What each stage gives. */
export const artefactSchemas = {
  project,
  build: depot,
  test: testReport,
  pack: bundle,
  rehearse: rehearsal,
  upload: datasets,
  notebook: notebookRun,
  submit: submission,
} as const satisfies Record<StageName, z.ZodMiniType>;

export type Artefacts = { readonly [Name in StageName]: z.infer<(typeof artefactSchemas)[Name]> };
