import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, normalize, posix, sep } from 'node:path';
import type * as vscode from 'vscode';
import type { Vs } from '../../src/host/editor/editor.ts';

// A small double of the editor's API: what a window does with what it is given, as far as the code under test looks.

/** What the user was shown or asked. */
export interface Shown {
  readonly kind: 'info' | 'warning' | 'error' | 'pick' | 'input' | 'dialog' | 'progress';
  /** Of a message its text, of everything else its title. */
  readonly text: string;
  readonly detail?: string | undefined;
  /** The buttons, or the labels to choose from. */
  readonly choices: readonly string[];
}

type Reply = unknown;
type AnyListener = (value: unknown) => unknown;

class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = '',
    private readonly text?: string,
  ) {}
  /** A path with the drive of Windows is `/C:/…` in it. */
  static file = (path: string): Uri =>
    new Uri('file', path.replace(/^[A-Za-z]:/, '/$&').replaceAll(sep, '/'));
  static parse = (text: string): Uri => {
    const { protocol, pathname } = new URL(text);
    return new Uri(protocol.slice(0, -1), pathname, '', text);
  };
  static from = ({ scheme, path = '', query = '' }: { scheme: string; path?: string; query?: string }): Uri =>
    new Uri(scheme, path, query);
  static joinPath = (uri: Uri, ...parts: string[]): Uri =>
    new Uri(uri.scheme, posix.join(uri.path, ...parts));
  get fsPath(): string {
    return /^\/[A-Za-z]:/.test(this.path) ? normalize(this.path.slice(1)) : this.path;
  }
  with({ scheme = this.scheme }: { scheme?: string }): Uri {
    return new Uri(scheme, this.path, this.query);
  }
  toString(): string {
    return this.text ?? `${this.scheme}:${this.path}${this.query === '' ? '' : `?${this.query}`}`;
  }
}

class EventEmitter {
  readonly #listeners = new Set<AnyListener>();
  readonly event = (listener: AnyListener): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };
  fire(value?: unknown): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
  get listeners(): number {
    return this.#listeners.size;
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(...given: [Position, Position] | [number, number, number, number]) {
    const [a, b, c, d] = given;
    this.start = typeof a === 'number' ? new Position(a, b as number) : a;
    this.end = typeof a === 'number' ? new Position(c ?? 0, d ?? 0) : (b as Position);
  }
  intersection(other: Range): Range | undefined {
    const isBefore = (one: Position, two: Position): boolean =>
      one.line < two.line || (one.line === two.line && one.character < two.character);
    return isBefore(this.end, other.start) || isBefore(other.end, this.start) ? undefined : this;
  }
}

class MarkdownString {
  isTrusted: unknown;
  constructor(public value = '') {}
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
    return this;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

class SnippetString {
  value = '';
  appendText(text: string): this {
    this.value += text.replaceAll('$', '\\$');
    return this;
  }
  appendTabstop(number: number): this {
    this.value += `$${number}`;
    return this;
  }
}

class WorkspaceEdit {
  readonly changes: { uri: Uri; range: Range; text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.changes.push({ uri, range, text });
  }
  insert(uri: Uri, at: Position, text: string): void {
    this.replace(uri, new Range(at, at), text);
  }
}

/** Something with the named members of its constructor's arguments. */
const record = (...names: string[]) =>
  function (this: object, ...given: unknown[]): void {
    for (const [at, name] of names.entries()) Object.assign(this, { [name]: given[at] });
  };

/** A text in the window, whether or not there is a file of it. */
class Document {
  readonly saved: string[] = [];
  constructor(
    readonly uri: Uri,
    private text: string,
  ) {}
  get fileName(): string {
    return this.uri.fsPath;
  }
  getText(): string {
    return this.text;
  }
  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset).split('\n');
    return new Position(before.length - 1, before.at(-1)?.length ?? 0);
  }
  offsetAt({ line, character }: Position): number {
    return this.text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  }
  save(): Promise<boolean> {
    this.saved.push(this.text);
    return Promise.resolve(true);
  }
  change(text: string): void {
    this.text = text;
  }
  apply({ range, text }: { range: Range; text: string }): void {
    const [start, end] = [this.offsetAt(range.start), this.offsetAt(range.end)];
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
  }
}

const DISPOSABLE = { dispose: (): void => undefined };
const ENUMS = {
  ProgressLocation: { Notification: 15 },
  StatusBarAlignment: { Left: 1 },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1 },
  ViewColumn: { Active: -1 },
  UIKind: { Desktop: 1, Web: 2 },
  TaskScope: { Workspace: 2 },
  ConfigurationTarget: { Global: 1 },
  ExtensionMode: { Production: 1, Development: 2, Test: 3 },
  CompletionItemKind: { Property: 9, Module: 8, Value: 11, Variable: 5 },
  DiagnosticSeverity: { Error: 0, Warning: 1 },
  CodeActionKind: { QuickFix: 'quickfix' },
};

/** A window that a test looks at and answers in the user's place. */
export class EditorDouble {
  /** All that was shown or asked, in order. */
  readonly shown: Shown[] = [];
  /** The commands of the editor itself that were called, with what they were given. */
  readonly executed: (readonly [id: string, ...given: unknown[]])[] = [];
  readonly commands = new Map<string, (...given: unknown[]) => unknown>();
  readonly contextKeys = new Map<string, unknown>();
  readonly log: string[] = [];
  /** The addresses that were opened in the browser. */
  readonly opened: string[] = [];
  /** The files that were shown in an editor. */
  readonly files: string[] = [];
  readonly settings = new Map<string, unknown>();
  /** What was typed into terminals, each with its name. */
  readonly typed: string[] = [];
  readonly documents: Document[] = [];
  readonly statusItems: Record<string, unknown>[] = [];
  readonly treeProviders = new Map<string, unknown>();
  readonly treeViews = new Map<string, { visible: boolean; look: () => void }>();
  /** What was registered, by the name of the function that did: `registerTaskProvider`, ... */
  readonly registered = new Map<string, unknown>();
  /** The tools for language models. */
  readonly tools = new Map<string, vscode.LanguageModelTool<object>>();
  readonly contents = new Map<string, vscode.TextDocumentContentProvider>();
  readonly panels: WebviewDouble[] = [];
  readonly quickPicks: QuickPickDouble[] = [];
  readonly inputBoxes: InputBoxDouble[] = [];
  readonly diagnostics = new Map<string, unknown>();
  readonly clipboard = { text: '' };
  readonly secrets = new Map<string, string>();
  readonly secretsChanged = new EventEmitter();
  /** Events of the workspace and of the window, by the name of the API. */
  readonly events = new Map<string, EventEmitter>();
  /** Whoever waits for what goes on in a notification calls it off by this. */
  readonly cancelProgress = new EventEmitter();
  folders: string[] = [];
  isTrusted = true;
  isWeb = false;
  focused = true;
  readonly #replies: { readonly about: string | RegExp; readonly reply: Reply }[] = [];

  /** Answers the next question whose text contains this: by the beginning of a button's label, a part of an item's, several, a text, or a function. */
  reply(about: string | RegExp, reply: Reply): this {
    this.#replies.push({ about, reply });
    return this;
  }

  /** The texts that were shown or asked so far. */
  get texts(): string[] {
    return this.shown.map(({ text }) => text);
  }

  event(name: string): EventEmitter {
    const known = this.events.get(name) ?? new EventEmitter();
    this.events.set(name, known);
    return known;
  }

  /** Calls a command as the palette does. */
  async run(id: string, ...given: unknown[]): Promise<unknown> {
    const command = this.commands.get(`juliaKaggle.${id}`);
    if (command === undefined) throw new Error(`There is no command ${id}.`);
    return await command(...given);
  }

  uri(path: string): vscode.Uri {
    return Uri.file(path) as unknown as vscode.Uri;
  }

  /** Opens a text in the window. */
  document(uri: vscode.Uri, text: string): Document {
    const document = new Document(Uri.file(uri.fsPath), text);
    this.documents.push(document);
    return document;
  }

  /** What an extension is activated with. */
  context(storage: string, mode = ENUMS.ExtensionMode.Production): vscode.ExtensionContext {
    const memento = (): vscode.Memento => {
      const kept = new Map<string, unknown>();
      return {
        get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
        update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
        keys: () => [...kept.keys()],
      } as vscode.Memento;
    };
    return {
      subscriptions: [],
      extensionMode: mode,
      extensionUri: Uri.file(join(import.meta.dirname, '..', '..')),
      storageUri: Uri.file(storage),
      globalStorageUri: Uri.file(storage),
      workspaceState: memento(),
      globalState: memento(),
      extension: { packageJSON: { contributes: { commands: [] } } },
      secrets: {
        get: (key: string) => Promise.resolve(this.secrets.get(key)),
        store: (key: string, value: string) => {
          this.secrets.set(key, value);
          this.secretsChanged.fire({ key });
          return Promise.resolve();
        },
        delete: (key: string) => {
          this.secrets.delete(key);
          this.secretsChanged.fire({ key });
          return Promise.resolve();
        },
        onDidChange: this.secretsChanged.event,
      },
    } as unknown as vscode.ExtensionContext;
  }

  /** The API. */
  readonly vs: Vs = (() => {
    const double = this; // eslint-disable-line @typescript-eslint/no-this-alias
    const register =
      (name: string) =>
      (...given: unknown[]): typeof DISPOSABLE => {
        double.registered.set(name, given);
        return DISPOSABLE;
      };
    return {
      ...ENUMS,
      Uri,
      EventEmitter,
      Position,
      Range,
      MarkdownString,
      SnippetString,
      WorkspaceEdit,
      CancellationError: class extends Error {},
      ThemeColor: record('id'),
      ThemeIcon: record('id', 'color'),
      TreeItem: record('label', 'collapsibleState'),
      CompletionItem: record('label', 'kind'),
      Diagnostic: record('range', 'message', 'severity'),
      Hover: record('contents', 'range'),
      CodeAction: record('title', 'kind'),
      CodeLens: record('range', 'command'),
      CustomExecution: record('callback'),
      Task: record('definition', 'scope', 'name', 'source', 'execution'),
      l10n: { bundle: undefined },
      env: {
        language: 'en',
        get uiKind() {
          return double.isWeb ? ENUMS.UIKind.Web : ENUMS.UIKind.Desktop;
        },
        openExternal: (uri: Uri) => Promise.resolve(double.opened.push(uri.toString()) > 0),
        clipboard: { writeText: (text: string) => Promise.resolve(void (double.clipboard.text = text)) },
      },
      commands: {
        registerCommand: (id: string, run: (...given: unknown[]) => unknown) => {
          double.commands.set(id, run);
          return { dispose: () => double.commands.delete(id) };
        },
        executeCommand: async (id: string, ...given: unknown[]): Promise<unknown> => {
          if (id === 'setContext') double.contextKeys.set(String(given[0]), given[1]);
          else double.executed.push([id, ...given]);
          return await double.commands.get(id)?.(...given);
        },
      },
      window: double.#window(register),
      workspace: double.#workspace(),
      languages: {
        match: (_: unknown, { fileName }: Document) => (fileName.endsWith('JuliaKaggle.toml') ? 10 : 0),
        createDiagnosticCollection: () => ({
          set: (uri: Uri, all: unknown) => void double.diagnostics.set(uri.toString(), all),
          delete: (uri: Uri) => void double.diagnostics.delete(uri.toString()),
          dispose: () => double.diagnostics.clear(),
        }),
        registerCompletionItemProvider: register('registerCompletionItemProvider'),
        registerHoverProvider: register('registerHoverProvider'),
        registerCodeLensProvider: register('registerCodeLensProvider'),
        registerCodeActionsProvider: register('registerCodeActionsProvider'),
      },
      LanguageModelTextPart: record('value'),
      LanguageModelToolResult: record('content'),
      lm: {
        registerTool: (name: string, tool: vscode.LanguageModelTool<object>) => {
          double.tools.set(name, tool);
          return DISPOSABLE;
        },
      },
      tasks: { registerTaskProvider: register('registerTaskProvider') },
      authentication: { registerAuthenticationProvider: register('registerAuthenticationProvider') },
    } as unknown as Vs;
  })();

  #window(register: (name: string) => (...given: unknown[]) => typeof DISPOSABLE) {
    const double = this; // eslint-disable-line @typescript-eslint/no-this-alias
    const message =
      (kind: Shown['kind']) =>
      async (text: string, ...rest: unknown[]): Promise<unknown> => {
        const [first] = rest;
        const options =
          typeof first === 'object' && first !== null && !('title' in first)
            ? (first as { detail?: string })
            : {};
        const buttons = rest.filter((each) => each !== options);
        const label = (button: unknown): string =>
          typeof button === 'string' ? button : (button as { title: string }).title;
        const answer = await this.#ask({ kind, text, detail: options.detail, choices: buttons.map(label) });
        return buttons.find((button) => typeof answer === 'string' && label(button).startsWith(answer));
      };
    const log = (level: string) => (text: string) => void this.log.push(`${level}: ${text}`);
    return {
      get state() {
        return { focused: double.focused };
      },
      onDidChangeWindowState: this.event('onDidChangeWindowState').event,
      onDidCloseTerminal: this.event('onDidCloseTerminal').event,
      createTerminal: ({ name, cwd }: vscode.TerminalOptions) => ({
        show: () => undefined,
        sendText: (text: string) => void this.typed.push(`${name ?? ''} in ${String(cwd)}: ${text}`),
      }),
      showInformationMessage: message('info'),
      showWarningMessage: message('warning'),
      showErrorMessage: message('error'),
      showQuickPick: async (
        given: readonly unknown[] | Promise<readonly unknown[]>,
        options: { title?: string; canPickMany?: boolean } = {},
      ): Promise<unknown> => {
        const items = (await given) as readonly (string | { label: string })[];
        const label = (item: string | { label: string }): string =>
          typeof item === 'string' ? item : item.label;
        const answer = await this.#ask({
          kind: 'pick',
          text: options.title ?? '',
          choices: items.map(label),
        });
        if (answer === undefined) return undefined;
        const wanted = [answer].flat().map(String);
        const chosen = items.filter((item) => wanted.some((one) => label(item).includes(one)));
        return options.canPickMany === true ? chosen : chosen[0];
      },
      showInputBox: async ({
        title = '',
        prompt = '',
        ...options
      }: vscode.InputBoxOptions): Promise<unknown> => {
        const answer = await this.#ask({ kind: 'input', text: `${title}: ${prompt}`, choices: [] });
        const wrong = typeof answer === 'string' ? await options.validateInput?.(answer) : undefined;
        if (wrong !== undefined && wrong !== null) throw new Error(`Refused: ${JSON.stringify(wrong)}`);
        return answer;
      },
      showOpenDialog: async ({ title = '' }: vscode.OpenDialogOptions): Promise<unknown> => {
        const answer = await this.#ask({ kind: 'dialog', text: title, choices: [] });
        return typeof answer === 'string' ? [Uri.file(answer)] : undefined;
      },
      showWorkspaceFolderPick: async (): Promise<unknown> => {
        const answer = await this.#ask({ kind: 'pick', text: 'folder', choices: this.folders });
        return typeof answer === 'string' ? { uri: Uri.file(answer) } : undefined;
      },
      showTextDocument: (given: Uri | Document, { selection }: { selection?: Range } = {}) => {
        const file = 'fsPath' in given ? given.fsPath : given.fileName;
        this.files.push(selection === undefined ? file : `${file}:${selection.start.line + 1}`);
        return Promise.resolve({});
      },
      withProgress: async (
        { title = '' }: { title?: string },
        work: (progress: unknown, token: unknown) => Promise<unknown>,
      ): Promise<unknown> => {
        const token = {
          isCancellationRequested: false,
          onCancellationRequested: this.cancelProgress.event,
        };
        const report = ({ message: text = '' }: { message?: string }): void =>
          void this.shown.push({ kind: 'progress', text, choices: [] });
        if (title !== '') report({ message: title });
        return work({ report }, token);
      },
      createOutputChannel: () => ({
        ...{ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
        show: () => void this.log.push('shown'),
        dispose: () => undefined,
      }),
      createStatusBarItem: (id: string) => {
        const item: Record<string, unknown> = {
          id,
          visible: false,
          show: () => void (item['visible'] = true),
          hide: () => void (item['visible'] = false),
          dispose: () => void (item['disposed'] = true),
        };
        this.statusItems.push(item);
        return item;
      },
      createTreeView: (id: string, { treeDataProvider }: { treeDataProvider: unknown }) => {
        const changed = new EventEmitter();
        const view = {
          visible: false,
          onDidChangeVisibility: changed.event,
          dispose: () => undefined,
          look: () => {
            view.visible = true;
            changed.fire({ visible: true });
          },
        };
        this.treeProviders.set(id, treeDataProvider);
        this.treeViews.set(id, view);
        return view;
      },
      createWebviewPanel: () => {
        const panel = new WebviewDouble();
        this.panels.push(panel);
        return panel;
      },
      createQuickPick: () => {
        const pick = new QuickPickDouble();
        this.quickPicks.push(pick);
        return pick;
      },
      createInputBox: () => {
        const box = new InputBoxDouble();
        this.inputBoxes.push(box);
        return box;
      },
      registerWebviewViewProvider: register('registerWebviewViewProvider'),
      registerWebviewPanelSerializer: register('registerWebviewPanelSerializer'),
    };
  }

  #workspace() {
    const double = this; // eslint-disable-line @typescript-eslint/no-this-alias
    const on = (name: string) => this.event(name).event;
    const open = async (uri: Uri): Promise<Document> => {
      const known = this.documents.find((each) => each.uri.toString() === uri.toString());
      if (known !== undefined) return known;
      const document = new Document(uri, uri.scheme === 'file' ? await readFile(uri.fsPath, 'utf8') : '');
      this.documents.push(document);
      return document;
    };
    return {
      get isTrusted() {
        return double.isTrusted;
      },
      get workspaceFolders() {
        return double.folders.map((path) => ({ uri: Uri.file(path), name: path }));
      },
      get textDocuments() {
        return double.documents;
      },
      getWorkspaceFolder: ({ fsPath }: Uri) =>
        this.folders.filter((path) => fsPath.startsWith(path)).map((path) => ({ uri: Uri.file(path) }))[0],
      getConfiguration: () => ({
        get: (name: string) => this.settings.get(name) ?? '',
        update: (name: string, value: unknown) => Promise.resolve(void this.settings.set(name, value)),
      }),
      fs: {
        readFile: async ({ fsPath }: Uri) => new Uint8Array(await readFile(fsPath)),
        readDirectory: async ({ fsPath }: Uri) => (await readdir(fsPath)).map((name) => [name, 1]),
      },
      createFileSystemWatcher: (pattern: string) => ({
        onDidCreate: on(`create ${pattern}`),
        onDidChange: on(`change ${pattern}`),
        onDidDelete: on(`delete ${pattern}`),
        dispose: () => undefined,
      }),
      registerTextDocumentContentProvider: (scheme: string, provider: vscode.TextDocumentContentProvider) => {
        this.contents.set(scheme, provider);
        return { dispose: () => this.contents.delete(scheme) };
      },
      openTextDocument: open,
      applyEdit: async ({ changes }: WorkspaceEdit) => {
        for (const change of changes) (await open(change.uri)).apply(change);
        return true;
      },
      ...Object.fromEntries(
        [
          'onDidChangeConfiguration',
          'onDidOpenTextDocument',
          'onDidChangeTextDocument',
          'onDidCloseTextDocument',
          'onDidSaveTextDocument',
          'onDidCreateFiles',
          'onDidDeleteFiles',
          'onDidRenameFiles',
          'onDidGrantWorkspaceTrust',
          'onDidChangeWorkspaceFolders',
        ].map((name) => [name, on(name)]),
      ),
    };
  }

  /** An unexpected question is left without an answer, as by a user who presses Escape. */
  async #ask(question: Shown): Promise<unknown> {
    this.shown.push(question);
    const { text } = question;
    const at = this.#replies.findIndex(({ about }) =>
      typeof about === 'string' ? text.includes(about) : about.test(text),
    );
    const [known] = at < 0 ? [] : this.#replies.splice(at, 1);
    const reply: unknown = known?.reply;
    return typeof reply === 'function' ? await (reply as (shown: Shown) => unknown)(question) : reply;
  }
}

/** A webview, in a view or an editor. */
export class WebviewDouble {
  readonly id = randomUUID();
  readonly posted: unknown[] = [];
  revealed = 0;
  disposed = false;
  iconPath: unknown;
  badge: unknown;
  readonly #message = new EventEmitter();
  readonly #disposed = new EventEmitter();
  readonly #posted = new EventEmitter();
  readonly onDidDispose = this.#disposed.event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'csp:',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.#message.event,
    postMessage: (message: unknown) => {
      this.posted.push(message);
      this.#posted.fire(message);
      return Promise.resolve(true);
    },
  };
  /** The page sends this. */
  send(message: unknown): void {
    this.#message.fire(message);
  }
  /** The next message to the page that `is` wanted. */
  next(is: (message: unknown) => boolean): Promise<unknown> {
    return new Promise((resolve) => {
      const listening = this.#posted.event((message) => {
        if (!is(message)) return;
        listening.dispose();
        resolve(message);
      });
    });
  }
  reveal(): void {
    this.revealed += 1;
  }
  dispose(): void {
    this.disposed = true;
    this.#disposed.fire();
  }
}

/** A box for typing, with a list below it. */
class InputDouble {
  value = '';
  title: string | undefined;
  busy = false;
  isDisposed = false;
  readonly #accept = new EventEmitter();
  readonly #hide = new EventEmitter();
  readonly #change = new EventEmitter();
  readonly onDidAccept = this.#accept.event;
  readonly onDidHide = this.#hide.event;
  readonly onDidChangeValue = this.#change.event;
  show(): void {
    // It is there at once.
  }
  hide(): void {
    this.#hide.fire();
  }
  dispose(): void {
    this.isDisposed = true;
  }
  type(text: string): void {
    this.value = text;
    this.#change.fire(text);
  }
  accept(): void {
    this.#accept.fire();
  }
}
export class InputBoxDouble extends InputDouble {
  prompt = '';
  password = false;
}
export class QuickPickDouble extends InputDouble {
  placeholder: string | undefined;
  activeItems: readonly vscode.QuickPickItem[] = [];
  selectedItems: readonly vscode.QuickPickItem[] = [];
  items: readonly vscode.QuickPickItem[] = [];
  choose(label: string): void {
    this.selectedItems = this.items.filter((item) => item.label.includes(label));
    this.accept();
  }
}
