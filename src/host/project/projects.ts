import * as l10n from '@vscode/l10n';
import type { Event, EventEmitter, Memento } from 'vscode';
import { isWithin } from '../../base/files.ts';
import type { FoundProject } from '../../core/project/find-projects.ts';
import type { RouteName } from '../../core/stages.ts';
import type { EditorCore } from '../core.ts';
import { Disposables } from '../editor/disposables.ts';
import type { Vs } from '../editor/editor.ts';
import { problemOf, type ProblemView } from '../run/run-view.ts';

const CHOICE = 'chosenProject';
const WATCHED = '**/{Project,JuliaProject,JuliaKaggle}.toml';

interface ProjectsAround {
  readonly vs: Vs;
  readonly core: EditorCore;
  readonly memory: Memento;
}

/** The Julia projects of the workspace, and the one that is worked on. In an untrusted workspace there are none. */
export class Projects {
  #found: readonly FoundProject[] = [];
  #current: ProjectView | undefined;
  #configured = false;
  #isSearched = false;
  #refreshing: Promise<void> = Promise.resolve();
  readonly #changed: EventEmitter<void>;
  readonly #owned = new Disposables();
  readonly onDidChange: Event<void>;

  constructor(private readonly around: ProjectsAround) {
    const { vs } = around;
    const own = this.#owned;
    this.#changed = own.track(new vs.EventEmitter<void>());
    this.onDidChange = this.#changed.event;
    const watcher = own.track(vs.workspace.createFileSystemWatcher(WATCHED));
    const refresh = (): Promise<void> => this.refresh();
    own.track(watcher.onDidCreate(refresh));
    own.track(watcher.onDidChange(refresh));
    own.track(watcher.onDidDelete(refresh));
    own.track(vs.workspace.onDidChangeWorkspaceFolders(refresh));
    own.track(vs.workspace.onDidGrantWorkspaceTrust(refresh));
  }

  /** Projects have been looked for. */
  get isSearched(): boolean {
    return this.#isSearched;
  }

  get count(): number {
    return this.#found.length;
  }

  /** The project that is worked on; undefined while there is none, or none was chosen of several. */
  get current(): ProjectView | undefined {
    return this.#current;
  }

  /** The current project has a JuliaKaggle.toml. */
  get isConfigured(): boolean {
    return this.#configured;
  }

  /** Looks again. One look follows another, so that the last one decides. */
  refresh(): Promise<void> {
    const look = (): Promise<void> => this.#look();
    // One look that failed does not keep the next one from looking.
    this.#refreshing = this.#refreshing.then(look, look);
    return this.#refreshing;
  }

  /** The current project; asks when it is not clear which. Undefined when there is none, or the person chose none. */
  async pick(): Promise<ProjectView | undefined> {
    await this.refresh();
    if (this.#current === undefined && this.count > 0) await this.choose();
    return this.#current;
  }

  /** Makes the project that a file belongs to the current one; anything else that a command is handed is passed over. */
  async select(given: unknown): Promise<void> {
    const file = fileOf(this.around.vs, given);
    if (file === undefined) return;
    if (this.#found.length === 0) await this.refresh();
    const around = this.#found.map(({ folder }) => folder).filter((folder) => isWithin(folder, file));
    const [nearest] = around.sort((a, b) => b.length - a.length);
    if (nearest !== undefined && nearest !== this.#current?.folder) await this.#remember(nearest);
  }

  /** Asks which project to work on. */
  async choose(): Promise<void> {
    const items = this.#found.map(({ name, folder, configured }) => ({
      label: name,
      description: configured ? '' : l10n.t('no JuliaKaggle.toml yet'),
      detail: folder,
    }));
    const chosen = await this.around.vs.window.showQuickPick(items, {
      title: l10n.t('Choose a Julia Project'),
    });
    if (chosen === undefined) return;
    await this.#remember(chosen.detail);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #remember(folder: string): Promise<void> {
    await this.around.memory.update(CHOICE, folder);
    await this.refresh();
  }

  async #look(): Promise<void> {
    const { vs, memory } = this.around;
    const folders = (vs.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const { findProjects, obviousProject } = await import('../../core/project/find-projects.ts');
    this.#found = vs.workspace.isTrusted ? await findProjects(folders.map(({ uri }) => uri.fsPath)) : [];
    const project = obviousProject(this.#found, memory.get<string>(CHOICE));
    this.#configured = project?.configured ?? false;
    this.#current = project === undefined ? undefined : await this.#describe(project);
    this.#isSearched = true;
    this.#changed.fire();
  }

  /** What can be said of a project before any run: its competition, or what is wrong with its JuliaKaggle.toml. */
  async #describe({ name, folder, configured }: FoundProject): Promise<ProjectView> {
    // What nobody has set up yet is no fault: the page asks for the competition.
    if (!configured) return { name, folder };
    try {
      const { competition, submit } = await (await this.around.core.project(folder)).config();
      return { name, folder, competition, submitAs: submit.as };
    } catch (error) {
      return { name, folder, problem: problemOf(error) };
    }
  }
}

/** The project that the page is about. */
export interface ProjectView {
  readonly name: string;
  readonly folder: string;
  /** As JuliaKaggle.toml names it; undefined when it does not, or cannot be read. */
  readonly competition?: string | undefined;
  /** What its `[submit] as` says; absent: what the competition takes. */
  readonly submitAs?: RouteName | 'auto' | undefined;
  /** What is wrong with JuliaKaggle.toml. */
  readonly problem?: ProblemView | undefined;
}

/** The file that a command was called for: the editor gives its address, and for a notebook what shows it. */
function fileOf(vs: Vs, given: unknown): string | undefined {
  const { notebookEditor } = (given ?? {}) as { notebookEditor?: { notebookUri?: unknown } };
  const uri = notebookEditor?.notebookUri ?? given;
  return uri instanceof vs.Uri ? uri.fsPath : undefined;
}
