import type { Clock } from '../base/abort.ts';
import type { GuardedFolder } from '../base/guarded-folder.ts';
import type { AgreedPlaces } from '../base/agreed-places.ts';
import type { Logger } from '../base/logger.ts';
import type { Engine } from '../docker/engine.ts';
import type { GpuMemory } from '../docker/gpu.ts';
import type { VolumeMemory } from '../docker/volume-memory.ts';
import type { JuliaReleases } from '../julia/releases.ts';
import type { KaggleClient } from '../kaggle/client.ts';
import type { SignInOptions } from '../kaggle/oauth/sign-in.ts';
import type { Artefacts, Submission } from './artefacts.ts';
import type { LogStream, WarningOffer } from './events.ts';
import type { StageName } from './stages.ts';

/** The outside world as stages may use it. Engine and Kaggle are looked up when first needed. */
export interface Ports {
  /** Bound to this signal. @throws UserError `engine-unreachable` saying what was tried. */
  engine(signal: AbortSignal): Promise<Engine>;
  /** @throws UserError `not-signed-in`. */
  kaggle(): Promise<KaggleClient>;
  /** How to sign in by the browser, and where that is kept; absent where nobody does. */
  readonly signIn?: SignInOptions;
  readonly julia: JuliaReleases;
  /** How engines gave containers a GPU before; absent: each time is the first. */
  readonly gpuMemory?: GpuMemory;
  /** File with the hashes of models that were read before, for all projects; absent: they are read each time. */
  readonly hashesFile?: string;
  /** Folder with the hashes of files of large projects, one file a project; absent: they are read each time. */
  readonly stagedHashes?: string;
  /** Folder with what `[inputs]` of projects names, for all projects; absent: each project has its own. */
  readonly inputsFolder?: string;
  /** File with the random ids of the project folders on this machine; absent: they are told apart by their paths. */
  readonly checkoutsFile?: string;
  /** Which volumes this user filled; absent: each is read back before it is used. */
  readonly volumeMemory?: VolumeMemory;
  /** What projects may read outside of themselves; absent: nothing. */
  readonly outside?: OutsidePlaces;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Variables of this process, e.g. `JULIA_PKG_SERVER`; never handed on wholesale. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the user agrees that projects read outside of themselves. */
export interface OutsidePlaces {
  readonly places: Pick<AgreedPlaces, 'of' | 'agree'>;
  /** Asks whether the project in this folder may read these real paths. Absent: there is nobody to ask. */
  readonly ask?: (folder: string, places: readonly string[], signal: AbortSignal) => Promise<boolean>;
}

/** What anybody is lent who works in an engine for a project. */
export interface WorkContext {
  readonly ports: Ports;
  readonly signal: AbortSignal;
  /** Random id of the project's folder on this machine: what is made in an engine with it is this checkout's own. */
  readonly checkout: string;
  readonly progress: (text: string, doneBytes?: number, totalBytes?: number) => void;
  readonly log: (stream: LogStream, line: string) => void;
}

/** What a stage is lent while it works. */
export interface StageContext extends WorkContext {
  /** `<project>/.julia-kaggle`. */
  readonly folder: string;
  /** The project's folder: everything below it is read and written through this, `.julia-kaggle` included. */
  readonly files: GuardedFolder;
  /** What an interrupted run of this stage saved last, unchecked; undefined when there was none. */
  readonly pending: unknown;
  /** Saves a remote id as soon as it is known, so that a run that is killed resumes and never does a thing twice. */
  savePending(value: unknown): Promise<void>;
  /** Takes back the result of an earlier stage, which turned out not to hold; `why` is what its next run has as `pending`. */
  takeBack(stage: StageName, why: unknown): Promise<void>;
  /** Keeps a submission in the history: once it is made, and whenever more is known of it. */
  keepSubmission(submission: Submission): Promise<void>;
  /** What the person says of this run, for the history; one line. */
  readonly note: string | undefined;
  /** The notebook is to run with internet on once, before it runs without. */
  readonly probe: boolean;
  /** The person asks for this very stage to be done anew: what is remembered of earlier runs is not believed. */
  readonly anew: boolean;
  /** Datasets and notebooks, by slug, that may be replaced although they are not this project's. */
  readonly adopt: readonly string[];
  /** `offer`: what the editor can do about it. */
  readonly warn: (message: string, offer?: WarningOffer) => void;
  /** Asked when there is no GPU although the project wants one; false ends the run. Absent: yes. */
  readonly confirmWithoutGpu?: ((reason: string) => Promise<boolean>) | undefined;
  /** Asked before more than 1 GB is fetched, with what it is and its size; false ends the run. Absent: yes. */
  readonly confirmFetch?: ((what: string) => Promise<boolean>) | undefined;
}

/** Why a result is not taken although it was made from what is there now. */
export interface Doubt {
  /** A clause that ends the plan's sentence, e.g. `since the depot is gone`. */
  readonly because: string;
  /** What is gone serves the work of these stages alone: while their results stand, nobody misses it. Absent: it is missed. */
  readonly neededBy?: readonly StageName[];
}

/** One stage: what it needs, when its last result stands, what it does (docs/architecture.md, "One way through"). */
export interface Stage<Name extends StageName, Needs extends StageName> {
  readonly name: Name;
  /** Itself: a result that is read before it is judged, whoever looks. */
  readonly needs: readonly Needs[];
  /** Pure: the hash of everything that decides the result. Equal to the recorded one means fresh. */
  fingerprint(input: Pick<Artefacts, Needs>): string;
  /** Pure: what would be done, in one line. `previous` is the last result, fresh or not; `doubt` what `doubt` found. */
  plan(input: Pick<Artefacts, Needs>, previous: Artefacts[Name] | undefined, doubt?: Doubt): string;
  /** What speaks against the last result: what it speaks of (a volume, a file, a dataset) is gone or another. Quick, and
   *  never throws for a thing that is merely missing. Absent: nothing ever. */
  doubt?(
    last: Artefacts[Name],
    input: Pick<Artefacts, Needs>,
    context: StageContext,
  ): Promise<Doubt | undefined>;
  /** Asked before anything leaves the machine, whichever stage is the first that sends something: what would stop this
   *  one later should not be found out then. @throws UserError. Absent: nothing would. */
  foresee?(project: Artefacts['project'], context: StageContext): Promise<void>;
  /** Does the work. `previous` is the last result, whose parts may still be good. */
  run(
    input: Pick<Artefacts, Needs>,
    previous: Artefacts[Name] | undefined,
    context: StageContext,
  ): Promise<Artefacts[Name]>;
  /** Pure: the new result with what of the last one is kept whatever happens, even when the work is done anew. */
  carry?(result: Artefacts[Name], last: Artefacts[Name]): Artefacts[Name];
  /** Pure: the result in one line, e.g. `depot 412 packages, 1.3 GB`. */
  summary(result: Artefacts[Name]): string;
  /** Pure: the same when the stage was skipped, where what the last run did would mislead. Absent: the summary. */
  standing?(last: Artefacts[Name]): string;
}
