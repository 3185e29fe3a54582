// A window of VS Code, played: loads the built extension with a made-up `vscode`, does in it what a user can do, and
// prints what was touched at each step, as JSON: files in the workspace and beside it, programs and hosts. Nothing is
// really started or called. Usage: node played-window.cjs BUNDLE WORKSPACE trusted|untrusted COMMAND...
const childProcess = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const net = require('node:net');
const { dirname, join } = require('node:path');
const { promisify } = require('node:util');

const [bundle, workspaceFolder, trust, ...commandIds] = process.argv.slice(2);
const manifest = require('../../package.json');
const nothing = () => undefined;

// ---- what is touched

const steps = {};
let touched = [];
const around = dirname(workspaceFolder);
const below = (path) => {
  const text = path instanceof URL ? path.pathname : String(path);
  return text.startsWith(around) ? text.slice(around.length + 1) : undefined;
};

function watchFiles(functions) {
  for (const [name, real] of Object.entries(functions)) {
    if (typeof real !== 'function' || /^[A-Z]/.test(name)) continue;
    const watched = function (...args) {
      const paths = args.flatMap((each) =>
        typeof each === 'string' || each instanceof URL || Buffer.isBuffer(each) ? [below(each)] : [],
      );
      for (const path of paths) if (path !== undefined) touched.push(`file ${path}`);
      return real.apply(this, args);
    };
    functions[name] = Object.assign(watched, real);
    if (real[promisify.custom]) watched[promisify.custom] = real[promisify.custom];
  }
}
watchFiles(fs);
watchFiles(fs.promises);

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  const refuse = (program) => {
    touched.push(`program ${program}`);
    throw Object.assign(new Error(`spawn ${program} ENOENT`), { code: 'ENOENT' });
  };
  childProcess[name] = refuse;
  refuse[promisify.custom] = async (program) => refuse(program);
}
net.Socket.prototype.connect = function (...args) {
  touched.push(`host ${JSON.stringify(args.flat()[0])}`);
  process.nextTick(() => this.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
  return this;
};

// ---- the editor

class Uri {
  constructor(fsPath, scheme = 'file') {
    Object.assign(this, { fsPath, path: fsPath, scheme });
  }
  static file = (path) => new Uri(path);
  static parse = (text) => new Uri(text, text.split(':')[0]);
  static joinPath = (uri, ...parts) => new Uri(join(uri.fsPath, ...parts), uri.scheme);
  toString = () => `${this.scheme}://${this.fsPath}`;
}
class EventEmitter {
  #listeners = new Set();
  event = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire = (value) => this.#listeners.forEach((listener) => listener(value));
  dispose = nothing;
}
class Plain {
  constructor(...args) {
    this.args = args;
  }
  appendMarkdown = () => this;
  appendText = () => this;
  appendTabstop = () => this;
  replace = nothing;
  intersection = () => this;
}
const never = () => ({ dispose: nothing });
const token = { isCancellationRequested: false, onCancellationRequested: never };
const found = { commands: new Map(), providers: {}, tools: new Map() };
const provider = (kind) => (_selector, it) => {
  found.providers[kind] = it;
  return never();
};

const config = join(workspaceFolder, 'JuliaKaggle.toml');
let configText = fs.readFileSync(config, 'utf8');
const document = {
  uri: Uri.file(config),
  fileName: config,
  getText: () => configText,
  offsetAt: ({ args: [line, column] }) =>
    configText.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + column,
  positionAt: (offset) => new Plain(0, offset),
};

/** Whoever is asked takes the first that is offered; no notification is answered. */
const window = {
  createOutputChannel: () =>
    new Proxy(
      {},
      { get: (_, name) => (text) => name === 'error' && process.stderr.write(`${text?.stack ?? text}\n`) },
    ),
  createStatusBarItem: () => ({ show: nothing, hide: nothing, dispose: nothing }),
  createTreeView: () => ({ visible: false, onDidChangeVisibility: never, dispose: nothing }),
  createWebviewPanel: () => page,
  registerWebviewViewProvider: (_id, it) => {
    found.providers.view = it;
    return never();
  },
  registerWebviewPanelSerializer: never,
  onDidChangeWindowState: never,
  createQuickPick: () => ({
    value: '',
    onDidChangeValue: never,
    onDidAccept: never,
    onDidHide: (listener) => void setTimeout(listener, 20),
    show: nothing,
    hide: nothing,
    dispose: nothing,
  }),
  showQuickPick: async (items) => [await items].flat()[0],
  showInputBox: async () => 'Inference',
  showOpenDialog: async () => [Uri.file(workspaceFolder)],
  showWorkspaceFolderPick: async () => ({ uri: Uri.file(workspaceFolder) }),
  showInformationMessage: async () => undefined,
  showWarningMessage: async () => undefined,
  showErrorMessage: async () => undefined,
  showTextDocument: async (uri) => void touched.push(`file ${below(uri.fsPath)}`),
  withProgress: async (_options, work) => work({ report: nothing }, token),
  state: { focused: true },
};
let onPageMessage = () => undefined;
const webview = {
  asWebviewUri: (uri) => uri,
  onDidReceiveMessage: (listener) => {
    onPageMessage = listener;
    return never();
  },
  postMessage: async () => true,
};
const page = { webview, onDidDispose: never, reveal: nothing, dispose: nothing };

const vscode = {
  ExtensionMode: { Production: 1, Development: 2, Test: 3 },
  Uri,
  EventEmitter,
  window,
  workspace: {
    isTrusted: trust === 'trusted',
    workspaceFolders: [{ uri: Uri.file(workspaceFolder), name: 'stranger', index: 0 }],
    textDocuments: [document],
    fs: { readDirectory: async (uri) => (await fs.promises.readdir(uri.fsPath)).map((name) => [name, 1]) },
    getConfiguration: () => ({
      get: () => undefined,
      inspect: () => undefined,
      update: async () => undefined,
    }),
    getWorkspaceFolder: () => undefined,
    createFileSystemWatcher: () => ({
      onDidCreate: never,
      onDidChange: never,
      onDidDelete: never,
      dispose: nothing,
    }),
    registerTextDocumentContentProvider: never,
  },
  commands: {
    registerCommand: (id, run) => {
      found.commands.set(id, run);
      return never();
    },
    executeCommand: async (id, ...args) => found.commands.get(id)?.(...args),
  },
  languages: {
    match: () => 10,
    createDiagnosticCollection: () => ({ set: nothing, delete: nothing, dispose: nothing }),
    registerCompletionItemProvider: provider('completion'),
    registerHoverProvider: provider('hover'),
    registerCodeLensProvider: provider('lens'),
    registerCodeActionsProvider: provider('actions'),
  },
  tasks: { registerTaskProvider: provider('tasks') },
  lm: {
    registerTool: (name, tool) => {
      found.tools.set(name, tool);
      return never();
    },
  },
  authentication: { registerAuthenticationProvider: never },
  env: { language: 'en', uiKind: 1, openExternal: async ({ fsPath }) => void touched.push(`host ${fsPath}`) },
  l10n: { t: (text) => (typeof text === 'string' ? text : text.message), bundle: undefined },
};
/** What is not named above: events that never come, classes that hold nothing, enumerations of themselves. */
const filled = (known) =>
  new Proxy(known, {
    get: (object, name) => {
      if (typeof name !== 'string' || name in object) return object[name];
      return /^(on|register|create)[A-Z]/.test(name) ? never : class extends Plain {};
    },
  });
for (const part of ['window', 'workspace', 'languages', 'env', 'authentication'])
  vscode[part] = filled(vscode[part]);
// The names of its own are copied by the bundle; all others come from what is behind it.
const editor = Object.create(filled(vscode));
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));

// ---- what a user does

const memento = () => ({
  get: (_key, otherwise) => otherwise,
  update: async () => undefined,
  keys: () => [],
});
const storage = join(bundle, 'storage');
const context = {
  subscriptions: [],
  extensionMode: 1,
  secrets: {
    get: async () => undefined,
    store: async () => undefined,
    delete: async () => undefined,
    onDidChange: never,
  },
  workspaceState: memento(),
  globalState: memento(),
  extensionUri: Uri.file(bundle),
  storageUri: Uri.file(storage),
  globalStorageUri: Uri.file(storage),
  extension: { packageJSON: manifest },
};
/** Long enough for what is put off by some hundred milliseconds. */
const settle = (ms = 50) => new Promise((done) => setTimeout(done, ms));

async function step(name, work) {
  touched = steps[name] = [];
  await Promise.race([Promise.resolve().then(work), settle(5000)]).catch((error) =>
    process.stderr.write(`${name}: ${error?.stack ?? error}\n`),
  );
  await settle();
}

async function main() {
  const extension = require(join(bundle, 'extension.cjs'));
  await step('activation', async () => {
    extension.activate(context);
    await settle(1500);
  });
  const { completion, hover, lens, tasks, view } = found.providers;
  const place = (line, column) => new Plain(line, column);
  for (const [line, text] of configText.split('\n').entries()) {
    const column = text.indexOf('"') + 1;
    if (column === 0) continue;
    await step(`completion ${line}`, () =>
      completion.provideCompletionItems(document, place(line, column), token),
    );
    // Another one than was looked up when the file was opened, which is remembered.
    configText = configText.replace('harbour-tides', 'harbour-heights');
    await step(`hover ${line}`, () => hover.provideHover(document, place(line, column), token));
  }
  await step('lens', async () => {
    for (const { args } of await lens.provideCodeLenses(document, token))
      touched.push(`lens ${args[1].command}`);
  });
  for (const id of commandIds)
    await step(id, () => found.commands.get(id)(/runStage/.test(id) ? 'rehearse' : document.uri));
  await step('tasks', async () => {
    for (const { args } of await tasks.provideTasks()) touched.push(`task ${args[2]}`);
    const task = tasks.resolveTask({ definition: { type: 'julia-kaggle', stage: 'rehearse' } });
    const [terminal] = [await task.args.at(-1).args[0]()];
    terminal.open();
    // On a busy machine too it comes to read the project in this time, where it may.
    await settle(500);
    terminal.close();
  });
  for (const [name, tool] of found.tools)
    await step(`tool ${name}`, async () => {
      await tool.prepareInvocation({ input: {} }, token);
      await tool.invoke({ input: {} }, token);
    });
  await step('page', async () => {
    view.resolveWebviewView(page);
    for (const message of [
      { kind: 'ready', logs: ['build', 'test'] },
      { kind: 'follow-log', stage: 'build', on: true },
      { kind: 'plan' },
      { kind: 'accept-plan' },
      { kind: 'run-stage', stage: 'rehearse' },
      ...['project', 'engine', 'account', 'competition'].map((fact) => ({ kind: 'mend', fact })),
      { kind: 'take-remedy', command: 'run --until rehearse' },
      { kind: 'open', url: 'https://evil.example/' },
    ]) {
      onPageMessage(message);
      await settle();
    }
  });
  process.stdout.write(JSON.stringify(steps));
  process.exit(0);
}
process.on('unhandledRejection', (error) => process.stderr.write(`${error?.stack ?? error}\n`));
void main();
