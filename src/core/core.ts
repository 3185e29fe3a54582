import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defined } from '../base/defined.ts';
import { isCancelled, isUserError, type UserError } from '../base/errors.ts';
import { isWithin, withDriveLetter } from '../base/files.ts';
import type { Project } from './artefacts.ts';
import { findKept, type Kept, removeKept } from './clean.ts';
import type { LogStream, OnEvent, RunEvent } from './events.ts';
import { findArtifactAddition } from './scaffold/add-artifact.ts';
import type { ResolveRequest } from './scaffold/resolve-input.ts';
import { type AskResolve, resolveInRun } from './scaffold/resolve-in-run.ts';
import { type ResolvedManifest, resolveManifest } from './scaffold/resolve-manifest.ts';
import { examine, examineAccount, examineEngine, type Finding, requirementsOf } from './doctor/examine.ts';
import { type ExportedNotebook, exportNotebook } from './export/export-notebook.ts';
import { type CoreSettings, createPorts, type PortsEnvironment } from './pipeline/ports.ts';
import { inputStatus } from './pipeline/input-status.ts';
import { previewRun, type StagePreview } from './pipeline/preview.ts';
import { readProjectHere } from './pipeline/read-project.ts';
import { RECORD_FOLDER, recordOf, type RunRecord } from './pipeline/record.ts';
import { runPipeline, type RunRequest, type RunResult } from './pipeline/run.ts';
import { readStageLog, stageLog } from './pipeline/stage-log.ts';
import { lookAtProject, type ProjectLook, type ProjectStatus, statusOf } from './pipeline/status.ts';
import { readConfig } from './project/config.ts';
import type { KaggleConfig } from './project/config-schema.ts';
import { leaveOut } from './project/leave-out.ts';
import type { ArtifactAddition } from './scaffold/artifact-addition.ts';
import type { OutsidePlaces, Ports } from './stage.ts';
import type { StageName } from './stages.ts';

export interface CoreEnvironment extends Omit<PortsEnvironment, 'settings'> {
  /** Asked whenever something begins; what has begun goes on with what it was begun with. Absent: nothing is set. */
  readonly settings?: () => CoreSettings;
}

interface Opened {
  readonly settings: CoreSettings;
  readonly ports: Ports;
}

/** What a program works with, be it an editor or a terminal: opened once, for all projects and as long as it lives. */
export function createCore({ settings = () => ({}), ...environment }: CoreEnvironment): Core {
  let opened: Opened | undefined;
  return new Core(() => {
    const now = { ...settings() };
    if (opened === undefined || !isDeepStrictEqual(opened.settings, now))
      opened = { settings: now, ports: createPorts({ ...environment, settings: now }) };
    return opened;
  });
}

/** Hears what a run tells, and the folder of its project. */
export type CoreListener = (event: RunEvent, folder: string) => void;

/** Keeps the outside world, the Kaggle client in it, and one model of each project. */
export class Core {
  readonly #projects = new Map<string, OpenProject>();
  readonly #listeners = new Set<CoreListener>();

  /** @param opened the outside world, by the settings of the moment. */
  constructor(private readonly opened: () => Opened) {}

  get ports(): Ports {
    return this.opened().ports;
  }

  /** The project in this folder, whether or not there is one yet; the same each time. */
  project(folder: string): OpenProject {
    const root = withDriveLetter(resolve(folder));
    const known = this.#projects.get(root);
    if (known !== undefined) return known;
    const project = new OpenProject(root, this.opened, (event) => {
      for (const listener of this.#listeners) listener(event, folder);
    });
    this.#projects.set(root, project);
    return project;
  }

  /** All that the runs of all projects tell from now on. */
  listen(listener: CoreListener): void {
    this.#listeners.add(listener);
  }

  /** Files of projects may be others than they were: whoever looks next at one reads it. */
  changed(): void {
    for (const project of this.#projects.values()) project.changed();
  }

  /** Engine and account, by what the project in this folder asks of them, or by the usual. @throws as `examine`. */
  async doctor(folder: string | undefined, signal: AbortSignal, image?: string): Promise<Finding[]> {
    const { ports, settings } = this.opened();
    const last = await this.#lastOf(folder);
    return examine(ports, await requirementsOf(folder, image ?? settings.image, last), signal);
  }

  /** The engine alone, without running anything in it. @throws as `examineEngine`. */
  async lookAtEngine(folder: string | undefined, signal: AbortSignal): Promise<Finding[]> {
    const { ports, settings } = this.opened();
    const last = await this.#lastOf(folder);
    return examineEngine(ports, await requirementsOf(folder, settings.image, last), signal, 'quick');
  }

  /** The project as its last run knew it; a record that cannot be read is for a run to tell of. */
  async #lastOf(folder: string | undefined): Promise<Project | undefined> {
    if (folder === undefined) return undefined;
    try {
      return (await this.project(folder).record()).artefacts.project;
    } catch (error) {
      if (isUserError(error)) return undefined;
      throw error;
    }
  }

  /** @throws as `examineAccount`. */
  lookAtAccount(signal: AbortSignal): Promise<Finding> {
    return examineAccount(this.ports, signal);
  }
}

/** Whom to ask for what a project wants to read outside of itself; absent: nobody. */
export interface Asking {
  readonly askOutside?: OutsidePlaces['ask'] | undefined;
}

type Request<T> = Omit<T, 'folder' | 'ports' | 'record' | 'overrides' | 'onEvent' | 'onProject'> & {
  readonly signal: AbortSignal;
  /** In place of the project's own, and of what is set. */
  readonly image?: string | undefined;
};
type Bound = Pick<RunRequest, 'folder' | 'ports' | 'overrides'> & { readonly record: OpenProject['record'] };

/** A look at a project, and the project of the last run at that time. */
interface Look {
  readonly last: Project | undefined;
  readonly seen: Promise<ProjectLook>;
}

/**
 * One project as a program works with it. Its record is read once, and again only where it has changed; itself once for
 * all who look, and again by each run and after `changed`.
 */
export class OpenProject {
  #opening: (() => Promise<RunRecord>) | undefined;
  #look: Look | undefined;
  #changes = 0;
  /** The project as the run that goes on here has read it: for that, it stays so. */
  #running: Project | undefined;

  constructor(
    private readonly folder: string,
    private readonly opened: () => Opened,
    private readonly onEvent: OnEvent,
  ) {}

  /** What earlier runs left, and during a run what that has made so far. @throws as `RunRecord.open`. */
  readonly record = async (): Promise<RunRecord> => {
    const opening = (this.#opening ??= recordOf(this.folder));
    try {
      const record = await opening();
      await record.renew();
      return record;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  };

  /** The end of what the last run to say something in this stage wrote. @throws as `readStageLog`. */
  log(stage: StageName): Promise<string[]> {
    return readStageLog(resolve(this.folder), stage);
  }

  /** The file of which `log` gives the end. */
  logFile(stage: StageName): string {
    return stageLog(join(resolve(this.folder), RECORD_FOLDER), stage);
  }

  /** What JuliaKaggle.toml says now. @throws as `readConfig`. */
  config(): Promise<KaggleConfig> {
    return readConfig(this.folder);
  }

  /** As the files are now. What it reads outside of itself is agreed to first. @throws as `readProjectHere`. */
  read(signal: AbortSignal, asking: Asking = {}): Promise<Project> {
    const { folder, ports, record } = this.#bind(asking);
    return readProjectHere(folder, { ports, record, signal });
  }

  /** What the last run left, and what of it is stale. Asks neither engine, Kaggle nor the user, and writes nothing. */
  async status(signal: AbortSignal): Promise<ProjectStatus> {
    const record = await this.record();
    const project = this.#running;
    const look = project === undefined ? await this.#lookFor(record, signal) : { project };
    const inputs = await inputStatus(look.project ?? record.artefacts.project, this.opened().ports);
    return statusOf(resolve(this.folder), record, look, inputs);
  }

  /** Files below the project's folder may be others than they were. */
  changed(): void {
    this.#changes += 1;
    this.#look = undefined;
  }

  /** What a run would do, without doing any of it. @throws as `previewRun`. */
  plan(
    request: Request<Pick<RunRequest, 'until' | 'fresh' | 'again'>> &
      Asking & { readonly progress?: (text: string) => void },
  ): Promise<StagePreview[]> {
    return previewRun({ ...request, ...this.#bind(request) });
  }

  /** @throws as `runPipeline`. */
  async run({
    askResolve,
    ...request
  }: Request<Omit<RunRequest, 'fix'>> &
    Asking & { readonly askResolve?: AskResolve | undefined }): Promise<RunResult> {
    const bound = this.#bind(request);
    const tell = (text: string): void => this.onEvent({ kind: 'progress', stage: 'project', text });
    const log = (stream: LogStream, line: string): void =>
      this.onEvent({ kind: 'log', stage: 'project', stream, line });
    const fix = (error: UserError): Promise<boolean> =>
      resolveInRun(error, { ...bound, signal: request.signal, progress: tell, log }, askResolve);
    const changes = this.#changes;
    const onProject = (project: Project): void => {
      this.#running = project;
      if (changes === this.#changes && isWithinItself({ project }))
        this.#look = { last: project, seen: Promise.resolve({ project }) };
    };
    try {
      return await runPipeline({ ...request, ...bound, fix, onEvent: this.onEvent, onProject });
    } finally {
      this.#running = undefined;
    }
  }

  /** How the build is made to fetch a lazy artifact. @throws as `findArtifactAddition`. */
  findArtifact(
    artifact: string,
    request: Asking & { readonly package?: string | undefined; readonly signal: AbortSignal },
  ): Promise<ArtifactAddition | undefined> {
    const { folder, ports, record } = this.#bind(request);
    return findArtifactAddition({ ...request, folder, ports, record, artifact });
  }

  /** The Manifest as Julia resolves it, in the image; nothing of the project is written. @throws as `resolveManifest`. */
  async resolve(
    request: Pick<ResolveRequest, 'signal' | 'progress' | 'log'> &
      Partial<Pick<ResolveRequest, 'add' | 'develop' | 'without' | 'given'>> &
      Asking & { readonly image?: string | undefined },
  ): Promise<ResolvedManifest | undefined> {
    return resolveManifest({ ...request, ...this.#bind(request) });
  }

  /** Has the file, or the folder, stay on this machine. @throws as `leaveOut`. */
  leaveOut(source: string): Promise<string> {
    return leaveOut(resolve(this.folder), source);
  }

  /** What runs left to be quicker the next time: of this project, or of all. @throws as `findKept`. */
  findKept(all: boolean, signal: AbortSignal): Promise<Kept[]> {
    return findKept({ folder: this.folder, all, ports: this.opened().ports, signal });
  }

  /** Removes what was found; gives what could not be removed. @throws as `removeKept`. */
  removeKept(kept: readonly Kept[], signal: AbortSignal): ReturnType<typeof removeKept> {
    return removeKept(kept, { folder: this.folder, ports: this.opened().ports, signal });
  }

  /** Writes the notebook of the last pack into the folder `out`. @throws as `exportNotebook`. */
  exportNotebook(request: {
    readonly out: string;
    readonly owner: string | undefined;
    readonly signal: AbortSignal;
  }): Promise<ExportedNotebook> {
    const { folder, ports, record } = this.#bind({});
    return exportNotebook({ ...request, folder, ports, record });
  }

  /** One look for all who ask while nothing has changed. */
  async #lookFor({ artefacts: { project: last } }: RunRecord, signal: AbortSignal): Promise<ProjectLook> {
    for (;;) {
      if (this.#look === undefined || this.#look.last !== last) this.#look = this.#begin(last, signal);
      const look = this.#look;
      const drop = (): void => {
        if (this.#look === look) this.#look = undefined;
      };
      try {
        const seen = await look.seen;
        if (!isWithinItself(seen)) drop();
        return seen;
      } catch (error) {
        drop();
        // Whoever began it may have gone away; the others still want to know.
        if (signal.aborted || !isCancelled(error)) throw error;
      }
    }
  }

  #begin(last: Project | undefined, signal: AbortSignal): Look {
    const { folder, record } = this;
    const { ports } = this.opened();
    return { last, seen: lookAtProject(resolve(folder), last, { ports, record, signal }) };
  }

  #bind({ askOutside, image }: Asking & { readonly image?: string | undefined }): Bound {
    const { ports, settings } = this.opened();
    const { outside } = ports;
    return {
      folder: this.folder,
      ports:
        outside === undefined || askOutside === undefined
          ? ports
          : { ...ports, outside: { ...outside, ask: askOutside } },
      record: this.record,
      overrides: defined({ image: image ?? settings.image }),
    };
  }
}

/** Pure: whether all that was read lies in the project's folder, so that there is word of each change. */
function isWithinItself({ project }: ProjectLook): boolean {
  if (project === undefined) return false;
  return [...project.files, ...project.models].every(({ source }) => isWithin(project.root, source));
}
