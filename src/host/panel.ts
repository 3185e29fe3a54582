import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview, type WebviewView, type WebviewViewProvider } from 'vscode';
import { type Intent, parseFromPanel, type ToPanel } from '../protocol/messages.ts';
import type { PanelState } from '../protocol/panel-state.ts';
import { panelHtml } from './panel-html.ts';

/** Changes that come quickly are shown together. */
const PUSH_INTERVAL_MS = 50;

interface Around {
  readonly extensionUri: Uri;
  readonly state: () => PanelState;
  /** The page is open and was sent the state. */
  readonly onReady: () => void;
  readonly onIntent: (intent: Intent) => void;
  readonly onUnknownMessage: () => void;
}

/** The view "Pipeline": shows the state, whole each time, and hands on what the person wants. */
export class Panel implements WebviewViewProvider {
  static readonly viewId = 'juliaKaggle.pipeline';
  #webview: Webview | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly around: Around) {}

  resolveWebviewView(view: WebviewView): void {
    const { webview } = view;
    const folder = Uri.joinPath(this.around.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.onDidReceiveMessage((message: unknown) => this.#onMessage(message));
    view.onDidDispose(() => {
      this.#webview = undefined;
    });
    this.#webview = webview;
    const resource = (name: string): string => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
    webview.html = panelHtml({
      script: resource('panel.js'),
      style: resource('panel.css'),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: env.language,
      title: 'Julia on Kaggle',
    });
  }

  /** Shows the state soon. */
  push(): void {
    this.#timer ??= setTimeout(() => this.#send(), PUSH_INTERVAL_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const message: ToPanel = { kind: 'state', state: this.around.state() };
    void this.#webview?.postMessage(message);
  }

  #onMessage(message: unknown): void {
    const intent = parseFromPanel(message);
    if (intent === undefined) return this.around.onUnknownMessage();
    if (intent.kind !== 'ready') return this.around.onIntent(intent);
    this.#send();
    this.around.onReady();
  }
}
