import type { DiagnosticCollection, DocumentFilter, TextDocument } from 'vscode';
import { isCancelled } from '../../base/errors.ts';
import { CONFIG_FILE } from '../../core/config-file.ts';
import type { Around } from '../around.ts';
import { signalOf } from '../editor/asking.ts';
import { type Disposable, Disposables } from '../editor/disposables.ts';
import type { KaggleFacts } from './kaggle-facts.ts';
import type { Shown } from './config-editor.ts';

/** The file has no language of its own everywhere: TOML comes with an extension. */
const SELECTOR: DocumentFilter = { scheme: 'file', pattern: `**/${CONFIG_FILE}` };
/** Looked at when the person pauses. */
const PAUSE_MS = 300;

type HelpAround = Pick<Around, 'vs' | 'core' | 'log' | 'clock'>;

/** Help with writing JuliaKaggle.toml. What it needs is loaded when such a file is first opened. */
export function registerConfigHelp(around: HelpAround): Disposable[] {
  const { vs } = around;
  let facts: Promise<KaggleFacts> | undefined;
  const load = async () => {
    facts ??= kaggleFacts(around);
    const [help, known] = await Promise.all([import('./config-editor.ts'), facts]);
    return { help, facts: known };
  };
  const diagnostics = new Diagnostics(around, async (document, signal) => {
    const { help, facts: known } = await load();
    return help.diagnostics(vs, document, known, signal);
  });
  return [
    diagnostics,
    vs.languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: async (document, position, token) => {
          const { help, facts: known } = await load();
          return help.completions(vs, document, position, known, signalOf(token));
        },
      },
      ...['"', '[', '{', '=', ' '],
    ),
    vs.languages.registerHoverProvider(SELECTOR, {
      provideHover: async (document, position, token) => {
        const { help, facts: known } = await load();
        return help.hoverAt(vs, document, position, known, signalOf(token));
      },
    }),
    vs.languages.registerCodeLensProvider(SELECTOR, {
      provideCodeLenses: async (document) => {
        const { help } = await load();
        return help.lenses(vs, document);
      },
    }),
    vs.languages.registerCodeActionsProvider(SELECTOR, {
      provideCodeActions: async (document, range) => {
        const { help } = await load();
        return help.mendings(vs, document, range, diagnostics.of(document));
      },
    }),
  ];
}

async function kaggleFacts({ core, clock }: HelpAround): Promise<KaggleFacts> {
  const { KaggleFacts: Facts } = await import('./kaggle-facts.ts');
  return new Facts(
    () => core.kaggle(),
    () => clock.now(),
  );
}

type Look = (document: TextDocument, signal: AbortSignal) => Promise<readonly Shown[]>;

/** Keeps what is shown of each open JuliaKaggle.toml true. */
class Diagnostics {
  readonly #collection: DiagnosticCollection;
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #looking = new Map<string, AbortController>();
  readonly #owned = new Disposables();

  constructor(
    private readonly around: Pick<HelpAround, 'vs' | 'log' | 'clock'>,
    private readonly look: Look,
  ) {
    const { languages, window, workspace } = around.vs;
    const own = this.#owned;
    const all = (): void => this.#all();
    this.#collection = own.track(languages.createDiagnosticCollection('juliaKaggle'));
    own.track(workspace.onDidOpenTextDocument((document) => this.#soon(document)));
    own.track(workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)));
    own.track(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    // The files that it names may have come or gone.
    own.track(workspace.onDidSaveTextDocument(all));
    own.track(workspace.onDidCreateFiles(all));
    own.track(workspace.onDidDeleteFiles(all));
    own.track(workspace.onDidRenameFiles(all));
    own.track(workspace.onDidGrantWorkspaceTrust(all));
    own.track(window.onDidChangeWindowState(({ focused }) => (focused ? this.#all() : undefined)));
    this.#all();
  }

  of(document: TextDocument): readonly Shown[] {
    return this.#shown.get(document.uri.toString()) ?? [];
  }

  dispose(): void {
    for (const looking of this.#looking.values()) looking.abort();
    this.#owned.dispose();
  }

  #all(): void {
    for (const document of this.around.vs.workspace.textDocuments) this.#soon(document);
  }

  #soon(document: TextDocument): void {
    if (this.around.vs.languages.match(SELECTOR, document) === 0) return;
    this.#stop(document);
    const looking = new AbortController();
    this.#looking.set(document.uri.toString(), looking);
    void this.#take(document, looking.signal);
  }

  async #take(document: TextDocument, signal: AbortSignal): Promise<void> {
    try {
      await this.around.clock.sleep(PAUSE_MS, signal);
      const shown = await this.look(document, signal);
      if (signal.aborted) return;
      this.#shown.set(document.uri.toString(), shown);
      this.#collection.set(
        document.uri,
        shown.map(({ diagnostic }) => diagnostic),
      );
    } catch (error) {
      if (!isCancelled(error)) this.around.log.error(error);
    }
  }

  #forget(document: TextDocument): void {
    this.#stop(document);
    this.#shown.delete(document.uri.toString());
    this.#collection.delete(document.uri);
  }

  #stop(document: TextDocument): void {
    const name = document.uri.toString();
    this.#looking.get(name)?.abort();
    this.#looking.delete(name);
  }
}
