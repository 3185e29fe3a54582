import { type DocumentFilter, languages, type TextDocument, workspace } from 'vscode';
import { CONFIG_FILE } from '../../core/config-file.ts';
import type { EditorCore } from '../core.ts';
import type { LogChannel } from '../log-channel.ts';
import { signalOf } from '../signal-of.ts';
import type { CompetitionFacts } from './competition-facts.ts';
import type { Shown } from './config-editor.ts';
import { window } from '../window.ts';

/** The file has no language of its own everywhere: TOML comes with an extension. */
const SELECTOR: DocumentFilter = { scheme: 'file', pattern: `**/${CONFIG_FILE}` };
/** Looked at when the person pauses. */
const PAUSE_MS = 300;

interface Around {
  readonly core: EditorCore;
  readonly log: LogChannel;
}

/** Help with writing JuliaKaggle.toml. What it needs is loaded when such a file is first opened. */
export function registerConfigHelp({ core, log }: Around): { dispose: () => unknown }[] {
  let facts: Promise<CompetitionFacts> | undefined;
  const load = async () => {
    facts ??= competitionFacts(core);
    const [help, known] = await Promise.all([import('./config-editor.ts'), facts]);
    return { help, facts: known };
  };
  const diagnostics = new Diagnostics(async (document, signal) => {
    const { help, facts: known } = await load();
    return help.diagnostics(document, known, signal);
  }, log);
  return [
    diagnostics,
    languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: async (document, position, token) => {
          const { help, facts: known } = await load();
          return help.completions(document, position, known, signalOf(token));
        },
      },
      ...['"', '[', '{', '=', ' '],
    ),
    languages.registerHoverProvider(SELECTOR, {
      provideHover: async (document, position, token) => {
        const { help, facts: known } = await load();
        return help.hoverAt(document, position, known, signalOf(token));
      },
    }),
    languages.registerCodeLensProvider(SELECTOR, {
      provideCodeLenses: async (document) => {
        const { help } = await load();
        return help.lenses(document);
      },
    }),
    languages.registerCodeActionsProvider(SELECTOR, {
      provideCodeActions: async (document, range) => {
        const { help } = await load();
        return help.mendings(document, range, diagnostics.of(document));
      },
    }),
  ];
}

async function competitionFacts(core: EditorCore): Promise<CompetitionFacts> {
  const { CompetitionFacts: Facts } = await import('./competition-facts.ts');
  return new Facts(
    () => core.kaggle(),
    () => Date.now(),
  );
}

type Look = (document: TextDocument, signal: AbortSignal) => Promise<readonly Shown[]>;

/** Keeps what is shown of each open JuliaKaggle.toml true. */
class Diagnostics {
  readonly #collection = languages.createDiagnosticCollection('juliaKaggle');
  readonly #shown = new Map<string, readonly Shown[]>();
  readonly #looking = new Map<string, { readonly timer: NodeJS.Timeout; readonly end: AbortController }>();
  readonly #disposables = [
    this.#collection,
    workspace.onDidOpenTextDocument((document) => this.#soon(document)),
    workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
    workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    // The files that it names may have come or gone.
    workspace.onDidSaveTextDocument(() => this.#all()),
    workspace.onDidCreateFiles(() => this.#all()),
    workspace.onDidDeleteFiles(() => this.#all()),
    workspace.onDidRenameFiles(() => this.#all()),
    workspace.onDidGrantWorkspaceTrust(() => this.#all()),
    window.onDidChangeWindowState(({ focused }) => (focused ? this.#all() : undefined)),
  ];

  constructor(
    private readonly look: Look,
    private readonly log: LogChannel,
  ) {
    this.#all();
  }

  of(document: TextDocument): readonly Shown[] {
    return this.#shown.get(document.uri.toString()) ?? [];
  }

  dispose(): void {
    for (const { timer, end } of this.#looking.values()) {
      clearTimeout(timer);
      end.abort();
    }
    for (const each of this.#disposables) each.dispose();
  }

  #all(): void {
    for (const document of workspace.textDocuments) this.#soon(document);
  }

  #soon(document: TextDocument): void {
    if (languages.match(SELECTOR, document) === 0) return;
    this.#stop(document);
    const end = new AbortController();
    const timer = setTimeout(() => void this.#take(document, end.signal), PAUSE_MS);
    this.#looking.set(document.uri.toString(), { timer, end });
  }

  async #take(document: TextDocument, signal: AbortSignal): Promise<void> {
    try {
      const shown = await this.look(document, signal);
      if (signal.aborted) return;
      this.#shown.set(document.uri.toString(), shown);
      this.#collection.set(
        document.uri,
        shown.map(({ diagnostic }) => diagnostic),
      );
    } catch (error) {
      this.log.error(error);
    }
  }

  #forget(document: TextDocument): void {
    this.#stop(document);
    this.#shown.delete(document.uri.toString());
    this.#collection.delete(document.uri);
  }

  #stop(document: TextDocument): void {
    const name = document.uri.toString();
    const looking = this.#looking.get(name);
    this.#looking.delete(name);
    clearTimeout(looking?.timer);
    looking?.end.abort();
  }
}
