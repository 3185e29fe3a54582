import type {
  Disposable,
  WebviewPanel,
  WebviewPanelSerializer,
  WebviewView,
  WebviewViewProvider,
} from 'vscode';
import type { StageName } from '../../core/stages.ts';
import { type PageAround, PanelPage } from './page.ts';

/** The Pipeline: a view in the side bar, and an editor where there is more room. All show the same. */
export class Panel implements WebviewViewProvider, WebviewPanelSerializer {
  static readonly viewId = 'juliaKaggle.pipeline';
  static readonly editorType = 'juliaKaggle.pipelineEditor';
  readonly #pages = new Set<PanelPage>();
  #editor: WebviewPanel | undefined;
  #view: WebviewView | undefined;

  constructor(private readonly around: PageAround) {}

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    view.onDidDispose(() => (this.#view = undefined));
    this.#add(new PanelPage(view.webview, this.around, 'view'), view.onDidDispose);
    this.#showBadge();
  }

  /** The window was reloaded with the editor open. The page keeps nothing but what is unfolded, by itself. */
  deserializeWebviewPanel(panel: WebviewPanel): Promise<void> {
    this.#adopt(panel);
    return Promise.resolve();
  }

  /** Opens the editor, or shows the one that is open. */
  openEditor(): void {
    if (this.#editor !== undefined) return this.#editor.reveal();
    const { editorType } = Panel;
    const { vs } = this.around;
    this.#adopt(vs.window.createWebviewPanel(editorType, 'Julia on Kaggle', vs.ViewColumn.Active, {}));
  }

  /** Shows the editor where it is open, else the view. */
  async reveal(): Promise<void> {
    if (this.#editor !== undefined) this.#editor.reveal();
    else await this.around.vs.commands.executeCommand('workbench.view.extension.juliaKaggle');
  }

  /** Registers the view, and the editor for the next start of the window. */
  register(): Disposable[] {
    const { vs } = this.around;
    return [
      vs.window.registerWebviewViewProvider(Panel.viewId, this),
      vs.window.registerWebviewPanelSerializer(Panel.editorType, this),
    ];
  }

  /** Shows the state soon, or the new lines of the log of this stage. */
  push(log?: StageName): void {
    if (log === undefined) this.#showBadge();
    for (const page of this.#pages) {
      if (log === undefined) page.push();
      else page.pushLog(log);
    }
  }

  dispose(): void {
    // The editor stays: the window shows it again at its next start.
    for (const page of this.#pages) page.dispose();
  }

  /** At the icon of the extension: the page asks something. */
  #showBadge(): void {
    if (this.#view === undefined) return;
    const tooltip = this.around.model.question();
    this.#view.badge = tooltip === undefined ? undefined : { value: 1, tooltip };
  }

  #adopt(panel: WebviewPanel): void {
    this.#editor?.dispose();
    this.#editor = panel;
    panel.iconPath = this.around.vs.Uri.joinPath(this.around.extensionUri, 'media', 'icon.png');
    this.#add(new PanelPage(panel.webview, this.around, 'editor'), panel.onDidDispose);
    panel.onDidDispose(() => {
      if (this.#editor === panel) this.#editor = undefined;
    });
  }

  #add(page: PanelPage, onDidDispose: WebviewView['onDidDispose']): void {
    this.#pages.add(page);
    onDidDispose(() => {
      page.dispose();
      this.#pages.delete(page);
    });
  }
}
