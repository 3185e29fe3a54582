import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../src/base/abort.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Artefacts } from '../../../src/core/artefacts.ts';
import type { Kept } from '../../../src/core/clean.ts';
import type { Core, CoreListener } from '../../../src/core/core.ts';
import type { RunEvent } from '../../../src/core/events.ts';
import type { HistoryEntry } from '../../../src/core/pipeline/history.ts';
import { historyRows } from '../../../src/core/pipeline/history.ts';
import type { StagePreview } from '../../../src/core/pipeline/preview.ts';
import type { ProjectStatus } from '../../../src/core/pipeline/status.ts';
import type { RunRequest, RunResult } from '../../../src/core/pipeline/run.ts';
import { STAGE_NAMES, type StageName } from '../../../src/core/stages.ts';
import { extension } from '../../../src/host/begin.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { EditorDouble, WebviewDouble } from '../../support/editor-double.ts';
import { tempFolder } from '../../support/temp.ts';

/** What a test has the core say; what it does not say is as in a project that was never run. */
export interface Played {
  artefacts?: Partial<Artefacts>;
  history?: readonly HistoryEntry[];
  previews?: readonly StagePreview[];
  /** What is thrown in place of a plan. */
  noPlan?: Error;
  run?: (request: RunRequest, tell: (event: RunEvent) => void) => Promise<Partial<RunResult>>;
  /** What `status` says besides what is in the record. */
  status?: Partial<ProjectStatus>;
  read?: () => Promise<unknown>;
  addition?: unknown;
  /** What an earlier run left in the log of each stage. */
  logs?: Partial<Record<StageName, readonly string[]>>;
  /** What runs left, and what of it cannot be removed. */
  kept?: readonly Kept[];
  stuck?: readonly { readonly kept: Kept; readonly error: unknown }[];
  findings?: readonly unknown[];
  engine?: readonly unknown[];
  account?: unknown;
  kaggle?: () => unknown;
  ports?: Readonly<Record<string, unknown>>;
  /** The credentials of the core that was made last, as Kaggle would see them. */
  seen?: unknown;
}

/** Nothing that waits for a pause waits for longer than what is at work takes. */
const QUICK_CLOCK: Clock = {
  now: () => systemClock.now(),
  sleep: (_, signal) => systemClock.sleep(1, signal),
};

export const SUBMISSION = {
  ref: 7,
  state: 'complete',
  publicScore: '0.1',
  url: 'https://www.kaggle.com/s/7',
} as const;

/** A run that asks before anything leaves, as the core does. @param fingerprint of what it would upload. */
export const asking =
  (fingerprint = 'f'): NonNullable<Played['run']> =>
  async (request) => {
    const yes = await request.confirm?.({ text: 'upload app (5 B)', fingerprint }, 'upload');
    return yes === true ? { artefacts: { submit: SUBMISSION as never } } : { declined: true };
  };

export const GOOD_ACCOUNT = { subject: 'kaggle', text: 'ada at https://api.kaggle.com' };
const ALL_FRESH: readonly StagePreview[] = STAGE_NAMES.map((stage) => ({
  stage,
  state: 'fresh',
  text: '',
}));

/** A window with a project, its editor and its core played. */
export class PlayedWindow {
  readonly listeners = new Set<CoreListener>();
  readonly requests: RunRequest[] = [];
  /** Projects whose files were said to be others. */
  changes = 0;
  /** What was removed of what runs left. */
  readonly removed: string[] = [];
  /** The packages that were to be added before the dependencies were resolved. */
  added: readonly string[] = [];
  /** The packages that were to be taken from a registry. */
  without: readonly string[] = [];
  /** What was left out of the upload. */
  readonly leftOut: string[] = [];
  private constructor(
    readonly editor: EditorDouble,
    readonly folder: string,
    readonly played: Played,
    readonly context: ReturnType<EditorDouble['context']>,
  ) {}

  /** Opens a window. @param files of its folder; `prepare` is done before the extension begins. */
  static async open(
    played: Played = {},
    files: Readonly<Record<string, string>> = PROJECT,
    prepare: (editor: EditorDouble, context: ReturnType<EditorDouble['context']>) => unknown = () =>
      undefined,
  ): Promise<PlayedWindow> {
    const editor = new EditorDouble();
    const folder = join(await tempFolder(files), 'Inference');
    editor.folders = Object.keys(files).length === 0 ? [] : [folder];
    const context = editor.context(await tempFolder());
    Object.assign(context.extension, { packageJSON: packageJson });
    const window = new PlayedWindow(editor, folder, played, context);
    await prepare(editor, context);
    const { activate, deactivate } = extension(
      editor.vs,
      (environment) => {
        window.played.seen = environment.keeper;
        return window.#core(environment.keeper);
      },
      QUICK_CLOCK,
    );
    window.close = deactivate;
    const activation: (given: typeof context) => unknown = activate;
    window.exports = activation(context);
    await window.until(() => editor.contextKeys.get('juliaKaggle.searched') === true);
    return window;
  }

  close: () => Promise<void> = () => Promise.resolve();
  exports: unknown;

  /** Waits until what is going on in the background has been done. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await sleep(1);
  }

  /** Waits until something holds; a test that waits for ever runs into its limit. */
  async until(holds: () => unknown): Promise<void> {
    while (holds() !== true) await sleep(1);
  }

  run(id: string, ...given: unknown[]): Promise<unknown> {
    return this.editor.run(id, ...given);
  }

  tell(event: RunEvent, folder = this.folder): void {
    for (const listener of this.listeners) listener(event, folder);
  }

  /** Answers the question of the run in the page, and gives what was asked. */
  async answer(
    title: string,
    yes: boolean,
    page = this.page(),
  ): Promise<NonNullable<PanelState['question']>> {
    const { question } = await page.state((state) => state.question?.title.includes(title) === true);
    page.view.send({ kind: 'answer', yes });
    if (question === undefined) throw new Error('There is no question.');
    return question;
  }

  /** Opens the view of the Pipeline. */
  page(): PlayedPage {
    const view = new WebviewDouble();
    const [, provider] = this.editor.registered.get('registerWebviewViewProvider') as [
      string,
      { resolveWebviewView: (view: unknown) => void },
    ];
    provider.resolveWebviewView(view);
    return new PlayedPage(view, this);
  }

  #core(keeper: unknown): Core {
    const { played } = this;
    const record = () => ({
      artefacts: played.artefacts ?? {},
      history: played.history ?? [],
      isUnfinished: () => false,
      failureOf: () => undefined,
    });
    const kaggle = () =>
      Promise.resolve(played.kaggle?.() ?? Promise.reject(new Error('no Kaggle is played')));
    return {
      ports: {
        clock: { now: () => Date.parse('2026-08-01T00:00:00Z') },
        kaggle,
        ...played.ports,
        keeper,
      },
      listen: (listener: CoreListener) => void this.listeners.add(listener),
      changed: () => void (this.changes += 1),
      doctor: () => Promise.resolve(played.findings ?? []),
      lookAtEngine: () =>
        Promise.resolve(
          played.engine ?? [{ subject: 'engine', text: '29.4 at unix:///var/run/docker.sock' }],
        ),
      lookAtAccount: () => Promise.resolve(played.account ?? GOOD_ACCOUNT),
      project: (folder: string) => ({
        config: async () => {
          const { readConfig } = await import('../../../src/core/project/config.ts');
          return readConfig(folder);
        },
        record: () => Promise.resolve(record()),
        logFile: (stage: StageName) => join(folder, '.julia-kaggle', 'logs', `${stage}.log`),
        log: (stage: StageName) => Promise.resolve(played.logs?.[stage] ?? []),
        changed: () => void (this.changes += 1),
        status: () =>
          Promise.resolve({
            record: record(),
            stages: STAGE_NAMES.map((stage) => ({ stage, state: 'unchanged' })),
            submissions: historyRows(played.history ?? [], undefined),
            problem: undefined,
            changed: [],
            files: [],
            inputs: [],
            ...played.status,
          }),
        plan: () =>
          played.noPlan === undefined
            ? Promise.resolve(played.previews ?? ALL_FRESH)
            : Promise.reject(played.noPlan),
        leaveOut: (source: string) => {
          this.leftOut.push(source);
          return Promise.resolve('');
        },
        read: () => played.read?.() ?? Promise.reject(new Error('nothing is read')),
        findArtifact: () => Promise.resolve(played.addition),
        resolve: ({ add, without }: Record<'add' | 'without', readonly string[]>) => {
          [this.added, this.without] = [add, without];
          const file = join(folder, 'Manifest.toml');
          return Promise.resolve({ edits: [{ file, before: undefined, after: 'resolved\n' }] });
        },
        findKept: () => Promise.resolve(played.kept ?? []),
        removeKept: (kept: readonly Kept[]) => {
          this.removed.push(...kept.map(({ name }) => name));
          return Promise.resolve(played.stuck ?? []);
        },
        run: async (request: RunRequest) => {
          this.requests.push(request);
          const result = await played.run?.(request, (event) => this.tell(event, folder));
          return { artefacts: {}, outcomes: [], declined: false, ...result };
        },
      }),
    } as unknown as Core;
  }
}

/** The page of the Pipeline, as far as it goes without a browser. */
export class PlayedPage {
  constructor(
    readonly view: WebviewDouble,
    private readonly window: PlayedWindow,
  ) {
    view.send({ kind: 'ready', logs: [] });
  }

  /** What it is sent as soon as something holds of that. */
  async state(holds: (state: PanelState) => boolean = () => true): Promise<PanelState> {
    for (;;) {
      await this.window.settled();
      this.view.send({ kind: 'ready', logs: [] });
      const states = this.view.posted.flatMap((each) => {
        const message = each as { kind: string; state: PanelState };
        return message.kind === 'state' ? [message.state] : [];
      });
      const now = states.at(-1);
      if (now !== undefined && holds(now)) return now;
    }
  }
}

export const PROJECT = {
  'Inference/Project.toml': 'name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
  'Inference/JuliaKaggle.toml': 'competition = "harbour-tides"\n',
  'Inference/src/Inference.jl': 'module Inference end\n',
};

/** What the stages of a whole run leave, as far as a test looks. */
export const WHOLE_RUN: Partial<Artefacts> = {
  project: aProject(),
  build: aDepot(),
  test: aTestReport(),
  pack: aBundle(),
};
