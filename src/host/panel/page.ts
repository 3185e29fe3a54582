import { randomBytes } from 'node:crypto';
import type { Uri, Webview } from 'vscode';
import type { Clock } from '../../base/abort.ts';
import type { StageName } from '../../core/stages.ts';
import { type FromPanel, type Intent, parseFromPanel, type ToPanel } from '../../protocol/messages.ts';
import type { PanelState } from '../../protocol/panel-state.ts';
import type { Vs } from '../editor/editor.ts';
import { Soon } from '../editor/soon.ts';
import type { LogPart } from './logs.ts';

/** Changes that come quickly are shown together. */
const PUSH_INTERVAL_MS = 50;
/** No message is so long that the page has no time for anything else. */
const LINES_PER_MESSAGE = 1_000;

/** What the page shows and hands on to. */
export interface PageModel {
  readonly state: () => PanelState;
  /** What the run asks, if anything. */
  readonly question: () => string | undefined;
  readonly readLog: (stage: StageName, from: number, count: number) => LogPart;
  readonly onReady: () => void;
  /** The page begins to show the log of a stage. */
  readonly onLogOpened: (stage: StageName) => void;
  readonly onIntent: (intent: Intent) => void;
}

export interface PageAround {
  readonly vs: Vs;
  readonly clock: Clock;
  readonly extensionUri: Uri;
  readonly model: PageModel;
  /** A page is open and was sent the state. */
  readonly onReady: () => void;
  readonly onUnknownMessage: () => void;
}

/** How far the page has a log. */
interface Sent {
  readonly run: number;
  readonly next: number;
}

const NOTHING_SENT: Sent = { run: -1, next: 0 };

/** One page that shows the state, whole each time, and hands on what the person wants. */
export class PanelPage {
  #stateIsDue = false;
  readonly #sending: Soon;
  /** The stages whose log the page shows. */
  readonly #logs = new Map<StageName, Sent>();

  constructor(
    private readonly webview: Webview,
    private readonly around: PageAround,
    place: PanelResources['place'],
  ) {
    const { vs, clock } = around;
    this.#sending = new Soon(clock, PUSH_INTERVAL_MS, () => this.#send());
    const folder = vs.Uri.joinPath(around.extensionUri, 'dist', 'webview');
    const resource = (name: string): string => webview.asWebviewUri(vs.Uri.joinPath(folder, name)).toString();
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.onDidReceiveMessage((message: unknown) => this.#onMessage(message));
    webview.html = panelHtml({
      script: resource('panel.js'),
      style: resource('panel.css'),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: vs.env.language,
      title: 'Julia on Kaggle',
      place,
    });
  }

  /** Shows the state soon. */
  push(): void {
    this.#stateIsDue = true;
    this.#sending.ask();
  }

  /** Shows the new lines of a stage's log soon, where it is looked at. */
  pushLog(stage: StageName): void {
    if (this.#logs.has(stage)) this.#sending.ask();
  }

  dispose(): void {
    this.#sending.stop();
    this.#logs.clear();
  }

  #send(): void {
    this.#sending.stop();
    if (this.#stateIsDue) this.#post({ kind: 'state', state: this.around.model.state() });
    this.#stateIsDue = false;
    for (const stage of this.#logs.keys()) this.#sendLog(stage);
  }

  #sendLog(stage: StageName): void {
    const sent = this.#logs.get(stage) ?? NOTHING_SENT;
    const now = this.around.model.readLog(stage, sent.next, LINES_PER_MESSAGE);
    const part = now.run === sent.run ? now : this.around.model.readLog(stage, 0, LINES_PER_MESSAGE);
    if (part.run === sent.run && part.lines.length === 0) return;
    this.#logs.set(stage, { run: part.run, next: part.first + part.lines.length });
    this.#post({ kind: 'log', stage, ...part });
    if (part.lines.length === LINES_PER_MESSAGE) this.#sending.ask();
  }

  #post(message: ToPanel): void {
    void this.webview.postMessage(message);
  }

  #onMessage(message: unknown): void {
    const known = parseFromPanel(message);
    if (known === undefined) return this.around.onUnknownMessage();
    switch (known.kind) {
      case 'ready':
        return this.#onReady(known);
      case 'follow-log':
        return known.on ? this.#openLog(known.stage) : void this.#logs.delete(known.stage);
      default:
        return this.around.model.onIntent(known);
    }
  }

  #onReady({ logs }: Extract<FromPanel, { kind: 'ready' }>): void {
    this.#logs.clear();
    this.#stateIsDue = true;
    this.#send();
    this.around.onReady();
    this.around.model.onReady();
    for (const stage of logs) this.#openLog(stage);
  }

  #openLog(stage: StageName): void {
    this.#logs.set(stage, NOTHING_SENT);
    this.around.model.onLogOpened(stage);
    this.#sending.ask();
  }
}

export interface PanelResources {
  /** Addresses as the webview may load them. */
  readonly script: string;
  readonly style: string;
  /** The webview's own source, for the content security policy. */
  readonly source: string;
  /** New for each page; random. */
  readonly nonce: string;
  readonly language: string;
  readonly title: string;
  /** Where it is shown, which has a background of its own. */
  readonly place: 'view' | 'editor';
}

/** Pure: the page that loads the panel. Nothing but its own script and style may be loaded, and nothing be asked. */
export function panelHtml({ script, style, source, nonce, language, title, place }: PanelResources): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="${escapeHtml(style)}">
  </head>
  <body>
    <main id="app" class="${place}"></main>
    <script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
