import { dirname } from 'node:path';
import { EventEmitter, l10n, type Memento, Uri, workspace } from 'vscode';
import type { FoundProject } from '../core/project/find-projects.ts';
import { describeProject } from './describe-project.ts';
import type { ProjectView } from './project-view.ts';
import { window } from './window.ts';

const CHOICE = 'chosenProject';
const WATCHED = '**/{Project,JuliaProject,JuliaKaggle}.toml';

/** The Julia projects of the workspace, and the one that is worked on. In an untrusted workspace there are none. */
export class Projects {
  #found: readonly FoundProject[] = [];
  #current: ProjectView | undefined;
  #configured = false;
  #isSearched = false;
  #refreshing: Promise<void> = Promise.resolve();
  readonly #changed = new EventEmitter<void>();
  readonly #watcher = workspace.createFileSystemWatcher(WATCHED);
  readonly #disposables = [
    this.#changed,
    this.#watcher,
    this.#watcher.onDidCreate(() => this.refresh()),
    this.#watcher.onDidChange(() => this.refresh()),
    this.#watcher.onDidDelete(() => this.refresh()),
    workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
    workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
  ];
  readonly onDidChange = this.#changed.event;

  constructor(private readonly memory: Memento) {}

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
    this.#refreshing = this.#refreshing.then(() => this.#look());
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
    const folder = given instanceof Uri ? dirname(given.fsPath) : undefined;
    if (folder === undefined || folder === this.#current?.folder) return;
    if (this.#found.length === 0) await this.refresh();
    if (this.#found.some((project) => project.folder === folder)) await this.#remember(folder);
  }

  /** Asks which project to work on. */
  async choose(): Promise<void> {
    const items = this.#found.map(({ name, folder, configured }) => ({
      label: name,
      description: configured ? '' : l10n.t('no JuliaKaggle.toml yet'),
      detail: folder,
    }));
    const chosen = await window.showQuickPick(items, { title: l10n.t('Choose a Julia Project') });
    if (chosen === undefined) return;
    await this.#remember(chosen.detail);
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }

  async #remember(folder: string): Promise<void> {
    await this.memory.update(CHOICE, folder);
    await this.refresh();
  }

  async #look(): Promise<void> {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const { findProjects, obviousProject } = await import('../core/project/find-projects.ts');
    this.#found = workspace.isTrusted ? await findProjects(folders.map(({ uri }) => uri.fsPath)) : [];
    const project = obviousProject(this.#found, this.memory.get<string>(CHOICE));
    this.#configured = project?.configured ?? false;
    this.#current = project === undefined ? undefined : await describeProject(project);
    this.#isSearched = true;
    this.#changed.fire();
  }
}
